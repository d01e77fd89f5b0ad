"""The sample company as a whole: its files, its size, its clock, and what another seed changes."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from state.errors import InvalidInput
from state.world.event import Event, parse_event
from tests.conftest import ROOT
from tests.samples import sampled
from tools.files import load_profile
from tools.sample import Cast, Sample, company, read_sample, read_tenant, stories, write_sample
from tools.sample.cast import ORDINARY, OUR_DOMAIN
from tools.sample.files import EVENTS_FILE, events_text, tenant_text
from tools.sample.ordinary import kind_of

FOLDER = ROOT / "samples" / "fieldstone"
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return read_sample(FOLDER)


def parsed(sample: Sample) -> list[Event]:
    return [parse_event(dict(event), sample.tenant) for event in sample.events]


def interpolated(values: list[int], share: float) -> float:
    place = share * (len(values) - 1)
    low = int(place)
    return values[low] + (values[min(low + 1, len(values) - 1)] - values[low]) * (place - low)


def cycles(sample: Sample) -> list[int]:
    said = [event["data"] for event in sample.events if str(event["type"]).startswith("deal.")]
    records = [record for record in said if isinstance(record, dict)]
    opened = {
        str(record["deal"]): date.fromisoformat(str(record["opened_on"]))
        for record in records
        if "opened_on" in record
    }
    ends = {
        str(record["deal"]): date.fromisoformat(str(record["closed_on"]))
        for record in records
        if "closed_on" in record
    }
    return sorted((end - opened[deal]).days for deal, end in ends.items())


def test_the_committed_files_are_what_the_script_writes_byte_for_byte(tmp_path: Path) -> None:
    write_sample(company(), tmp_path)
    for name in ("events.jsonl", "tenant.yaml"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), "run python -m tools.sample"


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_a_fresh_process_writes_the_same_bytes_whatever_the_hash_seed(tmp_path: Path, hash_seed: str) -> None:
    command = [sys.executable, "-m", "tools.sample", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed})
    assert (tmp_path / EVENTS_FILE).read_bytes() == (FOLDER / EVENTS_FILE).read_bytes()


def test_what_is_written_is_read_back_the_same(sample: Sample, tmp_path: Path) -> None:
    write_sample(sample, tmp_path)
    assert read_sample(tmp_path) == sample


def test_the_events_stay_small_enough_to_open() -> None:
    assert (FOLDER / EVENTS_FILE).stat().st_size < 3_000_000


def test_every_event_parses_and_ids_are_unique(sample: Sample) -> None:
    events = parsed(sample)
    assert len({event.id for event in events}) == len(events) == len(sample.events)


def test_nothing_is_known_before_it_is_true_nor_after_the_clock(sample: Sample) -> None:
    for event in parsed(sample):
        assert event.time <= event.recorded_at <= sample.clock, event.id


def test_records_are_named_once_per_account(sample: Sample) -> None:
    said = Counter((e.account, e.type, e.data.model_dump()[e.data.key]) for e in parsed(sample))
    once = {
        "mail.received",
        "mail.sent",
        "note.added",
        "news.published",
        "form.submitted",
        "mail.opened",
        "deal.closed",
    }
    assert [name for name, times in said.items() if times > 1 and name[1] in once] == []


def test_there_are_at_least_sixty_accounts_and_the_rest_is_mostly_quiet(sample: Sample) -> None:
    accounts = {str(event["account"]) for event in sample.events if event["account"] is not None}
    assert len(accounts) >= 60
    assert len(accounts) == 33 + ORDINARY
    assert Counter(map(kind_of, range(ORDINARY))) == {"quiet": 24, "mild": 10, "noise": 6}


def test_two_hundred_and_twelve_closed_deals_have_the_planted_percentiles(sample: Sample) -> None:
    found = cycles(sample)
    assert (len(found), found[-1]) == (212, 147)
    assert (interpolated(found, 0.90), interpolated(found, 0.99)) == (104, 138)


def test_of_the_open_deals_only_one_is_older_than_the_99th_percentile(sample: Sample) -> None:
    records = [event.data.model_dump(exclude_unset=True) for event in parsed(sample)]
    closed = {record["deal"] for record in records if "outcome" in record}
    opened = {
        record["deal"]: record["opened_on"] for record in records if {"deal", "opened_on"} <= set(record)
    }
    ages = {deal: (date(2026, 3, 10) - day).days for deal, day in opened.items() if deal not in closed}
    assert {deal: age for deal, age in ages.items() if age > 138} == {"D-eastgate-elevators-1": 171}


def test_every_source_was_synced_at_the_clock(sample: Sample) -> None:
    at_clock = {
        event.data.model_dump()["feed"]
        for event in parsed(sample)
        if event.account is None and event.time == sample.clock
    }
    assert at_clock == {"crm", "mail", "calendar", "support", "usage", "depot-gateway", "news"}


def test_owners_and_authors_are_users_of_the_profile(sample: Sample) -> None:
    users = {str(user.id): user.email for user in load_profile([ROOT / "profile"]).company.users}
    named = {str(value) for event in sample.events if isinstance(data := event["data"], dict)
             for key, value in data.items() if key in {"owner", "author", "user", "created_by"}}  # fmt: skip
    assert named <= set(users)
    assert {users[user] for user in ("maya", "tom", "priya")} == {
        f"{user}@{OUR_DOMAIN}" for user in ("maya", "tom", "priya")
    }


def test_the_tenant_file_agrees_with_the_profile_and_the_clock(sample: Sample) -> None:
    tenant, firm = read_tenant(FOLDER), load_profile([ROOT / "profile"]).company
    assert (tenant.zone, tenant.currency, tenant.clock) == (firm.zone, firm.currency, sample.clock)
    assert firm.user(tenant.default_user) is not None
    assert tenant_text(sample.clock) == (FOLDER / "tenant.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", SEEDS)
def test_another_seed_tells_the_same_of_other_people(seed: int, sample: Sample) -> None:
    other = sampled(seed)
    assert Counter(event["type"] for event in other.events) == Counter(
        event["type"] for event in sample.events
    )
    assert cycles(other) == cycles(sample)
    assert other.clock != sample.clock
    assert all(event.recorded_at <= other.clock for event in parsed(other))


@pytest.mark.parametrize("seed", SEEDS)
def test_another_seed_keeps_no_company_and_no_person_of_the_first(seed: int) -> None:
    text = events_text(sampled(seed))
    names = {
        value
        for key, value in sampled().slots.items()
        if key.endswith((".name", ".domain", ".account", ".email"))
    }
    assert [name for name in sorted(names) if name in text] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_another_seed_moves_amounts_within_their_tier(seed: int) -> None:
    first, other = sampled().slots, sampled(seed).slots
    pairs = [(int(first[key]), int(other[key])) for key in first if key.endswith(".amount") and "." in key]
    assert sum(mine != theirs for mine, theirs in pairs) > len(pairs) / 2
    assert all(
        (mine >= border) == (theirs >= border) for mine, theirs in pairs for border in (25_000, 100_000)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_money_in_another_seed_stays_seats_times_list_price(seed: int) -> None:
    slots = sampled(seed).slots
    assert int(slots["acme.arr"]) == 800 * int(slots["acme.seats"])
    assert int(slots["oakhaven.amount"]) == 800 * int(slots["oakhaven.seats"])
    assert int(slots["zephyr.amount"]) * 4 == int(slots["zephyr.amount_before"]) * 3
    assert f"about {slots['acme.extra_seats']} seats" in str(stories()["S1"](Cast(seed)))


def test_a_story_by_itself_equals_its_part_of_the_whole() -> None:
    whole = sampled(5)
    for name, tell in stories().items():
        ids = {str(event["id"]) for event in tell(Cast(5))}
        alone = sorted(map(str, tell(Cast(5))))
        assert alone == sorted(str(event) for event in whole.events if event["id"] in ids), name


def test_a_broken_line_is_named_with_its_number(sample: Sample, tmp_path: Path) -> None:
    write_sample(sample, tmp_path)
    with (tmp_path / EVENTS_FILE).open("a", encoding="utf-8") as lines:
        lines.write("[1, 2]\n")
    lines_before = len(sample.events) + len(sample.later)
    with pytest.raises(InvalidInput, match=f"Line {lines_before + 1} of .* is not a JSON object"):
        read_sample(tmp_path)


def test_a_missing_events_file_names_the_remedy(sample: Sample, tmp_path: Path) -> None:
    write_sample(sample, tmp_path)
    (tmp_path / EVENTS_FILE).unlink()
    with pytest.raises(InvalidInput, match=r"python -m tools\.sample"):
        read_sample(tmp_path)


def test_no_runtime_code_reads_the_truth_file() -> None:
    name = "truth" + ".yaml"
    code = [
        file
        for folder in ("state", "agents", "tools", "graphs", "server")
        for file in (ROOT / folder).rglob("*.py")
    ]
    assert (FOLDER / name).is_file()
    assert [file.name for file in code if name in file.read_text(encoding="utf-8")] == []
