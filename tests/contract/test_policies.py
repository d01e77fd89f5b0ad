"""What every store of policies does alike: once per version, whole, and which came into force when."""

from datetime import timedelta
from pathlib import Path

from state.ids import TenantId, UserId
from state.ports.policies import KeptPolicy
from state.ports.unit import Stores
from state.ports.world import Tenant
from tests.fakes.drafts import NOW, TENANT
from tools.policies import load_layers, policy_files

LAYERS = load_layers(policy_files(Path(__file__).parents[2] / "policies"))


def kept(version: str = "v1", hours: int = 0) -> KeptPolicy:
    return KeptPolicy(
        version=version, asked_at=NOW + timedelta(hours=hours), asked_by=UserId("lee"), layers=LAYERS
    )


def test_a_policy_comes_back_as_it_was_kept_and_the_first_stays(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.policies.keep(kept())
        unit.policies.keep(kept().model_copy(update={"note": "again"}))
        assert unit.policies.get("v1") == kept()
        assert unit.policies.get("v2") is None


def test_policies_are_listed_newest_first_with_when_they_came_into_force(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.policies.keep(kept())
        unit.policies.keep(kept("v2", hours=1))
        unit.policies.activated("v1", NOW)
        assert [(one.version, one.activated_at) for one in unit.policies.listed()] == [
            ("v2", None),
            ("v1", NOW),
        ]


def test_another_tenant_keeps_no_policy_of_ours(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.policies.keep(kept())
    with stores.begin(TenantId("other")) as unit:
        assert unit.policies.get("v1") is None
        assert not unit.policies.listed()
        unit.policies.activated("v1", NOW)
    with stores.read(TENANT) as unit:
        assert unit.policies.listed()[0].activated_at is None


def test_which_policy_is_in_force_stands_with_the_tenant(stores: Stores) -> None:
    tenant = Tenant(id=TENANT, zone="UTC", currency="USD", clock=NOW, default_user=UserId("maya"))
    with stores.begin(TENANT) as unit:
        unit.tenants.create(tenant, [])
        unit.tenants.set_policy(TENANT, "v1")
        unit.tenants.set_config(TENANT, "c1")
        found = unit.tenants.get(TENANT)
    assert found == tenant.model_copy(update={"policy": "v1", "config": "c1"})
