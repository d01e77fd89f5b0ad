"""Why, replay, ledger, correct, policy, doctor, tick, resume: what an engineer or auditor asks for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.conftest import Cli
from tests.server.test_cli_deciding import card, without_hold

ROOT = Path(__file__).resolve().parents[2]


def test_why_names_signals_sources_rule_steps_and_entries(home: Path, cli: Cli) -> None:
    name = card(cli, "acme-corp", "escalate_support")
    cli("approve", name)
    found = cli("why", name, "--json").json
    for field in ("signals", "evidence", "rules_hit", "steps", "effects", "ledger", "approvals"):
        assert found[field], field
    page = cli("why", name[:12]).out
    for words in ("SIGNALS", "SUP-4412", "Approved by", "Maya Ortiz", "Ledger"):
        assert words in page


def test_why_answers_to_every_id_that_leads_to_a_proposal(home: Path, cli: Cli) -> None:
    name = card(cli, "acme-corp", "escalate_support")
    found = cli("why", name, "--json").json
    signal = listed(found, "signals")[0]["id"]
    for one in (str(found["proposal"])[:12], found["run"], found["trace_id"], signal):
        again = cli("why", str(one), "--json").json
        assert again["account"] == found["account"], one
        assert again["verdict"], one
    assert cli("why", str(found["proposal"]), "--json").json["proposal"] == found["proposal"]
    assert signal in {one["id"] for one in listed(cli("why", signal, "--json").json, "signals")}
    assert "plan explain" in cli("why", "P-fjord-energy-1").err


def listed(found: dict[str, object], field: str) -> list[dict[str, str]]:
    value = found[field]
    assert isinstance(value, list)
    return value


def test_why_says_what_was_approved_and_what_changed_in_memory(home: Path, cli: Cli) -> None:
    without_hold(home)
    name = card(cli, "oakhaven-hotels", "send_email")
    assert listed(cli("why", name, "--json").json, "changes") == []
    cli("approve", name)
    found = cli("why", name, "--json").json
    (effect,), (approved,) = listed(found, "effects"), listed(found, "approved")
    assert (approved["effect_hash"], approved["by"]) == (effect["effect_hash"], "maya")
    assert {"row", "event", "learning"} == {one["kind"] for one in listed(found, "changes")}
    page = cli("why", name).out
    assert "WHAT WAS APPROVED" in page
    assert "mail.sent at oakhaven-hotels, in its situation since version" in page


def test_a_decision_replays_to_the_same_hash(home: Path, cli: Cli) -> None:
    ran = cli("replay", card(cli, "acme-corp", "escalate_support"), "--json")
    assert ran.code == 0
    assert ran.json["is_equal"] is True
    assert ran.json["recorded_hash"] == ran.json["replayed_hash"]


def test_the_ledger_holds_and_its_bundle_verifies_without_us(home: Path, cli: Cli, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.json"
    assert cli("ledger", "verify").code == 0
    assert cli("ledger", "export", str(bundle)).code == 0
    alone = [sys.executable, "-I", str(ROOT / "state/ledger/verify.py"), str(bundle)]
    assert subprocess.run(alone, check=False, capture_output=True).returncode == 0


def test_a_changed_bundle_is_found(home: Path, cli: Cli, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.json"
    cli("ledger", "export", str(bundle))
    found = json.loads(bundle.read_text(encoding="utf-8"))
    found["entries"][3]["entry"]["user"] = "nobody"
    bundle.write_text(json.dumps(found), encoding="utf-8")
    alone = [sys.executable, "-I", str(ROOT / "state/ledger/verify.py"), str(bundle)]
    assert subprocess.run(alone, check=False, capture_output=True).returncode == 1


def test_a_correction_counts_beside_the_source_and_leaves_an_entry(home: Path, cli: Cli) -> None:
    before = cli("ledger", "verify", "--json").json["lines"]
    ran = cli("correct", "Acme Corp", "Sarah Chen", "roles", "none", "--reason", "she told me", "--json")
    assert (ran.code, ran.json["before"], ran.json["after"]) == (0, "champion", "none")
    found = cli("account", "Acme Corp", "--json").json
    assert "Sarah Chen, roles" in json.dumps(found["contradictions"])
    assert cli("ledger", "verify", "--json").json["lines"] != before


@pytest.mark.parametrize(
    ("tokens", "told"),
    [
        (("Sarah Chen", "rolle", "none"), "Did you mean roles?"),
        (("Sara Chem", "stance", "critic"), "Did you mean"),
        (("Sarah Chen", "stance", "lovely"), "cannot be"),
        (("account", "customer_since", "soon"), "cannot be"),
    ],
)
def test_a_correction_that_cannot_be_says_what_can(
    home: Path, cli: Cli, tokens: tuple[str, ...], told: str
) -> None:
    ran = cli("correct", "Acme Corp", *tokens)
    assert ran.code == 2
    assert told in ran.err


def test_an_auditor_corrects_nothing(home: Path, cli: Cli) -> None:
    assert cli("correct", "Acme Corp", "account", "owner", "priya", "--as", "ada").code == 4


def test_the_shipped_policy_is_sound_and_shown_in_sentences(home: Path, cli: Cli) -> None:
    assert cli("policy", "check").code == 0
    page = cli("policy", "show").out
    assert "The recipient has opted out" in page
    assert "recipient-opted-out" in page


def test_a_policy_with_a_typo_is_told_with_the_remedy(home: Path, cli: Cli, tmp_path: Path) -> None:
    text = (ROOT / "policies/base.yaml").read_text(encoding="utf-8")
    (tmp_path / "base.yaml").write_text(
        text.replace("recipient.opted_out", "recipient.opted_oat"), encoding="utf-8"
    )
    ran = cli("policy", "check", str(tmp_path))
    assert ran.code == 2
    assert "recipient.opted_out" in ran.out
    assert cli("policy", "check", str(tmp_path / "none.yaml")).code == 2


def test_a_sound_installation_passes_the_doctor(home: Path, cli: Cli) -> None:
    ran = cli("doctor", "--json")
    assert (ran.code, ran.json["sound"]) == (0, True)


def test_the_doctor_names_the_remedy(home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVLOOP_REASONER", "llm")
    ran = cli("doctor")
    assert ran.code == 1
    assert "REVLOOP_MODEL_URL" in ran.out


def test_a_tick_goes_to_the_next_business_morning_and_says_what_is_new(home: Path, cli: Cli) -> None:
    ran = cli("tick", "--json")
    assert ran.code == 0
    assert ran.json["clock"] == "2026-03-11T12:00:00+00:00"
    assert "Wed 11 Mar 2026 08:00 EDT" in cli("prep", "Harbor").out


def test_a_tick_tells_what_happened_and_which_risk_is_gone(home: Path, cli: Cli) -> None:
    first = cli("tick", "--json").json
    assert (first["came"], first["ended"]) == ([], [])
    told = cli("tick").out.replace("\n", " ")
    news, _, ended = told.partition("NO LONGER A RISK")
    assert "Acme Corp: Sarah Chen wrote: “Hi Maya, sorry for the silence" in news
    assert "Acme Corp: The meeting was held" in news
    assert "Acme Corp: Sarah Chen, our champion, has been silent" in ended
    assert "SUP-4412, severity 2" not in ended


def test_an_empty_inbox_says_whose_inboxes_hold_cards(home: Path, cli: Cli) -> None:
    empty = cli("inbox", "--as", "ada").out
    assert "others" in empty
    assert "15 of them of Priya Nair: revloop inbox --as priya" in empty.replace("\n", " ")
    assert "revloop inbox --as" not in cli("inbox", "--as", "maya").out


def test_a_tick_lets_a_hold_elapse_and_what_waits_for_office_hours_leaves_in_them(
    home: Path, cli: Cli
) -> None:
    name = card(cli, "oakhaven-hotels", "send_email")
    later = card(cli, "calder-logistics", "send_email", "--as", "priya")
    cli("approve", name, "--no-wait")
    cli("approve", later, "--no-wait", "--as", "priya")
    elapsed = cli("tick", "--json").json["elapsed"]
    assert isinstance(elapsed, list)
    assert {one["action"]: one["status"] for one in elapsed} == {name: "executed", later: "executed"}


def test_resume_has_nothing_to_do_where_nothing_died(home: Path, cli: Cli) -> None:
    assert cli("resume", "--json").json["runs"] == []
