"""A clock that jumps by more than five minutes stops what leaves until an admin has looked; nothing else does."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from graphs.bootstrap import House, bootstrap
from graphs.governing import hands
from graphs.governing.stopping import Switchboard
from graphs.keeping import timing
from state.governance.action import Action, Status
from state.ids import AccountId, ActionId, UserId
from state.ledger.entry import Kind
from state.principal import Principal, Role
from state.settings import read_settings
from tests.graph.homes import TENANT, Home, principal_of

HOTEL = AccountId("oakhaven-hotels")
MINUTE = timedelta(minutes=1)


@dataclass
class Machine:
    """A machine whose clock somebody can set."""

    at: datetime
    boot: str = "boot-1"
    seconds: float = 100.0

    def wall(self) -> datetime:
        return self.at

    def uptime(self) -> tuple[str, float]:
        return self.boot, self.seconds

    def passes(self, time: timedelta) -> None:
        self.at += time
        self.seconds += time.total_seconds()


@dataclass
class Live:
    """A company whose time is the machine's."""

    house: House
    machine: Machine
    path: Path

    def approved(self) -> ActionId:
        """Approve the mail of a prep, and let its hold pass."""
        report = self.house.runner.start(principal_of(self.house), HOTEL, "prep")
        mail = next(ActionId(str(one.action)) for one in report.proposals if one.action_type == "send_email")
        self.house.desk.approve(principal_of(self.house), mail)
        self.machine.passes(MINUTE)
        return mail

    def sent(self, mail: ActionId) -> bool:
        """Carry it out if that may be; say whether it left."""
        self.house.desk.release(principal_of(self.house), mail)
        return bool(list(self.path.rglob("*.eml")))

    def of(self, mail: ActionId) -> Action:
        with self.house.parts.stores.read(TENANT) as unit:
            return unit.actions.get(mail)

    def reason(self) -> str:
        """Say why the stop is on; empty where it is off."""
        board = self.board().standing()
        return (board.company.reason or "on") if board.stopped else ""

    def board(self) -> Switchboard:
        tenancy = self.house.parts.tenancy.refresh(TENANT)
        lee = Principal(tenant=TENANT, user=UserId("lee"), role=Role.ADMIN, method="local")
        return Switchboard(self.house.parts.stores, self.machine, tenancy.tenant, tenancy.users, lee)

    def sweep(self) -> None:
        self.house.desk.sweep(self.house.parts.tenancy.refresh(TENANT), principal_of(self.house))


@pytest.fixture
def live(home: Home) -> Iterator[Live]:
    """Open the home with a clock that nobody has frozen."""
    house = home.house()
    now = house.parts.tenancy(TENANT).now
    with house.parts.stores.begin(TENANT) as unit:
        known = unit.tenants.company(TENANT)
        assert known is not None
        unit.tenants.create(known[0].model_copy(update={"clock": None}), known[1])
    house.close()
    machine = Machine(now)
    opened = bootstrap(read_settings({"home": str(home.path), "tenant": TENANT}, {}), machine)
    opened.parts.uptime = machine.uptime
    place = opened.settings.tenant_folder(TENANT) / timing.FILE
    timing.remember(place, timing.Pulse(machine.boot, machine.seconds, now))
    yield Live(opened, machine, home.path)
    opened.close()


def test_while_the_clock_runs_as_it_should_what_was_approved_leaves(live: Live) -> None:
    assert live.sent(live.approved())
    assert live.reason() == ""


@pytest.mark.parametrize("is_watched", [True, False], ids=["watched", "nobody watches"])
@pytest.mark.parametrize("jump", [6 * MINUTE, 180 * MINUTE], ids=str)
def test_after_a_jump_nothing_leaves(
    live: Live, monkeypatch: pytest.MonkeyPatch, jump: timedelta, is_watched: bool
) -> None:
    mail = live.approved()
    live.machine.at += jump
    if not is_watched:
        monkeypatch.setattr(hands, "watch", lambda *_: False)
    assert live.sent(mail) is not is_watched
    if is_watched:
        assert (live.of(mail).status, live.of(mail).grant) == (Status.PENDING, None)
        assert f"jumped {jump // MINUTE} minutes ahead" in live.reason()


@pytest.mark.parametrize(
    ("jump", "stops"),
    [
        (5 * MINUTE, False),
        (-5 * MINUTE, False),
        (5 * MINUTE + timedelta(seconds=1), True),
        (-5 * MINUTE - timedelta(seconds=1), True),
    ],
)
def test_five_minutes_are_the_border_both_ways(live: Live, jump: timedelta, stops: bool) -> None:
    live.machine.at += jump
    live.sweep()
    assert bool(live.reason()) is stops


def test_after_a_new_start_the_clock_is_not_before_the_ledger(live: Live) -> None:
    live.approved()
    live.machine.boot, live.machine.seconds = "boot-2", 5.0
    live.machine.at -= timedelta(hours=1)
    live.sweep()
    assert "minutes back" in live.reason()


def test_an_admin_who_has_looked_lets_it_go_on_and_the_jump_is_entered_once(live: Live) -> None:
    live.machine.at += timedelta(hours=2)
    live.sweep()
    live.sweep()
    board = live.board()
    board.off(everywhere=False, seen=board.release(everywhere=False).code, reason="the clock was set right")
    live.sweep()
    assert live.reason() == ""
    with live.house.parts.stores.read(TENANT) as unit:
        kinds = [one.kind for one in unit.ledger.entries(limit=10_000)]
    assert kinds.count(Kind.CLOCK) == 1
    assert live.sent(live.approved())


class TakenBackError(Exception):
    """The transaction is not committed."""


def test_a_jump_is_not_forgotten_before_its_stop_stands(live: Live) -> None:
    live.machine.at += timedelta(hours=2)
    tenancy = live.house.parts.tenancy.refresh(TENANT)
    with suppress(TakenBackError), live.house.parts.stores.begin(TENANT) as unit:
        assert timing.watch(live.house.parts, unit, tenancy)
        raise TakenBackError
    assert live.reason() == ""
    live.sweep()
    assert live.reason()


def test_a_company_whose_clock_is_frozen_has_no_jumps(house: House) -> None:
    house.parts.uptime = lambda: ("boot-1", 1e9)
    with house.parts.stores.begin(TENANT) as unit:
        assert not timing.watch(house.parts, unit, house.parts.tenancy(TENANT))
