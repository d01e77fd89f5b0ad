"""The proposals that the sample company decided before its clock: as many, as old and as true as they claim to be."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from state.governance.autonomy import LETTABLE, NEVER_BY_ITSELF, Tally
from state.governance.facts import POLICY_FACTS, Facts
from state.governance.judge import compile_policy
from tools.policies import load_layers, policy_files
from tools.sample.cast import CLOCK
from tools.sample.decided import COUNT, KINDS, decided

PAST = decided()
JUDGE = compile_policy(load_layers(policy_files(Path(__file__).parents[2] / "policies")))


def test_there_are_412_at_least_thirty_of_each_kind_of_change_over_ninety_days() -> None:
    counts = Counter(one.action_type for one in PAST)
    assert len(PAST) == COUNT == 412
    assert all(counts[kind.action_type] == kind.count >= 30 for kind in KINDS)
    changes = {one.action_type for one in PAST if one.action_class == 2}
    assert changes == LETTABLE | NEVER_BY_ITSELF
    assert PAST[-1].at - PAST[0].at > timedelta(days=90)


def test_all_of_it_is_over_and_only_what_was_done_has_an_outcome() -> None:
    assert all(one.at < CLOCK and (one.outcome_at or one.at) < CLOCK for one in PAST)
    assert all(one.outcome is None for one in PAST if one.decision == "rejected")
    assert [one.number for one in PAST] == list(range(COUNT))


def test_every_one_waited_for_a_person_by_the_policy_and_the_facts_it_came_with() -> None:
    for one in PAST:
        assert set(one.facts) <= set(POLICY_FACTS.specs)
        assert JUDGE(Facts.of(one.facts)).verdict.kind == "require_approval", one


def test_how_often_a_kind_was_right_is_what_the_generator_says_is_true() -> None:
    for kind in KINDS:
        mine = [one for one in PAST if one.action_type == kind.action_type]
        true = sum(share for _, share in kind.true) / len(kind.true)
        low, high = Tally(sum(one.is_right for one in mine), len(mine)).interval or (0, 0)
        assert low <= true <= high, kind.action_type


def test_the_rows_are_the_same_each_time() -> None:
    assert decided() == PAST
