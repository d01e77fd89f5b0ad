"""Carry out a merge that a person approved, and take it back: an entry, a mapping, and claims told of the survivor.

Invariant: only an approved action or a person's command merges; an imported event that says so is a claim and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphs.parts import Parts, Tenancy, trace_of
from graphs.perceiving.intake import replay_parked
from graphs.perceiving.resolving import account_of_event, survivors
from graphs.perceiving.world import admit_due, passages_of, receive
from state.canonical import Json
from state.errors import Conflict, InvalidInput, NotFound
from state.ids import AccountId, ActionId, EventId, UserId, stable_id
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.addressing import Merge
from state.ports.unit import Unit
from state.principal import Principal, Role
from state.world.delta import deltas_of
from state.world.event import Event
from state.world.records import AccountMerged, AccountParted, AccountUpdated
from state.world.resolution.merging import carried, parting, same_people


@dataclass(frozen=True)
class Merged:
    """What a merge, or taking one back, came to."""

    account: AccountId
    other: AccountId
    claims: int
    """Told of the survivor, or no longer."""
    replayed: int
    """Parked events that have an account now."""


def merge_approved(unit: Unit, tenancy: Tenancy, event: Event) -> Merged | None:
    """Carry out the merge of an executed action; anything else that says so merges nothing."""
    record = event.data
    if not isinstance(record, AccountMerged) or record.merged_by is None or event.account is None:
        return None
    action = unit.actions.get(ActionId(record.merged_by))
    if action.action_type != "merge" or action.grant is None or not action.grant.approvers:
        return None
    who = Principal(tenant=tenancy.id, user=UserId(action.grant.approvers[0]), role=Role.SELLER)
    stamp = tenancy.stamp(
        who, trace_of(tenancy.id, f"merge:{event.id}", tenancy.now, unit.ledger.head().hash)
    )
    try:
        return _merge(unit, tenancy, event, AccountId(record.merged_with), stamp)
    except (Conflict, NotFound) as refusal:
        told: dict[str, Json] = {
            "account": event.account,
            "other": record.merged_with,
            "refused": refusal.code,
        }
        unit.ledger.append([EntryDraft(Kind.MERGE, stamp, told)])
        return None


def _merge(unit: Unit, tenancy: Tenancy, event: Event, other: AccountId, stamp: Stamp) -> Merged:
    account = AccountId(str(event.account))
    before = {merge.account: merge for merge in unit.merges.listed()}
    require_mergeable(unit, account, other, before)
    theirs = unit.situations.load(other)
    addresses = [str(claim.value).casefold() for claim in theirs.deltas if claim.attribute == "email"]
    people = same_people(account, other, unit.addresses.known(addresses))
    claims = carried(theirs.deltas, account, people, tenancy.now)
    unit.situations.admit([event], [claims])
    unit.views.move([event])
    unit.merges.put(Merge(other, account, event.id))
    _remember(unit, tenancy, {EventId(claim.event) for claim in claims}, account)
    payload: dict[str, Json] = {
        "account": account,
        "other": other,
        "event": event.id,
        "claims": len(claims),
        "people": len(people),
    }
    unit.ledger.append([EntryDraft(Kind.MERGE, stamp, payload)])
    return Merged(account, other, len(claims), _replay(unit, tenancy))


def require_mergeable(
    unit: Unit, account: AccountId, other: AccountId, before: Mapping[AccountId, Merge]
) -> None:
    """Refuse a merge that cannot be told. Raises: NotFound, Conflict."""
    if account == other or unit.situations.account(other) is None:
        raise NotFound(f"There is no other account {other!r}.", field="other", value=other)
    for name in (account, other):
        if name in before and not before[name].is_undone:
            raise Conflict(
                f"{name} is merged into {before[name].survivor} already.", field="other", value=name
            )
    if other in before:
        raise Conflict(
            f"{other} was merged before and taken apart again by a person.",
            field="other",
            value=other,
            remedy="It is not merged twice; correct the records in the CRM instead.",
        )


def _remember(unit: Unit, tenancy: Tenancy, events: set[EventId], account: AccountId) -> None:
    """Let the survivor's memory find the texts too, under names of their own."""
    found = [event for name in sorted(events) if (event := unit.events.get(name)) is not None]
    unit.memory.remember(
        [
            one.model_copy(update={"id": copy_of(one.id, account), "account": account})
            for event in found
            for one in passages_of(event, tenancy.profile.sources.trust_of)
        ]
    )


