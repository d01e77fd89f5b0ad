"""Calendars: what counts as understood, on public files; and what an entry becomes."""

from collections import Counter
from pathlib import Path

import pytest

from state.world.event import Event
from state.world.records import MeetingUpdated
from tests.unit.connectors.settings import SETTING, events_in, folder_of
from tools.connectors.folder import Outcome
from tools.connectors.ics import ENDINGS, MOST_PEOPLE, read_calendar
from tools.connectors.port import Drained, Reject

ENTRY = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:U1
SUMMARY:Review
DTSTART:20260312T090000
DTEND:20260312T100000
LAST-MODIFIED:20260301T080000Z
MORE
END:VEVENT
END:VCALENDAR
"""


def read(text: str) -> Outcome:
    return read_calendar(text.replace("\n", "\r\n").encode(), "a.ics", SETTING)


def meeting(more: str = "X-A:1", text: str = ENTRY) -> MeetingUpdated:
    [event] = events_in(read(text.replace("MORE", more)))
    assert isinstance(event.data, MeetingUpdated)
    return event.data


def only(more: str = "X-A:1") -> Event:
    [event] = events_in(read(ENTRY.replace("MORE", more)))
    return event


@pytest.fixture(scope="module")
def public(shared_data: Path) -> Drained:
    return folder_of(shared_data / "ics", ENDINGS, lambda raw, name: read_calendar(raw, name, SETTING))


def test_59_of_113_public_files_and_73_of_122_entries_are_understood(public: Drained) -> None:
    assert (public.understood, len(public.files)) == (59, 113)
    assert sum(one.understood for one in public.files) == 73
    assert sum(one.records for one in public.files) == 122


def test_no_public_file_is_dropped_without_a_reason(public: Drained) -> None:
    missed = {one.file for one in public.files if one.understood == 0}
    assert missed == {one.file for one in public.rejects} - {
        one.file for one in public.files if one.understood
    }
    lost = Counter(one.file for one in public.rejects)
    for one in public.files:
        assert one.records - one.understood <= lost[one.file]


def test_every_reason_is_one_of_a_few(public: Drained) -> None:
    assert Counter(one.reason for one in public.rejects) == {
        "no start (DTSTART)": 44,
        "no calendar entry (VEVENT) in it": 17,
        "not a calendar": 5,
        "its start, end or duration cannot be read": 3,
        "several starts (DTSTART)": 2,
    }


def test_meetings_of_nobody_we_know_are_left_to_be_parked(public: Drained) -> None:
    assert {event.account for event in public.events} == {None}


def test_a_time_without_a_zone_is_in_the_companys() -> None:
    found = meeting()
    assert found.starts_at is not None
    assert (found.starts_at.isoformat(), found.zone) == (
        "2026-03-12T08:00:00Z".replace("Z", "+00:00"),
        "Europe/Oslo",
    )


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("20260329T013000", "00:30"),
        ("20260329T023000", "01:30"),
        ("20260329T033000", "01:30"),
        ("20261025T023000", "00:30"),
        ("20261025T033000", "02:30"),
    ],
)
def test_times_around_a_change_of_clocks_are_placed(local: str, utc: str) -> None:
    found = meeting(text=ENTRY.replace("20260312T090000", local).replace("DTEND:20260312T100000\n", ""))
    assert found.starts_at is not None
    assert f"{found.starts_at:%H:%M}" == utc


def test_a_whole_day_begins_at_midnight_of_the_company() -> None:
    text = ENTRY.replace(":20260312T090000", ";VALUE=DATE:20260312").replace(
        ":20260312T100000", ";VALUE=DATE:20260313"
    )
    found = meeting(text=text)
    assert found.starts_at is not None
    assert found.ends_at is not None
    assert [f"{one:%d %H:%M}" for one in (found.starts_at, found.ends_at)] == ["11 23:00", "12 23:00"]


def test_an_unknown_zone_is_read_as_the_companys_and_said() -> None:
    outcome = read(ENTRY.replace("DTSTART:", "DTSTART;TZID=Moon/Base:").replace("DTEND", "X-END"))
    remarks = [one for one in outcome.found if isinstance(one, Reject)]
    assert [one.value for one in remarks] == ["Moon/Base"]
    assert "Europe/Oslo" in remarks[0].reason


ZONE = """BEGIN:VTIMEZONE
TZID:Our/Zone
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0500
TZOFFSETTO:+0500
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
"""


def test_a_zone_that_a_file_defines_holds_in_that_file_and_in_no_other() -> None:
    text = ENTRY.replace("DTSTART:", "DTSTART;TZID=Our/Zone:").replace("DTEND:", "DTEND;TZID=Our/Zone:")
    own = meeting(text=text.replace("BEGIN:VEVENT\n", ZONE))
    other = meeting(text=text)
    assert own.starts_at is not None
    assert other.starts_at is not None
    assert [f"{one:%H:%M}" for one in (own.starts_at, other.starts_at)] == ["04:00", "08:00"]


def test_an_entry_without_uid_is_named_by_its_digest() -> None:
    text = ENTRY.replace("UID:U1\n", "")
    assert meeting(text=text).meeting == meeting(text=text).meeting
    assert meeting(text=text).meeting != meeting(text=text.replace("Review", "Other")).meeting


def test_people_their_answers_and_what_is_said_of_the_meeting_are_read() -> None:
    found = meeting(
        "ORGANIZER:MAILTO:ann@birch.example\n"
        "ATTENDEE;CN=Bo;PARTSTAT=ACCEPTED:mailto:bo@oak.example\n"
        "ATTENDEE;PARTSTAT=DELEGATED:mailto:BO@oak.example\n"
        "ATTENDEE;CUTYPE=ROOM:mailto:room@birch.example\n"
        "ATTENDEE:urn:uuid:1\nLOCATION:Here\nDESCRIPTION:Renewal"
    )
    assert [(one.email, one.name, one.status) for one in found.attendees or ()] == [
        ("bo@oak.example", "Bo", "accepted")
    ]
    assert (found.organiser, found.place, found.agenda) == ("ann@birch.example", "Here", "Renewal")
    assert found.status == "booked"


def test_guests_beyond_the_bound_are_said_to_be_left_out() -> None:
    guests = [f"ATTENDEE:mailto:p{number}@oak.example" for number in range(MOST_PEOPLE + 1)]
    many, few = (read(ENTRY.replace("MORE", "\n".join(one))) for one in (guests, guests[1:]))
    assert [one.reason for one in many.found if isinstance(one, Reject)] == [
        f"more than {MOST_PEOPLE} are invited; the first {MOST_PEOPLE} are taken"
    ]
    assert not any(isinstance(one, Reject) for one in few.found)


@pytest.mark.parametrize(
    ("more", "account"),
    [
        ("ATTENDEE:mailto:bo@oak.example", "oak"),
        ("ORGANIZER:mailto:cy@pine.example", "pine"),
        ("ATTENDEE:mailto:bo@oak.example\nORGANIZER:mailto:cy@pine.example", None),
        ("ATTENDEE:mailto:di@elm.example", None),
    ],
)
def test_a_meeting_belongs_to_the_one_account_of_its_people(more: str, account: str | None) -> None:
    assert only(more).account == account


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("STATUS:CANCELLED", "cancelled"),
        ("STATUS:TENTATIVE", "booked"),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:Ann@birch.example", "declined_by_owner"),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:bo@oak.example", "booked"),
    ],
)
def test_what_became_of_a_meeting_is_read(more: str, status: str) -> None:
    assert meeting(more).status == status


def test_a_calendar_that_calls_off_is_believed() -> None:
    assert meeting(text=ENTRY.replace("BEGIN:VEVENT", "METHOD:CANCEL\nBEGIN:VEVENT")).status == "cancelled"


def test_an_entry_is_known_from_when_it_was_last_written() -> None:
    assert only().time.isoformat() == "2026-03-01T08:00:00+00:00"
    past = events_in(read(ENTRY.replace("LAST-MODIFIED", "X-NO").replace("202603", "202503")))
    ahead = events_in(read(ENTRY.replace("LAST-MODIFIED", "X-NO").replace("202603", "202703")))
    assert past[0].recorded_at.isoformat() == "2025-03-12T08:00:00+00:00"
    assert ahead[0].recorded_at == SETTING.now


def test_reading_again_gives_the_same_and_a_change_gives_another() -> None:
    assert only().id == only().id
    assert only().hash == only().hash
    assert only("LOCATION:There").id != only().id
    assert meeting("LOCATION:There").meeting == meeting().meeting


def test_control_characters_are_shown_and_long_texts_are_cut() -> None:
    found = meeting("LOCATION:a\x07b\nDESCRIPTION:" + "x" * 70_000)
    assert found.place == "a\ufffdb"
    assert "[Cut here: the text has 70,000 bytes" in str(found.agenda)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY", "FREQ=YEARLY;INTERVAL=0"])
def test_a_zone_whose_clocks_change_all_the_time_is_not_run_through(rule: str) -> None:
    zone = ZONE.replace("TZOFFSETTO", f"RRULE:{rule[:6]}\n {rule[6:]}\nTZOFFSETTO")
    outcome = read(ENTRY.replace("BEGIN:VEVENT\n", zone))
    assert (outcome.understood, len(outcome.found)) == (0, 1)
    assert read(ENTRY.replace("BEGIN:VEVENT\n", ZONE)).understood == 1


def test_an_end_before_the_start_is_left_out_and_said() -> None:
    outcome = read(ENTRY.replace("20260312T100000", "20260311T100000"))
    [event] = events_in(outcome)
    assert isinstance(event.data, MeetingUpdated)
    assert (event.data.ends_at, outcome.understood) == (None, 1)
    assert [one.reason for one in outcome.found if isinstance(one, Reject)] == [
        "it ends before it begins; its end is left out"
    ]


@pytest.mark.parametrize("start", ["00010101T000000", "18991231T230000", "22000101T100000"])
def test_a_date_of_no_calendar_of_ours_is_rejected(start: str) -> None:
    outcome = read(ENTRY.replace("20260312T090000", start).replace("DTEND", "X-END"))
    assert (len(outcome.found), outcome.understood) == (1, 0)
    assert isinstance(outcome.found[0], Reject)
