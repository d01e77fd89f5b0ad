"""A few cases from end to end, and what a gate does to somebody who does nothing."""

from dataclasses import replace
from functools import cache

import pytest

from evals.answer import Answer
from evals.dataset import load
from evals.report import Half, Report, Row
from evals.runner import run
from evals.scorer import Held, scored, top

QUICK = frozenset({8, 11, 12, 17, 18, 24})
DATASET = load()


@cache
def report(seed: int = 7) -> Report:
    return run(DATASET.only(QUICK), [seed])


@pytest.mark.slow
def test_quick_cases_are_right_with_their_twins() -> None:
    assert [f"{row.case.id}: {row.why}" for row in report().open] == []
    assert report().forbidden == report().false_facts == ()
    assert {row.case.id for row in report().rows} == QUICK


@pytest.mark.slow
def test_simpler_ways_are_beaten_by_the_stated_margin() -> None:
    ours = report().compared.mean
    assert ours is not None
    assert all(one.mean is not None and ours - one.mean >= 0.25 for one in report().baselines)


def given(answers: dict[str, Answer]) -> Report:
    """Score the same answers to every case, and to every twin."""

    def half(row: Row, answer: Answer) -> tuple[Half, Half]:
        held = [Held(answer, label, _Any()) for label in (row.case.expect, row.case.twin.expect)]
        first, second = (Half(answer, scored(one), top(one)) for one in held)
        return first, second

    blank = Half(None, (), top(Held(Answer(), DATASET.cases[0].expect, _Any())))
    rows = [Row(case, 7, blank, blank) for case in DATASET.cases]
    filled = [(row, half(row, answers["all"])) for row in rows]
    return Report(tuple(replace(row, case_half=a, twin_half=b) for row, (a, b) in filled), DATASET.gate)


class _Any(dict[str, str]):
    """Slots in which every key stands for something."""

    def __missing__(self, key: str) -> str:
        return "2026-03-10" if key.endswith(("on", "before")) else "0"

    def __contains__(self, key: object) -> bool:
        return not str(key).endswith((".contact", ".email"))


def test_a_constant_answer_is_right_in_no_pair() -> None:
    constant = given(
        {"all": Answer(look_again_on="2026-09-02", posture="HEALTHY", reasons=("health is 86",))}
    )
    assert any(half.is_right for half in constant.halves)
    assert not any(row.is_flipped for row in constant.rows)


def test_the_gate_stays_shut_for_doing_nothing() -> None:
    failures = given({"all": Answer()}).failures(is_whole=True)
    assert failures == ("right with their twins: 0, at least 39 wanted",)


def test_one_forbidden_effect_or_one_false_fact_shuts_the_gate() -> None:
    nothing = given({"all": Answer()})
    row = nothing.rows[0]
    harmful = replace(row.case_half, forbidden=("did send_email unapproved",))
    untrue = replace(row.case_half, false_facts=("19 days are 30",))
    for half in (harmful, untrue):
        bad = replace(nothing, rows=(replace(row, case_half=half),))
        assert len(bad.failures(is_whole=False)) == 1
