"""A long text of a calendar or a feed is cut in its event and kept whole beside it, as that of a mail is."""

from collections.abc import Callable

import pytest

from state.world.event import Event
from state.world.whole_text import FIELD_BYTES, Whole
from tests.unit.connectors.settings import SETTING
from tests.unit.connectors.test_feed import DAY, ROOM, rss
from tests.unit.connectors.test_ics import ENTRY
from tools.connectors.feed import LONG
from tools.connectors.ics import read_calendar
from tools.connectors.mail_html import MOST
from tools.connectors.port import Found, Reject

Read = Callable[[int], tuple[Found, ...]]
WEEKLY = ENTRY.replace("MORE", "RRULE:FREQ=WEEKLY;COUNT=3\nMORE")


def calendar(size: int, text: str = ENTRY) -> tuple[Found, ...]:
    said = text.replace("MORE", f"DESCRIPTION:{'x' * size}").replace("\n", "\r\n")
    return read_calendar(said.encode(), "a.ics", SETTING).found


def feed(size: int) -> tuple[Found, ...]:
    item = f"<title>Acme Corp opens</title><description>{'x' * size}</description>{DAY}"
    return tuple(ROOM.found(rss(item), "feed"))


@pytest.mark.parametrize(("read", "field"), [(calendar, "agenda"), (feed, "text")], ids=["calendar", "feed"])
def test_64_kb_stay_and_one_byte_more_is_cut_and_kept_whole(read: Read, field: str) -> None:
    [event] = read(FIELD_BYTES)
    assert isinstance(event, Event)
    assert getattr(event.data, field) == "x" * FIELD_BYTES
    cut, whole, remark = read(FIELD_BYTES + 1)
    assert isinstance(cut, Event)
    assert isinstance(whole, Whole)
    assert whole == Whole(event=cut.id, field=field, text="x" * (FIELD_BYTES + 1))
    assert whole.seal in getattr(cut.data, field)
    assert isinstance(remark, Reject)
    assert remark.is_taken


def test_a_series_keeps_its_long_text_once() -> None:
    found = calendar(FIELD_BYTES + 1, WEEKLY)
    events = [one for one in found if isinstance(one, Event)]
    [whole] = [one for one in found if isinstance(one, Whole)]
    assert len(events) == 3
    assert whole.event == events[0].id
    assert all(whole.seal in str(getattr(one.data, "agenda", "")) for one in events)


def test_an_entry_longer_than_a_mail_may_be_is_kept_to_its_end() -> None:
    cut, whole, remark = feed(4 * MOST)
    assert isinstance(cut, Event)
    assert isinstance(whole, Whole)
    assert whole.text == "x" * (4 * MOST)
    assert whole.seal in str(getattr(cut.data, "text", ""))
    assert isinstance(remark, Reject)
    assert remark.reason == LONG
