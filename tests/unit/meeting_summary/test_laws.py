"""What holds for every summary: cited by line, trusted no more than read, and its promises are the situation's."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from state.evidence import Trust
from state.world.meeting_summary import ItemKind, MeetingNote, MeetingSummary, SummaryItem, summarize
from tests.unit.meeting_summary.laws import broken, noted, promises
from tests.unit.test_reading_voices import HOSTILE

LINES = [
    "Maya: I'll send the quote by Friday.", "Raj: we've decided to go with the annual plan", "Decided: renewal first.",
    "Raj: it is too expensive", "- next step: workshop on 24 March", "Raj: we don't know yet who signs", "",
    "I'll send the quote by Friday.", "um, we, we're going to uh keep the pilot.", "Will the API support webhooks?",
    'Raj said "we can\'t sign before June', "See you on Tuesday.", "\u2028 we will use it", "> quoted", "Best,",
    "A" * 700, "Sarah will check with IT. I'll share the plan. We agreed on the price.",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=30)), max_size=10).map("\n".join)
KINDS = st.sampled_from(["meeting", "transcript", "note", "call"])
TRUSTS = st.sampled_from(list(Trust))


@given(TEXTS, KINDS, TRUSTS)
def test_every_item_is_cited_quoted_and_trusted_no_more_than_its_note(
    text: str, kind: str, trust: Trust
) -> None:
    note = noted(text, kind=kind, trust=trust)
    summary = summarize([note])
    assert broken([note], summary) == set()
    assert summary == summarize([note])


@given(TEXTS, KINDS)
def test_the_promises_are_those_of_the_situation_no_more_and_no_fewer(text: str, kind: str) -> None:
    note = noted(text, kind=kind)
    assert {item.quote for item in summarize([note]).of(ItemKind.COMMITMENT)} == promises(note)


@given(st.lists(st.tuples(TEXTS, TRUSTS), max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_notes_and_notes_given_twice_change_nothing(
    said: list[tuple[str, Trust]], shuffled: "object"
) -> None:
    notes = [
        noted(text, f"2026-03-1{place % 3}", trust, note=f"N-{place}")
        for place, (text, trust) in enumerate(said)
    ]
    mixed = [*notes, *notes[:2]]
    getattr(shuffled, "shuffle")(mixed)  # noqa: B009 - hypothesis gives its own kind of Random
    assert summarize(mixed) == summarize(notes)


@given(TEXTS)
def test_an_untrusted_text_yields_nothing_trusted(text: str) -> None:
    summary = summarize([noted(text, trust=Trust.UNTRUSTED)])
    assert all(item.trust is Trust.UNTRUSTED for item in summary.items)
    assert summary.trust is Trust.UNTRUSTED


def test_of_two_texts_under_one_id_the_less_trusted_counts() -> None:
    said = "Decided: renewal first."
    twice = [noted(said, trust=Trust.USER), noted(said, trust=Trust.UNTRUSTED)]
    assert [item.trust for item in summarize(twice).items] == [Trust.UNTRUSTED]


SPOKEN = [
    "we will use " * 5_400, "Decided: " * 7_000, "{a} " * 16_000, "the the " * 8_000, "b b" * 21_000, "uh, " * 16_000,
    "Raj: we decided to " * 3_400, "next meeting in " * 4_000, "we 'll " * 9_000, "see you in a " * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("text", [*HOSTILE, *SPOKEN], ids=lambda text: re.sub(r"\W", "_", text[:12]))
@pytest.mark.timeout(90)  # a pattern that backtracks takes hours at this length; a slow machine takes seconds
def test_a_text_made_to_make_patterns_backtrack_is_summarized_to_its_end(text: str) -> None:
    note = noted(text[:65_000], kind="transcript")
    assert all(item.quote in note.note.text for item in summarize([note]).items)


def _moved(item: SummaryItem) -> SummaryItem:
    return item.model_copy(update={"lines": (item.lines[0] + 1,)})


FAULTS: dict[str, Callable[[SummaryItem], SummaryItem]] = {
    "uncited": lambda item: item.model_copy(update={"lines": ()}),
    "no such line": lambda item: item.model_copy(update={"lines": (99,)}),
    "quote elsewhere": _moved,
    "trust raised": lambda item: item.model_copy(update={"trust": Trust.ADMIN}),
    "a promise of its own": lambda item: item.model_copy(update={"kind": ItemKind.COMMITMENT}),
}
PLANTED = noted("Decided: renewal first.\nNothing else.")


@pytest.mark.parametrize("law", FAULTS)
def test_each_law_sees_the_fault_that_is_planted_for_it(law: str) -> None:
    found = summarize([PLANTED])
    assert len(found.items) == 1
    wrong = found.model_copy(update={"items": (FAULTS[law](found.items[0]),)})
    assert broken([PLANTED], found) == set()
    assert law in broken([PLANTED], wrong)


def test_an_item_told_twice_is_seen() -> None:
    found = summarize([PLANTED])
    assert broken([PLANTED], found.model_copy(update={"items": found.items * 2})) == {"told twice"}


def _unsorted(notes: list[MeetingNote]) -> MeetingSummary:
    """Summarize without sorting: what the order test is seen to catch."""
    items = tuple(item for note in notes for item in summarize([note]).items)
    return MeetingSummary(records=tuple(note.note.note for note in notes), lines=0, items=items)


def test_a_summary_in_the_order_given_would_be_caught() -> None:
    notes = [noted("Decided: one.", note="N-1"), noted("Decided: two.", note="N-2")]
    assert _unsorted(notes) != _unsorted(notes[::-1])
    assert summarize(notes) == summarize(notes[::-1])


@pytest.mark.parametrize("missing", [{"lines": ()}, {"quote": ""}, {"text": ""}])
def test_an_item_without_its_citation_cannot_be_made(missing: dict[str, object]) -> None:
    item = summarize([PLANTED]).items[0].model_dump()
    with pytest.raises(ValidationError):
        SummaryItem.model_validate({**item, **missing})
