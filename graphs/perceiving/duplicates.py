"""Accounts that could be one company: compared within a mail domain and within names that begin alike."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from state.ids import AccountId
from state.ports.unit import Unit
from state.ports.world import AccountRow
from state.world.profile.resolution import CompanyMatching
from state.world.resolution.address import folded_domain
from state.world.resolution.matching import Company, Likeness, compare_companies
from state.world.resolution.spelling import spelt, words_of

CROWD = 50
"""A key that more accounts share tells nothing."""


@dataclass(frozen=True)
class Pair:
    """Two accounts that could be one."""

    account: AccountId
    other: AccountId
    name: str
    other_name: str
    likeness: str
    score: int
    reasons: tuple[str, ...]


def duplicates(unit: Unit, limits: CompanyMatching) -> tuple[Pair, ...]:
    """List pairs of accounts that are the same or likely so, the surest first."""
    rows = unit.situations.accounts()
    found = [pair for one, other in sorted(_near(rows)) if (pair := _judged(rows[one], rows[other], limits))]
    return tuple(
        sorted(
            found, key=lambda pair: (pair.likeness != Likeness.SAME, -pair.score, pair.account, pair.other)
        )
    )


def _near(rows: Sequence[AccountRow]) -> set[tuple[int, int]]:
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for key in _keys(row):
            groups[key].append(place)
    near = (group for group in groups.values() if len(group) <= CROWD)
    return {pair for group in near for pair in combinations(group, 2)}


def _keys(row: AccountRow) -> Iterator[tuple[str, str]]:
    if row.domain:
        yield "domain", folded_domain(row.domain)
    for name in {row.name, *row.aliases}:
        letters = "".join(spelt(word) for word in words_of(name))
        if letters:
            yield "name", letters[:6]


def _judged(one: AccountRow, other: AccountRow, limits: CompanyMatching) -> Pair | None:
    match = compare_companies(_company(one), _company(other), limits)
    if match.likeness is Likeness.UNLIKE:
        return None
    return Pair(
        one.account, other.account, one.name, other.name, match.likeness.value, match.score, match.reasons
    )  # fmt: skip


def _company(row: AccountRow) -> Company:
    domain = folded_domain(row.domain) if row.domain else None
    return Company(row.account, row.name, domain, row.city, row.region, aliases=row.aliases)
