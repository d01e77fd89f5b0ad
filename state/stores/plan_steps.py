"""One event of a plan as every store records it: the law, and the entry that proves it or its refusal."""

from collections.abc import Sequence
from dataclasses import dataclass

from state.canonical import Json
from state.errors import Ambiguous, NotFound
from state.governance.action import NONE, Outcome
from state.governance.plan import Plan, PlanHappening, PlanId
from state.governance.plan_moving import REJECTED, Acted, act
from state.ids import ActionId
from state.ledger.entry import EntryDraft, Kind, Stamp


@dataclass(frozen=True, slots=True)
class PlanSettled:
    """What one event comes to."""

    acted: Acted
    entry: EntryDraft | None
    """None where nothing happened at all."""

    @property
    def is_recorded(self) -> bool:
        """It leaves a move."""
        return self.acted.outcome in (Outcome.MOVED, Outcome.STAYS)


def settle_plan(plan: Plan, what: PlanHappening, rival: PlanId | None, stamp: Stamp) -> PlanSettled:
    """Do what the law says, and draft the entry."""
    acted = act(plan, what, rival)
    if acted.outcome is Outcome.NOOP:
        return PlanSettled(acted, None)
    payload = _told(plan, acted.plan, what.event.value)
    payload |= {"outcome": acted.outcome.value, **_details(what, acted)}
    kind = Kind.PLAN_ACTIVATION_REJECTED if acted.code == REJECTED else Kind.PLAN
    if kind is Kind.PLAN_ACTIVATION_REJECTED and rival is not None:
        payload["rival"] = rival
    return PlanSettled(acted, EntryDraft(kind, stamp, payload))


def begun(plan: Plan, event: str, stamp: Stamp) -> EntryDraft:
    """Prove that a plan came to be."""
    payload = _told(plan, plan, event)
    payload |= {"outcome": Outcome.MOVED.value, "from": NONE, "template": plan.template}
    return EntryDraft(Kind.PLAN, stamp, payload | {"steps": [step.step for step in plan.steps]})


def _told(before: Plan, after: Plan, event: str) -> dict[str, Json]:
    return {
        "plan": before.id,
        "account": before.account,
        "type": before.type,
        "event": event,
        "from": before.status.value,
        "to": after.status.value,
        "version": after.version,
    }


def _details(what: PlanHappening, acted: Acted) -> dict[str, Json]:
    said: dict[str, Json] = {
        "step": what.step,
        "end": "" if what.end is None else what.end.value,
        "run": what.run,
        "verdict": what.verdict,
        "rule": what.verdict_rule,
        "actions": list(what.actions),
        "reason": what.reason or acted.text,
        "code": acted.code,
    }
    return {name: value for name, value in said.items() if value}


def waited_for(plan: Plan) -> tuple[ActionId, ...]:
    """List the actions of its running steps."""
    return tuple(dict.fromkeys(name for step in plan.open_steps for name in step.actions))


def only_plan(prefix: str, found: Sequence[Plan]) -> Plan:
    """Take the one that fits. Raises: NotFound, Ambiguous."""
    if not found:
        raise unknown_plan(prefix)
    if len(found) > 1:
        raise Ambiguous(
            f"More than one plan begins with {prefix}.",
            candidates=tuple(plan.id for plan in found),
            remedy="Give more of the id.",
        )
    return found[0]


def unknown_plan(name: str) -> NotFound:
    """Say that this tenant has no such plan."""
    return NotFound(f"There is no plan {name}.", field="plan", value=name, remedy="See `revloop plan list`.")
