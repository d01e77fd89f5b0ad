"""A batch of changes as a pure fold: every store of actions runs it, so that they cannot differ in law."""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace

from state.canonical import digest
from state.errors import Ambiguous, InvalidInput, NotFound
from state.governance.action import Action, Status
from state.governance.effect import effect_hash, rest_hash
from state.governance.guard import GuardContext, Locks
from state.governance.happening import Draft, Edit, WorldChanged
from state.governance.lifecycle import step
from state.governance.result import Moved, Result, Unreachable
from state.ids import ActionId, TenantId
from state.ledger.entry import EntryDraft, Stamp
from state.ledger.proof import of_step
from state.ports.acting import Applied, Change, Drafted

Twin = tuple[str, bool]
"""dedup_key and whether the origin is trusted: unique among open actions."""


@dataclass(frozen=True, slots=True)
class Known:
    """A result, and where it brought the action then."""

    result: Result
    end: Status

    @property
    def is_forward(self) -> bool:
        """Say whether it brought the action nearer to its effect; a void or a cancellation does not."""
        return isinstance(self.result, Moved) and self.end in {Status.APPROVED, Status.CLAIMED}


@dataclass(frozen=True, slots=True)
class Loaded:
    """An action with the rows locked beside it and what is recorded of the batch's keys."""

    action: Action
    locks: Locks
    recorded: Mapping[str, Known] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One step to be written."""

    change: Change
    before: Action
    result: Result


@dataclass(frozen=True, slots=True)
class Settled:
    """What a batch comes to."""

    applied: tuple[Applied, ...]
    recorded: tuple[Recorded, ...]

    @property
    def created(self) -> tuple[Action, ...]:
        """List the successors to be kept."""
        results = (each.result for each in self.recorded)
        return tuple(result.created for result in results if isinstance(result, Moved) and result.created)

    @property
    def has_alarm(self) -> bool:
        """Say whether something happened that cannot."""
        return any(isinstance(each.result, Unreachable) for each in self.recorded)

    def proofs(self, stamp: Stamp) -> list[EntryDraft]:
        """Draft one entry per step."""
        return [of_step(each.before, each.change.happening, each.result, stamp) for each in self.recorded]


@dataclass(frozen=True, slots=True)
class Plan:
    """What drafting comes to: new actions, and evidence for those already there."""

    drafted: tuple[Drafted, ...]
    created: tuple[Action, ...]
    changes: tuple[Change, ...]


def successor_of(change: Change) -> Action | None:
    """Read the fresh action a change may bring."""
    happening = change.happening
    return happening.successor if isinstance(happening, Edit | WorldChanged) else None


def key_of(action: Action) -> Twin:
    """Read what is unique among open actions."""
    return action.dedup_key, action.origin_trusted


def settle(
    changes: Sequence[Change], loaded: Mapping[ActionId, Loaded], open_keys: Mapping[Twin, ActionId]
) -> Settled:
    """Step each change in order on what the ones before it left.

    Shape: one `Applied` per change not left out; only fresh steps are recorded.
    Raises: NotFound before anything is stepped.
    """
    for change in changes:
        if change.action not in loaded:
            raise unknown(change.action)
    at = {name: each.action for name, each in loaded.items()}
    applied: list[Applied] = []
    recorded: list[Recorded] = []
    forward: dict[ActionId, bool] = {}
    known = {(name, key): one for name, each in loaded.items() for key, one in each.recorded.items()}
    for change in changes:
        if change.only_after_move and not forward.get(change.action):
            continue
        before, name = at[change.action], (change.action, change.key)
        is_replayed = name in known
        if not is_replayed:
            result = _stepped(before, change, loaded[change.action].locks, open_keys)
            at[change.action], known[name] = result.action, Known(result, result.action.status)
            recorded.append(Recorded(change, before, result))
        forward[change.action] = known[name].is_forward
        applied.append(Applied(known[name].result, is_replayed=is_replayed))
    return Settled(tuple(applied), tuple(recorded))


def _stepped(action: Action, change: Change, locks: Locks, open_keys: Mapping[Twin, ActionId]) -> Result:
    successor = successor_of(change)
    twin = open_keys.get(key_of(successor)) if successor else None
    found = replace(locks, twin=twin if twin != action.id else None)
    result = step(action, change.happening, replace(change.guard, locks=found))
    return replace(result, action=replace(result.action, version=action.version + 1))


def plan(
    wanted: Sequence[Action],
    by_id: MutableMapping[ActionId, Action],
    by_key: MutableMapping[Twin, Action],
    stamp: Stamp,
) -> Plan:
    """Decide for each draft whether it is new; the mappings hold what is there and take what is created."""
    guard = GuardContext(now=stamp.at, wall=stamp.wall)
    drafted: list[Drafted] = []
    created: list[Action] = []
    changes: list[Change] = []
    for action in wanted:
        there = by_key.get(key_of(action)) or by_id.get(action.id)
        drafted.append(Drafted(there or action, is_created=there is None))
        if there is None:
            created.append(action)
            by_id[action.id] = by_key[key_of(action)] = action
            continue
        new = tuple(each for each in action.evidence if each not in there.evidence)
        if new and there.status.is_open:
            changes.append(Change(there.id, Draft(new), guard, key=f"draft:{digest(new)}"))
    return Plan(tuple(drafted), tuple(created), tuple(changes))


def require_fresh(action: Action, tenant: TenantId) -> None:
    """Refuse a draft that claims to be further on, of another tenant, or whose hashes are not of its contents.

    Raises: InvalidInput naming the field.
    """
    wrong = {
        "tenant": action.tenant != tenant,
        "status": action.status is not Status.PENDING or action.version > 0 or action.grant is not None,
        "attempt": action.attempt > 0 or bool(action.claimers),
        "approvals": bool(action.approvals),
        "effect_hash": action.effect_hash != effect_hash(action.effect),
        "rest_hash": action.rest_hash != rest_hash(action.rest_facts),
    }
    for name in (name for name, is_wrong in wrong.items() if is_wrong):
        raise InvalidInput(
            f"The draft of {action.id} has a wrong {name}.",
            field=name,
            value=str(getattr(action, name)),
            remedy="Draft it anew from its effect and facts.",
        )


def unknown(action: str) -> NotFound:
    """Say that this tenant has no such action."""
    remedy = "The open ones are in the inbox (`revloop inbox`)."
    return NotFound(f"There is no action {action}.", field="action", value=action, remedy=remedy)


def only(prefix: str, found: Sequence[Action]) -> Action:
    """Take the one that fits. Raises: NotFound, Ambiguous."""
    if not found:
        raise unknown(prefix)
    if len(found) > 1:
        raise Ambiguous(
            f"More than one action begins with {prefix}.",
            candidates=tuple(action.id for action in found),
            remedy="Give more of the id.",
        )
    return found[0]
