"""What every store of policies does alike: once per version, whole, and which came into force when."""

from datetime import timedelta
from pathlib import Path

import pytest

from state.errors import NotFound
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


def test_a_date_to_come_is_due_once_and_gone_when_it_has_come_or_is_taken_back(stores: Stores) -> None:
    later = NOW + timedelta(days=2)
    with stores.begin(TENANT) as unit:
        for version in ("v1", "v2", "v3"):
            unit.policies.keep(kept(version))
        unit.policies.schedule("v1", later, over="v0")
        unit.policies.schedule("v2", later)
        unit.policies.schedule("v2", None)
        assert not unit.policies.due(later - timedelta(seconds=1))
        assert [(one.version, one.effective_at, one.over) for one in unit.policies.due(later)] == [
            ("v1", later, "v0")
        ]
        unit.policies.activated("v1", later)
        assert not unit.policies.due(later)
        assert unit.policies.listed()[0].effective_at is None


def test_contents_come_back_by_kind_under_their_hash_and_no_other_tenant_has_them(stores: Stores) -> None:
    said = {"profile": "{}", "prompts": '{"é":1}'}
    with stores.begin(TENANT) as unit:
        versions = unit.files.keep(said)
        assert unit.files.keep({"prompts": said["prompts"]})["prompts"] == versions["prompts"]
        assert unit.files.get(versions) == said
        unit.tenants.create(
            Tenant(id=TENANT, zone="UTC", currency="USD", clock=NOW, default_user=UserId("m")), []
        )
        unit.tenants.set_files(TENANT, versions)
        assert [one.files for one in unit.tenants.listed() if one.id == TENANT] == [versions]
    with stores.read(TenantId("other")) as unit, pytest.raises(NotFound):
        unit.files.get(versions)
