"""Budgets in memory: the same arithmetic over dictionaries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from state.governance.budget import Draw, Line, Span, merged
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ledger.spending import of_raise, of_refusal
from tests.fakes.acting import MemoryLedger

Place = tuple[Line, date]


@dataclass
class Purse:
    """What one tenant has counted, and what calls under way hold."""

    used: dict[Place, int] = field(default_factory=dict)
    refused_at: dict[Place, int] = field(default_factory=dict)
    held: dict[str, tuple[datetime, tuple[Draw, ...]]] = field(default_factory=dict)

    def copy(self) -> "Purse":
        """Copy the containers; what they hold is frozen."""
        return Purse(dict(self.used), dict(self.refused_at), dict(self.held))


class MemoryBudgets:
    """`BudgetStore` on a purse."""

    def __init__(self, purse: Purse, ledger: MemoryLedger) -> None:
        self._purse = purse
        self._ledger = ledger

    def used(self, spans: Sequence[Span]) -> Mapping[Line, int]:
        return {
            span.line: sum(
                amount
                for (line, day), amount in self._purse.used.items()
                if line == span.line and day >= span.since
            )
            for span in spans
        }

    def charge(self, draws: Sequence[Draw], stamp: Stamp) -> Draw | None:
        wanted = merged(draws)
        for one in wanted:
            if one.cap is not None and self._purse.used.get(_place(one), 0) + one.amount > one.cap:
                self.refuse(one, stamp)
                return one
        for one in wanted:
            self._purse.used[_place(one)] = self._purse.used.get(_place(one), 0) + one.amount
            was = self._purse.refused_at.get(_place(one))
            if one.cap is not None and was is not None and was < one.cap:
                del self._purse.refused_at[_place(one)]
                self._ledger.append([EntryDraft(Kind.BUDGET, stamp, of_raise(one, was))])
        return None

    def reserve(self, call: str, draws: Sequence[Draw], until: datetime, stamp: Stamp) -> Draw | None:
        for name, (over, _) in list(self._purse.held.items()):
            if over <= stamp.wall:
                self.release(name)
        if call in self._purse.held:
            return None
        refused = self.charge(draws, stamp)
        if refused is None and draws:
            self._purse.held[call] = (until, merged(draws))
        return refused

    def settle(self, call: str) -> bool:
        return self._purse.held.pop(call, None) is not None

    def release(self, call: str) -> None:
        _, draws = self._purse.held.pop(call, (None, ()))
        for one in draws:
            self._purse.used[_place(one)] -= one.amount

    def refuse(self, draw: Draw, stamp: Stamp) -> None:
        if draw.cap is None or self._purse.refused_at.get(_place(draw)) == draw.cap:
            return
        self._purse.refused_at[_place(draw)] = draw.cap
        used = self._purse.used.get(_place(draw), 0)
        self._ledger.append([EntryDraft(Kind.BUDGET, stamp, of_refusal(draw, used))])


def _place(draw: Draw) -> Place:
    return draw.line, draw.day
