"""A mean with its interval; nothing scored is not zero; and the share of a week that nobody had asked for."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metric import Score, metric
from evals.week import Week, lived, starter_of
from server.cli.evaluation import told_of
from state.governance.budget import Starter
from state.ids import AccountId, RunId, ThreadId, TraceId, UserId
from state.ports.running import Run


@given(st.lists(st.sampled_from([0.0, 1.0, None]), max_size=60))
def test_the_interval_holds_the_mean_and_counts_what_was_scored(values: list[float | None]) -> None:
    found = metric("m", values)
    assert found.n + found.unscored == len(values)
    if found.mean is not None:
        assert found.low - 1e-9 <= found.mean <= found.high + 1e-9


def test_more_of_the_same_narrows_the_interval() -> None:
    few, many = metric("m", [1.0, 0.0] * 5), metric("m", [1.0, 0.0] * 50)
    assert few.mean == many.mean == 0.5
    assert many.high - many.low < few.high - few.low
    assert round(few.low, 3) == 0.237


def test_unscored_is_no_zero() -> None:
    assert metric("m", [None, 1.0]).mean == 1.0
    assert metric("m", [None]).mean is None
    assert Score.unscored("s", "nothing").is_right
    assert not Score("s", 0.5).is_right


@pytest.mark.parametrize(
    ("channel", "role", "starter"),
    [
        ("scan", "agent", Starter.SCHEDULE),
        ("cli", "seller", Starter.PERSON),
        ("web", "admin", Starter.PERSON),
    ],
)
def test_who_began_a_run_is_read_from_the_run_itself(channel: str, role: str, starter: Starter) -> None:
    run = Run(
        id=RunId("r"), thread=ThreadId("t"), account=AccountId("a"), intent="prep", user=UserId("maya"), role=role,
        channel=channel, trace_id=TraceId("c"), started_at=datetime(2026, 3, 10, tzinfo=UTC),
    )  # fmt: skip
    assert starter_of(run) is starter


def test_what_people_asked_for_is_not_self_initiated_and_an_unverified_event_is() -> None:
    week = Week(Counter({Starter.SCHEDULE: 5, Starter.UNTRUSTED: 1, Starter.PERSON: 2}))
    assert (week.self_initiated.mean, week.self_initiated.n) == (0.75, 8)
    assert "8 actions were executed; events and schedules had begun 75 % of them" in told_of(week)
    assert Week(Counter()).self_initiated.mean is None


def test_what_the_schedule_did_in_the_morning_is_not_done_again_for_whoever_asks_before_the_meeting() -> None:
    week = lived(mornings=1, accounts=("acme-corp", "oakhaven-hotels"))
    assert set(week.executed) == {Starter.SCHEDULE}
    assert week.self_initiated.n > 3
