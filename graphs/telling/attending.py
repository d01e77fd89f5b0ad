"""What comes before a person today, by the profile's attention budget, and what is held back, until when and why.

Invariant: what may not wait is never held: an alarm, anything unverified or alike, what runs by itself or is under way,
what somebody asked for or another seat than the own waits for, and whatever would be due before its turn.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from graphs.parts import Tenancy
from graphs.telling.card import AskedOut, CardOut, HeldOut
from state.decision.attention import Item, held_back
from state.governance.action import Status
from state.ids import UserId
from state.ports.displaying import Turn
from state.ports.unit import Unit
from state.world.business_time import add_business_days, local_day
from state.world.profile.limits import Attention

MORNING = time(8)


@dataclass(frozen=True, slots=True)
class Attended:
    """What is before a person, what waits for a later day, and what is new today."""

    cards: tuple[CardOut, ...]
    questions: tuple[AskedOut, ...]
    held: tuple[HeldOut, ...]
    fresh: tuple[Turn, ...]
    """Turns to be kept once this is shown."""


def attend(
    unit: Unit, tenancy: Tenancy, person: UserId, cards: Sequence[CardOut], questions: Sequence[AskedOut]
) -> Attended:
    """Divide what waits into what is shown and what is held back; the order stays."""
    day = local_day(tenancy.now, tenancy.profile.company.zone)
    turns = unit.displays.turns(person, [*(one.id for one in cards), *(one.id for one in questions)], day)
    had = {one.item for one in turns}
    limits, turn = tenancy.profile.judgement.attention, partial(_turn, tenancy)
    asked = [Item(one.id, 0.0, one.expires_at, had_turn=one.id in had) for one in questions]
    new = {one.unit for one in turns if one.day == day}
    new_questions = len({one for one in new if _is_question(one)})
    until = {
        **held_back(asked, per_day=limits.questions, new_today=new_questions, turn=turn),
        **held_back(
            _items(cards, person, had),
            per_day=limits.cards, new_today=len(new) - new_questions, turn=turn,
        ),
    }  # fmt: skip
    shown = tuple(one for one in cards if _unit(one) not in until)
    open_ = tuple(one for one in questions if one.id not in until)
    counted = [(one.id, one.id) for one in open_] + [
        (one.id, _unit(one)) for one in shown if not may_not_wait(one, person)
    ]
    return Attended(
        cards=shown,
        questions=open_,
        held=tuple(_told(cards, questions, until, limits)),
        fresh=tuple(Turn(person, item, of, day) for item, of in counted if item not in had),
    )


def may_not_wait(card: CardOut, person: str) -> bool:
    """Say whether a card comes before its person at once, however many there are."""
    is_under_way = card.status != Status.PENDING.value or card.runs_at is not None or bool(card.approvals)
    is_doubtful = card.rests_on_untrusted or bool(card.without_untrusted or card.looks_like)
    return is_under_way or is_doubtful or card.is_alarm or card.is_asked_for or card.inbox_of != person


def _turn(tenancy: Tenancy, after: int) -> datetime:
    """Say when the business day after so many others begins."""
    company, calendar = tenancy.profile.company, tenancy.profile.calendar
    today = local_day(tenancy.now, company.zone)
    day = add_business_days(calendar, today, after + 1, company.region)
    return datetime.combine(day, MORNING, ZoneInfo(company.zone))


def _unit(card: CardOut) -> str:
    """Name what a card counts as: equal ones are read as one."""
    return card.group or card.id


def _is_question(unit: str) -> bool:
    return unit.startswith("qu_")


def _items(cards: Sequence[CardOut], person: UserId, had: Collection[str]) -> Iterator[Item]:
    units: dict[str, list[CardOut]] = {}
    for one in cards:
        units.setdefault(_unit(one), []).append(one)
    for name, members in units.items():
        yield Item(
            name,
            sum(float(one.expected_value.amount) for one in members),
            min(_due(one) for one in members),
            is_exempt=any(may_not_wait(one, person) for one in members),
            had_turn=any(one.id in had for one in members),
        )


def _due(card: CardOut) -> datetime:
    return min(card.decide_by or card.expires_at, card.expires_at)


def _told(
    cards: Sequence[CardOut], questions: Sequence[AskedOut], until: Mapping[str, datetime], limits: Attention
) -> Iterator[HeldOut]:
    for one in questions:
        if one.id in until:
            yield HeldOut(
                id=one.id, account=one.account, account_name=one.account_name, text=one.text,
                until=until[one.id], reason=f"at most {limits.questions} new questions a day",
            )  # fmt: skip
    for card in cards:
        if _unit(card) in until:
            yield HeldOut(
                id=card.id, account=card.account, account_name=card.account_name, text=card.description,
                until=until[_unit(card)],
                reason=f"at most {limits.cards} new cards a day; those worth more come first",
            )  # fmt: skip
