"""Corrections: what they reach, in any order, and what is still believed of before."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.ids import EventId, NodeKey
from state.world import superseding
from state.world.event import Event
from state.world.situation import EMPTY_DIGEST, Situation
from tests.contract.world import ACCOUNT, claims, told
from tests.fakes.drafts import NOW

DEAL = NodeKey("Opportunity/D-1")


def stage(name: str, value: str, *, day: int = 0, fixes: str | None = None, source: str = "crm") -> Event:
    """Make an event that says at which stage a deal is."""
    event = told(name, "deal.updated", {"deal": "D-1", "stage": value}, day=day)
    return event.model_copy(update={"supersedes": fixes and EventId(fixes), "source": source})


def seen(events: Sequence[Event]) -> Situation:
    """Fold events in this order."""
    return Situation(
        ACCOUNT, [delta for event in events for delta in claims(event)], len(events), EMPTY_DIGEST
    )


def stages(situation: Situation) -> list[object]:
    return [claim.value for claim in situation.claims(DEAL, "stage")]


def test_a_superseded_claim_no_longer_counts() -> None:
    found = seen([stage("e-1", "Proposal", day=2), stage("e-2", "Discovery", day=1, fixes="e-1")])
    assert stages(found) == ["Discovery"]
    assert found.value(DEAL, "stage") == "Discovery"


def test_what_was_believed_before_the_correction_can_still_be_asked() -> None:
    found = seen([stage("e-1", "Proposal"), stage("e-2", "Discovery", day=3, fixes="e-1")])
    assert stages(found.as_of(NOW + timedelta(days=2))) == ["Proposal"]
    assert stages(found.as_of(NOW + timedelta(days=3))) == ["Discovery"]


def test_of_a_chain_of_corrections_only_the_last_word_stands() -> None:
    chain = [
        stage("e-1", "Proposal", day=3),
        stage("e-2", "Discovery", day=2, fixes="e-1"),
        stage("e-3", "Evaluation", day=1, fixes="e-2"),
    ]
    assert stages(seen(chain)) == ["Evaluation"]


@pytest.mark.parametrize(("source", "left"), [("mail", 2), ("user", 1), ("crm", 1)])
def test_a_source_corrects_itself_and_a_person_corrects_all(source: str, left: int) -> None:
    found = seen([stage("e-1", "Proposal"), stage("e-2", "Discovery", fixes="e-1", source=source)])
    assert len(stages(found)) == left


def test_a_correction_that_reaches_every_source_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(superseding, "may_correct", lambda by, source: by is not None)
    found = seen([stage("e-1", "Proposal"), stage("e-2", "Discovery", fixes="e-1", source="mail")])
    assert len(stages(found)) == 1


EVENTS = [
    stage("e-1", "Prospecting", day=1),
    stage("e-2", "Proposal", day=2),
    stage("e-3", "Discovery", day=3, fixes="e-2"),
    stage("e-4", "Evaluation", day=4, fixes="e-9"),
    stage("e-5", "Negotiation", day=2, fixes="e-4"),
    stage("e-6", "Proposal", day=5),
]


@settings(max_examples=40)
@given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS), max_size=4))
def test_any_order_with_duplicates_gives_the_same_content(order: list[Event], again: list[Event]) -> None:
    straight, mixed = seen(EVENTS), seen([*order, *again])
    assert mixed.content_digest == straight.content_digest
    assert stages(mixed) == stages(straight) == ["Prospecting", "Negotiation", "Discovery", "Proposal"]
