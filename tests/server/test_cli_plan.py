"""`revloop plan` in the sample company: what is listed, started, refused and explained, and the exit codes."""

from typing import cast

import pytest

from tests.server.conftest import Cli

PRIYA = ("--as", "priya")
pytestmark = pytest.mark.usefixtures("home")


def drafted(cli: Cli) -> str:
    return str(cli("plan", "new", "Yarrow", "revival", *PRIYA, "--json").json["id"])


def test_the_samples_plans_are_listed_with_what_comes_next(cli: Cli) -> None:
    told = cli("plan", "list").out
    assert "Admin training, Thu 12 Mar" in told
    found = cast("list[dict[str, str]]", cli("plan", "list", "--json").json["plans"])
    assert {one["id"]: one["status"] for one in found} == {
        "P-fjord-energy-1": "PAUSED",
        "P-union-dairy-1": "ACTIVE",
        "P-westfield-clinics-1": "ACTIVE",
        "P-yarrow-homes-1": "ACTIVE",
    }


def test_a_second_activation_ends_with_five_and_its_code(cli: Cli) -> None:
    name = drafted(cli)
    assert cli("plan", "activate", name, *PRIYA).code == 5
    assert cli("plan", "approve", name, *PRIYA).code == 0
    refused = cli("plan", "activate", name, *PRIYA, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (5, "PLAN_ACTIVATION_REJECTED")  # type: ignore[index]  # an object


def test_a_plan_is_paused_resumed_cancelled_and_explained(cli: Cli) -> None:
    assert "PAUSED" in cli("plan", "pause", "P-westfield", "--reason", "merger", *PRIYA).out
    assert "merger" in cli("plan", "explain", "P-westfield").out
    assert cli("plan", "resume", "P-westfield", *PRIYA).code == 0
    assert (
        "cancelled" in cli("plan", "cancel", "P-westfield", "--step", "westfield-clinics-step-3", *PRIYA).out
    )
    assert "CANCELLED" in cli("plan", "cancel", "P-westfield", *PRIYA).out
    assert cli("plan", "resume", "P-westfield", *PRIYA).code == 5


def test_next_morning_a_churned_customers_plan_is_over(cli: Cli) -> None:
    assert cli("tick", "--json").code == 0
    assert cli("plan", "show", "P-union", "--json").json["status"] == "CANCELLED"


SAID = {
    "show P-nothing": 2,
    "new Yarrow retreat --as priya": 2,
    "approve P-yarrow --as ada": 4,
    "pause P-yarrow --as ada": 4,
    "list --account Yarrow": 0,
}


def test_each_command_ends_with_the_code_of_what_came_of_it(cli: Cli) -> None:
    assert {said: cli("plan", *said.split()).code for said in SAID} == SAID
