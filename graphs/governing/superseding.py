"""An open card whose world changed: its permission goes, and where it would be drafted otherwise now it gives way.

Invariant: the old card ends and the new one begins in one transaction; words that a person wrote are never replaced.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from graphs.governing.judging import Before, Judged
from graphs.parts import Tenancy
from state.governance.action import Action, Status
from state.governance.effect import Effect, rest_hash
from state.governance.guard import GuardContext
from state.governance.happening import WorldChanged
from state.governance.result import Moved
from state.ids import ActionId
from state.ledger.entry import Stamp
from state.ports.acting import Change, Drafted
from state.ports.unit import Unit

WAITING = (Status.PENDING, Status.APPROVED)
NAMES = frozenset({"draft"})
"""Arguments that name another action and say nothing themselves."""

Anew = Callable[[Judged, Before], Judged]
"""Judges a proposal once more, as a card of its own."""


def renewed(
    unit: Unit,
    tenancy: Tenancy,
    stamp: Stamp,
    judged: Sequence[Judged],
    drafted: Mapping[str, Drafted],
    anew: Anew,
) -> dict[str, Drafted]:
    """Tell every open card that was drafted again what its world is now; give what stands there afterwards."""
    after = dict(drafted)
    guard = GuardContext(now=tenancy.now, wall=tenancy.clock.wall(), policy_version=tenancy.judge.version)
    changes = [
        Change(old.id, happening, guard, key=f"world:{old.version}:{rest_hash(happening.rest_facts)}")
        for old, happening in _moved(judged, drafted, anew)
    ]
    if not changes:
        return after
    for one in unit.actions.apply(changes, stamp):
        result = one.result
        if isinstance(result, Moved) and result.created is not None:
            after[result.created.dedup_key] = Drafted(result.created, is_created=True)
        else:
            after[result.action.dedup_key] = Drafted(result.action, is_created=False)
    return after


def _moved(
    judged: Sequence[Judged], drafted: Mapping[str, Drafted], anew: Anew
) -> Iterator[tuple[Action, WorldChanged]]:
    for one in judged:
        there = None if one.action is None else drafted.get(one.action.dedup_key)
        if one.action is None or there is None or there.is_created:
            continue
        old = there.action
        if old.status not in WAITING or old.rest_hash == one.action.rest_hash:
            continue
        successor = None
        if not old.human_touched and differs(old.effect, one.action.effect):
            successor = anew(one, Before(ActionId(old.id), is_asleep=False)).action
        yield old, WorldChanged(one.action.rest_facts, successor)


def differs(old: Effect, new: Effect) -> bool:
    """Tell whether another effect would be drafted now; its name and the time of writing do not count."""
    if (old.tool, old.action_type, old.external) != (new.tool, new.action_type, new.external):
        return True
    if (sorted(old.recipients), old.attachments) != (sorted(new.recipients), new.attachments):
        return True
    names = {*old.arguments, *new.arguments} - NAMES
    return any(old.arguments.get(name) != new.arguments.get(name) for name in names)
