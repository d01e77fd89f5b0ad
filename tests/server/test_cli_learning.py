"""`revloop learning` as an admin and a seller meet it: what the sample's decisions taught, and the way back."""

from pathlib import Path
from typing import cast

import pytest

from tests.server.conftest import Cli

CLASS_2 = {
    "update_crm", "close_out", "requalify", "forecast_omit", "merge", "escalate_support", "draft_quote",
}  # fmt: skip


@pytest.mark.usefixtures("home")
def test_what_the_sample_company_decided_is_learned_from_when_it_is_loaded(cli: Cli) -> None:
    told = cli("learning", "show", "--json").json
    kinds = {one["action_type"]: one for one in cast("list[dict[str, object]]", told["confidence"])}
    assert (told["version"], told["decided"], told["pinned"]) == (1, 412, False)
    assert all(int(str(kinds[name]["n"])) >= 30 for name in CLASS_2)
    assert [one["action_type"] for one in cast("list[dict[str, object]]", told["borders"])] == ["requalify"]
    assert all(one["only_done"] for one in cast("list[dict[str, object]]", told["p_outcome"]))


@pytest.mark.usefixtures("home")
def test_a_person_reads_how_often_what_was_said_came(cli: Cli) -> None:
    page = cli("learning", "show").out
    assert "412 decided proposals" in page
    assert "requalify: runs by itself from 95% instead of 85%" in page
    assert "how often such ones held: revloop learning show" in cli("prep", "Acme").out


@pytest.mark.usefixtures("home")
def test_a_morning_learns_anew_and_going_back_gives_the_same_bytes(cli: Cli) -> None:
    first = cli("learning", "show", "--json").json["hash"]
    cli("tick")
    assert cli("learning", "show", "--json").json["version"] == 2
    assert cli("learning", "revert", "1", "--as", "lee", "--json").json["hash"] == first
    told = cli("learning", "show", "--json").json
    assert (told["version"], told["pinned"], told["hash"]) == (1, True, first)
    assert cli("learning", "run", "--as", "lee", "--json").json["version"] == 3


@pytest.mark.usefixtures("home")
def test_only_an_admin_learns_or_goes_back_and_only_to_what_there_is(cli: Cli) -> None:
    for refused in (cli("learning", "run"), cli("learning", "revert", "1", "--as", "dana")):
        assert (refused.code, "Only an admin" in refused.err) == (4, True)
    unknown = cli("learning", "revert", "9", "--as", "lee")
    assert (unknown.code, "There is no version 9." in unknown.err) == (2, True)


@pytest.mark.usefixtures("home")
def test_versions_are_listed_with_the_one_in_force(cli: Cli) -> None:
    listed = cast("list[dict[str, object]]", cli("learning", "history", "--json").json["versions"])
    assert [(one["version"], one["cause"], one["in_force"]) for one in listed] == [(1, "sample", True)]
    assert "1 ← in force" in cli("learning", "history").out


@pytest.mark.usefixtures("home")
def test_a_policy_is_tried_on_what_was_decided_in_ninety_days(cli: Cli) -> None:
    policies = str(Path(__file__).parents[2] / "policies")
    tried = cli("policy", "dry-run", policies, "--days", "90", "--json").json
    assert int(str(tried["judged"])) > 250
    assert (tried["changed"], tried["unknown"]) == (0, 0)
