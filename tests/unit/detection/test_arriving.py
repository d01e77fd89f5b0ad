"""Events are news from the row of their account alone: never more than a look at the whole account would find."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.ids import AccountId
from state.world.delta import Delta, deltas_of
from state.world.detection.arriving import RULES, Before, detect_arriving
from state.world.detection.scene import Scene
from state.world.event import Event
from state.world.glance import GLANCE_BYTES, Glance
from state.world.record import NodeKind
from state.world.signal import Signal
from state.world.situation import EMPTY_DIGEST, Situation
from state.world.view import AccountView
from tests.build import NOW, PROFILE, Story, around, trust_of
from tests.unit.detection import stories

Step = tuple[Event, tuple[Signal, ...], tuple[Signal, ...]]
"""An event, what the row told at once, and what the same rules told of the whole account right after."""
EVERY = tuple(dict.fromkeys(rule for rules in RULES.values() for rule in rules))


def steps(story: Story, events: Sequence[Event], glance: Glance | None = None) -> Iterator[Step]:
    """Take events one by one, each at the clock of its arrival."""
    account, row, claims = AccountId(story.account_id), glance or Glance(), list[Delta]()
    last: dict[str, datetime] = {}
    for event in events:
        found, beside = deltas_of(event, trust_of), around(max(one.visible_at for one in events))
        before = Before(account, row, dict(last), is_corrected=False)
        arrived = detect_arriving(before, [(event, found)], beside, PROFILE)
        claims += found
        last[event.type] = max(last.get(event.type, event.time), event.time)
        situation = Situation(account, claims, 1, EMPTY_DIGEST)
        row = arrived.glance or Glance.of(situation)
        assert len(row.model_dump_json()) <= GLANCE_BYTES + 100
        whole = AccountView.of(situation, PROFILE.company.verified_domains)
        scene = Scene(whole, beside, PROFILE)
        found_ = (one for rule in EVERY for one in rule(scene)) if arrived.signals else ()
        yield event, arrived.signals, tuple(one for one in found_ if isinstance(one, Signal))


def invented(found: Iterator[Step]) -> list[str]:
    """Name what the row told and the look did not."""
    return [
        f"{event.id}: {signal.name} {signal.subject} {signal.sub_state} {signal.severity}"
        for event, told, whole in found
        for signal in told
        if (signal.id, signal.severity) not in {(one.id, one.severity) for one in whole}
    ]


@pytest.mark.parametrize("make", stories.ALL, ids=lambda one: one.__name__)
def test_a_row_tells_nothing_that_the_whole_account_does_not(make: Callable[[], Story]) -> None:
    story = make()
    assert invented(steps(story, sorted(story.events, key=lambda one: one.visible_at))) == []


def test_between_them_the_stories_are_told_of_at_once() -> None:
    told = set[str]()
    for make in stories.ALL:
        events = sorted(make().events, key=lambda one: one.visible_at)
        told |= {signal.name for _, found, _ in steps(make(), events) for signal in found}
    assert len(told) == 13
    assert {"REPLY_RECEIVED", "FORM_SUBMITTED", "DEAL_CLOSED", "CLOSE_DATE_SLIPPED"} <= told


DAYS = st.integers(0, 20).map(lambda days: NOW - timedelta(days=days, minutes=days))
DEAL = st.fixed_dictionaries(
    {"deal": st.sampled_from(["D-1", "D-2"])},
    optional={
        "stage": st.sampled_from(["Discovery", "Evaluation", "Proposal", "Negotiation"]),
        "amount": st.sampled_from(["1000.00", "9000.00", "40000.00", "36000.00"]),
        "close_on": st.sampled_from(["2026-03-01", "2026-03-31", "2026-06-30", "2026-09-30"]),
        "competitors": st.just(["Crewline"]),
    },
)
TICKET = st.fixed_dictionaries(
    {"ticket": st.sampled_from(["T-1", "T-2"])},
    optional={"severity": st.integers(1, 4), "status": st.sampled_from(["open", "closed"])},
)
PERSON = st.fixed_dictionaries(
    {"contact": st.sampled_from(["ann", "bob"])},
    optional={
        "roles": st.sampled_from([["champion"], []]), "active": st.booleans(), "email": st.just("ann@acme.example"),
    },
)  # fmt: skip
TOLD = st.one_of(
    st.tuples(st.just("deal.updated"), DAYS, DEAL),
    st.tuples(st.just("ticket.updated"), DAYS, TICKET),
    st.tuples(st.just("contact.updated"), DAYS, PERSON),
    st.tuples(
        st.just("deal.closed"),
        DAYS,
        st.fixed_dictionaries(
            {
                "deal": st.sampled_from(["D-1", "D-2"]),
                "outcome": st.sampled_from(["won", "lost", "reopened"]),
                "closed_on": st.just("2026-03-02"),
            }
        ),
    ),
    st.tuples(
        st.just("mail.bounced"),
        DAYS,
        st.fixed_dictionaries(
            {
                "bounce": st.uuids().map(str),
                "recipient": st.just("ann@acme.example"),
                "status_code": st.sampled_from(["5.1.1", "4.2.2"]),
            }
        ),
    ),
    st.tuples(
        st.sampled_from(["mail.received"]),
        DAYS,
        st.fixed_dictionaries({"mail": st.uuids().map(str), "sender": st.just("ann@acme.example")}),
    ),
    st.tuples(
        st.sampled_from(["mail.sent"]),
        DAYS,
        st.fixed_dictionaries(
            {"mail": st.uuids().map(str), "user": st.just("maya"), "to": st.just(["ann@acme.example"])}
        ),
    ),
)


@settings(max_examples=25)
@given(told=st.lists(TOLD, min_size=1, max_size=10))
def test_no_order_of_events_makes_a_row_tell_more(
    told: list[tuple[str, datetime, dict[str, object]]],
) -> None:
    story = Story().account()
    for kind, when, data in told:
        story.tell(kind, when, "mail" if kind.startswith("mail") else "crm", **data)
    assert invented(steps(story, story.events)) == []


def moved_deal() -> Story:
    return Story().deal("2026-03-05", stage="Negotiation").deal("2026-03-09", stage="Discovery")


def test_a_deal_that_may_have_more_history_is_left_to_the_look() -> None:
    unsure = Glance(left_out=(NodeKind.OPPORTUNITY,))
    names = [
        [s.name for _, found, _ in steps(moved_deal(), moved_deal().events, glance) for s in found]
        for glance in (Glance(), unsure)
    ]
    assert names == [["DEAL_STAGE_REGRESSED"], []]


def test_a_closed_deal_that_the_row_forgot_would_be_told_wrongly() -> None:
    """The planted fault: a row that takes silence for knowledge."""
    story = Story().closed("2026-03-01", "won", "D-1")
    for day, stage in (("2026-03-05", "Negotiation"), ("2026-03-09", "Discovery")):
        story.deal(day, stage=stage)
    forgetful = list(steps(Story(), story.events[1:]))
    assert [s.name for _, found, _ in forgetful for s in found] == ["DEAL_STAGE_REGRESSED"]
    assert [s.name for _, found, _ in steps(story, story.events) for s in found] == ["DEAL_CLOSED"]


@pytest.mark.parametrize("deals", [2, 40])
def test_a_glance_keeps_the_open_and_newest_and_says_what_it_left_out(deals: int) -> None:
    story = Story().account(zone="America/New_York")
    for number in range(deals):
        story.deal(NOW - timedelta(days=number), deal=f"D-{number:02}", stage="Discovery", amount="5000.00")
    story.closed("2026-03-09", "won", "D-00")
    glance = Glance.of(Situation(AccountId("acme"), story.situation().deltas, 1, EMPTY_DIGEST))
    assert len(glance.model_dump_json()) <= GLANCE_BYTES + 100
    assert {"Account/acme", "Opportunity/D-01"} <= set(glance.nodes)
    assert glance.left_out == ((NodeKind.OPPORTUNITY,) if deals > 9 else ())


def test_more_slips_than_are_kept_are_not_counted() -> None:
    story = Story()
    for month in range(1, 13):
        story.deal(NOW - timedelta(days=13 - month), close_on=f"2027-{month:02}-28")
    slips = [s.sub_state for _, found, _ in steps(story, story.events) for s in found]
    assert slips[:3] == ["moved-1", "moved-2", "moved-3"]
    assert len(slips) < 11
