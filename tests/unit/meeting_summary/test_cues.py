"""What counts as a decision, a next step, an objection or an open question, each beside its near miss."""

from datetime import date

import pytest

from state.world.meeting_summary import ItemKind, summarize
from state.world.meeting_summary.shape import is_transcript
from tests.unit.meeting_summary.laws import noted

D, N, B, Q, C = (
    ItemKind.DECISION,
    ItemKind.NEXT_STEP,
    ItemKind.OBJECTION,
    ItemKind.QUESTION,
    ItemKind.COMMITMENT,
)
SAID = [
    (D, "We've decided to go with the annual plan.", "We haven't decided on the annual plan yet."),
    (D, "So we're going with the pilot.", "So are we going with the pilot?"),
    (D, "Okay, we'll keep the old contract.", "Maybe we'll keep the old contract."),
    (D, "Let's go with the pilot then.", "Let's go to the next slide."),
    (D, "Decision: the ticket comes first.", "The decision is still open."),
    (D, "We are not going to use the module.", "The module we are going to use is small."),
    (D, "They agreed on the start day.", "They disagreed on the start day."),
    (D, "Raj agreed to bring in the CFO.", "If Raj agreed to bring in the CFO we could start."),
    (D, "Okay, so no discount.", "Okay, so no questions."),
    (D, "We have to drop the second site.", "We might have to drop the second site."),
    (N, "Next meeting is on 24 March.", "The last meeting was on 24 February."),
    (N, "See you on Tuesday.", "I see you on the screen."),
    (N, "You will look into the import.", "You would look at the import."),
    (N, "You will prepare the offer.", "You will prepare the offer right now."),
    (N, "Sarah will check with IT.", "Sarah would check with IT."),
    (N, "Please send me the list of depots.", "They sent me the list of depots."),
    (N, "Next steps: workshop with the dispatchers.", "Steps of the workshop were fine."),
    (N, "Could you think of the rollout? I want you to work on these ideas.", "I want to work on these ideas."),
    (B, "It is too expensive for us.", "It is not too expensive for us."),
    (B, "I'm worried about the open ticket.", "I'm not worried about the open ticket."),
    (B, "We can't sign with an open ticket.", "We can sign with an open ticket."),
    (B, "Concern: the data stays abroad.", "It concerns the data abroad."),
    (Q, "We don't know yet who signs.", "We know who signs."),
    (Q, "Not sure whether legal needs a new DPA.", "Legal surely needs a new DPA."),
    (Q, "Open question: who owns the data?", "The data is open."),
    (Q, "Start day TBD.", "Start day 1 April."),
    (C, "I'll send the quote by Friday.", "I'll give it a four."),
    (C, "I will look into it.", "I guess I'll look into it."),
    (C, "I'll put it in the folder.", "We'll put it in the folder."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "said", "near"), SAID, ids=[said for _, said, _ in SAID])
def test_a_cue_marks_what_was_said_and_not_its_near_miss(kind: ItemKind, said: str, near: str) -> None:
    assert summarize([noted(f"We spoke.\n{said}")]).of(kind)
    assert not summarize([noted(f"We spoke.\n{near}")]).of(kind)


CALL = """Maya: Thanks for joining. So, um, where are we on the renewal?
Raj: We've, we've decided to uh go with the annual plan.
Maya: Okay. I'll send you a revised quote by Friday.
Raj: Great. And could you send us the SOC 2 report?
Jonas: I will look into it and get back to you by Thursday.
Maya: Next meeting is on 24 March."""


def test_a_call_is_told_by_line_and_speaker() -> None:
    found = [(one.kind, one.lines, one.speaker) for one in summarize([noted(CALL, kind="transcript")]).items]
    assert found == [
        (D, (2,), "Raj"), (C, (3,), "maya"), (N, (4,), "Raj"), (C, (5,), "Jonas"), (N, (6,), "maya"),
    ]  # fmt: skip


def test_a_promise_carries_who_what_and_by_when() -> None:
    first = summarize([noted(CALL, kind="transcript")]).of(C)[0]
    assert (first.actor, first.deliverable, first.due_on) == ("maya", "a revised quote", date(2026, 3, 13))
    assert first.topic == "commitment"


def test_hesitations_fall_away_and_the_quote_stays_as_it_was() -> None:
    found = summarize([noted(CALL, kind="transcript")]).of(D)[0]
    assert found.text == "We've decided to go with the annual plan."
    assert found.quote == "Raj: We've, we've decided to uh go with the annual plan."


def test_words_said_twice_are_one_item_with_both_lines() -> None:
    text = "Decided: renewal first.\nRoad map.\nDecided: renewal first."
    assert [one.lines for one in summarize([noted(text)]).items] == [(1, 3)]


def test_a_promise_is_not_told_again_as_a_next_step_or_decision() -> None:
    found = summarize([noted("I'll send the notes and we will use the old form by Friday.")])
    assert [one.kind for one in found.items] == [C]


def test_a_question_in_a_call_is_answered_there_and_in_notes_left_open() -> None:
    asked = "Will the API support webhooks?"
    assert not summarize([noted(f"Raj: {asked}\nMaya: yes.", kind="transcript")]).of(Q)
    assert summarize([noted(asked)]).of(Q)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (CALL, True),
        (CALL.partition("\n")[0], False),
        ("Decided: one\nNext: two\nRisk: three\nOpen: four", False),
        ("We met Raj.\nRaj: two new sites.\nWe spoke of the price.\nThat was all.\nRaj: fine.", False),
        ("", False),
    ],
)
def test_a_transcript_is_known_by_its_speakers(text: str, *, is_one: bool) -> None:
    assert is_transcript(text) is is_one
