"""Laws of the situation: order, repetition and lateness change nothing; a moment, once past, never changes."""

import functools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.world import situation as situations
from state.world.delta import Delta, deltas_of
from state.world.detection import detect
from state.world.event import Event
from state.world.log import Log
from state.world.situation import EMPTY_DIGEST, Situation, extend, fact_of
from state.world.synthesis.content import content_digest
from state.world.view import AccountView
from tests.build import NOW, PROFILE, Story, around, trust_of
from tests.unit.synthesis.stories import acme, granite


@functools.cache
def told() -> tuple[Event, ...]:
    """Tell a life in which claims meet on one attribute, with a correction by a person."""
    story = (
        granite().deal("2026-02-01", stage="Evaluation", amount="90000").deal("2026-02-01", stage="Proposal")
    )
    story.opened_ticket("T-1", "2026-03-01", 1).usage([50] * 60)
    return tuple(story.correct("Opportunity/D-1", "amount", "95000", "2026-02-20").events)


def late(event: Event, days: int) -> Event:
    """Let the same event become known so many days later, never after the clock."""
    return event.model_copy(update={"recorded_at": min(NOW, event.time + timedelta(days=days))})


def folded(events: Sequence[Event]) -> Situation:
    batches = [deltas_of(event, trust_of) for event in events]
    deltas = [delta for batch in batches for delta in batch]
    return Situation(batches[0][0].account, deltas, len(batches), extend(EMPTY_DIGEST, batches))


def content(found: Situation) -> str:
    view = AccountView.of(found, PROFILE.company.verified_domains)
    return content_digest(found, detect(view, around(), PROFILE), NOW)


ORDERS = st.permutations(range(len(told())))
DELAYS = st.lists(st.integers(0, 90), min_size=len(told()), max_size=len(told()))


@settings(max_examples=25, deadline=None)
@given(ORDERS, st.lists(st.integers(0, len(told()) - 1), max_size=4), DELAYS)
def test_order_repetition_and_lateness_leave_facts_and_signals_alone(
    order: list[int], again: list[int], delays: list[int]
) -> None:
    events = [late(event, days) for event, days in zip(told(), delays, strict=True)]
    assert content(folded([events[place] for place in (*order, *again)])) == content(folded(told()))


def test_the_law_of_order_is_broken_by_ranking_claims_by_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_arrival(self: Situation, row: int) -> tuple[int, int, str, str]:
        return (row, 0, "", "")

    monkeypatch.setattr(situations.Situation, "_order", by_arrival)
    assert content(folded(told())) != content(folded(told()[::-1]))


def test_another_fact_gives_another_content() -> None:
    more = granite().deal("2026-03-02", amount="1").events[-1]
    assert content(folded([*told(), more.model_copy(update={"id": "E-more"})])) != content(folded(told()))


@given(ORDERS)
@settings(max_examples=15, deadline=None)
def test_replay_in_the_order_of_the_log_gives_the_chained_digest_of_every_version(order: list[int]) -> None:
    events = [told()[place] for place in order]
    heads = accumulate(
        (deltas_of(event, trust_of) for event in events),
        lambda seal, batch: extend(seal, [batch]),
        initial=EMPTY_DIGEST,
    )
    found = [folded(events[:version]).digest for version in range(1, len(events) + 1)]
    assert found == list(heads)[1:]


MOMENTS = st.integers(0, 880).map(lambda days: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=days))


def facts(found: Situation) -> set[tuple[str, ...]]:
    return {tuple(map(str, fact_of(delta))) for delta in found.as_told().deltas}


@settings(max_examples=40, deadline=None)
@given(DELAYS, MOMENTS, MOMENTS)
def test_a_later_moment_knows_all_of_an_earlier_one_and_nothing_of_its_own_future(
    delays: list[int], one: datetime, other: datetime
) -> None:
    whole = folded([late(event, days) for event, days in zip(told(), delays, strict=True)])
    earlier, later = whole.as_of(min(one, other)), whole.as_of(max(one, other))
    assert facts(earlier) <= facts(later) <= facts(whole)
    assert all(max(d.recorded_at, d.valid_from) <= min(one, other) for d in earlier.as_told().deltas)


