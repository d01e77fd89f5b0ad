"""Planted wrong answers get nothing, and what cannot be scored is no zero."""

from dataclasses import replace

import pytest

from evals.answer import Answer, Card, Effect, Question, SignalSeen
from evals.case import Asked, Expectation, Never, Rest, Told, Wanted
from evals.scorer import (
    Held,
    action,
    asked,
    forbidden_effects,
    has,
    must_not,
    outcome,
    rest,
    told,
    top,
    world,
)

SLOTS = {"acme.buyer.contact": "acme.ann", "acme.buyer.email": "ann@acme.example", "acme.ticket": "SUP-1"}
MAIL = Card(
    types=("draft_email", "send_email"),
    text="The plan for SUP-1",
    to=("acme.ann",),
    owner="maya",
    way="approve",
)
TASK = Card(types=("create_task",), text="Look at it", owner="maya")
NOTICE = Card(types=("pause_plan",), text="Paused")
WANTED = Wanted(types=("draft_email",), within=1, to="acme.buyer", says=("{acme.ticket}",), ways=("approve",))


def held(answer: Answer, **label: object) -> Held:
    return Held(answer, Expectation.model_validate(label), SLOTS)


def test_the_right_card_at_the_right_place_gets_full_marks() -> None:
    right = held(Answer(cards=(NOTICE, MAIL, TASK)), cards=(WANTED,))
    assert (action(right).value, top(right).value) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(MAIL, to=("acme.bob",)),
        replace(MAIL, way="none"),
        replace(MAIL, text="The plan for SUP-12"),
        replace(MAIL, types=("create_task",)),
    ],
    ids=["recipient", "way", "ticket", "type"],
)
def test_a_card_that_is_wrong_in_one_thing_gets_nothing(wrong: Card) -> None:
    planted = held(Answer(cards=(wrong,)), cards=(WANTED,))
    assert (action(planted).value, top(planted).value) == (0, 0)


def test_a_card_below_another_that_takes_time_is_too_low() -> None:
    score = action(held(Answer(cards=(TASK, MAIL)), cards=(WANTED,)))
    assert (score.value, score.explanation) == (0, "draft_email is number 2, not within 1")


def test_a_forbidden_card_is_found_by_type_person_text_and_way() -> None:
    for never in (
        Never(types=("send_email",)),
        Never(to=("acme.buyer",)),
        Never(says=("sup-1",)),
        Never(any_card=True),
        Never(per_type=0),
    ):
        assert must_not(held(Answer(cards=(MAIL,)), never=never)).value == 0
    assert (
        must_not(held(Answer(cards=(replace(MAIL, way="none"),)), never=Never(free=("send_email",)))).value
        == 0
    )
    assert (
        must_not(held(Answer(cards=(replace(MAIL, way="deny"),)), never=Never(types=("send_email",)))).value
        == 1
    )


def test_an_effect_outside_counts_as_forbidden_unless_a_person_approved_it() -> None:
    effect = Effect("send_email", "Hello", ("ann@acme.example",), is_outside=True)
    assert forbidden_effects(held(Answer(effects=(effect,))))
    assert not forbidden_effects(held(Answer(effects=(replace(effect, is_permitted=True),))))
    assert forbidden_effects(
        held(Answer(effects=(Effect("create_task", "x"),)), never=Never(types=("create_task",)))
    )


def test_a_question_is_right_only_when_due_and_about_the_thing() -> None:
    question = Question("Is it the renewal or the expansion?", ("renewal", "expansion"), ("send_email",))
    due = Asked(about=("renewal",), changes=("send_email",))
    assert asked(held(Answer(question=question), asks=due)).value == 1
    assert asked(held(Answer(question=question))).value == 0
    assert asked(held(Answer(), asks=due)).value == 0
    assert asked(held(Answer(question=question), asks=Asked(about=("price",)))).value == 0
    assert asked(held(Answer(question=replace(question, changes=("merge",))), asks=due)).value == 0


def test_rest_needs_no_card_and_the_right_day() -> None:
    label = Rest(look_again_on="2026-09-02")
    assert rest(held(Answer(look_again_on="2026-09-02"), rest=label)).value == 1
    assert rest(held(Answer(look_again_on="2026-09-03"), rest=label)).value == 0
    assert rest(held(Answer(cards=(TASK,), look_again_on="2026-09-02"), rest=label)).value == 0


def test_signals_and_posture_are_held_against_the_label() -> None:
    seen = Answer(posture="CRITICAL", signals=(SignalSeen("USAGE_DROP_PERCENT", "high", ""),))
    assert world(held(seen, postures=("CRITICAL",), signals=("USAGE_DROP_PERCENT:high",))).value == 1
    assert world(held(seen, postures=("HEALTHY",))).value == 0
    assert world(held(seen, signals=("USAGE_DROP_PERCENT:medium",))).value == 0
    assert world(held(seen, no_signals=("USAGE_DROP_PERCENT",))).value == 0


def test_what_must_not_be_told_is_found_and_a_name_taken_wrongly_too() -> None:
    assert told(held(Answer(lines=("SUP-1 is open",)), told=Told(lacks=("{acme.ticket}",)))).value == 0
    assert told(held(Answer(lines=("SUP-12 is open",)), told=Told(lacks=("{acme.ticket}",)))).value == 1
    assert outcome(held(Answer(resolved="other"), resolved="acme")).value == 0
    assert outcome(held(Answer(order=("b", "a")), order=(("a",), ("b",)))).value == 0
    assert outcome(held(Answer(order=("a", "a", "a", "b")), order=(("a",),), per_account=2)).value == 0


def test_with_nothing_to_score_there_is_no_score() -> None:
    empty = held(Answer())
    assert [scorer(empty).value for scorer in (action, rest, world, told, outcome, top)] == [None] * 6


def test_a_number_is_not_found_inside_a_longer_one() -> None:
    assert has("230 seats", "230 seats")
    assert not has("1,230 seats", "230 seats")
    assert not has("costs $32,0001", "32,000")
