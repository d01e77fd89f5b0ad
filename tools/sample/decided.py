"""The 412 proposals that the sample company's people decided before its clock, with what came of each.

Invariant: the same rows in every process; how often each kind is truly right stands here and is read by no other code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from state.decision.decided import Decided, Observed
from state.decision.proposal import ActionType
from tools.sample.cast import Cast, plain
from tools.sample.ordinary import PROSPECTS, seats_of
from tools.sample.ordinary_names import COMPANIES

COUNT: Final = 412
FIRST, LAST = date(2025, 11, 3), date(2026, 3, 6)
_SEAT_PRICE, _BORDERS = 800, ((100_000, "A"), (25_000, "B"), (0, "C"))
_STORIED = (("acme-corp", "maya", "A"), ("delmar-foods", "maya", "A"), ("harbor-medical", "maya", "B"),
            ("lakeshore-insurance", "priya", "B"))  # fmt: skip
Fact = bool | int | str
_Ends = tuple[tuple[Observed, ...], tuple[Observed, ...]]


@dataclass(frozen=True, slots=True)
class Past:
    """One decided proposal: what was stated and known, what people said, and what came of it."""

    number: int
    account: str
    owner: str
    segment: str
    action_type: ActionType
    action_class: int
    confidence: Decimal
    p_outcome: Decimal
    at: datetime
    decision: Decided
    reason: str
    outcome: Observed | None
    outcome_at: datetime | None
    facts: Mapping[str, Fact]
    origin: str
    outcome_origin: str

    @property
    def is_right(self) -> bool:
        """Approved without a material edit."""
        return self.decision in ("approved", "edited")


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of action: how many, and of each stated confidence how often it is truly right."""

    action_type: ActionType
    count: int
    true: tuple[tuple[str, float], ...]
    p_outcome: str
    truly_met: float
    ends: _Ends
    """Outcomes that meet the measure, and those that miss it."""
    rank: int = 2


_RECORD: Final[_Ends] = (("record_kept",), ("record_changed_back",))
KINDS: Final = (
    _Kind("update_crm", 40, (("0.92", 0.94), ("0.85", 0.82)), "0.90", 0.94, _RECORD),
    _Kind("close_out", 40, (("0.86", 0.90),), "0.90", 0.92, _RECORD),
    _Kind("requalify", 36, (("0.87", 0.46),), "0.45", 0.30, (("stage_advanced",), ("silence",))),
    _Kind("forecast_omit", 34, (("0.87", 0.85), ("0.80", 0.75)), "0.80", 0.84, _RECORD),
    _Kind("merge", 30, (("0.80", 0.72),), "0.90", 0.95, _RECORD),
    _Kind("escalate_support", 36, (("0.88", 0.94),), "0.60", 0.70, (("ticket_moved",), ("ticket_stood",))),
    _Kind("draft_quote", 34, (("0.86", 0.84), ("0.80", 0.76)), "0.40", 0.33, (("won",), ("lost",))),
    _Kind("create_task", 30, (("0.88", 0.86), ("0.80", 0.74)), "0.50", 0.52, (("stage_advanced",), ("silence",))),
    _Kind(
        "send_email", 92, (("0.88", 0.86), ("0.82", 0.74), ("0.76", 0.62)), "0.45", 0.38,
        (("reply_positive", "reply_neutral", "reply_negative"), ("silence",)), 3,
    ),
    _Kind("schedule_meeting", 40, (("0.80", 0.64),), "0.55", 0.60, (("meeting_held",), ("meeting_no_show",)), 3),
)  # fmt: skip
_NOES: Final = ("wrong time", "wrong person", "not worth it", "tone", "wrong fact", "other")
_COMMERCIAL: Final = frozenset({"send_email", "schedule_meeting", "draft_quote"})


def decided() -> tuple[Past, ...]:
    """Make all of them, oldest first."""
    cast = Cast()
    places, days = _places(cast), _workdays()
    found = [
        _one(cast.rng(f"decided:{kind.action_type}:{turn}"), kind, places, days)
        for kind in KINDS
        for turn in range(kind.count)
    ]
    ordered = sorted(found, key=lambda make: make.order)
    return tuple(make.past(number, cast.clock) for number, make in enumerate(ordered))


def _places(cast: Cast) -> tuple[tuple[str, str, str], ...]:
    """List customers: account, owner, tier."""
    buyers = [
        (plain(one.name), one.owner, _tier(seats_of(cast, number) * _SEAT_PRICE))
        for number, one in enumerate(COMPANIES)
        if number not in PROSPECTS
    ]
    return (*_STORIED, *buyers)


