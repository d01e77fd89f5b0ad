"""What waits for one person: every open card with all it must show, and the open questions.

Invariant: a card shows the exact effect and the hash of what is shown; who sees it follows from owner, delegate, seat.
"""

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from graphs.parts import Parts, Tenancy
from graphs.telling.attending import attend
from graphs.telling.card import AskedOut, CardOut, HeldOut
from graphs.telling.carding import CardDesk
from graphs.telling.displaying import PaceOut, paces_of
from state.decision.proposal import Question
from state.errors import Conflict
from state.governance.action import OPEN, Action
from state.ids import AccountId, EventId, UserId, stable_id
from state.ports.alerting import Alert
from state.ports.displaying import Turn
from state.ports.planned import Planned
from state.ports.running import Run
from state.ports.unit import Unit
from state.principal import Principal


class Inbox(BaseModel):
    """Everything that waits for one person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: str
    user: str
    as_of: datetime
    questions: tuple[AskedOut, ...]
    cards: tuple[CardOut, ...]
    snoozed: int
    held: tuple[HeldOut, ...] = ()
    """What waits for a later day, so that today's are not too many."""
    alerts: tuple[Alert, ...] = ()
    """What was told and not put away, newest first."""
    pace: PaceOut | None = None
    """How this person's approvals came about; None before the first."""


def inbox(parts: Parts, tenancy: Tenancy, principal: Principal, account: AccountId | None = None) -> Inbox:
    """Collect what waits for a person, most urgent first; snoozed cards are counted, not shown.

    Of one account everything is shown: whoever names it asks for it.
    """
    return _collected(parts, tenancy, principal, account)[0]


def open_inbox(
    parts: Parts, tenancy: Tenancy, principal: Principal, account: AccountId | None = None
) -> Inbox:
    """Collect it as its person opens it: what is new has its turn from now on."""
    found, fresh = _collected(parts, tenancy, principal, account)
    if fresh and principal.is_human:
        with parts.stores.begin(tenancy.id) as unit:
            unit.displays.take(fresh)
    return found


def _collected(
    parts: Parts, tenancy: Tenancy, principal: Principal, account: AccountId | None
) -> tuple[Inbox, tuple[Turn, ...]]:
    person = UserId(principal.user)
    with parts.stores.read(tenancy.id) as unit:
        desk = CardDesk(parts, tenancy, unit)
        open_ = unit.actions.listed(OPEN, account=account)
        waiting = [one for one in open_ if is_for(one, tenancy, principal)]
        awake = [one for one in waiting if one.snoozed_until is None or one.snoozed_until <= tenancy.now]
        cards = sorted((card for one in awake if (card := desk.card(one)) is not None), key=_urgency)
        alerts = tuple(unit.alerts.waiting(person)) if account is None else ()
        questions = [desk.asked(*one) for one in open_questions(parts, unit, tenancy, principal, account)]
        pace = next(iter(paces_of(unit, person)), None)
        found = attend(unit, tenancy, person, cards, questions)
    is_whole = account is None
    collected = Inbox(
        tenant=tenancy.id, user=person, as_of=tenancy.now,
        questions=found.questions if is_whole else tuple(questions),
        cards=found.cards if is_whole else tuple(cards),
        held=found.held if is_whole else (), snoozed=len(waiting) - len(awake), alerts=alerts, pace=pace,
    )  # fmt: skip
    return collected, found.fresh if is_whole else ()


def card_of(parts: Parts, tenancy: Tenancy, name: str) -> CardOut:
    """Show one action by the start of its id. Raises: NotFound, Ambiguous, Conflict."""
    with parts.stores.read(tenancy.id) as unit:
        action = unit.actions.by_prefix(name)
        found = CardDesk(parts, tenancy, unit).card(action)
    if found is None:
        raise Conflict(
            f"The plan behind {action.id} is gone.", remedy="Reject it and ask again.", field="action"
        )
    return found


def _urgency(card: CardOut) -> tuple[bool, datetime, float, str]:
    needs = card.verdict.kind == "require_approval"
    return (not needs, card.decide_by or card.expires_at, -float(card.expected_value.amount), card.id)


def is_for(action: Action, tenancy: Tenancy, principal: Principal) -> bool:
    """Tell whether an action stands in somebody's inbox: theirs, of whom they stand in for, or for their seat."""
    holder = action.assignee or action.owner
    if principal.user in (holder, tenancy.stand_in(holder)):
        return True
    return principal.role.value != "seller" and principal.role.value in {seat.value for seat in action.quorum}


def open_questions(
    parts: Parts, unit: Unit, tenancy: Tenancy, principal: Principal, account: AccountId | None = None
) -> Iterator[tuple[Run, Planned, Question]]:
    """Find the questions that wait for a person: not answered, not expired, of each account the newest."""
    seen: set[str] = set()
    asked_at: set[AccountId] = set()
    for run in unit.runs.waiting():
        if account is not None and run.account != account:
            continue
        for artifact, kind in unit.runs.artifacts_of(run.id):
            planned = parts.document(unit, tenancy.id, artifact, Planned) if kind == "planned.0" else None
            asked = planned.question if planned else None
            if planned is None or asked is None or asked.id in seen or asked.expires_at <= tenancy.now:
                continue
            seen.add(asked.id)
            if run.account in asked_at or _is_answered(unit, tenancy, asked):
                continue
            asked_at.add(run.account)
            if _may_answer(tenancy, principal, asked):
                yield run, planned, asked


def _is_answered(unit: Unit, tenancy: Tenancy, asked: Question) -> bool:
    return unit.events.get(EventId(stable_id("ev", tenancy.id, asked.id))) is not None


def _may_answer(tenancy: Tenancy, principal: Principal, asked: Question) -> bool:
    owner = next((user for user in tenancy.users if user.id == asked.owner), None)
    return owner is None or principal.user in (owner.id, tenancy.stand_in(owner.id))