@settings(max_examples=30, deadline=None)
@given(MOMENTS, st.integers(1, 400), st.integers(0, 900))
def test_what_is_recorded_later_never_shows_in_an_earlier_moment(
    at: datetime, after: int, valid: int
) -> None:
    news = granite().deal("2026-03-02", amount="7").events[-1]
    recorded = at + timedelta(days=after)
    news = news.model_copy(
        update={"id": "E-late", "recorded_at": recorded, "time": recorded - timedelta(days=valid)}
    )
    before, now = folded(told()).as_of(at), folded([*told(), news]).as_of(at)
    assert facts(now) == facts(before)


def test_a_moment_that_is_past_keeps_its_digest_whatever_comes_later() -> None:
    day, news = datetime(2026, 2, 10, tzinfo=UTC), granite().deal("2026-03-02", amount="7").events[-1]
    more = [*told(), news.model_copy(update={"id": "E-late"})]
    assert folded(more).as_of(day).digest == folded(told()).as_of(day).digest


def test_the_moment_of_a_moment_is_the_earlier_one() -> None:
    whole, day = folded(told()), datetime(2026, 2, 10, tzinfo=UTC)
    assert whole.as_of(NOW).as_of(day).digest == whole.as_of(day).digest
    assert whole.as_of(day).as_of(NOW).deltas == whole.as_of(day).deltas


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, len(told())), max_size=3).map(sorted))
def test_pages_hold_every_claim_however_the_log_is_cut(cuts: list[int]) -> None:
    log, deltas = Log(), [delta for event in told() for delta in deltas_of(event, trust_of)]
    places = [0, *cuts, len(told())]
    for start, end in pairwise(places):
        part = [delta for event in told()[start:end] for delta in deltas_of(event, trust_of)]
        log.read_page(orjson.loads(orjson.dumps(Log.of(part).page())))
    assert [log.delta(deltas[0].account, row) for row in range(len(log))] == deltas


def test_the_graph_and_the_columns_say_the_same() -> None:
    found = acme().situation()
    assert set(found.graph) == set(found.keys)
    for key in found.keys:
        claims: dict[str, tuple[Delta, ...]] = found.graph.nodes[key]["claims"]
        assert {name: found.claims(key, name) for name in found.attributes(key)} == claims
    edges = {(one, other, name.partition(":")[0]) for one, other, name in found.graph.edges(keys=True)}
    assert edges == set(found.edges())


@given(st.integers(0, 500))
def test_what_moved_since_a_moment_is_what_has_a_claim_after_it(days: int) -> None:
    found, start = acme().situation(), NOW - timedelta(days=days)
    assert set(found.moved_since(start)) == {d.subject for d in found.deltas if d.valid_from > start}


def test_only_nodes_of_the_moment_are_there() -> None:
    past = Story("acme").account(name="A").opened_ticket("T-1", "2026-03-01", 2).situation()
    then = past.as_of(datetime(2026, 2, 1, tzinfo=UTC))
    assert "Ticket/T-1" in past
    assert "Ticket/T-1" not in then
    assert then.keys == ("Account/acme",)


def test_a_view_says_a_thing_once_for_the_same_givens() -> None:
    view, said = acme().view(), list[int]()
    one, other = around(), around()

    def counted() -> int:
        said.append(1)
        return len(said)

    assert [view.once("n", (one,), counted), view.once("n", (one,), counted)] == [1, 1]
    assert view.once("n", (other,), counted) == 2
    assert view.once("m", (other,), counted) == 3


def test_a_moment_that_reads_valid_time_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: recorded time is not looked at."""
    day, whole = datetime(2026, 2, 15, tzinfo=UTC), folded([late(event, 60) for event in told()])
    assert all(one.recorded_at <= day for one in whole.as_of(day).as_told().deltas)
    monkeypatch.setattr(situations, "max", lambda valid, recorded: valid, raising=False)
    assert any(one.recorded_at > day for one in whole.as_of(day).as_told().deltas)
