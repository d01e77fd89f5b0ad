"""A new key takes over: what the older one made is still ours, whatever dies on the way; and only an admin turns it."""

import json
import signal
from pathlib import Path

import pytest

from graphs.bootstrap import House
from graphs.keeping.anchoring import anchor_now, exported_bundle, folder_of, signer_of
from graphs.keeping.rotating import CRASH_POINTS, Purpose, Rotation, RotationOut, listed
from state.errors import Conflict, Forbidden
from state.ids import ActionId
from state.ledger.entry import Kind
from state.ledger.verify import verify
from tests.graph.homes import ADMIN, TENANT, Home, copied, principal_of
from tests.graph.test_crash import ACCOUNT, mails, proposals
from tools.keys import tenant_ring


def rotated(house: House, purpose: Purpose) -> RotationOut:
    """Look, then say yes to what was shown."""
    rotation = Rotation(house.parts, house.parts.tenancy(TENANT), ADMIN)
    return rotation.rotate(purpose, rotation.rotate(purpose, None).code)


def told(house: House) -> list[dict[str, str]]:
    """Read the KEY entries of rotations."""
    with house.parts.stores.read(TENANT) as unit:
        kept = [one.payload or "" for one in unit.ledger.sealed(limit=100_000) if one.entry.kind is Kind.KEY]
    return [one for one in map(json.loads, kept) if one.get("step") == "rotated"]


def holds(house: House, pin: str = "") -> bool:
    """Verify the ledger as an auditor does, with the key he wrote down."""
    bundle, known = exported_bundle(house.parts, TENANT)
    return verify(json.loads(json.dumps(bundle)), pin=pin or known)[0]


@pytest.fixture(scope="module")
def approved(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str]:
    """Give a home in which a mail is approved and not yet sent."""
    home = copied(base_home, tmp_path_factory.mktemp("approved") / "home")
    mail = str(proposals(home.drive("prep", ACCOUNT).said)["send_email"]["action"])
    assert home.drive("approve", mail).said["status"] == "approved"
    return home, mail


@pytest.fixture
def waiting(approved: tuple[Home, str], tmp_path: Path) -> tuple[Home, str]:
    return copied(approved[0], tmp_path / "home"), approved[1]


@pytest.fixture
def anchored(house: House) -> tuple[House, str]:
    """Give a home whose ledger is anchored, and the key that was written down then."""
    anchor_now(house.parts, TENANT)
    return house, signer_of(house.settings).publics()[0].hex()


def test_a_mail_that_bears_a_name_of_the_older_key_leaves_once_and_is_found(
    waiting: tuple[Home, str],
) -> None:
    home, mail = waiting
    key = home.drive("tenant").said["key"]
    assert home.drive("release+60s", mail).said["status"] == "executed"
    assert mails(home) == 1
    house = home.house()
    with house.parts.stores.read(TENANT) as unit:
        assert house.parts.tenancy(TENANT).gateway.probe(unit.actions.get(ActionId(mail))) == "found"
    house.close()
    assert tenant_ring(house.settings.tenant_folder(TENANT)).newest().id == key


def test_a_mail_drafted_in_another_process_after_the_rotation_is_ours_too(home: Home) -> None:
    house = home.house()
    gateway = house.parts.tenancy(TENANT).gateway
    assert home.drive("tenant").code == 0
    mail = str(proposals(home.drive("prep", ACCOUNT).said)["send_email"]["action"])
    with house.parts.stores.read(TENANT) as unit:
        action = unit.actions.get(ActionId(mail))
    assert gateway.probe(action) == "absent", "a gateway that was opened before reads the newer key"
    house.close()


def test_an_entry_names_both_keys_and_shows_neither(house: House) -> None:
    before = tenant_ring(house.settings.tenant_folder(TENANT)).newest()
    done = rotated(house, "tenant")
    after = tenant_ring(house.settings.tenant_folder(TENANT)).newest()
    (entry,) = told(house)
    assert entry == {"purpose": "tenant", "step": "rotated", "key": after.id, "was": before.id}
    assert (done.was, done.key) == (before.id, after.id)
    for key in (before, after):
        assert not any(key.secret in path.read_bytes() for path in house.settings.home.glob("revloop.db*"))


