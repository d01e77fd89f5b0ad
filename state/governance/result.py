"""What a step gives back: moved, stays, nothing, refused or impossible; never an exception for a refusal."""

from dataclasses import dataclass, replace
from typing import ClassVar

from state.governance.action import Action, Outcome
from state.ids import ActionId


@dataclass(frozen=True, slots=True)
class Moved:
    """The action has another status."""

    outcome: ClassVar[Outcome] = Outcome.MOVED
    action: Action
    code: str = ""
    text: str = ""
    created: Action | None = None
    """The fresh action that replaces it."""


@dataclass(frozen=True, slots=True)
class Stays:
    """The status is the same; fields may differ, and an entry says what happened."""

    outcome: ClassVar[Outcome] = Outcome.STAYS
    action: Action
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoOp:
    """Nothing changes."""

    outcome: ClassVar[Outcome] = Outcome.NOOP
    action: Action
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The one who asked is told why; nothing changes."""

    outcome: ClassVar[Outcome] = Outcome.REFUSED
    action: Action
    code: str
    text: str
    other: ActionId | None = None
    """The card that is already open for the same thing."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """This cannot be: alarm, and the tenant's stop switch goes on."""

    outcome: ClassVar[Outcome] = Outcome.UNREACHABLE
    action: Action
    code: str = "unreachable"
    text: str = "A transport reported an effect that was never claimed."


Result = Moved | Stays | NoOp | Refused | Unreachable


def recalled(outcome: Outcome, action: Action, code: str, text: str) -> Result:
    """Give back a result that was recorded before."""
    for kind in (Moved, Stays, NoOp, Refused, Unreachable):
        if kind.outcome is outcome:
            return kind(action, code=code, text=text)
    raise AssertionError(outcome)


def is_within(before: Action, result: Result) -> bool:
    """Say whether fields changed only where the outcome lets them."""
    if isinstance(result, Moved):
        return result.action.status is not before.status
    same = result.action.status is before.status
    return same and (isinstance(result, Stays) or replace(result.action, version=before.version) == before)
