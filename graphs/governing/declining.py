"""What a no brings with it: the touch that was made already, the facts that may be wrong, another person's inbox.

Invariant: handing a card over moves it and nothing else: who may approve it stays as policy and owner have it.
"""

from dataclasses import dataclass

from graphs.governing.hands import hands_of
from graphs.parts import Parts, Tenancy, trace_of
from graphs.perceiving.correcting import label
from graphs.perceiving.world import receive
from graphs.telling.explaining import find
from state.errors import Conflict, Forbidden, NotFound
from state.governance.action import Action, Status
from state.governance.approval import may_handle
from state.ids import EventId, NodeKey, UserId, stable_id
from state.ports.unit import Unit
from state.principal import Principal, Role
from state.world.delta import shown
from state.world.event import Event
from state.world.records import NoteAdded

ALREADY_DONE, WRONG_FACT = "already done", "wrong fact"
FACTS = 8


@dataclass(frozen=True, slots=True)
class FactOut:
    """One value a card rests on, named so that `revloop correct` takes it."""

    account: str
    subject: str
    name: str
    attribute: str
    value: str


def log_touch(unit: Unit, tenancy: Tenancy, principal: Principal, action: Action) -> None:
    """Tell the account that a person did it themselves, outside of here."""
    event = Event(
        id=EventId(stable_id("ev", tenancy.id, ALREADY_DONE, action.id)),
        tenant=tenancy.id,
        account=action.account,
        source="user",
        type=NoteAdded.type,
        time=tenancy.now,
        recorded_at=tenancy.now,
        data=NoteAdded(
            note=stable_id("no", tenancy.id, action.id),
            author=principal.user,
            kind="note",
            participants=action.effect.recipients if action.is_external else (),
            text=f"Done by hand, outside of Revloop: {action.summary}",
        ),
    )
    receive(unit, [event], tenancy.profile, tenancy.now)


def facts_of(parts: Parts, tenancy: Tenancy, name: str) -> tuple[FactOut, ...]:
    """List the values a card rests on, each once. Raises: NotFound, Ambiguous."""
    with parts.stores.read(tenancy.id) as unit:
        action = unit.actions.by_prefix(name)
        try:
            proposal = find(parts, unit, tenancy, action.id).proposal
        except NotFound:
            return ()
        situation = unit.situations.load(action.account)
    by_record = {key.partition("/")[2]: key for key in situation.keys}
    found: dict[tuple[NodeKey, str], FactOut] = {}
    for item in proposal.evidence:
        key = by_record.get(item.record)
        claim = situation.current(key, item.field) if key else None
        if key is None or claim is None or claim.value is None:
            continue
        fact = FactOut(action.account, key, label(situation, key), item.field, shown(claim.value))
        found.setdefault((key, item.field), fact)
    return tuple(found.values())[:FACTS]


def handed_over(parts: Parts, tenancy: Tenancy, principal: Principal, name: str, to: str) -> Action:
    """Put a waiting card into a colleague's inbox; the entry says who did. Raises: Forbidden, Conflict, NotFound."""
    colleague = next((user for user in tenancy.users if user.id == to), None)
    if colleague is None:
        known = ", ".join(user.id for user in tenancy.users)
        raise NotFound(f"no user {to!r} here", field="user", value=to, remedy=f"Known: {known}.")
    if colleague.role in {Role.AUDITOR, Role.AGENT}:
        raise Forbidden(
            f"{colleague.name} decides nothing here.", field="user", value=to, remedy="Name a seller."
        )
    with parts.stores.begin(tenancy.id) as unit:
        action = unit.actions.by_prefix(name)
        if not may_handle(principal, action.ownership(hands_of(parts, tenancy).delegates(action.owner))):
            raise Forbidden(
                f"{action.summary}: It is for its owner, a delegate, the assignee or a manager.",
                field="action",
                value=action.id,
            )
        if action.status is not Status.PENDING:
            raise Conflict(
                f"{action.summary}: it is {action.status.value} already.",
                field="action",
                value=action.id,
                remedy="See `revloop why`.",
            )
        head = unit.ledger.head().hash
        stamp = tenancy.stamp(
            principal, trace_of(tenancy.id, f"delegate:{action.id}:{to}", tenancy.now, head)
        )
        return unit.actions.assign(action.id, UserId(to), stamp)
