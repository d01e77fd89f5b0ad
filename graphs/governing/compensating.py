"""Take back what was done: a new action that sets the old values again, judged and approved like any other.

Invariant: nothing is undone by forgetting it: the action that was carried out stays, and its compensation is one of
its own; what has no compensation says why.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, ValidationError

from graphs.governing.alone import ruled_alone
from graphs.governing.authority import IN_PERSON
from graphs.governing.letting import Letting, ran_by_itself
from graphs.parts import Parts, Tenancy
from graphs.telling.explaining import Found, find
from state.canonical import Json
from state.decision.dedup import dedup_key, proposal_id
from state.decision.planning import Deliberation
from state.decision.proposal import ExpectedOutcome, ExpectedValue, Proposal
from state.errors import Conflict, Denied, Forbidden
from state.governance.action import Action, Status
from state.governance.approval import may_handle
from state.ids import ActionId, EventId, NodeKey, ProposalId
from state.ports.deciding import Deliberating
from state.ports.planned import Planned
from state.principal import Principal

ROW = "taken-back"
"""Stands as the row of a proposal that a person's undo makes."""
COMPENSATES = "compensates"
"""The code of a decision that drafted an action instead of moving the one that was named."""
LASTS = timedelta(days=7)
AGAIN = frozenset({"stage", "close_on", "forecast_category", "discount_approved_percent", "active", "roles"})
"""Fields that can be set to what they were; whether a value still fits is for the tool to say."""


class _Written(BaseModel):
    """What a change of a record kept of itself."""

    model_config = ConfigDict(extra="ignore")

    subject: NodeKey
    values: dict[str, Json]
    before: dict[str, Json]


def why_not(action: Action) -> str:
    """Say why an action cannot be taken back; empty where it can."""
    if action.status is not Status.EXECUTED:
        return f"It is {action.status.value}, not done."
    return why_it_stays(action)


def why_it_stays(action: Action) -> str:
    """Say why what an action does cannot be set back by us, done or not; empty where it can."""
    if action.is_external:
        return "It has reached people outside: what left cannot be taken back."
    if action.effect.compensation is None:
        return f"Nothing takes back {action.action_type.replace('_', ' ')}: it changed no record; close it by hand."
    written = _written(action)
    if written is None or not set(written.values) <= AGAIN:
        return f"{action.action_type.replace('_', ' ')} is taken back in the CRM itself, by hand."
    empty = sorted(name for name in written.values if written.before.get(name) in (None, "", []))
    if empty:
        return f"{', '.join(empty).replace('_', ' ')} was empty before, and no field is emptied by us: do it by hand."
    return ""


def compensated(parts: Parts, tenancy: Tenancy, principal: Principal, name: str) -> tuple[ActionId, ...]:
    """Draft what sets the old values again; who takes back in person what ran by itself says that it was wrong.

    Raises: Forbidden, Conflict, Denied, NotFound.
    """
    with parts.stores.read(tenancy.id) as unit:
        found = find(parts, unit, tenancy, name)
    action = found.action
    if action is None or not may_handle(principal, action.ownership(())):
        raise Forbidden("That is another person's.", field="action", value=name)
    if reason := why_not(action):
        raise Conflict(reason, field="action", value=action.id, remedy="See `revloop why`.")
    drafted = _drafted(parts, tenancy, principal, found, action)
    say_wrong(parts, tenancy, principal, action)
    return drafted


def say_wrong(parts: Parts, tenancy: Tenancy, principal: Principal, action: Action) -> None:
    """Count it against the agent, once, where it ran by itself and a person takes it back."""
    if ran_by_itself(action) and principal.channel in IN_PERSON:
        with parts.stores.begin(tenancy.id) as unit:
            Letting(parts, tenancy, principal).count_wrong(unit, action)


def _drafted(
    parts: Parts, tenancy: Tenancy, principal: Principal, found: Found, action: Action
) -> tuple[ActionId, ...]:
    made: list[Proposal] = []
    told = tenancy.gateway.inside(action, tenancy.now).events[0].id

    def plan(about: Deliberating) -> Planned:
        made.extend(_proposals(found.proposal, action, told, about))
        said = found.planned.deliberated.model_copy(
            update={"reasoner": str(principal.user), "decision": Deliberation(proposals=tuple(made))}
        )
        known = found.planned.dependences.get(found.proposal.id)
        hangs_on = {} if known is None else {str(one.id): known for one in made}
        return Planned(iteration=0, deliberated=said, dependences=hangs_on)

    rulings = ruled_alone(parts, tenancy, principal, action.account, plan)
    ruled = [one for proposal in made if (one := rulings.of(proposal.id)) is not None]
    denied = [reason for one in ruled if one.action is None for reason in one.verdict.reasons]
    if denied:
        raise Denied(f"It cannot be taken back: {' '.join(denied)}", field="action", value=action.id)
    names = tuple(ActionId(str(one.action)) for one in ruled)
    with parts.stores.read(tenancy.id) as unit:
        over = [one for one in unit.actions.several(names) if not one.status.is_open]
    if over:
        raise Conflict(
            f"The card that would take it back is {over[0].status.value} already.", field="action", value=over[0].id,
            remedy="See `revloop why`.",
        )  # fmt: skip
    return names


def _proposals(old: Proposal, action: Action, told: EventId, about: Deliberating) -> Iterator[Proposal]:
    written = _written(action)
    assert written is not None, "asked before"
    kind, _, record = written.subject.partition("/")
    person = about.profile.company.user(about.principal.user)
    who = person.name if person else about.principal.user
    for field in sorted(written.values):
        key = dedup_key(
            action.tenant, old.owner, "update_crm", old.account, deal=NodeKey(f"{ROW}/{action.id}/{field}")
        )
        value, was = _text(written.before[field]), _text(written.values[field])
        yield old.model_copy(
            update={
                "id": ProposalId(proposal_id(key, about.view.situation.digest, ROW)),
                "action_type": "update_crm", "action_class": 2, "rule": ROW, "subject": written.subject,
                "tool": "crm.write_update", "dedup_key": key, "group": None, "held_by": None, "decide_by": None,
                "arguments": {
                    "kind": kind, "record": record, "field": field, "value": value, "over": told,
                },
                "description": f"Take back: {field.replace('_', ' ')} {was} → {value}",
                "context_summary": f"Takes back: {action.summary}"[:140],
                "why_now": f"{who} takes it back.",
                "human_required": True, "reversible": True, "confidence": 1.0, "p_outcome": 1.0,
                "expected_outcome": ExpectedOutcome(
                    text="The record says again what it said.", measure="record_restored", target=value,
                    by=about.now.date(),
                ),
                "expected_value": ExpectedValue(
                    amount=Decimal(0), currency=old.expected_value.currency, arithmetic="nothing at stake: 0",
                ),
                "expires_at": about.now + LASTS, "urgency": "now", "risk_class": "low",
            }
        )  # fmt: skip


def _written(action: Action) -> _Written | None:
    try:
        return _Written.model_validate(dict(action.effect.arguments))
    except ValidationError:
        return None


def _text(value: Json) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
