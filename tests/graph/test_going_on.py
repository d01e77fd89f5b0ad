"""A decision is recorded before its run hears of it: whatever dies in between, the next sweep tells the run."""

import signal
from datetime import timedelta
from pathlib import Path

import pytest

from graphs.bootstrap import House
from graphs.governing.decisions import decide
from graphs.runner import Runner
from graphs.working.sweeping import step_by_time
from state.errors import NotFound
from state.governance.action import Action
from state.governance.happening import Cancel
from state.ids import AccountId
from tests.graph.homes import TENANT, Home, copied, principal_of, waits
from tests.graph.test_autonomy import FJORD, card
from tests.graph.test_sleeping import later

ACCOUNT, ASKED = "oakhaven-hotels", "acme-corp"


@pytest.fixture(scope="module")
def waiting(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str, str]:
    """Give a home in which a mail waits for its owner and another account's question for an answer."""
    home = copied(base_home, tmp_path_factory.mktemp("waiting") / "home")
    shown = home.drive("prep", ACCOUNT).said["proposals"]
    asked = home.drive("prep", ASKED).said["question"]
    assert isinstance(shown, list)
    assert isinstance(asked, dict)
    mail = next(str(one["action"]) for one in shown if one["action_type"] == "send_email")
    return home, mail, str(asked["id"])


@pytest.mark.parametrize("point", ["decide:recorded", "before:take"])
def test_a_no_whose_process_died_reaches_its_run(
    waiting: tuple[Home, str, str], tmp_path: Path, point: str
) -> None:
    home, mail = copied(waiting[0], tmp_path / "home"), waiting[1]
    killed = home.drive("reject", mail, env={"REVLOOP_CRASH_AT": point})
    assert killed.code == -signal.SIGKILL, killed.err
    said = home.drive("resume").said["waits"]
    assert isinstance(said, list)
    assert mail not in said
    assert waiting[2] in said


@pytest.mark.parametrize("point", ["decide:recorded", "after:perceive"])
def test_an_answer_whose_process_died_reaches_its_run(
    waiting: tuple[Home, str, str], tmp_path: Path, point: str
) -> None:
    home, question = copied(waiting[0], tmp_path / "home"), waiting[2]
    killed = home.drive("answer", question, "renewal", env={"REVLOOP_CRASH_AT": point})
    assert killed.code == -signal.SIGKILL, killed.err
    said = home.drive("resume").said["waits"]
    assert isinstance(said, list)
    assert question not in said
    assert waiting[1] in said


def refused(house: House, action: Action) -> None:
    """Record a no as a process does that dies right after."""
    who = principal_of(house).model_copy(update={"user": action.owner})
    decide(house.parts, house.parts.tenancy(TENANT), who, action.id, lambda _: Cancel(who, "not now"))


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "never told"])
def test_a_sweep_that_tells_no_run_is_seen(
    house: House, monkeypatch: pytest.MonkeyPatch, is_told: bool
) -> None:
    action = card(house)
    assert action.id in waits(house)
    refused(house, action)
    if not is_told:
        monkeypatch.setattr(Runner, "go_on", lambda *_: None)
    house.desk.sweep(house.parts.tenancy(TENANT), principal_of(house))
    assert (action.id in waits(house)) is not is_told


def test_a_card_that_expired_in_a_process_that_died_reaches_its_run(house: House) -> None:
    action = card(house)
    later(house, (action.expires_at - action.created_at) // timedelta(days=1) + 1)
    tenancy = house.parts.tenancy.refresh(TENANT)
    step_by_time(house.parts, tenancy, principal_of(house))
    assert action.id in waits(house)
    house.desk.sweep(tenancy, principal_of(house))
    assert action.id not in waits(house)


def test_the_next_look_at_the_account_tells_the_run_too(house: House) -> None:
    action = card(house)
    refused(house, action)
    house.runner.start(principal_of(house), AccountId(FJORD), "scan")
    with house.parts.stores.read(TENANT) as unit:
        assert unit.actions.answered() == ()
    assert action.id not in waits(house)


def test_two_that_tell_the_same_run_do_not_open_it_again(house: House) -> None:
    action = card(house)
    refused(house, action)
    runner, tenancy = house.runner, house.parts.tenancy(TENANT)
    with house.parts.stores.read(TENANT) as unit:
        run = unit.runs.get(action.run)
        ended = unit.actions.get(action.id)
    assert run is not None
    stale = {one.id: "dc_late" for one in runner.open_interrupts(run)}
    assert runner.hand_over(tenancy, ended)
    before = waits(house)
    runner.resume(tenancy, run, stale)
    assert waits(house) == before


def test_a_run_whose_documents_are_gone_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = card(house)
    refused(house, action)

    def gone(*_: object) -> bool:
        raise NotFound("It is gone.")

    with monkeypatch.context() as broken:
        broken.setattr(Runner, "hand_over", gone)
        house.desk.sweep(house.parts.tenancy(TENANT), principal_of(house))
    with house.parts.stores.read(TENANT) as unit:
        assert unit.actions.answered() == ()
