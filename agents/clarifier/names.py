"""Which account a person means by a name: exact, known alias, its words, or one slip of the keyboard away.

Invariant: a name is never guessed between two accounts of the same standing; it is asked, once.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from state.ids import AccountId, UserId
from state.ports.world import AccountRow
from state.world.resolution.spelling import plain

SOON = timedelta(days=7)
"""A meeting this near says which of two accounts is meant."""
CLOSE = 84
"""Similarity of 100 from which a misspelt name is taken for the account."""
LETTERS = 4
"""Length from which one wrong letter is a slip."""
LIKE = 55
"""Similarity from which a name is offered as "did you mean"."""
OFFERED = 3
LEGAL_FORMS = frozenset(
    {"inc", "ltd", "limited", "corp", "corporation", "gmbh", "ag", "llc", "co", "sa", "plc"}
)


@dataclass(frozen=True)
class Context:
    """Who asks, at which clock, and when each account is met next."""

    user: UserId
    now: datetime
    meeting: Callable[[AccountId], datetime | None]
    """Start of the next external meeting; asked only about accounts that share a name."""
    stands_in_for: Collection[UserId] = ()
    """Owners whose delegate the user is today."""


@dataclass(frozen=True, slots=True)
class Match:
    """The one account that is meant."""

    account: AccountRow
    note: str = ""
    """What was assumed, in a sentence; empty when nothing was."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """More than one fits, or none does."""

    name: str
    accounts: tuple[AccountRow, ...]
    is_known: bool
    """Each of them bears the name; otherwise these are only like it."""


def resolve(name: str, accounts: Sequence[AccountRow], context: Context) -> Match | Candidates:
    """Find the account a person means; own accounts first, then the one that is met soon."""
    wanted = plain(name)
    exact = _exact(name, wanted, accounts)
    if exact is not None:
        return Match(exact)
    bearing = [row for row in accounts if wanted and _bears(wanted, row)]
    if bearing:
        return _chosen(name, wanted, bearing, context)
    return _misspelt(name, wanted, accounts, context)


def _exact(name: str, wanted: str, accounts: Sequence[AccountRow]) -> AccountRow | None:
    by_id = next((row for row in accounts if row.account == name.strip().lower()), None)
    if by_id is not None:
        return by_id
    named = [row for row in accounts if plain(row.name) == wanted]
    return named[0] if len(named) == 1 else None


def _bears(wanted: str, row: AccountRow) -> bool:
    """Tell whether the words open the account's name, stand in it, or are one of its aliases."""
    words, spoken = wanted.split(), plain(row.name).split()
    if wanted in map(plain, row.aliases) or _shortened(wanted) == _shortened(plain(row.name)):
        return True
    return spoken[: len(words)] == words or set(words) <= set(spoken)


def _shortened(text: str) -> str:
    words = [word for word in text.split() if word not in LEGAL_FORMS]
    return " ".join(words) or text


def _chosen(name: str, wanted: str, bearing: Sequence[AccountRow], context: Context) -> Match | Candidates:
    if len(bearing) == 1:
        return Match(bearing[0])
    mine = [row for row in bearing if row.owner in (context.user, *context.stands_in_for)]
    if len(mine) == 1:
        return Match(mine[0], _instead(mine[0], bearing, "your account of that name"))
    pool = mine or list(bearing)
    soon = [row for row in pool if _is_soon(context, row)]
    if len(soon) == 1:
        return Match(soon[0], _instead(soon[0], bearing, "the one you meet soon"))
    known_as = [row for row in pool if wanted in map(plain, row.aliases)]
    if not mine and len(known_as) == 1:
        return Match(known_as[0], _instead(known_as[0], bearing, "the one known by that name"))
    return Candidates(name, tuple(pool), is_known=True)


def _is_soon(context: Context, row: AccountRow) -> bool:
    starts = context.meeting(row.account)
    return starts is not None and context.now <= starts <= context.now + SOON


def _instead(chosen: AccountRow, bearing: Sequence[AccountRow], because: str) -> str:
    others = " or ".join(row.name for row in bearing if row.account != chosen.account)
    return f"Taken: {chosen.name}, {because}; not {others}."


def _misspelt(name: str, wanted: str, accounts: Sequence[AccountRow], context: Context) -> Match | Candidates:
    known = {
        row.account: [
            plain(row.name),
            _shortened(plain(row.name)),
            " ".join(plain(row.name).split()[: len(wanted.split())]),
            *map(plain, row.aliases),
        ]
        for row in accounts
    }
    scores = {account: max(fuzz.ratio(wanted, one) for one in spoken) for account, spoken in known.items()}
    best = max(scores.values(), default=0.0)
    slips = {row.account for row in accounts if any(_is_slip(wanted, one) for one in known[row.account])}
    close = [
        row
        for row in accounts
        if row.account in slips or (wanted and scores[row.account] >= max(CLOSE, best - 3))
    ]
    if len(close) == 1:
        return Match(close[0], f"Taken: {close[0].name}, the nearest to {name!r}.")
    if close:
        found = _chosen(name, wanted, close, context)
        return found if isinstance(found, Match) else Candidates(name, found.accounts, is_known=False)
    return Candidates(name, _alike(wanted, accounts), is_known=False)


def _is_slip(wanted: str, name: str) -> bool:
    """Tell whether one letter is wrong, missing, added or swapped with its neighbour."""
    return len(wanted) >= LETTERS and OSA.distance(wanted, name, score_cutoff=1) == 1


def _alike(wanted: str, accounts: Sequence[AccountRow]) -> tuple[AccountRow, ...]:
    found = process.extract(
        wanted, [plain(row.name) for row in accounts], scorer=fuzz.WRatio, score_cutoff=LIKE, limit=OFFERED
    )
    return tuple(accounts[index] for _, _, index in found)
