"""What a list of work is narrowed to: an account, a deal, a region, a segment.

Invariant: it only leaves out; what is kept is in the order and in the words that it had.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graphs.parts import Parts, Tenancy
from state.decision.next_items import AccountWork
from state.decision.proposal import Proposal, Question
from state.errors import InvalidInput
from state.ports.unit import Unit
from state.ports.world import AccountRow
from state.world.record import NodeKind
from state.world.resolution.spelling import plain
from state.world.view import AccountView


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What somebody wants to see; what is empty narrows nothing."""

    account: str = ""
    """The id of the only one."""
    named: str = ""
    """Words of accounts' names."""
    deal: str = ""
    """Its id, or words of its name."""
    region: str = ""
    segment: str = ""
    owner: str = ""

    def takes(self, row: AccountRow) -> bool:
        """Tell whether an account is among those."""
        return (
            self.account in ("", row.account)
            and self.owner in ("", row.owner)
            and _has_words(row.name, self.named)
            and self.region.casefold() in ("", (row.region or "").casefold())
            and self.segment.casefold() in ("", (row.segment or "").casefold())
        )

    def in_words(self) -> str:
        """Say what it is narrowed to; empty for everything."""
        named = (
            ("accounts named", self.named), ("deal", self.deal), ("region", self.region), ("segment", self.segment),
        )  # fmt: skip
        return ", ".join(f"{name} {value}" for name, value in named if value)


def require_known(wanted: Narrowing, rows: Iterable[AccountRow]) -> None:
    """Refuse a region or a segment in which no account is. Raises: InvalidInput with those there are."""
    seen = [(one.region or "", one.segment or "") for one in rows]
    for place, (name, value) in enumerate((("region", wanted.region), ("segment", wanted.segment))):
        known = sorted({each[place] for each in seen} - {""})
        if value and value.casefold() not in {one.casefold() for one in known}:
            raise InvalidInput(
                f"No account is in the {name} {value!r}.", field=name, value=value,
                remedy=f"There are: {', '.join(known) or 'none'}.",
            )  # fmt: skip


def about_deal(
    parts: Parts, unit: Unit, tenancy: Tenancy, wanted: str, row: AccountRow, work: AccountWork
) -> AccountWork:
    """Keep what is about a deal of that name: it is the subject, or what is cited."""
    view = AccountView.of(parts.sights.situation(unit, tenancy.id, row.account, row.version, row.digest))
    deals = {one.identifier for one in view.deals if one.identifier == wanted or _has_words(one.name, wanted)}
    kept = tuple(one for one in work.proposals if deals & _records(one))
    asked = work.question if work.question is not None and deals & _records(work.question) else None
    return replace(work, proposals=kept, question=asked)


def _records(one: Proposal | Question) -> set[str]:
    kind, _, record = (one.subject or "").partition("/")
    own = {record} if kind == NodeKind.OPPORTUNITY.value else set()
    return own | {item.record for item in one.evidence}


def _has_words(text: str, wanted: str) -> bool:
    return not wanted or set(plain(wanted).split()) <= set(plain(text).split())
