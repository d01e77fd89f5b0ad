"""The branches of a decision: approve and clarify wait for a person, take reads the answer, execute acts.

Invariant: an interrupt is the first statement of its node and no effect stands before it; a resume value is a
decision's id, and everything else is read again from the tenant's tables.
"""

from typing import TypedDict

from langgraph.types import interrupt

from agents.executor import perform
from graphs.channels import ApproveInput, ApproveState, ClarifyInput, ExecuteInput
from graphs.deliberating import principal_of
from graphs.governing.decisions import decide
from graphs.governing.hands import hands_of
from graphs.identity import local_principal
from graphs.parts import Parts, Tenancy
from graphs.working.leasing import leased
from state.governance.action import Status
from state.governance.happening import Approve, Cancel
from state.ids import AccountId, ActionId, TenantId, TraceId


class Answered(TypedDict):
    """Writes: what came back, a decision id or a claim of one."""

    answer: object


def approve(state: ApproveInput) -> Answered:
    """Wait for a decision about one action."""
    return Answered(answer=interrupt(state["card"]))


def clarify(state: ClarifyInput) -> Answered:
    """Wait for the answer to the one question."""
    return Answered(answer=interrupt(state["card"]))


class Taken(TypedDict):
    """Writes: the decision that was found in the tenant's tables."""

    decided: list[str]


def take(parts: Parts, state: ApproveState) -> Taken:
    """Believe the action's own record, never the resume value; a claim of a decision is recorded first."""
    tenancy = parts.tenancy(TenantId(state["request"]["tenant"]))
    answer = state["answer"]
    if isinstance(answer, dict) and tenancy.is_frozen:
        _record_claim(parts, tenancy, state["action"], answer)
    with parts.stores.read(tenancy.id) as unit:
        action = unit.actions.get(ActionId(state["action"]))
    return Taken(decided=[f"{action.id}:{action.status.value}"])


def _record_claim(parts: Parts, tenancy: Tenancy, name: str, answer: dict[str, object]) -> None:
    """In the sample tenant an answer typed into Studio counts as the local user's decision; nowhere else."""
    given = answer.get("decisions")
    first = given[0] if isinstance(given, list) and given else answer
    kind = first.get("type") if isinstance(first, dict) else None
    principal = local_principal(parts.settings, tenancy.tenant, tenancy.users, channel="studio")
    if kind == "approve":
        decide(parts, tenancy, principal, name, lambda action: Approve(principal, action.card_hash))
    elif kind == "reject":
        decide(parts, tenancy, principal, name, lambda action: Cancel(principal, "rejected in Studio"))


def is_approved(parts: Parts, state: ApproveState) -> str:
    """Say where the branch goes on: execute, back to the person, or the end."""
    with parts.stores.read(TenantId(state["request"]["tenant"])) as unit:
        status = unit.actions.get(ActionId(state["action"])).status
    if status is Status.APPROVED:
        return "execute_one"
    return "approve" if status is Status.PENDING else "end"


class Done(TypedDict):
    """Writes: ids of actions whose effect happened."""

    performed: list[str]


def execute_one(parts: Parts, state: ApproveState) -> Done:
    """Carry out one approved action."""
    return execute(parts, ExecuteInput(request=state["request"], actions=[state["action"]]))


def execute(parts: Parts, state: ExecuteInput) -> Done:
    """Carry out actions that policy lets run, through the lifecycle."""
    request = state["request"]
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    stamp = tenancy.stamp(principal_of(request), TraceId(request["trace"]))
    names = [ActionId(name) for name in state["actions"]]
    with leased(parts, tenancy.id, AccountId(request["account"])):
        done = perform(hands_of(parts, tenancy), names, stamp)
    return Done(performed=[one.action.id for one in done if one.is_done])
