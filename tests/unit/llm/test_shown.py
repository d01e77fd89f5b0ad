"""What leaves: redacted, numbered, outsiders' text fenced, the same bytes for the same input."""

import json
from pathlib import Path

import pytest

from agents.llm.prompts import load_prompts
from agents.llm.schema import ModelAnswer, ModelDraft, ModelReply, strict_schema
from evals.faults import DEFAULT_KEY, FaultServer
from evals.requests import faults_of
from state.errors import InvalidInput, NotFound
from tests.conftest import ROOT
from tests.unit.llm.desk import chosen, plain, reasoner, said, story
from tests.waiting import waited
from tools.files import load_model, read_text

HEAD = {"Authorization": f"Bearer {DEFAULT_KEY}", "Content-Type": "application/json"}


@pytest.mark.parametrize("name", ["S1", "S2", "S9", "S16", "S17", "S29"])
def test_nobodys_name_address_or_key_of_a_person_leaves(name: str) -> None:
    about = story(name)
    with FaultServer(["ok"]) as server:
        said(server, about)
    body = server.seen[0].body.casefold()
    named = (*(one.name for one in about.view.contacts), *(one.name for one in about.users))
    people = {one for one in named if " " in one}
    assert server.faults == []
    assert people
    assert not [one for one in people if one.casefold() in body]
    assert not [one for one in people if "-".join(one.casefold().split()) in body]


def test_text_from_outside_is_fenced_and_marked() -> None:
    with FaultServer(["ok"]) as server:
        said(server, story("S1"))
    document = json.loads(json.loads(server.seen[0].body)["messages"][1]["content"])
    outside = [one for one in document["evidence"] if one["trust"] == "untrusted"]
    inside = [one for one in document["evidence"] if one["trust"] == "system_of_record"]
    assert outside
    assert all(one["text"].startswith("⟦untrusted ") and one["text"].endswith("⟧") for one in outside)
    assert not any("⟦" in one["text"] for one in inside)


def test_the_same_situation_is_shown_byte_for_byte() -> None:
    with FaultServer(["ok"]) as server:
        said(server, story("S1"))
        said(server, story("S1"))
    assert server.seen[0].body == server.seen[1].body


def test_a_draft_and_its_send_are_one_call_and_have_the_same_words() -> None:
    about = story("S1")
    pair = [one for one in chosen(plain(about)) if one.action_type in ("draft_email", "send_email")]
    with FaultServer(["ok"]) as server:
        who = reasoner(server, budget=10)
        drafts = [waited(who.draft(one, about)) for one in pair]
    assert len(server.seen) == 1
    assert {one.reasoner for one in drafts} == {"llm:usual"}
    assert drafts[0].body == drafts[1].body


def test_drafts_do_not_wait_again_for_a_model_that_did_not_answer() -> None:
    about = story("S1")
    draft = next(one for one in chosen(plain(about)) if one.action_type == "draft_email")
    with FaultServer(["tool_calls"]) as server:
        who = reasoner(server)
        waited(who.deliberate(about))
        calls = len(server.seen)
        words = waited(who.draft(draft, about))
    assert len(server.seen) == calls
    assert words.reasoner == "playbook"


@pytest.mark.parametrize("model", [ModelAnswer, ModelDraft, ModelReply])
def test_the_schema_holds_no_place_for_a_recipient_an_amount_a_tool_or_an_approval(
    model: type[ModelAnswer],
) -> None:
    text = json.dumps(strict_schema(model))
    assert not [
        word for word in ("recipient", "amount", "tool", "argument", "approv", "price") if f'"{word}' in text
    ]


def request(**changes: object) -> str:
    """Write a request that is right but for the changes."""
    schema = {"name": "ModelReply", "strict": True, "schema": strict_schema(ModelReply)}
    right = {
        "model": "m",
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "{}"}],
        "response_format": {"type": "json_schema", "json_schema": schema},
    }
    return json.dumps({**right, **changes})


def test_the_server_takes_a_right_request() -> None:
    assert faults_of("/v1/chat/completions", HEAD, request(), DEFAULT_KEY)[1] == ()


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (request(), {}),
        (request(tools=[{}]), HEAD),
        (request(stream=True), HEAD),
        (request(response_format={"type": "json_object"}), HEAD),
        (request(response_format={"type": "json_schema", "json_schema": {"name": "m", "schema": {}}}), HEAD),
        (request(response_format={"type": "json_schema", "json_schema": {
            "name": "m", "strict": True, "schema": {"type": "object", "properties": {"a": {}}}}}), HEAD),
        (request(messages=[{"role": "user", "content": "x"}]), HEAD),
        (request(messages=[{"role": "system", "content": "s"}, {"role": "user", "content": "a@b.example"}]), HEAD),
        (request(messages=[]), HEAD),
        ("{", HEAD),
    ],
)  # fmt: skip
def test_the_server_finds_what_is_wrong_with_a_request(body: str, head: dict[str, str]) -> None:
    assert faults_of("/v1/chat/completions", head, body, DEFAULT_KEY)[1]


def test_a_prompt_of_an_earlier_folder_replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "reply.md").write_text("Answer in one word.")
    shipped = load_prompts([ROOT / "prompts"], load_model, read_text)
    own = load_prompts([tmp_path, ROOT / "prompts"], load_model, read_text)
    assert own.texts["reply"] == "Answer in one word."
    assert own.texts["draft"] == shipped.texts["draft"]
    assert own.hash != shipped.hash


def test_a_missing_prompt_and_a_wrong_limit_are_named_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"prompts/deliberate\.md is missing"):
        load_prompts([tmp_path], load_model, read_text)
    text = (ROOT / "prompts" / "settings.yaml").read_text().replace("first_share: 0.7", "first_share: 7")
    (tmp_path / "settings.yaml").write_text(text)
    with pytest.raises(InvalidInput, match="first_share"):
        load_prompts([tmp_path, ROOT / "prompts"], load_model, read_text)
