"""Every read tool answers from the account's own records, says what it rests on, and is recorded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from state.canonical import Json
from state.ids import AccountId, EventId, RunId
from state.ports.deciding import Deliberating
from state.ports.unit import Stores
from state.ports.world import Passage
from state.stores.database import Database
from state.world.delta import deltas_of
from tests.build import NOW, TENANT, Story, trust_of
from tests.fakes.tooling import acme, gateway, looking_at, reading

ABOUT = looking_at(acme())


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o700)
    database = Database(f"sqlite:///{home / 'revloop.db'}")
    stories = (acme(), Story("northgate").account(name="Northgate Foods", owner="priya", city="Paris"))
    with database.begin(TENANT) as opened:
        for events in (story.events for story in stories):
            opened.situations.admit(events, [deltas_of(event, trust_of) for event in events])
        opened.memory.remember(
            [passage("p1", "acme", "Two new regions from June."), passage("p2", "northgate", "Regions?")]
        )
    yield database
    database.close()


def passage(name: str, account: str, text: str) -> Passage:
    return Passage(
        id=name, account=AccountId(account), scope="account", title="note", text=text, event=EventId("E-1"),
        source="notes", record="N-1", field="text", observed_at=NOW, hash="0" * 64, trust="untrusted",
    )  # fmt: skip


def read(stores: Stores, tool: str, about: Deliberating | None = ABOUT, /, **arguments: Json) -> Any:
    found = gateway(Path("home")).read(reading(tool, arguments, run=None), stores, about)
    assert found.ok, found.refusal
    return found.value


def test_signals_are_listed_by_severity(stores: Stores) -> None:
    value = read(stores, "signals.list_recent", limit=2)
    ranks = [one["severity"] for one in value["signals"]]
    assert len(ranks) == 2
    assert value["left_out"] == len(ABOUT.judgement.signals) - 2
    assert ranks == sorted(ranks, key=["high", "medium", "low", "info"].index)
    assert all(one["evidence"] for one in value["signals"])
    high = read(stores, "signals.list_recent", severity="high")["signals"]
    assert {one["severity"] for one in high} == {"high"}


def test_the_state_says_posture_gaps_and_what_they_rest_on(stores: Stores) -> None:
    value = read(stores, "account.get_state")
    assert value["posture"] == ABOUT.judgement.posture
    assert (value["name"], value["owner"], value["status"]) == ("Acme Corp", "maya", "customer")
    assert value["evidence"] == [item.id for item in ABOUT.judgement.posture_evidence]
    assert [one["id"] for one in value["unknowns"]] == [one.id for one in ABOUT.judgement.unknowns]


def test_the_commercial_window_counts_days_and_leaves_closed_deals_out(stores: Stores) -> None:
    value = read(stores, "crm.get_commercial_window")
    (contract,), (deal,) = value["contracts"], value["deals"]
    assert (contract["days_left"], contract["notice_days_left"], contract["seats"]) == (51, 21, 230)
    assert (contract["annual_value"], contract["is_renewal_open"]) == ("$184,000", True)
    assert (deal["deal"], deal["amount"], deal["close_on"]) == ("D-1", "$64,000", "2026-04-30")
    assert contract["evidence"]
    assert deal["evidence"]


def test_a_typed_name_finds_the_accounts_it_may_mean(stores: Stores) -> None:
    assert [one["account"] for one in read(stores, "crm.find", None, words="acme crp")["accounts"]] == [
        "acme"
    ]
    assert [one["account"] for one in read(stores, "crm.find", None, words="northgate")["accounts"]] == [
        "northgate"
    ]
    assert read(stores, "crm.find", None, words="zzzz")["accounts"] == []


def test_tickets_are_summed_up_and_told_one_by_one(stores: Stores) -> None:
    value = read(stores, "support.get_risk_summary")
    assert value["open_by_severity"] == {"1": 0, "2": 1, "3": 0, "4": 0}
    assert [one["ticket"] for one in value["tickets"]] == ["SUP-4412"]
    steps = read(stores, "support.get_thread", ticket="SUP-1")["steps"]
    assert [(one["attribute"], one["value"]) for one in steps] == [
        ("severity", "3"), ("status", "open"), ("rating", "4"), ("status", "closed"),
    ]  # fmt: skip
    assert all(one["evidence"] for one in steps)


def test_usage_is_summed_up_and_given_day_by_day(stores: Stores) -> None:
    value = read(stores, "telemetry.get_health_summary")
    (measure,) = value["measures"]
    assert (measure["measure"], measure["value"], measure["day"]) == ("active_users", 133, "2026-03-09")
    assert value["score"] == ABOUT.judgement.health.score
    series = read(stores, "telemetry.get_series", series="active_users", days=3)
    assert (series["first_day"], series["values"]) == ("2026-03-07", [150, 140, 133])
    assert series["evidence"]
    empty = read(stores, "telemetry.get_series", series="seats_used")
    assert (empty["first_day"], empty["values"]) == (None, [])


def test_a_day_without_a_report_is_missing_and_not_zero(stores: Stores) -> None:
    about = looking_at(Story("acme").account().usage([5], "2026-03-06").usage([7], "2026-03-09"))
    assert read(stores, "telemetry.get_series", about, series="active_users")["values"] == [5, None, None, 7]


def test_meetings_to_come_and_free_times_are_told(stores: Stores) -> None:
    (meeting,) = read(stores, "calendar.upcoming")["meetings"]
    assert (meeting["meeting"], meeting["unresolved"]) == ("M-1", [])
    assert read(stores, "calendar.upcoming", days=1)["meetings"] == []
    slots = read(stores, "calendar.propose_slots", contact="raj-patel", count=2)
    assert slots["zone"] == "Europe/Paris"
    assert [slot["starts_at"] for slot in slots["slots"]] == ["2026-03-11T13:00:00Z", "2026-03-11T13:30:00Z"]


def test_a_thread_is_found_by_its_name_or_by_a_mail_of_it(stores: Stores) -> None:
    by_name, by_mail = (read(stores, "mail.get_thread", mail=name) for name in ("T-1", "ML-7"))
    assert by_name == by_mail
    (mail,) = by_name["mails"]
    assert (mail["sender"], mail["is_inbound"], mail["body"]) == (
        "sarah@acme.example",
        True,
        "Can you send the report?",
    )
    assert read(stores, "mail.get_thread", mail="ML-8")["thread"] == "ML-8"


def test_memory_finds_this_accounts_passages_only(stores: Stores) -> None:
    (found,) = read(stores, "memory.search", words="regions")["passages"]
    assert (found["text"], found["trust"], found["evidence"]) == (
        "Two new regions from June.",
        "untrusted",
        ["p1"],
    )


def test_news_are_searched_among_what_was_received(stores: Stores) -> None:
    (report,) = read(stores, "news.search", words="depot")["news"]
    assert (report["headline"], report["kind"]) == ("Acme opens a depot", "expansion")
    assert read(stores, "news.search", words="bankrupt")["news"] == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("support.get_thread", {"ticket": "SUP-99"}), ("support.get_thread", {}),
        ("mail.get_thread", {"mail": "ML-99"}), ("telemetry.get_series", {"series": "salaries"}),
        ("telemetry.get_series", {"series": "active_users", "days": "0"}),
        ("memory.search", {"words": ""}), ("memory.search", {"words": "x", "account": "northgate"}),
        ("calendar.propose_slots", {"contact": "daniel-kim"}), ("calendar.propose_slots", {"owner": "eve"}),
        ("crm.find", {"words": "a\nb"}), ("signals.list_recent", {"limit": "many"}), ("news.search", {"url": "http://x"}),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_or_resolve_are_refused(
    stores: Stores, tool: str, arguments: dict[str, Json]
) -> None:
    found = gateway(Path("home")).read(reading(tool, arguments), stores, ABOUT)
    assert (found.ok, found.value, found.tool_run.outcome) == (False, None, "refused")
    assert found.refusal


def test_without_an_account_only_a_name_can_be_looked_up(stores: Stores) -> None:
    found = gateway(Path("home")).read(reading("account.get_state"), stores, None)
    assert "none is open" in str(found.refusal)


def test_every_call_is_recorded_with_its_outcome(stores: Stores) -> None:
    desk = gateway(Path("home"))
    desk.read(reading("account.get_state", run="rn_kept"), stores, ABOUT)
    desk.read(reading("support.get_thread", {"ticket": "SUP-99"}, run="rn_kept"), stores, ABOUT)
    with stores.read(TENANT) as unit:
        kept = {run.tool: run for run in unit.runs.tool_runs_of(RunId("rn_kept"))}
    assert {name: run.outcome for name, run in kept.items()} == {
        "account.get_state": "ok", "support.get_thread": "refused",
    }  # fmt: skip
    assert kept["support.get_thread"].cost_class == "MED"
    assert len({run.arguments_hash for run in kept.values()}) == 2
