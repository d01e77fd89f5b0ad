"""Ready-made plans and what may happen to them; every value is invented."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from state.governance.plan import Plan, PlanEvent, PlanHappening, PlanId, PlanType, Step, StepState
from state.ids import AccountId, ActionId
from state.principal import Principal
from tests.fakes.drafts import AUDITOR, NOW, ROBOT, TENANT, UMA

STEPS = ("look", "write", "call")
DAY = timedelta(days=1)


def a_step(name: str, after: tuple[str, ...], days: int, **more: object) -> Step:
    given = {"step": name, "title": name.title(), "rule": f"plan.{name}", "action_type": "create_task"}
    return Step.model_validate({**given, "after": after, "due_at": NOW + days * DAY, **more})


def a_plan(number: int = 1, kind: PlanType = "renewal", account: str = "account-1", **more: object) -> Plan:
    """Make a draft of three steps, one after the other, three days apart."""
    steps = (a_step("look", (), 0), a_step("write", ("look",), 3), a_step("call", ("write",), 6))
    given = {
        "id": PlanId(f"pl_{number:03d}"),
        "tenant": TENANT,
        "account": AccountId(account),
        "type": kind,
        "title": "Renewal",
        "template": "renewal",
        "zone": "America/New_York",
        "steps": steps,
        "created_at": NOW,
        "since": NOW,
    }
    return Plan.model_validate({**given, **more})


def happening(event: str, step: str = "look", *, by: Principal | None = UMA, days: int = 0) -> PlanHappening:
    """Make a happening that fits its event, a number of days later."""
    made = PlanHappening(event=PlanEvent(event), at=NOW + days * DAY, by=by)
    return made.model_copy(update=_FIELDS[event](step) if event in _FIELDS else {})


_FIELDS: Mapping[str, Callable[[str], dict[str, object]]] = {
    "cancel_step": lambda step: {"step": step},
    "begin_step": lambda step: {"step": step},
    "place_step": lambda step: {
        "step": step, "actions": (ActionId("ac_001"),), "run": "run-1", "verdict": "allow"
    },
    "look_later": lambda step: {"step": step, "look_at": NOW + DAY, "reason": "not yet"},
    "end_step": lambda step: {"step": step, "end": StepState.DONE},
    "fail": lambda step: {"step": step, "reason": "it cannot be"},
}  # fmt: skip
PEOPLE = (UMA, ROBOT, AUDITOR, None)
