"""Live events: the clock they are held against, and the tree that proves them."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.ids import AccountId
from state.ledger.merkle import EMPTY_ROOT, leaf, root
from state.world.event import Event, parse_event
from state.world.skew import Ahead, arrived
from tests.contract.world import told
from tests.fakes.drafts import NOW, TENANT

SECOND = timedelta(seconds=1)


def ahead(lead: timedelta) -> Event | Ahead:
    event = told("e-1")
    return arrived(event.model_copy(update={"time": NOW + lead}), NOW)


@pytest.mark.parametrize("lead", [timedelta(days=-9), timedelta(minutes=5) - SECOND, timedelta(minutes=5)])
def test_up_to_five_minutes_ahead_a_time_is_believed(lead: timedelta) -> None:
    event = ahead(lead)
    assert isinstance(event, Event)
    assert (event.time, event.recorded_at, event.is_clamped) == (NOW + lead, NOW, False)


@pytest.mark.parametrize("lead", [timedelta(minutes=5) + SECOND, timedelta(hours=24)])
def test_further_ahead_it_is_clamped_and_marked(lead: timedelta) -> None:
    event = ahead(lead)
    assert isinstance(event, Event)
    assert (event.time, event.is_clamped) == (NOW, True)
    assert event.claimed is not None
    assert event.claimed.time == NOW + lead


def test_more_than_a_day_ahead_it_is_refused_with_the_reason() -> None:
    found = ahead(timedelta(hours=24) + SECOND)
    assert isinstance(found, Ahead)
    assert "24 hours ahead" in found.reason


def test_a_redelivery_at_another_time_is_equal() -> None:
    event = told("e-1").model_copy(update={"time": NOW + timedelta(hours=1)})
    first, second = arrived(event, NOW), arrived(event, NOW + timedelta(minutes=7))
    assert isinstance(first, Event)
    assert isinstance(second, Event)
    assert first.time != second.time
    assert first.hash == second.hash == event.hash


def test_a_clamped_event_is_read_back_as_it_was_kept() -> None:
    event = ahead(timedelta(hours=3))
    assert isinstance(event, Event)
    again = parse_event(orjson.loads(event.kept), TENANT)
    assert (again, again.hash) == (event, event.hash)


def test_a_copy_with_another_content_has_another_hash() -> None:
    event = told("e-1")
    before = event.hash
    assert event.model_copy(update={"source": "mail"}).hash != before
    assert event.resolved_to(AccountId("birch")).hash == before


def by_the_book(leaves: Sequence[bytes]) -> bytes:
    """Hash a tree as RFC 9162 defines it: split at the largest power of two below its size."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + by_the_book(leaves[:split]) + by_the_book(leaves[split:])).digest()


@given(st.integers(min_value=1, max_value=70))
def test_the_root_is_that_of_the_standard(size: int) -> None:
    leaves = [leaf(bytes([number]), b"x") for number in range(size)]
    assert root(leaves) == by_the_book(leaves).hex()


def test_no_leaves_have_the_empty_root_and_a_changed_event_changes_it() -> None:
    assert root([]) == EMPTY_ROOT == hashlib.sha256(b"").hexdigest()
    assert leaf(b"salt", b"content") == hashlib.sha256(b"\x00saltcontent").digest()
    assert root([leaf(b"s", b"a"), leaf(b"s", b"b")]) != root([leaf(b"s", b"b"), leaf(b"s", b"a")])
