"""What a merge does to claims: those of the merged account are told of the survivor too, from the merge on.

Invariant: nothing is changed or taken away; before the merge each account shows what it showed, and taking the merge
back corrects what was told, event by event.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from state.ids import AccountId, NodeKey
from state.world.delta import Delta, node_key
from state.world.event import Event
from state.world.record import NodeKind
from state.world.resolution.address import KnownAddress
from state.world.superseding import SUPERSEDES, correction_in

Survivors = Mapping[AccountId, AccountId]
"""Merged account → the one it was merged into."""


def survivor_of(account: AccountId, survivors: Survivors) -> AccountId:
    """Follow merges to the account that stands for another now."""
    seen = {account}
    while account in survivors and survivors[account] not in seen:
        account = survivors[account]
        seen.add(account)
    return account


def same_people(
    survivor: AccountId, merged: AccountId, known: Iterable[KnownAddress]
) -> dict[NodeKey, NodeKey]:
    """Map people of the merged account to people of the survivor who have the same verified address; never by name."""
    here: dict[str, str] = {}
    there: dict[str, str] = {}
    for row in known:
        if row.is_verified and row.address and row.contact:
            people = here if row.account == survivor else there if row.account == merged else {}
            people.setdefault(row.address, row.contact)
    return {
        node_key(NodeKind.CONTACT, contact): node_key(NodeKind.CONTACT, here[address])
        for address, contact in sorted(there.items())
        if address in here
    }


def carried(
    claims: Sequence[Delta], survivor: AccountId, people: Mapping[NodeKey, NodeKey], at: datetime
) -> tuple[Delta, ...]:
    """Tell claims of the survivor, known since the merge; each still cites its own event."""
    return tuple(
        replace(
            claim,
            account=survivor,
            subject=people.get(claim.subject, claim.subject),
            target=None if claim.target is None else people.get(claim.target, claim.target),
            recorded_at=max(claim.recorded_at, at),
        )
        for claim in claims
        if claim.attribute != SUPERSEDES
    )


def parting(event: Event, survivor: AccountId, events: Iterable[str]) -> tuple[Delta, ...]:
    """Take the claims of events out of force at the survivor, because they never belonged there."""
    return tuple(replace(correction_in(survivor, event), value=name) for name in sorted(events))
