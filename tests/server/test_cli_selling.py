"""Demo, prep, next, account: what a seller asks for."""

import json
from pathlib import Path

import pytest

from tests.server.conftest import Cli

CONTRACT = [
    "account", "tenant", "as_of", "situation", "reasoner", "fell_back_because", "trace_id", "run", "outcome", "posture",
    "interpretation", "assessment", "hypotheses", "meeting", "brief", "proposals", "question", "no_action", "pending",
]  # fmt: skip


def test_the_demo_scans_every_account_and_prepares_the_meeting(demo_home: Path) -> None:
    found = json.loads((demo_home.parent / "demo.json").read_text(encoding="utf-8"))
    assert len(found["scan"]) >= 60
    assert found["prep"]["account"] == "acme-corp"
    assert found["prep"]["brief"]["sections"]
    assert found["prep"]["question"]


def test_a_second_demo_loads_nothing_again_and_finds_the_same_cards(
    demo_home: Path, home: Path, cli: Cli
) -> None:
    first = json.loads((demo_home.parent / "demo.json").read_text(encoding="utf-8"))
    again = cli("demo", "--once", "--json")
    assert again.code == 0
    assert again.json["prep"]["pending"] == first["prep"]["pending"]  # type: ignore[index]  # the demo's own form


def test_the_demo_prints_scan_brief_question_proposals_and_how_to_answer(home: Path, cli: Cli) -> None:
    page = cli("demo", "--once").out
    order = [
        "What the morning scan proposed",
        "MAYA ORTIZ",
        "IN TEN SECONDS",
        "ONE QUESTION",
        "PROPOSED",
        "WAITS FOR YOU",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "revloop inbox" in page[places[-1] :]
    assert "\x1b" not in page


def test_prep_prints_the_contract_in_its_order(home: Path, cli: Cli) -> None:
    ran = cli("prep", "Acme", "--json")
    assert ran.code == 0
    assert list(ran.json) == CONTRACT


def test_prep_takes_ones_own_account_and_says_so(home: Path, cli: Cli, tmp_path: Path) -> None:
    told = {"account": "acme-medical", "name": "Acme Medical", "owner": "priya"}
    namesake = {"id": "1", "source": "crm", "type": "account.updated", "account": "acme-medical",
                "time": "2026-03-01T09:00:00Z", "data": told}  # fmt: skip
    (tmp_path / "one.jsonl").write_text(json.dumps(namesake), encoding="utf-8")
    assert cli("import", "events", str(tmp_path / "one.jsonl")).code == 0
    page = cli("prep", "Acme").out
    assert page.startswith("Taken: Acme Corp, your account of that name; not Acme Medical.")


def test_prep_takes_a_name_of_several_words(home: Path, cli: Cli) -> None:
    assert cli("prep", "Acme", "Corp", "--json").json["account"] == "acme-corp"


def test_an_ambiguous_name_is_asked_once_and_is_no_failure(home: Path, cli: Cli) -> None:
    ran = cli("prep", "Meridian", "--json")
    assert ran.code == 0
    assert (ran.json["outcome"], list(ran.json)) == ("clarification", CONTRACT)
    asked = ran.json["question"]
    assert isinstance(asked, dict)
    assert asked["options"] == ["Meridian Freight", "Meridian Health", "neither"]
    assert 'revloop prep "Meridian Health"' in cli("prep", "Meridian").out


def test_an_ambiguous_name_elsewhere_lists_the_candidates(home: Path, cli: Cli) -> None:
    ran = cli("account", "Meridian")
    assert ran.code == 2
    assert "- Meridian Freight" in ran.err


def test_an_unknown_name_is_answered_with_the_nearest(home: Path, cli: Cli) -> None:
    ran = cli("prep", "Harbour Medicine")
    assert ran.code == 2
    assert "Did you mean" in ran.err
    assert "Harbor Medical" in ran.err


def test_the_past_holds_nothing_of_what_came_later(home: Path, cli: Cli) -> None:
    page = cli("prep", "Acme", "--as-of", "2026-02-01").out
    assert "as of Sun 1 Feb" in page
    assert "SUP-4412" not in page
    assert "80 seats" not in page


def test_looking_back_records_nothing(home: Path, cli: Cli) -> None:
    before = cli("ledger", "verify").out.partition("Anchors:")[0]
    assert cli("prep", "Acme", "--as-of", "2026-02-01", "--json").code == 0
    assert cli("ledger", "verify").out.partition("Anchors:")[0] == before


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2027-01-01", "after the clock"),
        ("yesterday", "not a date"),
        ("2001-01-01", "acme-corp on 2001-01-01"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_the_remedy(home: Path, cli: Cli, day: str, words: str) -> None:
    ran = cli("prep", "Acme", "--as-of", day)
    assert ran.code == 2
    assert words in ran.err


def test_a_printable_page_is_written_beside(home: Path, cli: Cli, tmp_path: Path) -> None:
    page = tmp_path / "acme.html"
    assert cli("prep", "Acme", "--html", str(page)).code == 0
    assert "Acme Corp" in page.read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_said(home: Path, cli: Cli, tmp_path: Path) -> None:
    ran = cli("prep", "Acme", "--html", str(tmp_path / "none" / "acme.html"))
    assert ran.code == 1
    assert "cannot be written" in ran.err


def test_nothing_to_do_is_said_with_the_day_to_look_again(home: Path, cli: Cli) -> None:
    page = cli("prep", "Harbor").out
    assert "NOTHING TO DO" in page
    assert "Look again Wed 2 Sep" in page


def test_next_begins_with_our_broken_promise_and_says_what_it_leaves_out(home: Path, cli: Cli) -> None:
    ran = cli("next", "--json")
    items = ran.json["items"]
    assert isinstance(items, list)
    assert items[0]["name"] == "Oakhaven Hotels"
    assert len(items) <= 5
    assert ran.json["left_out"]


def test_next_fits_the_minutes_there_are(home: Path, cli: Cli) -> None:
    ran = cli("next", "--minutes", "10", "--json")
    assert float(str(ran.json["minutes"])) <= 10
    assert "in 10 minutes" in cli("next", "-m", "10").out


def test_next_of_one_account_names_no_other(home: Path, cli: Cli) -> None:
    items = cli("next", "--account", "Granite", "--json").json["items"]
    assert isinstance(items, list)
    assert {item["name"] for item in items} == {"Granite HVAC"}
    only = cli("next", "--deal", "granite hvac dispatch", "--region", "us", "--json").json
    assert (only["items"], only["only"]) == (items, {"deal": "granite hvac dispatch", "region": "us"})
    unknown = cli("next", "--segment", "tiny")
    assert (unknown.code, "mid-market" in unknown.err) == (2, True)


def test_next_leaves_out_what_was_decided_and_a_draft_with_its_sending(home: Path, cli: Cli) -> None:
    cards = cli("inbox", "--json").json["cards"]
    assert isinstance(cards, list)
    mail = next(one["id"] for one in cards if one["account"] == "oakhaven-hotels")
    assert cli("reject", mail, "--reason", "not worth it").code == 0
    assert "Oakhaven" not in cli("next").out


def test_next_is_stable(home: Path, cli: Cli) -> None:
    assert cli("next", "--json").out == cli("next", "--json").out


def test_no_minutes_are_refused(home: Path, cli: Cli) -> None:
    assert cli("next", "--minutes", "0").code == 2


def test_an_account_shows_posture_people_and_freshness(home: Path, cli: Cli) -> None:
    page = cli("account", "Acme Corp").out
    for words in ("Acme Corp — critical", "Because", "Momentum", "CONTRACT", "PEOPLE", "SOURCES"):
        assert words in page


def test_an_account_as_of_a_day_is_what_was_believed_then(home: Path, cli: Cli) -> None:
    then = cli("account", "Acme Corp", "--as-of", "2026-02-20", "--json").json
    now = cli("account", "Acme Corp", "--json").json
    assert [one["tags"] for one in then["tickets"]] == [["SUP-4412", "open"]]  # type: ignore[attr-defined]  # a list
    assert then["posture"] != now["posture"]


def test_a_diff_names_its_baseline_and_dates_every_change(home: Path, cli: Cli) -> None:
    ran = cli("account", "Acme Corp", "diff", "--json")
    assert "29 January" in str(ran.json["baseline"])
    assert "what changed since 2026-03-01" in cli("account", "Acme Corp", "diff", "--since", "2026-03-01").out


def test_since_without_diff_is_refused(home: Path, cli: Cli) -> None:
    assert cli("account", "Acme Corp", "--since", "2026-03-01").code == 2
