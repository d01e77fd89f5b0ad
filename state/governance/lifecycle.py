"""The pure step of an action: what one happening does, given the guard's facts.

Invariant: the result lies within the cell of `action.ROWS`; I1-I7 of the lifecycle hold for every sequence.
"""

from state.governance import people, performance, surroundings
from state.governance.action import TABLE, Action, Outcome, Status
from state.governance.guard import GuardContext, Rulebook
from state.governance.happening import ByPerson, ByTransport, ByWorker, Happening
from state.governance.result import Moved, NoOp, Refused, Result, Unreachable, is_within

RULES = Rulebook()
_NOT_YET = ("not_yet", "It has not come that far.")
_TOO_LATE = {
    Status.CLAIMED: "Too late: it is being carried out.",
    Status.EXECUTED: "Too late: it is done.",
    Status.FAILED: "Too late: it was tried, and failed.",
    Status.CANCELLED: "Too late: it was withdrawn.",
    Status.EXPIRED: "Too late: it expired.",
    Status.AMBIGUOUS: "Too late: it was begun, and nobody knows yet whether it happened.",
}
_SAID = {
    ("snooze", Status.APPROVED): ("undo_first", "It is approved: undo that first."),
    ("approve", Status.APPROVED): ("already", "It is approved already."),
}


def step(action: Action, happening: Happening, guard: GuardContext, rules: Rulebook = RULES) -> Result:
    """Say what the happening does to the action; nothing outside the arguments is read.

    Invariant: (happening, from, to) is in `cells()`; anything else is a fault in the laws and raises.
    """
    cell = TABLE[happening.name][action.status]
    result = _fixed(action, happening.name, cell.outcomes) or _law(action, happening, guard, rules)
    status = result.action.status
    allowed = result.outcome in cell.outcomes and is_within(action, result)
    if not allowed or (isinstance(result, Moved) and status not in cell.targets):
        raise AssertionError(f"{happening.name} in {action.status} gave {result.outcome} {status}")
    return result


def _fixed(action: Action, name: str, outcomes: frozenset[Outcome]) -> Result | None:
    """Answer a cell that can only do one thing, and that without changing the action."""
    if outcomes == {Outcome.NOOP}:
        return NoOp(action)
    if outcomes == {Outcome.UNREACHABLE}:
        return Unreachable(action)
    if outcomes != {Outcome.REFUSED}:
        return None
    late = _TOO_LATE.get(action.status)
    code, text = _SAID.get((name, action.status), ("too_late", late) if late else _NOT_YET)
    return Refused(action, code, text)


def _law(action: Action, happening: Happening, guard: GuardContext, rules: Rulebook) -> Result:
    """Choose the law by who makes it happen."""
    if isinstance(happening, ByPerson):
        return people.step(action, happening, guard, rules)
    if isinstance(happening, ByWorker | ByTransport):
        return performance.step(action, happening, guard, rules)
    return surroundings.step(action, happening, guard, rules)
