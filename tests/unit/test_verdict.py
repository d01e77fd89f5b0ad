"""Verdicts: one order, and joining never loosens."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from state.governance.verdict import (
    Allow,
    Approver,
    Clarify,
    Deny,
    NotBefore,
    RequireApproval,
    Verdict,
    is_as_strict,
    quorum,
    strictest,
    strictness,
)

START = datetime(2031, 1, 1, tzinfo=UTC)
RULE = st.sampled_from(["a", "b", "c"])
REASONS = st.lists(st.sampled_from(["first", "second"]), max_size=2).map(tuple)
VERDICTS = st.one_of(
    st.builds(Deny, rule=RULE, reasons=REASONS),
    st.builds(Clarify, rule=RULE, reasons=REASONS, question=st.just("Renewal or expansion?")),
    st.builds(
        RequireApproval,
        rule=RULE,
        reasons=REASONS,
        roles=st.lists(st.sampled_from(Approver), min_size=1).map(quorum),
    ),
    st.builds(
        NotBefore, rule=RULE, reasons=REASONS, at=st.integers(0, 5).map(lambda n: START + timedelta(hours=n))
    ),
    st.builds(Allow, rule=RULE, reasons=REASONS, delay_minutes=st.integers(0, 60)),
)


def test_the_kinds_stand_in_the_stated_order() -> None:
    rising: list[Verdict] = [
        Allow(rule="r", delay_minutes=999),
        NotBefore(rule="r", at=START),
        RequireApproval(rule="r", roles=(Approver.OWNER,)),
        Clarify(rule="r", question="Which?"),
        Deny(rule="r"),
    ]
    assert sorted(rising, key=strictness) == rising
    for place, verdict in enumerate(rising):
        assert strictest(rising[: place + 1]) == verdict


@given(first=VERDICTS, second=VERDICTS)
def test_any_two_verdicts_can_be_compared(first: Verdict, second: Verdict) -> None:
    assert strictness(first) <= strictness(second) or strictness(second) < strictness(first)


@given(verdicts=st.lists(VERDICTS, min_size=1), added=VERDICTS)
def test_adding_a_verdict_never_loosens(verdicts: list[Verdict], added: Verdict) -> None:
    joined = strictest([*verdicts, added])
    assert is_as_strict(joined, strictest(verdicts))
    assert all(is_as_strict(joined, one) for one in (*verdicts, added))


@given(
    verdicts=st.lists(VERDICTS, min_size=1).flatmap(
        lambda some: st.tuples(st.just(some), st.permutations(some))
    )
)
def test_the_order_of_rules_changes_no_strictness(verdicts: tuple[list[Verdict], list[Verdict]]) -> None:
    assert strictness(strictest(verdicts[0])) == strictness(strictest(verdicts[1]))


@given(verdicts=st.lists(VERDICTS, min_size=1))
def test_the_join_names_a_rule_of_its_own_kind(verdicts: list[Verdict]) -> None:
    joined = strictest(verdicts)
    assert joined.rule == next(one.rule for one in verdicts if one.kind == joined.kind)


def test_no_verdict_at_all_is_a_denial_with_a_reason() -> None:
    assert strictest(()) == Deny(rule="default", reasons=strictest(()).reasons)
    assert strictest(()).reasons


def test_seats_of_two_requirements_are_all_needed() -> None:
    owner = RequireApproval(rule="one", reasons=("It goes out.",), roles=(Approver.OWNER,))
    desk = RequireApproval(rule="two", reasons=("It is cheap.",), roles=(Approver.ADMIN, Approver.MANAGER))
    joined = strictest((owner, desk))
    assert joined == RequireApproval(
        rule="one",
        reasons=("It goes out.", "It is cheap."),
        roles=(Approver.OWNER, Approver.MANAGER, Approver.ADMIN),
    )
    assert not is_as_strict(desk, owner)


def test_the_later_time_and_the_longer_delay_win() -> None:
    later = NotBefore(rule="later", at=START + timedelta(hours=1))
    assert strictest((NotBefore(rule="first", at=START), later)) == NotBefore(rule="first", at=later.at)
    assert strictest((Allow(rule="a", delay_minutes=5), Allow(rule="b"))) == Allow(rule="a", delay_minutes=5)


@given(verdict=VERDICTS)
def test_a_verdict_survives_being_stored(verdict: Verdict) -> None:
    parser: TypeAdapter[Verdict] = TypeAdapter(Verdict)
    assert parser.validate_json(parser.dump_json(verdict)) == verdict


def test_an_approval_by_nobody_and_a_time_without_zone_are_refused() -> None:
    with pytest.raises(ValidationError):
        RequireApproval(rule="r", roles=())
    with pytest.raises(ValidationError):
        NotBefore(rule="r", at=datetime(2031, 1, 1))  # noqa: DTZ001 - that is the fault
