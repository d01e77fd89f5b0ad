"""The days after the clock: what is planted for each tick, in this cast and others, and nobody sees it early."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from state.ids import TenantId
from state.world.event import Event, parse_event
from state.world.reading import Reading, readings_of
from state.world.records import (
    DealClosed,
    MailReceived,
    MailSent,
    MeetingUpdated,
    NoteAdded,
    ProcessUpdated,
)
from tests.conftest import ROOT
from tests.samples import sampled
from tools.sample import Sample, read_sample, write_sample
from tools.sample.cast import SEED

SEEDS = (SEED, 1, 2, 3)
TICKS = (date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 16), date(2026, 3, 17))


@pytest.fixture(scope="module", params=SEEDS)
def sample(request: pytest.FixtureRequest) -> Sample:
    return sampled(int(request.param))


def parsed(sample: Sample) -> list[Event]:
    return [parse_event(dict(event), TenantId(sample.tenant)) for event in sample.later]


def of(sample: Sample, key: str, kind: type) -> list[Event]:
    account = sample.slots[f"{key}.account"]
    return [event for event in parsed(sample) if event.account == account and isinstance(event.data, kind)]


def day(sample: Sample, first: str) -> date:
    return date.fromisoformat(first) + sample.shift


def promises(sample: Sample) -> list[Reading]:
    (note,) = of(sample, "acme", NoteAdded)
    return [found for found in readings_of(note) if found.topic == "commitment"]


def test_every_later_event_is_after_the_clock_and_known_when_it_happens(sample: Sample) -> None:
    for event in parsed(sample):
        assert sample.clock < event.time <= event.recorded_at, event.id
        assert event.recorded_at - event.time <= timedelta(minutes=20), event.id


def test_nothing_is_known_at_the_clock_that_happens_later(sample: Sample) -> None:
    ids = {str(event["id"]) for event in sample.events}
    names = {event.data.model_dump()[event.data.key] for event in parsed(sample)
             if isinstance(event.data, MailReceived | NoteAdded)}  # fmt: skip
    told = {str(value) for event in sample.events if isinstance(record := event["data"], dict)
            for key, value in record.items() if key in {"mail", "note"}}  # fmt: skip
    assert ids.isdisjoint(str(event["id"]) for event in sample.later)
    assert names.isdisjoint(told)


def test_the_days_fall_between_the_clock_and_the_fifth_tick(sample: Sample) -> None:
    days = {event.recorded_at.date() - sample.shift for event in parsed(sample)}
    assert days == {date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 16), date(2026, 3, 17)}
    assert max(days) == TICKS[-1]


def test_the_meeting_that_is_held_is_the_one_that_was_booked(sample: Sample) -> None:
    (held,) = of(sample, "acme", MeetingUpdated)
    assert isinstance(held.data, MeetingUpdated)
    assert (held.data.meeting, held.data.status) == (sample.slots["acme.meeting"], "held")
    assert held.time == sample.clock + timedelta(days=1, hours=2, minutes=45)


def test_the_champion_did_not_come_and_everybody_else_did(sample: Sample) -> None:
    (held,) = of(sample, "acme", MeetingUpdated)
    assert isinstance(held.data, MeetingUpdated)
    came = {one.email: one.status for one in held.data.attendees or ()}
    champion = came.pop(sample.slots["acme.champion.email"])
    assert (champion, set(came.values()), len(came)) == ("declined", {"accepted"}, 3)


def test_the_note_of_the_meeting_holds_one_promise_of_each_side_with_its_date(sample: Sample) -> None:
    found = {str(one.values["actor_side"]): one.values for one in promises(sample)}
    assert (len(promises(sample)), sorted(found)) == (2, ["them", "us"])
    assert found["us"]["due_on"] == sample.slots["acme.promise.ours"] == str(day(sample, "2026-03-13"))
    assert found["them"]["due_on"] == sample.slots["acme.promise.theirs"] == str(day(sample, "2026-03-18"))
    assert found["them"]["actor"] == sample.slots["acme.operations.name"].split()[0]


def test_the_promises_are_the_only_things_read_in_the_days(sample: Sample) -> None:
    topics = [found.topic for event in parsed(sample) for found in readings_of(event)]
    assert topics == ["commitment", "commitment"]


def test_the_champion_answers_the_last_mail_of_ours_the_same_evening(sample: Sample) -> None:
    (answer,) = of(sample, "acme", MailReceived)
    assert isinstance(answer.data, MailReceived)
    champion = sample.slots["acme.champion.email"]
    known = [
        parse_event(dict(event), sample.tenant).data
        for event in sample.events_of(sample.slots["acme.account"])
    ]
    asked = [one for one in known if isinstance(one, MailSent) and champion in one.to]
    assert (answer.data.sender, answer.data.in_reply_to) == (champion, asked[-1].mail)
    assert answer.time - sample.clock == timedelta(days=1, hours=10, minutes=20)


def test_northgate_writes_again_in_its_thread_after_thursdays_tick(sample: Sample) -> None:
    (reply,) = of(sample, "northgate", MailReceived)
    assert isinstance(reply.data, MailReceived)
    assert reply.data.sender == sample.slots["northgate.operations.email"]
    assert reply.data.thread == reply.data.in_reply_to == sample.slots["northgate.mail"]
    assert timedelta(days=2) < reply.time - sample.clock < timedelta(days=3)


def test_no_step_of_redwoods_paper_process_is_left_unbegun_on_monday(sample: Sample) -> None:
    steps = {
        e.data.step: e.data
        for e in of(sample, "redwood", ProcessUpdated)
        if isinstance(e.data, ProcessUpdated)
    }
    monday = day(sample, "2026-03-16")
    review, legal = steps["security_review"], steps["legal"]
    assert (review.status, review.started_on) == ("running", monday)
    assert (legal.status, legal.finished_on) == ("finished", monday)
    assert {step.deal for step in steps.values()} == {sample.slots["redwood.deal"]}
    known = [
        e["data"] for e in sample.events_of(sample.slots["redwood.account"]) if e["type"] == "process.updated"
    ]
    assert [one["process"] for one in known if isinstance(one, dict)] == [review.process]


def test_oakhaven_accepts_the_list_price_and_the_deal_is_won(sample: Sample) -> None:
    (closed,) = of(sample, "oakhaven", DealClosed)
    (mail,) = of(sample, "oakhaven", MailReceived)
    assert isinstance(closed.data, DealClosed)
    assert isinstance(mail.data, MailReceived)
    assert (closed.data.deal, closed.data.outcome) == (sample.slots["oakhaven.deal"], "won")
    assert closed.data.closed_on == day(sample, "2026-03-17")
    assert str(closed.data.amount) == sample.slots["oakhaven.amount"]
    assert f"${int(sample.slots['oakhaven.amount']):,}" in mail.data.text


def test_a_file_is_split_at_its_clock_when_it_is_read(tmp_path: Path) -> None:
    first = sampled()
    write_sample(first, tmp_path)
    found = read_sample(tmp_path)
    assert (found.events, found.later) == (first.events, first.later)
    write_sample(replace(first, clock=first.clock + timedelta(days=7)), tmp_path)
    assert read_sample(tmp_path).later == ()


def test_the_committed_events_end_with_the_days_after_the_clock() -> None:
    found = read_sample(ROOT / "samples" / "fieldstone")
    assert [event["id"] for event in found.later] == [event["id"] for event in sampled().later]
    assert found.later


@pytest.mark.parametrize("seed", SEEDS[1:])
def test_another_seed_keeps_no_name_of_the_first_in_its_days(seed: int) -> None:
    names = {v for k, v in sampled().slots.items() if k.endswith((".name", ".domain", ".account", ".email"))}
    text = str(sampled(seed).later)
    assert [name for name in sorted(names) if name in text] == []


@pytest.mark.parametrize("key", ["acme", "northgate", "redwood", "oakhaven"])
def test_each_of_the_four_accounts_has_a_day(key: str) -> None:
    first = sampled()
    assert any(event["account"] == first.slots[f"{key}.account"] for event in first.later)
