"""What the interface for programs says of itself: scopes, failures, and links that lead somewhere."""

from pathlib import Path
from typing import Any

import pytest

from server.api.describing import operations
from server.app import ROUTERS, create_app
from server.problems import MEDIA
from tests.site import settings_for

OPEN = {"operation_health", "operation_ready", "webhooks_hear"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Describe an application that was never started."""
    return dict(create_app(settings_for(Path("/nowhere"))).openapi())


def named(document: dict[str, Any]) -> dict[str, Any]:
    return {str(one["operationId"]): one for one in operations(document)}


def test_every_operation_says_who_may_ask_but_those_that_ask_nobody(document: dict[str, Any]) -> None:
    found = named(document)
    assert {name for name, one in found.items() if not one.get("security")} == OPEN
    assert found["cards_approve"]["security"] == [{"key": ["approve"]}, {"session": ["approve"]}]
    assert len(ROUTERS) > 10


def test_every_failure_is_described_as_a_problem_and_nothing_else(document: dict[str, Any]) -> None:
    for name, operation in named(document).items():
        for status, answer in operation["responses"].items():
            if int(status) >= 400 or status == "300":
                assert list(answer["content"]) == [MEDIA], (name, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_link_leads_to_an_operation_with_parameters_it_has(document: dict[str, Any]) -> None:
    found = named(document)
    links = [
        link
        for one in found.values()
        for answer in one["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    for link in links:
        known = {one["name"] for one in found[link["operationId"]].get("parameters", ())}
        assert set(link.get("parameters", {})) <= known, link
    assert len(links) > 20


def test_every_request_body_of_ours_has_an_example(document: dict[str, Any]) -> None:
    bodies = (
        "Approve",
        "Reject",
        "Snooze",
        "Delegate",
        "EditFields",
        "AnswerOption",
        "KeyWanted",
        "Correction",
        "PlanWanted",
        "PlanPause",
        "PlanCancel",
    )
    assert all(document["components"]["schemas"][name]["examples"] for name in bodies)
