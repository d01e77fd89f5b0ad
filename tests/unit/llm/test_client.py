"""One call and everything around it: tiers, repair, retries, time, egress, accounting."""

import json
import socket

import pytest
from langsmith import Client
from langsmith.run_helpers import tracing_context

from agents.llm.client import Usage
from agents.llm.reasoner import ModelReasoner
from evals.faults import FaultServer
from evals.obedience import Mode
from state.errors import InvalidInput
from tests.unit.llm.desk import at, chosen, reasoner, said, story
from tests.waiting import waited


def models(server: FaultServer) -> list[str]:
    """List which models were asked."""
    return [json.loads(one.body)["model"] for one in server.seen]


def test_one_deliberation_is_one_call_for_brief_and_proposals() -> None:
    with FaultServer(["ok"]) as server:
        told = said(server, story("S1"))
    assert models(server) == ["usual"]
    assert told.brief is not None
    assert chosen(told)


@pytest.mark.parametrize("first", ["truncated", "wrong_schema", "invented", "empty", "unknown_candidate"])
def test_an_invalid_answer_is_repaired_once_by_the_same_model_told_what_is_wrong(first: Mode) -> None:
    with FaultServer([first, "ok"]) as server:
        told = said(server, story("S1"))
    assert (told.reasoner, models(server)) == ("llm:usual", ["usual", "usual"])
    roles = [one["role"] for one in json.loads(server.seen[1].body)["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert server.faults == []


def test_after_a_failed_repair_the_other_model_is_asked_and_named() -> None:
    with FaultServer(["wrong_schema", "wrong_schema", "ok"]) as server:
        told = said(server, story("S1"))
    assert (told.reasoner, models(server)) == ("llm:small", ["usual", "usual", "small"])
    assert told.fell_back_because is None


@pytest.mark.parametrize("first", ["rate_limited", "error", "reset"])
def test_a_transport_error_is_tried_again(first: Mode) -> None:
    with FaultServer([first, first, "ok"]) as server:
        told = said(server, story("S13", "scan"), budget=5)
    assert (told.reasoner, models(server)) == ("llm:usual", ["usual"] * 3)


def test_a_wrong_key_is_not_tried_again() -> None:
    with FaultServer(["ok"]) as server:
        told = waited(reasoner(server, key="another").deliberate(story("S13", "scan")))
    assert models(server) == ["usual", "small"]
    assert told.fell_back_because == "The model was asked, but its endpoint answered with status 401."


def test_a_slow_model_leaves_time_for_the_other() -> None:
    with FaultServer(["slow", "ok"]) as server:
        told = said(server, story("S13", "scan"), budget=10)
    assert (told.reasoner, models(server)) == ("llm:small", ["usual", "small"])


def test_nobody_listening_is_said_in_plain_words() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/v1"
        told = waited(at(url).deliberate(story("S13", "scan")))
    assert told.fell_back_because == (
        "The model was asked, but its endpoint could not be reached, or broke off."
    )


def test_tokens_and_calls_are_counted_by_model() -> None:
    with FaultServer(["error", "truncated", "ok"]) as server:
        who = reasoner(server, budget=5)
        waited(who.deliberate(story("S13", "scan")))
        used = who.client.usage["usual"]
    assert used.calls == 2
    assert used.tokens_in > 100
    assert used.tokens_out > 10


def test_a_failed_call_is_counted_as_failed() -> None:
    with FaultServer(["tool_calls", "error"]) as server:
        who = reasoner(server)
        waited(who.deliberate(story("S13", "scan")))
    assert who.client.usage["small"] == Usage(calls=1, failed=1)


def test_a_huge_answer_is_cut_off_before_it_is_read() -> None:
    with FaultServer(["huge"]) as server:
        told = said(server, story("S13", "scan"), budget=5)
    assert told.fell_back_because == "The model was asked, but its answer was too large."


def test_a_redirect_to_another_host_is_not_followed() -> None:
    with FaultServer(["redirect"]) as server:
        told = said(server, story("S13", "scan"))
    assert told.fell_back_because == "The model was asked, but its endpoint answered with status 307."


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultServer(["ok"]) as listening, FaultServer(["ok"]) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_PROXY", "OPENAI_BASE_URL"):
            monkeypatch.setenv(name, listening.url.removesuffix("/v1"))
        monkeypatch.setenv("NO_PROXY", "")
        told = said(server, story("S13", "scan"))
    assert told.reasoner == "llm:usual"
    assert len(server.seen) == 1
    assert listening.seen == []


def test_a_tracer_that_is_switched_on_around_it_sees_nothing() -> None:
    with FaultServer(["ok"]) as listening, FaultServer(["ok"]) as server:
        tracer = Client(api_url=listening.url, api_key="a-key", auto_batch_tracing=False)
        with tracing_context(enabled=True, client=tracer):
            told = said(server, story("S13", "scan"))
    assert told.reasoner == "llm:usual"
    assert listening.seen == []


@pytest.mark.parametrize("url", ["", "not a url", "file:///etc/passwd", "https://"])
def test_an_address_that_is_none_is_refused_with_the_setting_and_the_remedy(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        at(url)
    assert refused.value.field == "model_url"
    assert "REVLOOP_MODEL_URL" in refused.value.remedy


def test_the_key_is_shown_nowhere() -> None:
    with FaultServer(["error"]) as server:
        who: ModelReasoner = reasoner(server)
        told = waited(who.deliberate(story("S13", "scan")))
    assert server.key not in repr(who)
    assert server.key not in told.model_dump_json()
