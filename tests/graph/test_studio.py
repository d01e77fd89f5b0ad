"""Studio on our loop: it runs to the same waits, believes no forgery, and shares threads with the command line."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient

from graphs.loop import CLOSING, CORE
from state.errors import Forbidden
from state.governance.action import Status
from state.ids import ActionId
from state.ledger.entry import Kind
from state.principal import Role
from tests.graph.homes import TENANT, Home, copied, principal_of
from tests.graph.nursery import ROOT
from tests.site import Site, site_on

LANGGRAPH = Path(sys.executable).with_name("langgraph")
START_SECONDS = 400
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Studio:
    """A server of ours and the home it serves."""

    client: SyncLangGraphClient
    home: Home

    def run(self, account: str) -> tuple[str, Mapping[str, Any]]:
        """Run the loop for an account on a thread of its own. Shape: thread id, the state it stands at."""
        thread = str(self.client.threads.create()["thread_id"])
        self.client.runs.wait(thread, "loop", input={"account": account})
        return thread, self.state(thread)

    def say(self, thread: str, text: str) -> tuple[dict[str, Any], ...]:
        """Say one thing in a conversation. Shape: its messages then."""
        asked: dict[str, Any] = {"messages": [{"role": "user", "content": text}]}
        told = self.client.runs.wait(thread, "chat", input=asked)
        assert isinstance(told, dict), told
        return tuple(told["messages"])

    def state(self, thread: str) -> Mapping[str, Any]:
        """Read where a thread stands."""
        return dict(self.client.threads.get_state(thread))

    def status(self, action: str) -> Status:
        """Read where an action is, in the database that the command line reads."""
        house = self.home.house()
        try:
            with house.parts.stores.read(TENANT) as unit:
                return unit.actions.get(ActionId(action)).status
        finally:
            house.close()


@pytest.fixture(scope="module")
def studio(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Serve a copy of the sample home on a free port of the loopback."""
    if not LANGGRAPH.exists() or not _has_server():
        assert os.environ.get("CI") != "true", "CI installs requirements-dev.lock"
        pytest.skip("the studio extra is not installed: pip install -r requirements-dev.lock")
    folder = tmp_path_factory.mktemp("studio")
    home = copied(base_home, folder / "home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(_command(port), env=_environment(home), cwd=folder, stdout=log, stderr=log)
    try:
        client = get_sync_client(url=f"http://127.0.0.1:{port}", timeout=600)
        _wait(server, port, folder / "log")
        yield Studio(client, home)
        client.http.client.close()
    finally:
        server.terminate()
        try:
            server.wait(120)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(120)


def _has_server() -> bool:
    found = subprocess.run([sys.executable, "-c", "import langgraph_api"], capture_output=True, check=False)
    return found.returncode == 0


def _command(port: int) -> list[str]:
    flags = ["--config", str(ROOT / "langgraph.json"), "--no-browser", "--no-reload"]
    flags += ["--host", "127.0.0.1", "--port", str(port)]
    return [str(LANGGRAPH), "dev", *flags]


def _environment(home: Home) -> dict[str, str]:
    return {
        "HOME": str(home.path.parent),
        "LANGGRAPH_CLI_NO_ANALYTICS": "1",
        "LANGGRAPH_NO_VERSION_CHECK": "true",
        "LANGGRAPH_STRICT_MSGPACK": "true",
        "LANGSMITH_TRACING": "false",
        "PATH": f"{LANGGRAPH.parent}:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "REVLOOP_HOME": str(home.path),
        "REVLOOP_TENANT": TENANT,
    }


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(START_SECONDS * 5):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")


def asked(state: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Collect the arguments of every interrupt's one action_request."""
    cards = [one["value"] for task in state["tasks"] for one in task["interrupts"]]
    assert all(len(card["action_requests"]) == 1 for card in cards)
    return tuple(card["action_requests"][0]["args"] for card in cards)


def mail_of(state: Mapping[str, Any]) -> str:
    """Find the action that would write to somebody."""
    mails = [str(one["action"]) for one in asked(state) if one.get("to")]
    assert mails, f"no mail is asked about at {state['next']}: {state['values']}"
    return mails[0]


def test_studio_shows_what_starts_the_loop_and_what_it_carries(studio: Studio) -> None:
    (loop,) = (one for one in studio.client.assistants.search() if one["graph_id"] == "loop")
    schemas = studio.client.assistants.get_schemas(loop["assistant_id"])
    assert schemas["input_schema"] is not None
    assert list(schemas["input_schema"]["properties"]) == ["account"]
    assert {"situation", "plan", "branches"} <= set((schemas["state_schema"] or {})["properties"])
    drawn = studio.client.assistants.get_graph(loop["assistant_id"])
    steps = {name for name, _, _ in (*CORE, *CLOSING)}
    assert steps <= {str(node["id"]) for node in drawn["nodes"]}


def test_studio_shows_what_starts_a_conversation_and_draws_how_it_goes(studio: Studio) -> None:
    (chat,) = (one for one in studio.client.assistants.search() if one["graph_id"] == "chat")
    schemas = studio.client.assistants.get_schemas(chat["assistant_id"])
    assert schemas["input_schema"] is not None
    assert list(schemas["input_schema"]["properties"]) == ["messages"]
    drawn = studio.client.assistants.get_graph(chat["assistant_id"])
    going = {(str(edge["source"]), str(edge["target"])) for edge in drawn["edges"]}
    told = ["__start__", "understand", "answer", "remember", "__end__"]
    assert going == set(pairwise(told))


def test_a_conversation_in_studio_cites_follows_up_and_takes_no_yes(studio: Studio) -> None:
    thread = str(studio.client.threads.create()["thread_id"])
    risk = studio.say(thread, "why is Acme at risk?")
    assert [one["type"] for one in risk] == ["human", "ai"]
    assert re.search(r"Sarah Chen.*\(\w+, \d+ d\)", risk[-1]["content"])
    draft = studio.say(thread, "draft a follow-up to Granite")[-1]
    (card,) = draft["additional_kwargs"]["cards"]
    assert f"approve {card}" in studio.say(thread, "yes, send it")[-1]["content"]
    assert studio.status(card) is Status.PENDING
    assert not list(studio.home.path.rglob("*.eml"))


def test_studio_finds_the_loop_that_waits_and_no_conversation_among_what_waits(studio: Studio) -> None:
    waiting, _ = studio.run("Brightwater Utilities")
    talking = str(studio.client.threads.create()["thread_id"])
    studio.say(talking, "help")
    found = {str(one["thread_id"]) for one in studio.client.threads.search(status="interrupted", limit=100)}
    assert waiting in found
    assert talking not in found


def test_a_forged_state_causes_no_effect(studio: Studio) -> None:
    thread, state = studio.run("Thornbury Gas")
    mail = mail_of(state)
    forged = {"branches": {"run_now": [mail], "ask_approval": [], "question": None, "waiting": []}}
    studio.client.threads.update_state(thread, forged, as_node="guard")
    studio.client.runs.wait(thread, "loop", input=None)
    assert "execute" not in studio.state(thread)["next"]
    assert studio.status(mail) is Status.PENDING
    assert not list(studio.home.path.rglob("*.eml"))


def test_the_command_line_answers_what_a_studio_thread_asks(studio: Studio) -> None:
    thread, state = studio.run("Acme Corp")
    question = next(one for one in asked(state) if "question" in one)
    assert "renewal" in question["options"]
    answered = studio.home.drive("answer", str(question["question"]), "renewal")
    assert answered.code == 0, answered.err
    assert answered.said["question"] is None
    after = studio.state(thread)
    assert not any("question" in one for one in asked(after))
    assert studio.status(mail_of(after)) is Status.PENDING
    assert not list(studio.home.path.rglob("*.eml"))


def test_of_page_program_command_line_and_studio_the_first_decides_and_the_others_are_told(
    studio: Studio,
) -> None:
    thread, state = studio.run("Oakhaven Hotels")
    mail = mail_of(state)
    with site_on(studio.home.path) as site:
        told = raced(ways(studio, site, thread, state, mail))
        entries = approvals(site, mail)
        refused = site.client.post(
            f"/api/cards/{mail}/approve",
            json={"shown": "x"},
            headers=site.key("maya", scopes=("read", "run")),
        )
    assert sorted(kind for kind, _ in told.values()) == ["conflict", "conflict", "conflict", "done"], told
    assert entries == 1, told
    assert studio.status(mail) in {Status.APPROVED, Status.EXECUTED}
    assert refused.status_code == 403


def test_an_agent_decides_in_none_of_the_ways(studio: Studio) -> None:
    _, state = studio.run("Fjord Energy")
    (card, *_) = (str(one["action"]) for one in asked(state) if "action" in one)
    house = studio.home.house()
    robot = principal_of(house).model_copy(update={"role": Role.AGENT})
    with pytest.raises(Forbidden):
        house.desk.approve(robot, card)
    house.close()
    assert studio.status(card) is Status.PENDING


Told = tuple[str, str]


def ways(
    studio: Studio, site: Site, thread: str, state: Mapping[str, Any], mail: str
) -> dict[str, Callable[[], Told]]:
    """Give the four ways to approve one card. Shape: way → done or conflict, and what was said."""
    maya, key = site.as_("maya"), site.key("maya")
    shown = site.client.get(f"/api/cards/{mail}", headers=key).json()["shown"]
    (card,) = (
        one["id"]
        for task in state["tasks"]
        for one in task["interrupts"]
        if one["value"]["action_requests"][0]["args"].get("action") == mail
    )

    def page() -> Told:
        found = maya.post(f"/inbox/{mail}/approve", shown=shown)
        return ("conflict" if found.status == 409 else "done"), f"{found.status} {found.text[-300:]}"

    def program() -> Told:
        found = site.client.post(f"/api/cards/{mail}/approve", json={"shown": shown}, headers=key)
        return ("conflict" if found.status_code == 409 else "done"), found.text

    def command_line() -> Told:
        found = studio.home.drive("approve", mail)
        return ("conflict" if "Conflict" in found.err else "done"), f"{found.out} {found.err[-300:]}"

    def in_studio() -> Told:
        answer = {card: {"decisions": [{"type": "approve"}]}}
        found = studio.client.runs.wait(thread, "loop", command={"resume": answer}, raise_error=False)
        return ("conflict" if "__error__" in str(found) else "done"), str(found)[:600]

    return {"page": page, "program": program, "command line": command_line, "studio": in_studio}


def raced(ways: Mapping[str, Callable[[], Told]]) -> dict[str, Told]:
    """Take every way at once."""
    gate, told = threading.Barrier(len(ways)), dict[str, Told]()

    def take(name: str, way: Callable[[], Told]) -> None:
        gate.wait()
        told[name] = way()

    threads = [threading.Thread(target=take, args=each) for each in ways.items()]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return told


def approvals(site: Site, action: str) -> int:
    """Count the decisions about an action that the ledger holds."""
    with site.home.looking.stores.read(TENANT) as unit:
        return sum(one.entry.kind is Kind.APPROVAL for one in unit.ledger.of_action(ActionId(action)))
