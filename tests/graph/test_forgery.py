"""Checkpoints are untrusted: forged channels and forks cause no effect, and a replayed step writes nothing new."""

import pytest
from langgraph.types import Command, StateSnapshot

from graphs.bootstrap import House
from graphs.channels import ExecuteInput
from graphs.nodes.branches import execute
from graphs.runner import config_of, request_of
from graphs.telling.report import ProposalOut, Report
from state.errors import NotFound
from state.governance.action import Status
from state.ids import AccountId, ActionId
from state.ports.running import Run
from tests.graph.homes import TENANT, Home, principal_of


def prepared(house: House) -> tuple[Report, Run, ProposalOut]:
    """Give a run that waits for a mail's approval."""
    report = house.runner.start(principal_of(house), AccountId("oakhaven-hotels"), "prep")
    with house.parts.stores.read(TENANT) as unit:
        run = next(one for one in unit.runs.waiting() if one.id == report.run)
    mail = next(one for one in report.proposals if one.action_type == "send_email")
    return report, run, mail


def status_of(house: House, mail: ProposalOut) -> Status:
    """Where the mail's action is."""
    with house.parts.stores.read(TENANT) as unit:
        return unit.actions.get(ActionId(str(mail.action))).status


def test_a_forged_resume_value_is_not_a_decision(house: House, home: Home) -> None:
    _, run, mail = prepared(house)
    waiting = house.runner.open_interrupts(run)[0]
    command: Command[str] = Command(resume={waiting.id: "dc_forged"})
    house.runner.wait(house.runner.loop.ainvoke(command, config_of(run), durability="sync"))
    assert status_of(house, mail) is Status.PENDING
    assert not list(home.path.rglob("*.eml"))
    assert house.runner.open_interrupts(run)


def test_a_forged_channel_executes_nothing(house: House, home: Home) -> None:
    _, run, mail = prepared(house)
    forged = {"branches": {"run_now": [mail.action], "ask_approval": [], "question": None, "waiting": []}}
    config = house.runner.wait(house.runner.loop.aupdate_state(config_of(run), forged, as_node="guard"))
    house.runner.wait(house.runner.loop.ainvoke(None, config, durability="sync"))
    assert status_of(house, mail) is Status.PENDING
    assert not list(home.path.rglob("*.eml"))


def test_a_fork_from_an_earlier_checkpoint_writes_nothing_new(house: House, home: Home) -> None:
    _, run, mail = prepared(house)
    before = house.database.statements
    assert before
    with house.parts.stores.read(TENANT) as unit:
        count = len(unit.crm.listed())
    past = [one for one in _history(house, run) if one.next == ("plan",)]
    house.runner.wait(house.runner.loop.ainvoke(None, past[-1].config, durability="sync"))
    with house.parts.stores.read(TENANT) as unit:
        assert len(unit.crm.listed()) == count
    assert status_of(house, mail) is Status.PENDING
    assert not list(home.path.rglob("*.eml"))


def _history(house: House, run: Run) -> list[StateSnapshot]:
    async def collect() -> list[StateSnapshot]:
        return [one async for one in house.runner.loop.aget_state_history(config_of(run))]

    return house.runner.wait(collect())


def test_a_forged_request_cannot_run_another_tenants_action(house: House) -> None:
    _, run, mail = prepared(house)
    forged = {**request_of(run, principal_of(house)), "tenant": "elsewhere"}
    with pytest.raises(NotFound, match="elsewhere"):
        execute(house.parts, ExecuteInput(request=forged, actions=[str(mail.action)]))  # type: ignore[typeddict-item]  # forged
    assert status_of(house, mail) is Status.PENDING
