"""The stop switch against workers that pause, and against each other order of commits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.executor import Performed, perform
from evals.redteam.stop import Contest, contests, judged
from graphs.bootstrap import House, bootstrap
from graphs.governing.decisions import stamp_of
from graphs.governing.hands import hands_of
from graphs.governing.stopping import Switchboard
from graphs.governing.switches import InFlightOut
from graphs.working.leasing import leased
from state.errors import Forbidden
from state.governance.action import Action, Status
from state.ids import AccountId, UserId
from state.principal import Principal, Role, User
from state.settings import read_settings
from tests.graph.homes import TENANT, Home, principal_of

LEE = UserId("lee")


class AheadClock:
    """A wall clock that a test moves on, so that no undo hold is waited out."""

    ahead = timedelta(0)

    def wall(self) -> datetime:
        """Now, and what was added."""
        return datetime.now(UTC) + self.ahead


def board(house: House, user: str = LEE, *admins: str, method: str = "local") -> Switchboard:
    """Give the switches to a user; further admins may be hired."""
    tenancy = house.parts.tenancy(TENANT)
    hired = [User(id=UserId(one), name=one, email=f"{one}@x.example", role=Role.ADMIN) for one in admins]
    users = [*tenancy.users, *hired]
    role = next(one.role for one in users if one.id == user)
    principal = Principal(tenant=TENANT, user=UserId(user), role=role, method=method)
    return Switchboard(house.parts.stores, house.parts.clock, tenancy.tenant, users, principal)


def approved_mail(house: House, clock: AheadClock) -> Action:
    """Prep an account, approve its mail, and let the hold pass."""
    principal = principal_of(house)
    house.runner.start(principal, AccountId("oakhaven-hotels"), "prep")
    with house.parts.stores.read(TENANT) as unit:
        found = unit.actions.listed((Status.PENDING,), account=AccountId("oakhaven-hotels"))
    mail = next(one for one in found if one.action_type == "send_email")
    action = house.desk.approve(principal, mail.id).action
    clock.ahead += timedelta(minutes=1)
    return action


def performed(house: House, action: Action, stop_at: str) -> Performed:
    """Carry it out in a worker that pauses at a point while an admin stops everything."""
    parts, tenancy = house.parts, house.parts.tenancy(TENANT)

    def pause(name: str) -> None:
        if name == stop_at:
            board(house).on(everywhere=False, reason="")

    with leased(parts, TENANT, action.account):
        with parts.stores.read(TENANT) as unit:
            stamp = stamp_of(tenancy, unit, principal_of(house), "test")
        hands = replace(hands_of(parts, tenancy), crash_point=pause)
        if stop_at == "before":
            pause(stop_at)
        return perform(hands, [action.id], stamp)[0]


@pytest.mark.parametrize(
    ("stop_at", "status", "mails"),
    [
        ("before", "pending", 0),
        ("execute:claimed", "executed", 1),
        ("execute:sent", "executed", 1),
        ("never", "executed", 1),
    ],
)
def test_a_worker_paused_before_its_claim_does_nothing_and_after_it_at_most_that_one_effect(
    home: Home, stop_at: str, status: str, mails: int
) -> None:
    clock = AheadClock()
    house = bootstrap(read_settings({"home": str(home.path), "tenant": TENANT}, {}), clock)
    done = performed(house, approved_mail(house, clock), stop_at)
    assert done.action.status.value == status
    assert done.action.in_flight_at_stop is (stop_at.startswith("execute"))
    assert len(list(home.path.rglob("*.eml"))) == mails
    house.close()


def test_what_had_begun_is_listed_as_in_flight(home: Home) -> None:
    clock = AheadClock()
    house = bootstrap(read_settings({"home": str(home.path), "tenant": TENANT}, {}), clock)
    action = approved_mail(house, clock)
    seen: list[InFlightOut] = []

    def look(name: str) -> None:
        if name == "execute:claimed":
            seen.extend(board(house).on(everywhere=False, reason="").in_flight)

    with leased(house.parts, TENANT, action.account), house.parts.stores.read(TENANT) as unit:
        stamp = stamp_of(house.parts.tenancy(TENANT), unit, principal_of(house), "test")
    with leased(house.parts, TENANT, action.account):
        perform(
            replace(hands_of(house.parts, house.parts.tenancy(TENANT)), crash_point=look), [action.id], stamp
        )
    assert [(one.id, one.status) for one in seen] == [(action.id, "claimed")]
    house.close()


def test_where_there_are_two_admins_it_takes_both_to_let_go(house: House) -> None:
    board(house).on(everywhere=False, reason="")
    first, second = board(house, LEE, "ann"), board(house, "ann", "ann")
    for _ in range(2):
        shown = first.release(everywhere=False)
        assert not first.off(everywhere=False, seen=shown.code, reason="").released
    shown = second.release(everywhere=False)
    assert shown.agreed == (LEE,)
    assert second.off(everywhere=False, seen=shown.code, reason="").released
    assert not second.standing().stopped


@pytest.mark.parametrize("method", ["api_key", "session"])
def test_a_key_or_an_old_session_lets_nothing_go(house: House, method: str) -> None:
    board(house).on(everywhere=False, reason="")
    with pytest.raises(Forbidden, match="fresh"):
        board(house, method=method).release(everywhere=False)


@pytest.fixture(scope="module")
def raced() -> tuple[Contest, ...]:
    """Race a few times; the full number runs in `python -m evals.redteam stop`."""
    return contests(12, 6)


def test_in_no_race_does_a_claim_commit_after_the_stop_and_neither_order_is_rare(
    raced: tuple[Contest, ...],
) -> None:
    assert raced[0].raced.is_safe
    assert raced[0].raced.is_balanced


def test_the_controls_without_the_guard_are_caught(raced: tuple[Contest, ...]) -> None:
    assert [one.is_as_it_must for one in raced] == [True] * 4
    assert [one.raced.is_safe for one in raced] == [True, True, False, False]


def test_the_oracle_itself_sees_a_claim_on_each_wrong_side() -> None:
    before = [("approval", "a"), ("claim", "a"), ("stop", "t"), ("release", "t")]
    during = [("approval", "a"), ("stop", "t"), ("claim", "a"), ("release", "t")]
    after = [("approval", "a"), ("stop", "t"), ("release", "t"), ("claim", "a")]
    assert [judged(rows, [], 1).late_claims for rows in (before, during, after)] == [0, 1, 1]
