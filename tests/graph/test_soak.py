"""Workers as processes on a server that stops in the middle: nothing is lost, and no account is in two hands.

The whole is `make soak`; who held what is written down by the database itself.
"""

import pytest

from evals.soak.cluster import programs
from evals.soak.holding import Fates, Taking, in_two_hands
from evals.soak.running import Asked
from evals.soak.stage import soaked
from evals.soak.verdict import lines
from tests.conftest import IS_CI
from tests.postgres import SERVER, is_there

HELD = "host|boot|7|1"
OTHER = "host|boot|8|1"


def taken(at: float, owner: str, fence: int, was_owner: str = "", was_until: float = 0.0) -> Taking:
    return Taking(at, "a", owner, fence, was_owner, was_until, fence - 1)


@pytest.mark.apart
@pytest.mark.crash
@pytest.mark.postgres
@pytest.mark.slow
def test_one_of_two_workers_killed_and_a_server_restarted_lose_nothing() -> None:
    if programs() is None and not is_there():
        reason = "no PostgreSQL is installed, and none answers"
        pytest.fail(reason) if IS_CI else pytest.skip(reason)
    asked = Asked(seconds=6.0, events=50, accounts=10, kills=1, restarts=1, is_replaced=False)
    with soaked(asked, SERVER) as soak:
        soak.run()
        found = {line.name: line for line in lines(soak)}
    assert [line for line in found.values() if line.border == 0 and line.value] == []
    assert (found["events that happened"].value, found["workers killed"].value) == (50, 1)
    assert found["times an account was taken"].value >= 10


def test_an_account_taken_from_a_living_holder_is_seen_and_from_a_dead_one_is_not() -> None:
    early = taken(10.0, OTHER, 2, HELD, was_until=40.0)
    assert in_two_hands([early], Fates()) == [early]
    assert in_two_hands([early], Fates(killed={7: 11.0})) == [early]
    assert in_two_hands([early], Fates(killed={7: 9.0})) == []
    assert in_two_hands([early], Fates(restarts=[9.5])) == []


def test_an_account_that_was_let_go_may_be_taken_but_never_under_an_old_number() -> None:
    after = taken(50.0, OTHER, 2, HELD, was_until=40.0)
    assert in_two_hands([after], Fates()) == []
    old = Taking(50.0, "a", OTHER, 2, HELD, 40.0, 2)
    assert in_two_hands([old], Fates()) == [old]
