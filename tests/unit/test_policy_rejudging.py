"""Recorded judgements under a new policy: counted as they were and would be, and unknown where a fact is missing."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given

from state.governance.facts import Facts, written
from state.governance.judge import compile_policy
from state.governance.policy import Layer
from state.governance.rejudging import Fate, Recorded, rejudged
from state.ports.judged import apart
from tests.unit.policy_rows import MORE_ROWS
from tests.unit.policy_strategies import known_facts
from tests.unit.policy_table import MAIL, ROWS, SHIPPED, TRUSTED, facts

JUDGE = compile_policy(SHIPPED)
NO_MAIL = Layer.model_validate({"layer": "tenant", "rules": [{
    "id": "no-mail", "kind": "deny", "reason": "No mail goes out this week.",
    "when": {"fact": "action.type", "op": "eq", "value": "send_email"}}]})  # fmt: skip
NEVER_AWAY = Layer.model_validate({"layer": "tenant", "rules": [{
    "id": "not-while-away", "kind": "deny", "reason": "Nothing while the owner is away.",
    "when": {"fact": "owner.away", "op": "eq", "value": True}}]})  # fmt: skip


def recorded(known: Facts, *forgotten: str) -> Recorded:
    """Record a judgement of the shipped policy."""
    judgement = JUDGE(known)
    kept = {name: value for name, value in written(known).items() if name not in forgotten}
    return Recorded(datetime(2031, 5, 6, tzinfo=UTC), "acme", "ac_1", judgement.verdict, kept, judgement.read)


@given(known=known_facts())
def test_written_facts_are_read_as_they_were(known: Facts) -> None:
    assert Facts.of(written(known)) == known


@given(first=known_facts(), second=known_facts())
def test_what_is_shared_and_what_is_own_give_the_whole_again(first: Facts, second: Facts) -> None:
    shared, own = apart({"one": first, "two": second})
    assert {**shared, **own["one"]} == written(first)
    assert {**shared, **own["two"]} == written(second)


def test_the_same_policy_answers_every_row_as_before() -> None:
    found = rejudged(JUDGE, [recorded(facts(row.facts)) for row in (*ROWS, *MORE_ROWS)])
    assert (found.changed, found.unknown, found.judged) == (0, 0, len(ROWS) + len(MORE_ROWS))
    assert found.before == found.after


def test_a_stricter_policy_moves_counts_and_names_an_example() -> None:
    asked, runs = (replace(recorded(facts(one)), minutes=8) for one in (MAIL, TRUSTED))
    found = rejudged(compile_policy((*SHIPPED, NO_MAIL)), [asked, runs])
    assert (found.minutes_before, found.minutes_after) == (8, 0)
    assert found.before == {Fate.ASKED: 1, Fate.RUNS: 1}
    assert found.after == {Fate.BLOCKED: 1, Fate.RUNS: 1}
    (one,) = found.changes
    assert (one.after.rule, one.is_looser) == ("no-mail", False)


def test_a_looser_policy_is_shown_first() -> None:
    base = SHIPPED[0]
    wide = base.model_copy(
        update={"bounds": base.bounds.model_copy(update={"thresholds": {"high_confidence": Decimal("0.5")}})}
    )
    unsure = recorded(facts(TRUSTED, {"confidence": Decimal("0.6")}))
    found = rejudged(compile_policy((wide, NO_MAIL)), [recorded(facts(MAIL)), unsure])
    assert [one.is_looser for one in found.changes] == [True, False]


def test_a_fact_that_nobody_recorded_makes_the_answer_unknown() -> None:
    judge = compile_policy((*SHIPPED, NEVER_AWAY))
    found = rejudged(judge, [recorded(facts()), recorded(facts(), "owner.away")])
    assert (found.judged, found.unknown, found.unrecorded) == (1, 1, ("owner.away",))


def test_a_fact_that_was_missing_then_is_missing_now_and_no_unknown() -> None:
    found = rejudged(JUDGE, [recorded(facts().without("confidence"))])
    assert (found.judged, found.unknown) == (1, 0)


def test_a_judgement_without_any_facts_is_unknown() -> None:
    bare = recorded(facts(), *written(facts()))
    assert rejudged(JUDGE, [bare]).unknown == 1
