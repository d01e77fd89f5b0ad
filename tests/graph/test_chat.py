"""Conversations on the sample company: answers, memory across processes, and no approval but the exact command."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.chat import Chat, held, load_chats
from graphs.bootstrap import House
from graphs.chat import Conversation, thread_of
from graphs.conversing.talking import Memory
from graphs.perceiving.intake import ensure_tenant, take_events
from state.governance.action import Status
from state.ids import ActionId, TenantId, UserId
from state.ports.world import Tenant
from state.principal import Role
from state.world.event import parse_event
from tests.graph.homes import TENANT, Home, copied, principal_of
from tests.graph.nursery import ROOT
from tests.samples import sampled
from tools.files import load_profile

ACCOUNTS = (
    "acme-corp", "harbor-medical", "oakhaven-hotels", "granite-hvac", "eastgate-elevators", "gruenwald-aufzuege",
    "meridian-health", "meridian-freight",
)  # fmt: skip
DRAFT = "draft a follow-up to Oakhaven"


@pytest.fixture(scope="module")
def chat_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Load the accounts that the conversations are about, once."""
    folder = tmp_path_factory.mktemp("chat")
    folder.chmod(0o700)
    home, sample = Home(folder), sampled()
    house = home.house()
    tenant = Tenant(
        id=TENANT, zone="America/New_York", currency="USD", clock=sample.clock, default_user=UserId("maya")
    )
    ensure_tenant(house.parts, tenant, load_profile([ROOT / "profile"]).company.users)
    wanted = [event for event in sample.events if event["account"] in (None, *ACCOUNTS)]
    events = [parse_event(dict(event), TENANT) for event in wanted]
    take_events(house.parts, house.parts.tenancy(TENANT), principal_of(house), events, "sample")
    house.close()
    return home


@pytest.fixture
def own(chat_home: Home, tmp_path: Path) -> Home:
    """Give a copy for one test."""
    return copied(chat_home, tmp_path / "chat-home")


@pytest.fixture
def opened(own: Home) -> Iterator[House]:
    """Give the copy, opened here."""
    house = own.house()
    yield house
    house.close()


