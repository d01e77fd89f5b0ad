"""calendar.schedule: one invitation, to verified contacts, in the hours of both sides, exactly as approved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from state.errors import InvalidInput
from state.governance.effect import Effect, effect_hash
from state.ids import ActionId
from state.ports.deciding import Deliberating
from state.world.records import MeetingUpdated
from tests.build import NOW, PROFILE, Story
from tests.fakes.tooling import (
    ACTION,
    KEY,
    SARAH,
    USERS,
    acme,
    addresses,
    carrying,
    gateway,
    looking_at,
    proposal,
)
from tools.catalog.slots import Place, free_slots
from tools.keys import sealed

NEW_YORK, PARIS = Place("America/New_York", "US"), Place("Europe/Paris", "FR")
MAYA = next(user for user in USERS if user.id == "maya")


@pytest.fixture(scope="module")
def about() -> Deliberating:
    return looking_at(acme())


def invite(about: Deliberating, recipient: str | None = SARAH, **arguments: str) -> Effect:
    wanted = proposal("schedule_meeting", recipient=recipient, arguments=arguments)
    return gateway(Path("home")).prepare(wanted, ACTION, None, about)


def meeting(effect: Effect) -> Any:
    (event,) = Calendar.from_ical(effect.content).walk("VEVENT")
    return event


def test_the_invitation_is_a_request_with_name_time_and_people(about: Deliberating) -> None:
    effect = invite(about, attendees="raj-patel", title="Plan, dates; next", agenda="One\nTwo")
    event = meeting(effect)
    assert Calendar.from_ical(effect.content)["METHOD"] == "REQUEST"
    assert event["UID"] == f"{sealed(KEY, 'message-id', ACTION)}@fieldstone.example"
    assert event["ORGANIZER"] == "mailto:maya@fieldstone.example"
    assert [str(one) for one in event["ATTENDEE"]] == ["mailto:sarah@acme.example", "mailto:raj@acme.example"]
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("Plan, dates; next", "One\nTwo")
    assert event.decoded("dtstamp") == NOW
    assert effect.recipients == ("sarah@acme.example", "raj@acme.example")
    assert effect.external


def test_the_time_is_the_first_that_suits_everybody(about: Deliberating) -> None:
    alone, both = meeting(invite(about)), meeting(invite(about, attendees="raj-patel"))
    # 14:00–15:00 UTC is booked; Chicago opens at 14:00 UTC, and Paris closes at 16:00 UTC
    assert alone.decoded("dtstart") == both.decoded("dtstart") == datetime(2026, 3, 11, 15, tzinfo=UTC)
    late = meeting(invite(about, attendees="raj-patel", minutes="90")).decoded("dtstart")
    assert late == datetime(2026, 3, 12, 14, tzinfo=UTC)


def test_a_chosen_time_must_be_free_for_both(about: Deliberating) -> None:
    chosen = meeting(invite(about, starts_at="2026-03-12T15:30:00Z")).decoded("dtstart")
    assert chosen == datetime(2026, 3, 12, 15, 30, tzinfo=UTC)
    for wrong in (
        "2026-03-11T14:30:00Z",
        "2026-03-12T23:00:00Z",
        "2026-03-14T15:00:00Z",
        "2026-03-12T15:30:00",
    ):
        with pytest.raises(InvalidInput, match=r"free|offset"):
            invite(about, starts_at=wrong)


@pytest.mark.parametrize("name", ["Contact/nora-blake", "ida-moss", "eve@evil.example", "Contact/daniel-kim"])
def test_only_verified_contacts_of_the_account_are_invited(about: Deliberating, name: str) -> None:
    for call in ({"recipient": name}, {"attendees": f"raj-patel, {name}"}):
        with pytest.raises(InvalidInput, match=r"contact|address of ours"):
            invite(about, **call)


@pytest.mark.parametrize(
    "arguments",
    [
        {"title": "Talk\r\nATTENDEE:mailto:eve@evil.example"}, {"title": "Talk {{topic}}"}, {"minutes": "0"},
        {"agenda": "See https://evil.example"}, {"agenda": "eve@evil.example joins"}, {"title": "Eve@Evil.example"},
        {"organizer": "eve@evil.example"}, {"starts_at": "tomorrow"},
        {"in_name_of": "dana"},
    ],
)  # fmt: skip
def test_hostile_words_and_arguments_are_refused(about: Deliberating, arguments: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        invite(about, **arguments)


def test_the_invitation_is_written_once_and_found_again(about: Deliberating, tmp_path: Path) -> None:
    effect, desk = invite(about), gateway(tmp_path, is_frozen=False, smtp_url="smtp://127.0.0.1:1")
    action = carrying(effect)
    assert (desk.probe(action), desk.outside(action).kind, desk.probe(action)) == (
        "absent",
        "receipt",
        "found",
    )
    assert [path.suffix for path in desk.outbox.iterdir()] == [".ics"]
    forged = [
        replace(effect, recipients=("eve@evil.example",)),
        replace(effect, content=effect.content.replace("mailto:sarah", "mailto:maria")),
        replace(effect, content="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        replace(effect, content="no calendar"),
    ]
    for other in forged:
        assert desk.outside(carrying(other)).kind == "refused"
    assert desk.outside(carrying(forged[1], effect_hash=effect_hash(effect))).kind == "refused"
    assert desk.outside(carrying(effect, id=ActionId("ac_another"))).kind == "refused"


def test_an_edit_changes_words_alone(about: Deliberating, tmp_path: Path) -> None:
    effect, desk = invite(about, title="Talk"), gateway(tmp_path)
    changed = desk.edited(carrying(effect), {"title": "Größe", "agenda": "Dates"})
    old, new = meeting(effect), meeting(changed)
    assert [new[name] for name in ("DTSTART", "DTEND", "DTSTAMP", "ORGANIZER", "ATTENDEE")] == [
        old[name] for name in ("DTSTART", "DTEND", "DTSTAMP", "ORGANIZER", "ATTENDEE")
    ]
    assert (new["SUMMARY"], new["UID"] != old["UID"]) == ("Größe", True)
    assert desk.outside(carrying(changed, id=ActionId("ac_next"), predecessor=ACTION)).kind == "receipt"
    for fixed in ("attendees", "owner", "starts_at", "purpose"):
        with pytest.raises(InvalidInput, match="be edited"):
            desk.edited(carrying(effect), {fixed: "2026-03-12T15:30:00Z"})


def test_after_sending_the_meeting_is_booked(about: Deliberating) -> None:
    effect = invite(about, attendees="raj-patel", title="Talk")
    after = gateway(Path("home")).after(carrying(effect), NOW)
    (event,) = after.events
    assert isinstance(event.data, MeetingUpdated)
    assert event.data.attendees is not None
    assert (event.source, event.data.status, event.data.meeting) == (
        "calendar",
        "booked",
        str(meeting(effect)["UID"]),
    )
    everybody = ["maya@fieldstone.example", "raj@acme.example", "sarah@acme.example"]
    assert addresses([person.email for person in event.data.attendees]) == everybody
    assert sorted(str(one.recipient) for one in after.records) == ["raj@acme.example", "sarah@acme.example"]


@given(hours=st.integers(0, 24 * 40), minutes=st.sampled_from([15, 30, 60, 120]))
def test_slots_lie_in_business_hours_of_both_and_overlap_nothing(hours: int, minutes: int) -> None:
    now, view = NOW + timedelta(hours=hours), acme().view()
    hours_of = PROFILE.calendar.business_hours
    for slot in islice(free_slots(PROFILE, view, MAYA, [NEW_YORK, PARIS], now, minutes), 5):
        assert slot.starts_at > now
        assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)
        for place in (NEW_YORK, PARIS):
            start, end = (at.astimezone(ZoneInfo(place.zone)) for at in (slot.starts_at, slot.ends_at))
            assert start.weekday() < 5
            assert hours_of.start <= start.time() < end.time() <= hours_of.end
        assert not slot.overlaps(datetime(2026, 3, 11, 14, tzinfo=UTC), datetime(2026, 3, 11, 15, tzinfo=UTC))


def test_nobody_is_booked_on_a_holiday_or_while_away() -> None:
    tom = next(user for user in USERS if user.id == "tom")
    view = Story("acme").account(name="Acme").view()
    first = next(iter(free_slots(PROFILE, view, tom, [PARIS], NOW, 30)))
    assert first.starts_at.date().isoformat() == "2026-03-23"
    before_easter = datetime(2026, 4, 3, 12, tzinfo=UTC)
    after = next(iter(free_slots(PROFILE, view, MAYA, [PARIS], before_easter, 30)))
    assert after.starts_at.date().isoformat() == "2026-04-07"