def test_an_auditor_goes_on_with_the_key_he_wrote_down(anchored: tuple[House, str]) -> None:
    house, pin = anchored
    older, _ = exported_bundle(house.parts, TENANT)
    done = rotated(house, "anchor")
    assert signer_of(house.settings).publics() == (bytes.fromhex(done.public),), "the old one is destroyed"
    assert holds(house, pin)
    assert holds(house, done.public)
    assert holds(house)
    assert not holds(house, "00" * 32)
    assert verify(json.loads(json.dumps(older)), pin=pin)[0], "a bundle from before stays good"
    assert [one["purpose"] for one in told(house)] == ["anchor"]


def test_after_a_rotation_a_changed_ledger_is_still_found(anchored: tuple[House, str]) -> None:
    house, pin = anchored
    rotated(house, "anchor")
    bundle = json.loads(json.dumps(exported_bundle(house.parts, TENANT)[0]))
    bundle["entries"] = bundle["entries"][:-1]
    assert not verify(bundle, pin=pin)[0]


def test_anchors_go_on_with_the_new_key_and_the_older_ones_are_pinned_beside_it(
    anchored: tuple[House, str],
) -> None:
    house, pin = anchored
    publics = [rotated(house, "anchor").public, rotated(house, "anchor").public]
    assert [one.hex() for one in folder_of(house.settings).pinned()] == [pin, *publics]
    assert holds(house, pin)
    settings = house.settings.model_copy(update={"anchor_pin": f"{'00' * 32}, {pin}"})
    house.parts.settings = settings
    assert holds(house), "of several pins the one that the chain knows is taken"


@pytest.mark.crash
@pytest.mark.parametrize("point", ["keys:made", "keys:entered"])
def test_a_kill_in_a_companys_rotation_leaves_a_home_that_works(
    waiting: tuple[Home, str], point: str
) -> None:
    home, mail = waiting
    assert home.drive("tenant", env={"REVLOOP_CRASH_AT": point}).code == -signal.SIGKILL
    assert home.drive("release+60s", mail).said["status"] == "executed"
    house = home.house()
    if point == "keys:made":
        assert rotated(house, "tenant").changes[-1].startswith("A rotation was begun")
    assert (len(told(house)), [one.in_use for one in listed(house.parts, TENANT)][:2]) == (1, [False, True])
    house.close()


@pytest.mark.crash
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_kill_in_the_rotation_of_the_signing_key_leaves_a_ledger_that_verifies(
    home: Home, point: str
) -> None:
    house = home.house()
    anchor_now(house.parts, TENANT)
    pin = signer_of(house.settings).publics()[0].hex()
    house.close()
    assert home.drive("anchor", env={"REVLOOP_CRASH_AT": point}).code == -signal.SIGKILL
    house = home.house()
    assert holds(house, pin)
    anchor_now(house.parts, TENANT)
    assert holds(house, pin)
    if point != "keys:ended":
        assert rotated(house, "anchor").changes[-1].startswith("A rotation was begun")
    assert (len(told(house)), len(signer_of(house.settings).publics()), holds(house, pin)) == (1, 1, True)
    house.close()


def test_only_an_admin_who_signed_in_afresh_turns_a_key_and_only_the_one_he_saw(house: House) -> None:
    tenancy = house.parts.tenancy(TENANT)
    code = Rotation(house.parts, tenancy, ADMIN).rotate("tenant", None).code
    for who in (principal_of(house), ADMIN.model_copy(update={"method": "session"})):
        with pytest.raises(Forbidden):
            Rotation(house.parts, tenancy, who).rotate("tenant", code)
    assert Rotation(house.parts, tenancy, ADMIN).rotate("tenant", code).done
    with pytest.raises(Conflict, match="not the code"):
        Rotation(house.parts, tenancy, ADMIN).rotate("tenant", code)
    assert len(told(house)) == 1


def test_the_old_signing_key_stays_while_a_ledger_does_not_know_the_new_one(
    anchored: tuple[House, str],
) -> None:
    house, _ = anchored
    folder = folder_of(house.settings).folder
    (folder / "other.jsonl").write_text((folder / f"{TENANT}.jsonl").read_text("utf-8"), encoding="utf-8")
    with pytest.raises(Conflict, match="other do not know"):
        rotated(house, "anchor")
    assert len(signer_of(house.settings).publics()) == 2
    (folder / "other.jsonl").unlink()
    assert rotated(house, "anchor").done
    assert len(signer_of(house.settings).publics()) == 1