def _tier(value: int) -> str:
    return next(tier for border, tier in _BORDERS if value >= border)


def _workdays() -> tuple[date, ...]:
    every = (FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1))
    return tuple(day for day in every if day.weekday() < 5)


@dataclass(frozen=True, slots=True)
class _Making:
    """One that has its day and not yet its number."""

    draws: Random
    kind: _Kind
    place: tuple[str, str, str]
    at: datetime

    @property
    def order(self) -> tuple[datetime, str, str]:
        return self.at, self.kind.action_type, self.place[0]

    def past(self, number: int, clock: datetime) -> Past:
        """Draw what was stated, said and came."""
        draws, kind = self.draws, self.kind
        account, owner, segment = self.place
        stated, truly = draws.choice(kind.true)
        decision, reason = _said(draws, is_right=draws.random() < truly)
        outcome, outcome_at = self._came(decision, clock)
        is_heard = outcome is not None and outcome.startswith("reply_")
        is_cold = kind.rank == 3 and draws.random() < 0.06
        return Past(
            number=number, account=account, owner=owner, segment=segment, action_type=kind.action_type,
            action_class=kind.rank, confidence=Decimal(stated), p_outcome=Decimal(kind.p_outcome), at=self.at,
            decision=decision, reason=reason, outcome=outcome, outcome_at=outcome_at,
            facts=dict(_facts(draws, kind, stated, is_cold=is_cold)),
            origin=f"form:{account}" if is_cold else "",
            outcome_origin=f"mail:{account}" if is_heard else "",
        )  # fmt: skip

    def _came(self, decision: Decided, clock: datetime) -> tuple[Observed | None, datetime | None]:
        """Only what was done has an outcome, and some of it none yet."""
        is_met, days = self.draws.random() < self.kind.truly_met, self.draws.randrange(1, 15)
        outcome = self.draws.choice(self.kind.ends[0 if is_met else 1])
        at = self.at + timedelta(days=days if is_met else 14)
        return (None, None) if decision == "rejected" or at >= clock else (outcome, at)


def _one(
    draws: Random, kind: _Kind, places: tuple[tuple[str, str, str], ...], days: tuple[date, ...]
) -> _Making:
    day, minutes = draws.choice(days), draws.randrange(13 * 60, 21 * 60)
    at = datetime.combine(day, time(minutes // 60, minutes % 60), UTC)
    return _Making(draws, kind, draws.choice(places), at)


def _said(draws: Random, *, is_right: bool) -> tuple[Decided, str]:
    """Say what a person said of a proposal that is truly right, or not."""
    if is_right:
        return ("edited" if draws.random() < 0.12 else "approved"), ""
    return ("reworked", "") if draws.random() < 0.3 else ("rejected", draws.choice(_NOES))


def _facts(draws: Random, kind: _Kind, stated: str, *, is_cold: bool) -> Iterator[tuple[str, Fact]]:
    """Say what policy could read about it then."""
    is_external, is_quote = kind.rank == 3, kind.action_type == "draft_quote"
    yield from {
        "action.type": kind.action_type, "action.class": kind.rank, "action.external": is_external,
        "action.commercial": kind.action_type in _COMMERCIAL,
        "action.amount": str(draws.randrange(4, 90) * 1000) if is_quote else "0",
        "action.discount_percent": draws.choice(("0", "0", "5", "10", "15")) if is_quote else "0",
        "action.reversible": not is_external, "action.untrusted_dependent": is_cold, "action.grounded": True,
        "action.in_scope": True, "placeholders.unresolved": False, "price.backed": True,
        "agent.name": "playbook", "agent.level": "L1", "principal.role": "agent",
        "principal.is_owner": draws.random() < 0.6, "owner.opt_in": False, "owner.away": draws.random() < 0.05,
        "confidence": stated, "account.status": "customer", "account.churned": False,
        "account.fire": draws.random() < 0.04 and not is_external, "contradiction.critical": False,
        "freshness.hard_exceeded": draws.random() < 0.03, "plan.active": False, "origin.open_untrusted": 0,
        "action.paused": False, "stop.on": False, "budget.exhausted": False,
    }.items()  # fmt: skip
    if is_external:
        yield from {
            "recipient.verified": True, "recipient.opted_out": False, "recipient.undeliverable": False,
            "recipient.first_mail": draws.random() < 0.2, "recipient.blocked": False, "recipient.touches_3bd": 0,
            "recipient.touches_14d": draws.choice((0, 0, 1, 1, 2)), "recipient.quiet_now": False,
            "total.mails_day": draws.randrange(1, 6), "total.discount_quarter": "0",
        }.items()  # fmt: skip