def copy_of(passage: str, account: AccountId) -> str:
    """Name a passage as the survivor's."""
    return stable_id("mg", passage, account)


def _replay(unit: Unit, tenancy: Tenancy) -> int:
    replayed = replay_parked(unit, account_of_event(unit))
    if replayed:
        admit_due(unit, tenancy.profile, tenancy.now)
    return replayed


def unmerge(parts: Parts, tenancy: Tenancy, principal: Principal, other: AccountId) -> Merged:
    """Take a merge back: both accounts are told apart again from now on. Raises: NotFound, Forbidden."""
    from graphs.perceiving.correcting import require_person

    require_person(principal)
    with parts.stores.begin(tenancy.id) as unit:
        merge = next(
            (one for one in unit.merges.listed() if one.account == other and not one.is_undone), None
        )
        if merge is None:
            raise NotFound(
                f"{other} is not merged into another account.", field="account", value=other,
                remedy="`revloop merge list` names the merged ones.",
            )  # fmt: skip
        if other in survivors(unit).values():
            raise InvalidInput(
                f"Other accounts are merged into {other}.", field="account", value=other,
                remedy="Take those merges back first.",
            )  # fmt: skip
        trace = trace_of(tenancy.id, f"unmerge:{other}", tenancy.now, unit.ledger.head().hash)
        told = _part(unit, tenancy, merge, trace)
        payload: dict[str, Json] = {
            "account": merge.survivor, "other": other, "event": merge.event, "claims": told, "undone": True,
        }  # fmt: skip
        unit.ledger.append([EntryDraft(Kind.MERGE, tenancy.stamp(principal, trace), payload)])
    return Merged(merge.survivor, other, told, 0)


def _part(unit: Unit, tenancy: Tenancy, merge: Merge, trace: str) -> int:
    """Correct the survivor's log, give the merged account what came meanwhile, and forget the copies of texts."""
    theirs = unit.situations.load(merge.account)
    own = {claim.event for claim in theirs.deltas}
    here = unit.situations.load(merge.survivor)
    meanwhile = [
        event
        for name in sorted({claim.event for claim in here.deltas} - own)
        if (event := unit.events.get(name)) is not None and event.account == merge.account
    ]
    event = _event(tenancy, merge, AccountParted(account=merge.survivor, parted_from=merge.account), trace)
    back = {*own, *(one.id for one in meanwhile)}
    receive(unit, [event, _renamed(unit, tenancy, merge, trace)], tenancy.profile, tenancy.now)
    unit.situations.admit([event], [parting(event, merge.survivor, {*back, merge.event})])
    unit.merges.put(Merge(merge.account, merge.survivor, merge.event, is_undone=True))
    trust_of = tenancy.profile.sources.trust_of
    unit.situations.admit(meanwhile, [deltas_of(one, trust_of) for one in meanwhile])
    unit.views.move([event, *meanwhile])
    texts = [one for name in sorted(back) if (one := unit.events.get(EventId(name))) is not None]
    copies = [copy_of(part.id, merge.survivor) for one in texts for part in passages_of(one, trust_of)]
    home = [part for one in meanwhile for part in passages_of(one, trust_of)]
    unit.memory.forget([*copies, *(part.id for part in home)])
    unit.memory.remember(home)
    return len(back)


def _event(tenancy: Tenancy, merge: Merge, record: AccountParted | AccountUpdated, trace: str) -> Event:
    return Event(
        id=EventId(stable_id("ev", tenancy.id, record.type, merge.event)),
        tenant=tenancy.id,
        account=merge.survivor,
        source="user",
        type=record.type,
        time=tenancy.now,
        recorded_at=tenancy.now,
        data=record,
        trace_id=trace,
    )


def _renamed(unit: Unit, tenancy: Tenancy, merge: Merge, trace: str) -> Event:
    """Take the merged account's name off the survivor's other names."""
    row, other = unit.situations.account(merge.survivor), unit.situations.account(merge.account)
    left = tuple(name for name in (row.aliases if row else ()) if other is None or name != other.name)
    record = AccountUpdated(account=merge.survivor, aliases=left)
    return _event(tenancy, merge, record, trace)
