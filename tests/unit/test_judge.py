"""The judge on the shipped policy: the decision table, and a planted fault for every rule of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from state.errors import InvalidInput
from state.governance.expression import Compare, Op
from state.governance.facts import POLICY_FACTS, Facts, world_facts
from state.governance.judge import Judge, compile_policy, unreviewed
from state.governance.policy import AllowRule, DenyRule, Layer, LayerKind
from state.governance.verdict import Approver, Verdict
from tests.unit.policy_rows import MORE_ROWS
from tests.unit.policy_table import (
    AFTER_APPROVAL,
    CLEAN,
    MAIL,
    OPENS,
    ROWS,
    SHIPPED,
    TRUSTED,
    Row,
    facts,
    spoken,
)

JUDGE = compile_policy(SHIPPED)
EVERY_ROW = (*ROWS, *MORE_ROWS)
RULES = [rule.id for layer in SHIPPED for rule in layer.rules]


def without(rule_id: str) -> tuple[Layer, ...]:
    """Give the shipped policy with one rule cut out."""
    return tuple(
        layer.model_copy(update={"rules": tuple(rule for rule in layer.rules if rule.id != rule_id)})
        for layer in SHIPPED
    )


def with_level(level: str) -> tuple[Layer, ...]:
    """Give the shipped policy with another greatest level."""
    base = SHIPPED[0]
    return (base.model_copy(update={"bounds": base.bounds.model_copy(update={"max_level": level})}),)


def failing(layers: tuple[Layer, ...]) -> list[str]:
    """Name the rows that a policy answers otherwise than the table."""
    judge = compile_policy(layers)
    rows = [row.said for row in EVERY_ROW if spoken(judge(facts(row.facts)).verdict) != row.expected]
    return rows + [row.said for row in AFTER_APPROVAL if spoken(after_owner(judge, row)) != row.expected]


def after_owner(judge: Judge, row: Row) -> Verdict:
    """Judge a row as it stands when its owner has approved."""
    return judge(facts(row.facts)).after_approval((Approver.OWNER,))


def test_only_the_class_and_reach_that_are_asked_about_are_compiled_and_no_other_is_known() -> None:
    judge = compile_policy(SHIPPED)
    judge(facts(MAIL))
    assert len(judge.tables) == 2
    with pytest.raises(KeyError):
        _ = judge.tables[9, True]


def test_a_rule_that_cannot_be_compiled_is_refused_at_once() -> None:
    when = Compare(fact="action.colour", op=Op.EQ, value="red")
    rule = SHIPPED[0].rules[0].model_copy(update={"when": when})
    with pytest.raises(InvalidInput, match="No such fact"):
        unreviewed((SHIPPED[0].model_copy(update={"rules": (rule,)}),))


@pytest.mark.parametrize("row", EVERY_ROW, ids=lambda row: row.said)
def test_the_shipped_policy_says_what_the_table_says(row: Row) -> None:
    assert spoken(JUDGE(facts(row.facts)).verdict) == row.expected


@pytest.mark.parametrize("row", AFTER_APPROVAL, ids=lambda row: row.said)
def test_an_approval_leaves_only_what_it_cannot_settle(row: Row) -> None:
    assert spoken(after_owner(JUDGE, row)) == row.expected


@pytest.mark.parametrize("rule_id", [rule for rule in RULES if rule != "class2-at-once"])
def test_the_table_notices_when_a_rule_is_missing(rule_id: str) -> None:
    assert failing(without(rule_id)) != []


def test_class_2_runs_at_once_only_where_the_maximum_is_l3() -> None:
    judge = compile_policy(with_level("L3"))
    assert spoken(judge(facts(TRUSTED, {"agent.level": "L3"})).verdict) == "allow class2-at-once: 0"
    assert spoken(judge(facts(TRUSTED)).verdict) == "allow class2-monitored: 30"


def test_the_table_of_l3_notices_when_its_rule_is_missing() -> None:
    cut = tuple(
        layer.model_copy(update={"bounds": with_level("L3")[0].bounds}) for layer in without("class2-at-once")
    )
    verdict = compile_policy(cut)(facts(TRUSTED, {"agent.level": "L3"})).verdict
    assert spoken(verdict) == "allow class2-monitored: 30"


def test_the_table_is_long_enough_to_mean_something() -> None:
    rows = (*EVERY_ROW, *AFTER_APPROVAL)
    assert len(rows) >= 150
    assert len({row.said for row in rows}) == len(rows)


def test_nothing_known_is_denied() -> None:
    assert JUDGE(Facts.of({})).verdict.kind == "deny"


def test_an_action_that_no_rule_is_about_is_denied_by_default() -> None:
    lone = SHIPPED[0].model_copy(update={"rules": ()})
    verdict = compile_policy((lone,))(facts()).verdict
    assert spoken(verdict) == "deny default"
    assert verdict.reasons


def test_a_hold_whose_end_is_not_known_denies() -> None:
    night = facts(MAIL, {"recipient.quiet_now": True}).without("recipient.opens_at")
    verdict = JUDGE(night).verdict
    assert spoken(verdict) == "deny quiet-hours"
    assert "not known" in verdict.reasons[0]


def test_all_reasons_of_one_kind_are_given() -> None:
    verdict = JUDGE(facts(MAIL, {"recipient.opted_out": True, "recipient.blocked": True})).verdict
    assert len(verdict.reasons) == 2


def test_a_discount_needs_both_seats_before_it_goes() -> None:
    judgement = JUDGE(facts(MAIL, {"action.discount_percent": Decimal(18)}))
    assert judgement.after_approval((Approver.OWNER,)).kind == "require_approval"
    assert judgement.after_approval((Approver.OWNER, Approver.MANAGER)).kind == "allow"


def test_an_approval_never_turns_a_denial_into_permission() -> None:
    judgement = JUDGE(facts(MAIL, {"stop.on": True}))
    assert judgement.after_approval(tuple(Approver)).kind == "deny"


def test_only_what_was_read_is_bound_to_the_approval() -> None:
    mail, task = (JUDGE(facts(MAIL)).read, JUDGE(facts()).read)
    assert {"recipient.opted_out", "account.churned"} <= mail
    assert not {"recipient.opted_out", "account.churned", "account.fire"} & task


def test_only_facts_of_the_world_are_bound_and_a_missing_one_shows() -> None:
    read = ("recipient.verified", "recipient.quiet_now", "action.amount", "recipient.opens_at", "stop.on")
    bound = world_facts(facts(MAIL, {"action.amount": Decimal("10.50")}).without("recipient.verified"), read)
    assert bound == {"action.amount": "10.5", "recipient.verified": None}


def test_equal_policies_have_equal_versions_and_others_do_not() -> None:
    assert compile_policy(SHIPPED).version == compile_policy(tuple(reversed(SHIPPED))).version
    assert compile_policy(without("stop-switch")).version != JUDGE.version


def test_a_layer_of_another_segment_is_left_out_but_counts_in_the_version() -> None:
    rule = {"id": "no-tags", "kind": "deny", "reason": "This segment is not tagged.",
            "when": {"fact": "action.class", "op": "eq", "value": 1}}  # fmt: skip
    layer = Layer.model_validate({"layer": "segment", "applies_to": "public", "rules": [rule]})
    judge = compile_policy((*SHIPPED, layer))
    assert spoken(judge(facts()).verdict) == "allow class1-inside: 0"
    assert judge.version != JUDGE.version


def test_a_policy_with_errors_compiles_to_nothing() -> None:
    allow = next(rule for rule in SHIPPED[0].rules if isinstance(rule, AllowRule))
    wide = AllowRule.model_validate(
        {**allow.model_dump(), "when": {"fact": "action.class", "op": "eq", "value": 1}}
    )
    base = SHIPPED[0].model_copy(update={"rules": (wide,)})
    with pytest.raises(InvalidInput, match="outside"):
        compile_policy((base,))


def test_the_clean_facts_know_everything_in_the_catalogue() -> None:
    assert set(CLEAN) == set(POLICY_FACTS.specs)
    assert OPENS.utcoffset() == timedelta(0)
    assert SHIPPED[0].layer is LayerKind.BASE
    assert any(isinstance(rule, DenyRule) for rule in SHIPPED[0].rules)
