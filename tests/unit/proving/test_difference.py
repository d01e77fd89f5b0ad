"""What a new policy lets through that the old one did not: found for every request, told by one example."""

from decimal import Decimal

import pytest
from hypothesis import assume, given, settings

from state.canonical import Json
from state.errors import InvalidInput
from state.governance.facts import Facts
from state.governance.judge import compile_policy
from state.governance.policy import Layer
from state.governance.proving.difference import Change, difference, is_wider
from state.governance.verdict import is_as_strict
from tests.unit.policy_strategies import bases, known_facts, narrowings
from tests.unit.policy_table import SHIPPED

BASE = SHIPPED[0]


def with_bounds(**bounds: object) -> tuple[Layer, ...]:
    """Give the shipped base with other limits."""
    return (Layer.model_validate({**BASE.model_dump(), "bounds": {**BASE.bounds.model_dump(), **bounds}}),)


def without(rule_id: str) -> tuple[Layer, ...]:
    """Give the shipped base with one rule cut out."""
    return (BASE.model_copy(update={"rules": tuple(rule for rule in BASE.rules if rule.id != rule_id)}),)


def only(changes: tuple[Change, ...]) -> str:
    """Tell all changes in one text."""
    return " | ".join("; ".join((*one.request, one.before, one.after, one.scope)) for one in changes)


def test_a_policy_is_the_same_as_itself() -> None:
    found = difference(SHIPPED, SHIPPED)
    assert (found.is_same, found.is_wider, found.rules) == (True, False, ())


def test_a_lower_threshold_is_wider_and_the_example_lies_between_both() -> None:
    found = difference(SHIPPED, with_bounds(thresholds={"high_confidence": "0.8"}))
    assert found.is_wider
    assert "the confidence that the action is right: 0.8" in only(found.wider)
    assert "it runs by itself after 30 minutes (rule class2-monitored)" in only(found.wider)
    assert found.narrower == ()
    assert "+base: high_confidence 0.8" in found.rules


def test_a_higher_threshold_is_only_narrower() -> None:
    found = difference(SHIPPED, with_bounds(thresholds={"high_confidence": "0.9"}))
    assert (found.is_wider, bool(found.narrower)) == (False, True)


@pytest.mark.parametrize(
    "rule_id",
    [rule.id for rule in BASE.rules if rule.kind in ("deny", "hold")],
)
def test_each_restriction_cut_out_makes_a_policy_wider(rule_id: str) -> None:
    assert is_wider(SHIPPED, without(rule_id))
    assert not is_wider(without(rule_id), SHIPPED)


def test_without_the_rule_that_asks_its_owner_a_mail_is_denied_and_not_sent() -> None:
    found = difference(SHIPPED, without("external-needs-owner"))
    assert not found.is_wider
    assert "it is not done (rule default)" in only(found.narrower)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"undo_hold_seconds": 5}, "5 s instead of 20 s"),
        ({"sending_window": {"opens": "07:00", "closes": "19:00"}}, "from 07:00 to 19:00"),
        ({"run_budget": {"CHEAP": 60, "MED": 12, "EXP": 3}}, "3 EXP calls instead of 2"),
        ({"default_level": "L2"}, "acts at L2 instead of L1 in class 2"),
        ({"levels": [{"agent": "playbook", "action_class": 2, "level": "L2"}]}, "The agent playbook acts at L2"),
    ],
)  # fmt: skip
def test_a_looser_limit_outside_the_rules_is_wider_too(bounds: dict[str, object], said: str) -> None:
    found = difference(SHIPPED, with_bounds(**bounds))
    assert any(said in line for line in found.wider_limits)
    assert not is_wider(with_bounds(**bounds), SHIPPED)


def test_a_limit_that_became_tighter_is_told_as_what_holds_no_longer() -> None:
    found = difference(SHIPPED, with_bounds(undo_hold_seconds=300))
    assert found.narrower_limits == ("No longer: Undo is possible for 20 s instead of 300 s.",)
    assert difference(with_bounds(undo_hold_seconds=300), SHIPPED).wider_limits == (
        "Undo is possible for 20 s instead of 300 s.",
    )


def test_more_people_for_a_seat_is_wider() -> None:
    seats = [seat.model_dump() for seat in BASE.bounds.seats]
    seats[0]["filled_by"] = ["owner", "delegate", "admin"]
    assert difference(SHIPPED, with_bounds(seats=seats)).wider_limits == (
        "For mail the seat owner may now also be filled by admin.",
    )


def test_a_rule_that_another_rule_makes_needless_can_go_without_a_difference() -> None:
    deny: Json = {"id": "twice", "kind": "deny", "reason": "The same once more, for a test.",
                  "when": {"fact": "action.in_scope", "op": "eq", "value": False}}  # fmt: skip
    doubled = (*SHIPPED, Layer.model_validate({"layer": "tenant", "rules": [deny]}))
    found = difference(doubled, SHIPPED)
    assert (found.is_same, len(found.rules)) == (True, 1)


def test_a_layer_for_one_segment_differs_only_there() -> None:
    deny: Json = {"id": "no-quotes", "kind": "deny", "reason": "No quotes for them.",
                  "when": {"fact": "action.type", "op": "eq", "value": "draft_quote"}}  # fmt: skip
    named = Layer.model_validate({"layer": "segment", "applies_to": "public", "rules": [deny]})
    found = difference((*SHIPPED, named), SHIPPED)
    assert {one.scope for one in found.wider} == {"segment public"}


@settings(deadline=None, max_examples=5)
@given(base=bases(), layer=narrowings(), known=known_facts())
def test_what_is_called_no_wider_never_is(base: Layer, layer: Layer, known: Facts) -> None:
    try:
        old, new = compile_policy(SHIPPED)(known), compile_policy((base, layer))(known)
    except InvalidInput:
        assume(False)
        raise
    assert is_wider(SHIPPED, (base, layer)) or is_as_strict(new.verdict, old.verdict)


def test_the_border_is_exact() -> None:
    hair = with_bounds(thresholds={"high_confidence": Decimal("0.8499999999")})
    assert is_wider(SHIPPED, hair)
