"""The port: deltas from a cursor, nothing lost between two pulls, and folders whose files change."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from state.errors import InvalidInput, NotFound
from tests.unit.connectors.settings import SETTING
from tools.connectors.folder import FILES, Files, Outcome, listed, unread
from tools.connectors.jsonl import events_of
from tools.connectors.port import BATCH, Found, Reject, Stream, drained


def rejects(count: int) -> Iterator[Found]:
    return (Reject("f", number, "c", "", "no") for number in range(1, count + 1))


@pytest.mark.parametrize("count", [0, 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH])
def test_a_stream_comes_in_batches_and_the_last_says_so(count: int) -> None:
    batches = list(Stream("f", lambda: rejects(count)).deltas(None))
    assert [batch.is_last for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert sum(len(batch.found) for batch in batches) == count
    assert len(batches) == max(1, -(-count // BATCH))


def test_a_stream_goes_on_after_its_cursor() -> None:
    first = next(Stream("f", lambda: rejects(BATCH + 5)).deltas(None))
    rest = drained(Stream("f", lambda: rejects(BATCH + 5)).deltas(first.cursor))
    assert [one.line for one in rest.rejects] == [1001, 1002, 1003, 1004, 1005]
    assert not drained(Stream("f", lambda: rejects(BATCH + 5)).deltas(rest.cursor)).rejects


def seen(content: bytes, name: str) -> Outcome:
    return Outcome((Reject(name, 0, "", content.decode(), "seen"),), 1, 0)


def read_on(place: Path, cursor: str | None) -> tuple[set[str], str | None]:
    found = drained(Files("t", listed(place, (".txt",)), seen, 100).deltas(cursor))
    return {one.value for one in found.rejects}, found.cursor


def test_a_folder_gives_only_what_came_or_changed_since(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    cursor = read_on(tmp_path, None)[1]
    old = tmp_path / "b.txt"
    old.write_text("an old file, copied here with its date")
    os.utime(old, (1, 1))
    (tmp_path / "a.txt").write_text("a, changed")
    assert read_on(tmp_path, cursor)[0] == {"an old file, copied here with its date", "a, changed"}


def test_files_of_the_last_instant_are_read_again_rather_than_lost(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    again, cursor = read_on(tmp_path, read_on(tmp_path, None)[1])
    assert again == {"a"}
    assert cursor is not None


def test_a_long_folder_can_be_left_and_gone_on_with(tmp_path: Path) -> None:
    for number in range(FILES + 7):
        (tmp_path / f"{number:03}.txt").write_text(str(number))
    whole = Files("t", listed(tmp_path, (".txt",)), seen, 100)
    first = next(whole.deltas(None))
    rest = drained(whole.deltas(first.cursor))
    assert (len(first.found), first.is_last, len(rest.rejects)) == (FILES, False, 7)


def test_a_file_that_is_too_large_or_empty_of_records_has_its_reason(tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_text("x" * 101)
    (tmp_path / "none.txt").write_text("")
    found = drained(Files("t", listed(tmp_path, (".txt",)), lambda *_: Outcome((), 0, 0), 100).deltas(None))
    assert {one.file: one.reason for one in found.rejects} == {
        "large.txt": "larger than 0 MB",
        "none.txt": "nothing in it",
    }
    assert found.understood == 0


def test_files_of_other_endings_are_named(tmp_path: Path) -> None:
    for name in ("a.ics", "B.ICS", "notes.md"):
        (tmp_path / name).write_text("")
    found = listed(tmp_path, (".ics",))
    assert ([found.name(one) for one in found.files], found.others) == (["B.ICS", "a.ics"], ("notes.md",))


def test_a_path_that_holds_nothing_to_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        listed(tmp_path / "none", (".ics",))
    with pytest.raises(InvalidInput, match=r"no file ending in \.ics"):
        listed(tmp_path, (".ics",))


def test_one_file_is_read_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    found = listed(tmp_path / "a.txt", (".ics",))
    assert found.name(found.files[0]) == "a.txt"
    assert unread("a.txt", "why").found[0] == Reject("a.txt", 0, "file", "", "why")


def test_lines_of_a_file_are_a_stream_like_any_other() -> None:
    lines = ["{}", "", "not json"]
    found = drained(Stream("f", lambda: events_of(lines, SETTING.tenant, "f")).deltas(None))
    assert [one.line for one in found.rejects] == [1, 3]
    assert (found.files[0].records, found.files[0].understood) == (2, 0)
