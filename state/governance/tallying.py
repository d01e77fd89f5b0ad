"""What a person's decision says about a proposal: right as it was proposed, or not.

Invariant: it counts each proposal once; a proposal that was edited counts as what the edit made of it.
"""

from typing import Final

from state.decision.dependence import WORDS
from state.governance.action import Action, Status
from state.governance.approval import GrantKind
from state.governance.autonomy import Tally
from state.governance.effect import Effect
from state.governance.happening import Approve, Cancel, Edit, Happening, Undo
from state.governance.result import Moved, Result

RIGHT, WRONG, TAKEN_BACK = Tally(1, 1), Tally(0, 1), Tally(-1, -1)
STILL_RIGHT: Final = "already done"
"""The reason of a no that finds the proposal right."""
MATERIAL: Final = 0.2
"""Share of words above which an edit is material."""


def tally_of(before: Action, happening: Happening, result: Result) -> Tally | None:
    """Say what one decision adds to the record of an agent; None where it says nothing."""
    if not isinstance(result, Moved) or (before.predecessor is not None and before.human_touched):
        return None
    match happening:
        case Approve():
            return RIGHT if result.action.status is Status.APPROVED else None
        case Cancel():
            return RIGHT if happening.reason.strip().casefold() == STILL_RIGHT else WRONG
        case Edit():
            return WRONG if is_material(before.effect, happening.successor.effect) else RIGHT
        case Undo():
            is_ours = before.grant is not None and before.grant.kind is GrantKind.HUMAN
            return TAKEN_BACK if is_ours else None
        case _:
            return None


def is_material(before: Effect, after: Effect) -> bool:
    """Tell whether more than words was changed, or more than a fifth of the words."""
    names = {*before.arguments, *after.arguments}
    changed = {name for name in names if before.arguments.get(name) != after.arguments.get(name)}
    if before.recipients != after.recipients or changed - WORDS:
        return True
    return any(
        _share(str(before.arguments.get(name, "")), str(after.arguments.get(name, ""))) > MATERIAL
        for name in changed
    )


def _share(before: str, after: str) -> float:
    """Give the share of words that an edit takes away or adds."""
    old, new = before.split(), after.split()
    kept, rest = 0, list(old)
    for word in new:
        if word in rest:
            rest.remove(word)
            kept += 1
    most = max(len(old), len(new))
    return 1 - kept / most if most else 0.0
