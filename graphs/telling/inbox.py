"""What waits for one person: every open card with all it must show, and the open questions.

Invariant: a card shows the exact effect and the hash of what is shown; who sees it follows from owner, delegate, seat.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from graphs.parts import Parts, Tenancy
from graphs.telling.assembling import worth_of
from graphs.telling.explaining import Found, find
from graphs.telling.report import ValueOut, VerdictOut
from graphs.telling.tracking import TrackOut, track_of
from state.decision.proposal import Proposal, Question
from state.errors import Conflict, NotFound
from state.evidence import Trust
from state.governance.action import OPEN, Action, Status
from state.ids import AccountId, EventId, stable_id
from state.ports.alerting import Alert
from state.ports.planned import Planned
from state.ports.running import Run
from state.ports.unit import Unit
from state.principal import Principal
from state.world.view import AccountView

TOUCH_DAYS = 14
LOOKED_BACK = timedelta(days=60)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CardOut(_Out):
    """One action as its approver sees it."""

    id: str
    account: str
    account_name: str
    action_type: str
    action_class: int
    summary: str
    description: str
    why_now: str
    owner: str
    inbox_of: str
    status: str
    tool: str
    recipients: tuple[str, ...]
    in_name_of: str | None
    thread: str | None
    decide_by: datetime | None
    expires_at: datetime
    expected_value: ValueOut
    confidence: float
    track: TrackOut
    p_outcome: float
    reversible: bool
    touches_14d: int
    is_first_to_address: bool
    rests_on_untrusted: bool
    """Words that nobody verified decide it."""
    without_untrusted: tuple[str, ...]
    """What would be otherwise without them; where they do not decide it, at most its place in the order."""
    unverified: tuple[str, ...]
    """The unverified words that it cites, each with where they stand."""
    alternative: str | None
    effect: str
    """What the transport would get."""
    verdict: VerdictOut
    seats: tuple[str, ...]
    approved_by: tuple[str, ...]
    editable: tuple[str, ...]
    group: str | None
    snoozed_until: datetime | None
    runs_at: datetime | None
    """Wall time at which it runs by itself."""
    hold_until: datetime | None
    """Wall time until which an approval can be undone."""
    shown: str
    """Hash of what is shown; an approval is bound to it."""
    alert: str = ""
    """What its owner was told when it was drafted."""
    template: str = ""
    instead_of: str = ""
    """The kind of action the trigger map names for that, where another was drafted."""


class AskedOut(_Out):
    """One open question."""

    id: str
    account: str
    account_name: str
    text: str
    options: tuple[str, ...]
    changes: tuple[str, ...]
    """What the answer would change, in words."""
    owner: str | None
    expires_at: datetime


class Inbox(_Out):
    """Everything that waits for one person."""

    tenant: str
    user: str
    as_of: datetime
    questions: tuple[AskedOut, ...]
    cards: tuple[CardOut, ...]
    snoozed: int
    alerts: tuple[Alert, ...] = ()
    """What was told and not put away, newest first."""


def inbox(parts: Parts, tenancy: Tenancy, principal: Principal, account: AccountId | None = None) -> Inbox:
    """Collect what waits for a person, most urgent first; snoozed cards are counted, not shown."""
    with parts.stores.read(tenancy.id) as unit:
        desk = _Desk(parts, tenancy, unit)
        waiting = [one for one in unit.actions.listed(OPEN, account=account) if is_for(one, principal)]
        awake = [one for one in waiting if one.snoozed_until is None or one.snoozed_until <= tenancy.now]
        cards = [card for one in awake if (card := desk.card(one)) is not None]
        alerts = tuple(unit.alerts.waiting(principal.user)) if account is None else ()
        questions = [desk.asked(*one) for one in open_questions(parts, unit, tenancy, principal, account)]
    ordered = sorted(cards, key=_urgency)
    return Inbox(
        tenant=tenancy.id, user=principal.user, as_of=tenancy.now, questions=tuple(questions),
        cards=tuple(ordered), snoozed=len(waiting) - len(awake), alerts=alerts,
    )  # fmt: skip


def card_of(parts: Parts, tenancy: Tenancy, name: str) -> CardOut:
    """Show one action by the start of its id. Raises: NotFound, Ambiguous, Conflict."""
    with parts.stores.read(tenancy.id) as unit:
        action = unit.actions.by_prefix(name)
        found = _Desk(parts, tenancy, unit).card(action)
    if found is None:
        raise Conflict(
            f"The plan behind {action.id} is gone.", remedy="Reject it and ask again.", field="action"
        )
    return found


def _urgency(card: CardOut) -> tuple[bool, datetime, float, str]:
    needs = card.verdict.kind == "require_approval"
    return (not needs, card.decide_by or card.expires_at, -float(card.expected_value.amount), card.id)


def is_for(action: Action, principal: Principal) -> bool:
    """Tell whether an action stands in somebody's inbox: theirs, handed to them, or waiting for their seat."""
    if (action.assignee or action.owner) == principal.user:
        return True
    return principal.role.value != "seller" and principal.role.value in {seat.value for seat in action.quorum}


def open_questions(
    parts: Parts, unit: Unit, tenancy: Tenancy, principal: Principal, account: AccountId | None = None
) -> Iterator[tuple[Run, Planned, Question]]:
    """Find the questions that wait for a person: not answered, not expired, each once."""
    seen: set[str] = set()
    for run in unit.runs.waiting():
        if account is not None and run.account != account:
            continue
        for artifact, kind in unit.runs.artifacts_of(run.id):
            planned = parts.document(unit, tenancy.id, artifact, Planned) if kind == "planned.0" else None
            asked = planned.question if planned else None
            if planned is None or asked is None or asked.id in seen or asked.expires_at <= tenancy.now:
                continue
            seen.add(asked.id)
            if not _is_answered(unit, tenancy, asked) and _may_answer(tenancy, principal, asked):
                yield run, planned, asked