@pytest.fixture(scope="module")
def carded_home(chat_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Draft a mail in the default user's conversation, once."""
    home = copied(chat_home, tmp_path_factory.mktemp("carded") / "chat-home")
    house = home.house()
    conversation(house).say(DRAFT)
    house.close()
    return home


@pytest.fixture
def carded(carded_home: Home, tmp_path: Path) -> Iterator[House]:
    """Go on with that conversation in a copy of one's own."""
    house = copied(carded_home, tmp_path / "carded-home").house()
    yield house
    house.close()


def conversation(house: House) -> Conversation:
    """Give the default user's conversation."""
    return Conversation(house.desk, principal_of(house), house.saver)


def mails(home: Home) -> int:
    """Mails in the outbox."""
    return len(list(home.path.rglob("*.eml")))


def drafted(talk: Conversation) -> str:
    """Give the one action that this conversation has shown."""
    (found,) = Memory.model_validate(talk.memory()).shown
    return found


def status(house: House, action: str) -> Status:
    """Where an action is."""
    with house.parts.stores.read(TENANT) as unit:
        return unit.actions.get(ActionId(action)).status


@pytest.mark.parametrize("chat", load_chats(), ids=lambda chat: chat.name)
def test_a_written_conversation_goes_as_labelled(chat: Chat, opened: House, own: Home) -> None:
    assert held(chat, conversation(opened), lambda: mails(own)) == ()


def test_there_are_at_least_twenty_conversations_of_several_turns() -> None:
    chats = load_chats()
    assert len(chats) >= 20
    assert all(2 <= len(chat.turns) <= 5 for chat in chats)


@pytest.mark.parametrize(
    "said",
    ["yes", "yes send it", "ok go ahead", "approve it", "approve", "looks good, send it", "aprove {draft}",
     "approve {draft} please", "yes, approve {draft}", "APPROVE THE MAIL {draft}", "i approve", "approve {draft}?"],
)  # fmt: skip
def test_no_paraphrase_approves(said: str, carded: House) -> None:
    talk = conversation(carded)
    draft = drafted(talk)
    talk.say(said.replace("{draft}", draft))
    assert status(carded, draft) is Status.PENDING
    assert mails(Home(carded.settings.home)) == 0


def test_the_exact_command_approves_what_was_shown(carded: House) -> None:
    talk = conversation(carded)
    draft = drafted(talk)
    assert talk.say(f"approve {draft}")[0].kind == "decided"
    assert status(carded, draft) is Status.APPROVED


def test_a_card_shown_in_a_conversation_counts_as_displayed(carded: House) -> None:
    talk = conversation(carded)
    draft = drafted(talk)
    talk.say(f"approve {draft}")
    with carded.parts.stores.read(TENANT) as unit:
        yes = [one for one in unit.actions.history(ActionId(draft)) if one.event == "approve"]
    assert [one.after_ms is not None for one in yes] == [True]


def test_a_card_this_conversation_has_not_shown_is_shown_before_it_can_be_approved(carded: House) -> None:
    draft = drafted(conversation(carded))
    other = Conversation(carded.desk, principal_of(carded), carded.saver, "elsewhere")
    assert other.say(f"approve {draft}")[0].kind == "card"
    assert status(carded, draft) is Status.PENDING
    assert other.say(f"approve {draft}")[0].kind == "decided"


def test_an_agent_approves_nothing_in_a_chat(carded: House) -> None:
    draft = drafted(conversation(carded))
    agent = principal_of(carded).model_copy(update={"role": Role.AGENT})
    talk = Conversation(carded.desk, agent, carded.saver, "agent")
    talk.say(f"show {draft}")
    assert talk.say(f"approve {draft}")[0].kind == "failed"
    assert status(carded, draft) is Status.PENDING


def test_a_redirect_is_a_new_action_and_withdraws_the_old(carded: House) -> None:
    talk = conversation(carded)
    old = drafted(talk)
    new = talk.say("to Noel instead")[0].cards[0]
    assert new.id != old
    assert new.recipients == ("noel.price@oakhaven.example",)
    assert (status(carded, old), status(carded, new.id)) == (Status.CANCELLED, Status.PENDING)


def test_an_approval_of_the_old_draft_does_not_carry_over_to_its_rewording(carded: House) -> None:
    talk = conversation(carded)
    talk.say(f"approve {drafted(talk)}")
    new = talk.say("shorter")[0].cards[0]
    assert new.status == "pending"
    assert new.approved_by == ()


@pytest.mark.parametrize("shown", ["", "0" * 64])
def test_a_forged_memory_approves_nothing(shown: str, carded: House) -> None:
    talk = conversation(carded)
    draft = drafted(talk)
    talk.graph.update_state(talk.config, {"memory": {**talk.memory(), "shown": {draft: shown}}})
    assert talk.say(f"approve {draft}")[0].kind == "failed"
    intent = {"kind": "approve", "id": draft}
    talk.graph.update_state(talk.config, {"memory": {**talk.memory(), "intent": intent}})
    talk.say("and Acme?")
    assert status(carded, draft) is Status.PENDING


def test_a_thread_belongs_to_one_person_of_one_tenant(opened: House) -> None:
    maya = principal_of(opened)
    others = [
        maya.model_copy(update=of) for of in ({"user": UserId("tom")}, {"tenant": TenantId("elsewhere")})
    ]
    assert thread_of(maya) not in {thread_of(one) for one in others}
    assert thread_of(maya, "a") != thread_of(maya, "b")


def test_a_conversation_goes_on_in_another_process(own: Home) -> None:
    first = said_elsewhere(own, "why is Acme at risk?")
    assert first["answers"][0]["account"] == "acme-corp"  # type: ignore[index]  # read from JSON
    second = said_elsewhere(own, "and Granite?")["answers"][0]  # type: ignore[index]  # read from JSON
    assert (second["kind"], second["account"]) == ("statements", "granite-hvac")
    other = said_elsewhere(own, "why is it at risk", "--thread", "fresh")["answers"][0]  # type: ignore[index]  # read from JSON
    assert other["kind"] == "asked"


def said_elsewhere(home: Home, text: str, *more: str) -> dict[str, object]:
    """Say one thing by the command line, in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "server.cli",
        "chat",
        text,
        "--home",
        str(home.path),
        "--tenant",
        TENANT,
        "--json",
        *more,
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, timeout=600, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANGGRAPH_STRICT_MSGPACK": "true"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    loaded: dict[str, object] = json.loads(done.stdout)
    return loaded


def test_checkpoints_hold_no_report(own: Home) -> None:
    house = own.house()
    talk = conversation(house)
    talk.say("prep me for Acme")
    values = talk.graph.get_state(talk.config).values
    assert "answer" not in values
    assert len(json.dumps(values["memory"])) < 4000
    house.close()
    shutil.rmtree(own.path)
