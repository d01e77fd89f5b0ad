"""SIGNAL_BATCH_READY at, just below and just above each border."""

from datetime import UTC, datetime, timedelta

import pytest

from state.ids import AccountId, NodeKey, SignalId
from state.world.batching import Moved, is_ready
from state.world.lookout import Live
from state.world.profile.limits import Batching
from state.world.signal import Severity

RULES = Batching(quiet_seconds=60, longest_minutes=10, signals=50, account_loop_minutes=15)
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def moved(*, first: timedelta, latest: timedelta, events: int = 2, live: tuple[Live, ...] = ()) -> Moved:
    return Moved(
        account=AccountId("a"),
        version=3,
        events=events,
        first_at=NOW - first,
        latest_at=NOW - latest,
        live=live,
    )


def ready(batch: Moved, last_loop: datetime | None = None, known: tuple[str, ...] = ()) -> bool:
    return is_ready(batch, RULES, NOW, last_loop=last_loop, known=[SignalId(one) for one in known])


def grave(severity: Severity) -> tuple[Live, ...]:
    return (Live(id=SignalId("s"), name="n", subject=NodeKey("Account/a"), severity=severity),)


@pytest.mark.parametrize(("seconds", "expected"), [(59, False), (60, True), (61, True)])
def test_a_batch_waits_until_it_has_been_quiet_for_a_minute(seconds: int, expected: bool) -> None:
    quiet = timedelta(seconds=seconds)
    assert ready(moved(first=quiet, latest=quiet)) is expected


@pytest.mark.parametrize(("seconds", "expected"), [(599, False), (600, True)])
def test_but_never_longer_than_ten_minutes(seconds: int, expected: bool) -> None:
    assert ready(moved(first=timedelta(seconds=seconds), latest=SECOND)) is expected


@pytest.mark.parametrize(("events", "expected"), [(49, False), (50, True)])
def test_nor_for_more_than_fifty_events(events: int, expected: bool) -> None:
    assert ready(moved(first=SECOND, latest=SECOND, events=events)) is expected


@pytest.mark.parametrize(
    ("severity", "known", "expected"),
    [
        (Severity.MEDIUM, (), False),
        (Severity.HIGH, (), True),
        (Severity.HIGH, ("s",), False),
    ],
)
def test_what_is_grave_and_new_does_not_wait(
    severity: Severity, known: tuple[str, ...], expected: bool
) -> None:
    assert ready(moved(first=SECOND, latest=SECOND, live=grave(severity)), known=known) is expected


@pytest.mark.parametrize(("seconds", "expected"), [(899, False), (900, True)])
def test_one_event_loop_per_account_in_a_quarter_of_an_hour_however_grave(
    seconds: int, expected: bool
) -> None:
    batch = moved(first=timedelta(hours=1), latest=timedelta(hours=1), live=grave(Severity.HIGH))
    assert ready(batch, NOW - timedelta(seconds=seconds)) is expected