def _is_answered(unit: Unit, tenancy: Tenancy, asked: Question) -> bool:
    return unit.events.get(EventId(stable_id("ev", tenancy.id, asked.id))) is not None


def _may_answer(tenancy: Tenancy, principal: Principal, asked: Question) -> bool:
    owner = next((user for user in tenancy.users if user.id == asked.owner), None)
    return owner is None or principal.user in (owner.id, owner.delegate)


@dataclass(frozen=True)
class _Desk:
    parts: Parts
    tenancy: Tenancy
    unit: Unit

    def name_of(self, account: AccountId) -> str:
        row = self.unit.situations.account(account)
        return row.name if row else account

    def asked(self, run: Run, planned: Planned, asked: Question) -> AskedOut:
        """Show a question."""
        words = {proposal.id: proposal.description for proposal in planned.proposals}
        return AskedOut(
            id=asked.id, account=run.account, account_name=self.name_of(run.account), text=asked.text,
            options=asked.options, changes=tuple(words[one] for one in asked.changes if one in words),
            owner=asked.owner, expires_at=asked.expires_at,
        )  # fmt: skip

    def card(self, action: Action) -> CardOut | None:
        """Show an action, with what its owner was told; None where its plan is gone."""
        shown, told = self._shown(action), self.unit.alerts.of_action(action.id)
        usual = told.default if told and told.is_otherwise else ""
        return shown.model_copy(update={"alert": told.text, "instead_of": usual}) if shown and told else shown

    def _shown(self, action: Action) -> CardOut | None:
        try:
            found = find(self.parts, self.unit, self.tenancy, action.id)
        except NotFound:
            return None
        proposal, verdict = found.proposal, found.ruled.verdict
        touches, is_first = self._touches(action)
        return CardOut(
            id=action.id,
            account=action.account,
            account_name=self.name_of(action.account),
            action_type=action.action_type,
            action_class=action.action_class,
            summary=action.summary,
            description=proposal.description,
            why_now=proposal.why_now,
            owner=action.owner,
            inbox_of=action.assignee or action.owner,
            status=action.status.value,
            tool=action.effect.tool,
            recipients=action.effect.recipients,
            in_name_of=(_argument(action, "owner") or action.owner) if action.is_external else None,
            thread=_argument(action, "thread"),
            decide_by=proposal.decide_by,
            expires_at=action.expires_at,
            expected_value=worth_of(proposal),
            confidence=proposal.confidence,
            track=track_of(self.unit, action.action_type),
            p_outcome=proposal.p_outcome,
            reversible=proposal.reversible,
            touches_14d=touches,
            is_first_to_address=is_first,
            rests_on_untrusted=found.planned.is_dependent(proposal.id),
            without_untrusted=owed.changes if (owed := found.planned.dependences.get(proposal.id)) else (),
            unverified=tuple(_unverified(proposal)),
            alternative=_alternative(found),
            effect=action.effect.content,
            verdict=VerdictOut(kind=verdict.kind, rule=verdict.rule, reasons=verdict.reasons),
            seats=tuple(seat.value for seat in action.quorum),
            approved_by=tuple(one.user for one in action.approvals),
            editable=self.tenancy.gateway.spec(action.effect.tool).editable,
            group=proposal.group,
            template=str(proposal.arguments.get("template") or proposal.rule),
            snoozed_until=action.snoozed_until,
            runs_at=action.auto_at,
            hold_until=action.release_at if action.status is Status.APPROVED else None,
            shown=action.card_hash,
        )

    def _touches(self, action: Action) -> tuple[int, bool]:
        """Count what this address got from us in the last days, all sellers; and whether it is the first ever."""
        wanted = tuple(address.lower() for address in action.effect.recipients)
        if not wanted:
            return 0, False
        view = AccountView.of(self.unit.situations.load(action.account))
        mails = {
            mail.identifier: mail.at
            for mail in view.mails
            if not mail.is_inbound and set(wanted) & set(mail.recipients)
        }
        for record in self.unit.crm.sent_to(wanted, self.tenancy.now - LOOKED_BACK):
            mails.setdefault(record.subject, record.at)
        return sum(at >= self.tenancy.now - timedelta(days=TOUCH_DAYS) for at in mails.values()), not mails


def _unverified(proposal: Proposal) -> Iterator[str]:
    """Quote what nobody vouches for, sentences before what a record is called."""
    loose = [one for one in proposal.evidence if one.trust is Trust.UNTRUSTED]
    for one in sorted(loose, key=lambda item: item.quote is None):
        yield f"{one.source} {one.record}: “{one.quote or one.value}”"


def _argument(action: Action, name: str) -> str | None:
    value = action.effect.arguments.get(name)
    return str(value) if value else None


def _alternative(found: Found) -> str | None:
    """Name the next proposal of the same plan that is about something else."""
    others: Sequence[str] = [
        proposal.description
        for proposal in found.planned.proposals
        if proposal.id != found.proposal.id
        and proposal.action_type != found.proposal.action_type
        and proposal.arguments.get("draft") != found.proposal.id
        and found.proposal.arguments.get("draft") != proposal.id
    ]
    return others[0] if others else None
