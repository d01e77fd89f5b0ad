"""A restored or cloned home sends nothing until an admin says so; without the guard it would send again."""

import shutil
import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from graphs.bootstrap import House
from graphs.keeping.anchoring import anchor_now, exported_bundle
from graphs.keeping.restoring import Restored, confirm, restored, stand_down
from state.errors import Conflict, Forbidden
from state.governance.action import Status
from state.ids import ActionId, UserId
from state.ledger.verify import verify
from state.principal import Principal, Role
from tests.graph.homes import TENANT, Home, copied, principal_of
from tests.graph.test_crash import ACCOUNT, mails, proposals
from tools.instance import settled_in

ADMIN = Principal(tenant=TENANT, user=UserId("lee"), role=Role.ADMIN)


@dataclass(frozen=True)
class Kept:
    """A home that has sent a mail, and its database from before."""

    home: Home
    mail: str
    older: Path


@contextmanager
def opened(home: Home) -> Generator[House, None, None]:
    house = home.house()
    yield house
    house.close()


@pytest.fixture(scope="module")
def kept(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("kept")
    home = copied(base_home, folder / "home")
    mail = str(proposals(home.drive("prep", ACCOUNT).said)["send_email"]["action"])
    assert home.drive("approve", mail).said["status"] == "approved"
    with opened(home) as house:
        assert restored(house.parts, TENANT) is None
        anchor_now(house.parts, TENANT)
    shutil.copy(home.path / "revloop.db", folder / "older.db")
    assert home.drive("release+60s", mail).said["status"] == "executed"
    with opened(home) as house:
        anchor_now(house.parts, TENANT)
    return Kept(home, mail, folder / "older.db")


@pytest.fixture
def older(kept: Kept, tmp_path: Path) -> Home:
    """Give a home whose database was restored from before the mail, and whose outbox was emptied."""
    home = copied(kept.home, tmp_path / "home")
    settled_in(home.path, _instance(home))
    for path in home.path.glob("revloop.db*"):
        path.unlink()
    shutil.copy(kept.older, home.path / "revloop.db")
    shutil.rmtree(home.path / "tenants" / TENANT / "outbox")
    return home


def _instance(home: Home) -> str:
    with opened(home) as house, house.parts.stores.read(TENANT) as unit:
        return str(unit.tenants.instance(TENANT))


def stood_down(home: Home) -> Restored:
    with opened(home) as house:
        found = restored(house.parts, TENANT)
        assert found is not None
        stand_down(house.parts, house.parts.tenancy(TENANT), principal_of(house), found)
    return found


def status(home: Home, action: str) -> Status:
    with opened(home) as house, house.parts.stores.read(TENANT) as unit:
        return unit.actions.get(ActionId(action)).status


def test_a_restored_database_sends_nothing(kept: Kept, older: Home) -> None:
    assert stood_down(older).code == "older"
    assert status(older, kept.mail) is Status.PENDING
    assert older.drive("resume+60s").code == 0
    assert older.drive("release+60s", kept.mail).said["status"] == "pending"
    assert mails(older) == 0


def test_without_the_guard_the_restored_database_sends_again(kept: Kept, older: Home) -> None:
    assert older.drive("release+60s", kept.mail).said["status"] == "executed"
    assert mails(older) == 1


def test_a_cloned_home_stops_and_the_original_goes_on(kept: Kept, tmp_path: Path) -> None:
    clone = copied(kept.home, tmp_path / "home")
    assert stood_down(clone).code == "copied"
    with opened(kept.home) as house:
        assert restored(house.parts, TENANT) is None


def test_a_database_in_another_home_is_foreign(kept: Kept, tmp_path: Path) -> None:
    clone = copied(kept.home, tmp_path / "home")
    (clone.path / "instance.json").unlink()
    assert stood_down(clone).code == "foreign"


def test_what_a_copy_had_claimed_is_ambiguous_there(kept: Kept, older: Home, tmp_path: Path) -> None:
    killed = older.drive("release+60s", kept.mail, env={"REVLOOP_CRASH_AT": "execute:claimed"})
    assert killed.code == -signal.SIGKILL
    stood_down(copied(older, tmp_path / "copy"))
    assert status(Home(tmp_path / "copy"), kept.mail) is Status.AMBIGUOUS


def test_standing_down_twice_leaves_one_entry(older: Home) -> None:
    stood_down(older)
    with opened(older) as house, house.parts.stores.read(TENANT) as unit:
        before = unit.ledger.head()
    stood_down(older)
    with opened(older) as house, house.parts.stores.read(TENANT) as unit:
        assert unit.ledger.head() == before


def test_nothing_anchors_over_an_unconfirmed_restore(older: Home) -> None:
    with opened(older) as house, pytest.raises(Conflict, match="newest anchor"):
        anchor_now(house.parts, TENANT)


def test_only_an_admin_who_saw_it_confirms_and_the_loss_stays_told(older: Home) -> None:
    found = stood_down(older)
    with opened(older) as house:
        parts, tenancy = house.parts, house.parts.tenancy(TENANT)
        shown = confirm(parts, tenancy, ADMIN, found, None)
        old_session = ADMIN.model_copy(update={"method": "session"})
        for who, seen, refusal in (
            (principal_of(house), shown.code, Forbidden),
            (old_session, shown.code, Forbidden),
            (ADMIN, "12345678", Conflict),
        ):
            with pytest.raises(refusal):
                confirm(parts, tenancy, who, found, seen)
        assert restored(parts, TENANT) is not None
        assert any("Given up" in line for line in shown.changes)
        confirm(parts, tenancy, ADMIN, found, shown.code)
        assert restored(parts, TENANT) is None
        bundle, pin = exported_bundle(parts, TENANT)
        holds, lines = verify(bundle, pin=pin)
        with parts.stores.read(TENANT) as unit:
            assert unit.actions.stop().is_on
    assert holds
    assert any("A restore lost" in line for line in lines)
