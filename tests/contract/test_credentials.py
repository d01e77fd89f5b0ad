"""What every store of ways in does alike: valid until over or ended, single use decided once, first answer kept."""

from datetime import timedelta

from state.ids import TenantId, UserId
from state.ports.credentials import Credential, CredentialKind, Reply
from state.ports.unit import Stores
from tests.fakes.drafts import NOW, TENANT

SOON = NOW + timedelta(minutes=10)


def kept(stores: Stores, name: str = "cr_1", kind: CredentialKind = "link") -> Credential:
    """Keep one that lasts ten minutes."""
    made = Credential(
        id=name,
        kind=kind,
        hash=f"hash of {name}",
        user=UserId("maya"),
        scopes=("read", "approve"),
        made_at=NOW,
        expires_at=SOON,
    )
    with stores.begin(TENANT) as unit:
        unit.credentials.put(made)
    return made


def test_a_credential_is_found_by_its_hash_and_kind_alone(stores: Stores) -> None:
    made = kept(stores)
    with stores.read(TENANT) as unit:
        assert unit.credentials.valid("link", made.hash, NOW) == made
        assert unit.credentials.valid("session", made.hash, NOW) is None
        assert unit.credentials.valid("link", "another hash", NOW) is None


def test_a_credential_is_over_at_its_time_and_not_before(stores: Stores) -> None:
    made = kept(stores)
    with stores.read(TENANT) as unit:
        assert unit.credentials.valid("link", made.hash, SOON - timedelta(seconds=1)) == made
        assert unit.credentials.valid("link", made.hash, SOON) is None


def test_only_the_first_to_end_a_link_is_told_so(stores: Stores) -> None:
    made = kept(stores)
    with stores.begin(TENANT) as unit:
        assert unit.credentials.end(made.id, NOW)
        assert not unit.credentials.end(made.id, NOW)
        assert unit.credentials.valid("link", made.hash, NOW) is None


def test_another_tenant_has_none_of_it(stores: Stores) -> None:
    made = kept(stores)
    with stores.begin(TenantId("other")) as unit:
        assert unit.credentials.valid("link", made.hash, NOW) is None
        assert not unit.credentials.listed("link", NOW)
        assert not unit.credentials.end(made.id, NOW)


def test_valid_ones_are_listed_oldest_first(stores: Stores) -> None:
    first, second = kept(stores, "cr_1", "key"), kept(stores, "cr_2", "key")
    with stores.read(TENANT) as unit:
        assert list(unit.credentials.listed("key", NOW)) == [first, second]


def test_the_first_answer_of_a_key_stays(stores: Stores) -> None:
    first = Reply(key="k", request="a", status=200, body="{}")
    with stores.begin(TENANT) as unit:
        unit.credentials.reply(first)
        unit.credentials.reply(Reply(key="k", request="b", status=409, body="[]"))
        assert unit.credentials.replied("k") == first
        assert unit.credentials.replied("other") is None
