"""Another policy in force in a test's home, past the command that compares it with the one before."""

from collections.abc import Sequence
from pathlib import Path

from state.governance.policy import Layer, policy_version
from state.ids import TenantId, UserId
from state.ports.policies import KeptPolicy
from state.stores.database import Database
from tests.fakes.drafts import NOW

TENANT = TenantId("fieldstone")


def put_in_force(home: Path, layers: Sequence[Layer]) -> None:
    """Keep a policy and name it as the one in force."""
    version = policy_version(layers)
    kept = KeptPolicy(
        version=version, asked_at=NOW, asked_by=UserId("lee"), activated_at=NOW, layers=tuple(layers)
    )
    database = Database(f"sqlite:///{home / 'revloop.db'}")
    with database.begin(TENANT) as unit:
        unit.policies.keep(kept)
        unit.tenants.set_policy(TENANT, version)
    database.close()
