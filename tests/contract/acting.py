"""Steps that the contract of actions takes again and again."""

from state.governance.action import Action
from state.governance.happening import (
    Claim,
)
from state.ids import AccountId
from state.ports.acting import Applied, Change, Lease
from state.ports.unit import Stores
from tests.fakes.drafts import (
    LEASE_UNTIL,
    TENANT,
    WALL,
    an_action,
    approve,
    change,
    stamp,
)


def drafted(stores: Stores, *wanted: Action) -> Action:
    with stores.begin(TENANT) as unit:
        return unit.actions.draft(wanted, stamp())[0].action


def apply(stores: Stores, *changes: Change) -> tuple[Applied, ...]:
    with stores.begin(TENANT) as unit:
        return tuple(unit.actions.apply(changes, stamp()))


def lease(stores: Stores, owner: str = "worker-1") -> Lease:
    with stores.begin(TENANT) as unit:
        found = unit.actions.acquire(AccountId("account-1"), owner, LEASE_UNTIL, WALL)
    assert found is not None
    return found


def claimed(stores: Stores, number: int = 1) -> Action:
    action, held = drafted(stores, an_action(number)), lease(stores)
    claim = Claim(held.owner, held.fence)
    return apply(stores, change(action, approve(action)), change(action, claim))[-1].result.action
