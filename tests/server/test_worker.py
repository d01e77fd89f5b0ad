"""A worker in this process: events become loops without anyone asking, and what fails becomes an entry."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from threading import Condition

import pytest

from evals.bench.settled import CLOCK, TOWN
from evals.bench.stage import principal_of
from evals.bench.town import account_of, syncs, town
from graphs.bootstrap import House, bootstrap, shipped, working_alone
from graphs.perceiving.due import due_scan
from graphs.perceiving.intake import Delivery, ensure_tenant, take_events
from graphs.working.scanning import scanner
from server import worker as module
from server.home import Home
from server.ticks import Ticks
from server.worker import Worker, working
from state.errors import Unavailable
from state.ids import TenantId
from state.ledger.entry import Kind
from state.ports.queueing import Job, JobKind, JobState
from state.ports.unit import Stores, Unit
from state.ports.world import Tenant
from state.settings import Settings, read_settings
from state.world.event import parse_event
from tests.server.conftest import Cli
from tools.files import load_profile

GENEROUS_SECONDS = 250
pytestmark = pytest.mark.apart


class Later:
    """A clock two minutes after the town's."""

    def wall(self) -> object:
        return CLOCK + timedelta(minutes=2)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settle a town whose clock moves by itself, with one event that nobody has looked at."""
    monkeypatch.setenv("REVLOOP_HOME", str(tmp_path / "home"))
    found = read_settings({"home": str(tmp_path / "home"), "tenant": TOWN}, {})
    house = bootstrap(found)
    users = load_profile([shipped() / "profile"]).company.users
    tenant = Tenant(id=TOWN, zone="America/New_York", currency="USD", clock=CLOCK, default_user=users[0].id)
    ensure_tenant(house.parts, tenant, users)
    events = [*syncs(TOWN, CLOCK), *town(TOWN, 3, CLOCK)]
    take_events(house.parts, house.parts.tenancy(TOWN), principal_of(house, TOWN), events, "test")
    list(due_scan(house.parts, house.parts.tenancy(TOWN), scanner(house.parts.tenancy(TOWN))))
    note = {"note": "n-1", "author": "maya", "text": "They asked for a call."}
    head = {
        "id": "n-1",
        "account": account_of(1),
        "source": "crm",
        "type": "note.added",
        "time": CLOCK.isoformat(),
    }
    event = parse_event({**head, "data": note}, TOWN)
    live = Delivery(is_live=True)
    take_events(
        house.parts, house.parts.tenancy(TOWN), principal_of(house, TOWN), [event], "test", delivery=live
    )
    ensure_tenant(house.parts, tenant.model_copy(update={"clock": None}), users)
    house.close()
    return found


@pytest.fixture
def worked(settings: Settings) -> Iterator[Worker]:
    with working(settings, Later()) as worker:  # type: ignore[arg-type]  # its time is a datetime
        yield worker


def until(worker: Worker, condition: Callable[[], bool]) -> None:
    """Wait for what another thread does, however slow the machine is."""
    waiting = Condition()
    with waiting:
        for _ in range(GENEROUS_SECONDS * 10):
            if condition():
                return
            waiting.wait(0.1)
    pytest.fail("the worker did not come to it")


def entries(worker: Worker, kind: Kind) -> list[str]:
    with worker.looking.stores.read(TOWN) as unit:
        return [one.payload or "" for one in unit.ledger.sealed(0, 9999) if one.entry.kind is kind]


def test_events_become_loops_without_anyone_asking_and_what_fails_becomes_an_entry(
    worked: Worker, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked.sweep()
    worked.sweep()
    until(worked, lambda: len(worked.queue.listed([JobState.DONE], 9)) == 1)
    with worked.looking.stores.read(TOWN) as unit:
        run = unit.runs.latest(account_of(1))
    assert (run and run.channel, run and run.status) == ("scan", "done")

    def fails(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "do", fails)
    worked.queue.enqueue(Job(kind=JobKind.DAILY, tenant=TOWN, subject="x", number="1"))
    until(worked, lambda: len(worked.queue.listed([JobState.DONE], 9)) == 2)
    (told,) = [one for one in entries(worked, Kind.VALIDATION) if "job" in one]
    assert json.loads(told) == {"failed": "ZeroDivisionError", "job": "daily", "subject": "x"}
    assert Home(worked.house, worked.looking).queued([JobState.DONE]) == {JobState.DONE: 2}
    shown = cli("queue", "--json").json
    assert shown["counts"] == {"cancelled": 0, "done": 2, "failed": 0, "running": 0, "waiting": 0}
    assert [one["worker"] for one in listed(shown["workers"])] == [worked.house.parts.worker]
    assert "2 done" in cli("queue").out


def listed(found: object) -> list[dict[str, object]]:
    assert isinstance(found, list)
    return found


def test_a_second_server_or_worker_of_a_home_is_refused_with_code_five(empty_home: Path, cli: Cli) -> None:
    with working_alone(read_settings({"home": str(empty_home)}, {})):
        ran = cli("worker")
    assert (ran.code, "open in another process" in ran.err) == (5, True)
    assert "No worker has worked here yet" in cli("queue").out


def test_a_failing_tick_is_entered_once_and_the_next_one_comes(settings: Settings) -> None:
    house = bootstrap(settings, Later())  # type: ignore[arg-type]  # its time is a datetime
    ticks, away = Ticks(house.parts, "beat"), Stops(house.parts.stores)
    assert [ticks.tick(lambda: 1 / 0), ticks.tick(lambda: 1 / 0), ticks.tick(lambda: None)] == [
        False,
        False,
        True,
    ]
    house.parts.stores = away
    assert not ticks.tick(lambda: 1 / 0)
    house.parts.stores = away.stores
    assert failures(house) == 1
    ticks.tick(lambda: None)
    assert (failures(house), ticks.failures) == (2, 3)
    house.close()


class Stops:
    """A database that is away."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores

    def read(self, tenant: TenantId) -> AbstractContextManager[Unit]:
        raise Unavailable(f"no database for {tenant}")

    begin = read


def failures(house: House) -> int:
    with house.parts.stores.read(TOWN) as unit:
        return sum("ZeroDivisionError" in (one.payload or "") for one in unit.ledger.sealed(0, 9999))
