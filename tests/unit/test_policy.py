"""Policy files: what the schema refuses, and how layers narrow bounds and scope."""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given
from pydantic import ValidationError

from state.canonical import Json
from state.errors import InvalidInput
from state.governance.bounds import Bounds, joined
from state.governance.judge import compile_policy
from state.governance.policy import Layer, Scope, policy_version
from state.governance.verdict import Approver
from tests.unit.policy_strategies import narrowings
from tests.unit.policy_table import MAIL, SHIPPED, facts, spoken

UNSURE: Json = {"fact": "confidence", "op": "lt", "value": "0.5"}
SURE: Json = {"fact": "confidence", "op": "ge", "value": "0.5"}
CHURNED: Json = {"fact": "account.churned", "op": "eq", "value": True}
REASON = "A rule that was made up for a test."


def layer(kind: str = "tenant", applies_to: str | None = None, **parts: Json) -> Layer:
    """Build a layer as a file holds it."""
    return Layer.model_validate({"layer": kind, "applies_to": applies_to, **parts})


def rule(kind: str, when: Json, **parts: Json) -> Mapping[str, Json]:
    """Build a rule as a file holds it."""
    return {"id": "made-up", "kind": kind, "reason": REASON, "when": when, **parts}


def bounds_with(**bounds: Json) -> Bounds:
    """Join the shipped base with a tenant's bounds."""
    return joined((*SHIPPED, layer(bounds=bounds)))


@pytest.mark.parametrize(
    "made",
    [
        rule("deny", SURE),
        rule("require", SURE, roles=["owner"]),
        rule("deny", {"fact": "confidence", "op": "eq", "value": "0.5"}),
        rule("deny", {"not": UNSURE}),
        rule("deny", {"any": [CHURNED, {"not": {"all": [SURE]}}]}),
        rule("require", CHURNED, roles=["owner"], unless=SURE),
        rule("hold", UNSURE, until="recipient.opens_at"),
        rule("deny", {"fact": "agent.level", "op": "ge", "value": "L2"}),
    ],
)
def test_confidence_or_level_in_a_direction_that_could_widen_is_refused(made: Json) -> None:
    with pytest.raises(ValidationError, match=r"may only be a lower bound|hidden not"):
        layer(rules=[made])


@pytest.mark.parametrize(
    "when", [UNSURE, {"not": SURE}, {"fact": "confidence", "op": "in", "value": ["0.5"]}]
)
def test_an_allow_rule_takes_confidence_only_as_a_lower_bound(when: Json) -> None:
    with pytest.raises(ValidationError, match="lower bound"):
        layer("base", rules=[rule("allow", when)])


def test_confidence_in_the_safe_direction_is_taken() -> None:
    assert layer(rules=[rule("deny", UNSURE)]).rules[0].id == "made-up"
    assert layer("base", rules=[rule("allow", SURE)]).rules[0].id == "made-up"


@pytest.mark.parametrize("kind", ["global", "tenant"])
def test_only_the_base_may_allow(kind: str) -> None:
    with pytest.raises(ValidationError, match="only a base may allow"):
        layer(kind, rules=[rule("allow", SURE)])


@pytest.mark.parametrize(
    "broken",
    [
        {"layer": "planet"},
        {"layer": "segment"},
        {"layer": "tenant", "applies_to": "public"},
        {"layer": "tenant", "notes": "x"},
        {"layer": "tenant", "bounds": {"undo_hold_seconds": 301}},
        {"layer": "tenant", "bounds": {"undo_hold_seconds": -1}},
        {"layer": "tenant", "bounds": {"caps": {"mail": -1}}},
        {"layer": "tenant", "bounds": {"caps": {"Mail Cap": 1}}},
        {"layer": "tenant", "bounds": {"max_level": "L4"}},
        {"layer": "tenant", "rules": [rule("require", CHURNED)]},
        {"layer": "tenant", "rules": [rule("require", CHURNED, roles=[])]},
        {"layer": "tenant", "rules": [rule("hold", CHURNED)]},
        {"layer": "tenant", "rules": [rule("permit", CHURNED)]},
        {"layer": "tenant", "rules": [{**rule("deny", CHURNED), "id": "Made Up"}]},
        {"layer": "tenant", "rules": [{**rule("deny", CHURNED), "reason": "no"}]},
        {"layer": "tenant", "rules": [{"id": "made-up", "kind": "deny", "reason": REASON}]},
        {"layer": "base", "rules": [rule("allow", SURE, delay_minutes=-1)]},
    ],
)
def test_the_schema_is_closed(broken: Json) -> None:
    with pytest.raises(ValidationError):
        Layer.model_validate(broken)


def test_every_bound_is_as_narrow_as_its_narrowest_layer() -> None:
    wide = joined(SHIPPED)
    tight = bounds_with(
        caps={"mail_per_recipient_14d": 2}, thresholds={"high_confidence": "0.9"}, run_budget={"MED": 3},
        undo_hold_seconds=60, class2_delay_minutes=90, max_level="L1",
        sending_window={"opens": "09:00", "closes": "17:00"},
    )  # fmt: skip
    assert (tight.caps["mail_per_recipient_14d"], wide.caps["mail_per_recipient_14d"]) == (
        Decimal(2),
        Decimal(3),
    )
    assert (tight.thresholds["high_confidence"], tight.run_budget["MED"]) == (Decimal("0.9"), 3)
    assert (tight.undo_hold_seconds, tight.class2_delay_minutes, tight.max_level) == (60, 90, "L1")
    assert (tight.sending_window.opens, tight.sending_window.closes) == (time(9), time(17))


def test_a_wider_bound_of_a_layer_changes_nothing() -> None:
    assert bounds_with(
        caps={"mail_per_recipient_14d": 99}, thresholds={"high_confidence": "0.1"}, run_budget={"MED": 999},
        undo_hold_seconds=0, class2_delay_minutes=0, max_level="L3", default_level="L3",
        sending_window={"opens": "00:00", "closes": "23:59"},
    ) == joined(SHIPPED)  # fmt: skip


@given(narrow=narrowings())
def test_no_layer_widens_any_named_bound(narrow: Layer) -> None:
    before, after = joined(SHIPPED), joined((*SHIPPED, narrow))
    assert all(after.caps[name] <= cap for name, cap in before.caps.items())
    assert all(after.thresholds[name] >= least for name, least in before.thresholds.items())
    assert after.max_level <= before.max_level
    assert after.class2_delay_minutes >= before.class2_delay_minutes


def test_windows_that_do_not_overlap_never_open() -> None:
    window = bounds_with(sending_window={"opens": "20:00", "closes": "21:00"}).sending_window
    assert window.opens == window.closes


def test_a_grant_counts_up_to_the_maximum_and_other_layers_only_lower_it() -> None:
    base = SHIPPED[0]
    grants: Json = [{"agent": "playbook", "action_class": 2, "level": "L3"}]
    granted = base.model_copy(
        update={"bounds": layer(bounds={**base.bounds.model_dump(mode="json"), "levels": grants}).bounds}
    )
    lowered = layer(
        bounds={"levels": [{"action_class": 2, "level": "L0"}, {"action_class": 1, "level": "L2"}]}
    )
    assert joined((granted,)).level("playbook", 2) == "L2"
    assert joined((granted,)).level("other", 2) == "L1"
    assert joined((granted, lowered)).level("playbook", 2) == "L0"
    assert joined((granted, lowered)).level("playbook", 1) == "L1"
    assert compile_policy((granted,)).level("playbook", 2) == "L2"


def test_mail_in_the_owners_name_is_for_owner_or_delegate_and_a_layer_only_excludes() -> None:
    bounds = joined(SHIPPED)
    assert bounds.may_fill(Approver.OWNER, is_mail=True) == ("owner", "delegate")
    assert bounds.may_fill(Approver.OWNER, is_mail=False) == ("owner", "delegate", "manager")
    tight = bounds_with(seats=[{"seat": "owner", "for_mail": True, "filled_by": ["owner", "admin"]}])
    assert tight.may_fill(Approver.OWNER, is_mail=True) == ("owner",)
    assert tight.may_fill(Approver.MANAGER, is_mail=True) == ("manager",)


def test_a_layer_cannot_seat_whom_the_base_does_not() -> None:
    base = SHIPPED[0]
    empty = base.model_copy(update={"bounds": base.bounds.model_copy(update={"seats": ()})})
    seated = layer(bounds={"seats": [{"seat": "owner", "for_mail": True, "filled_by": ["manager"]}]})
    assert joined((empty, seated)).may_fill(Approver.OWNER, is_mail=True) == ()


@pytest.mark.parametrize(
    "field",
    ["undo_hold_seconds", "class2_delay_minutes", "sending_window", "default_level", "max_level"],
)
def test_a_base_that_leaves_a_bound_open_is_refused(field: str) -> None:
    base = SHIPPED[0]
    gap = base.model_copy(update={"bounds": base.bounds.model_copy(update={field: None})})
    with pytest.raises(InvalidInput, match=field):
        joined((gap,))


def test_a_bound_that_the_base_does_not_have_cannot_be_narrowed() -> None:
    with pytest.raises(InvalidInput, match="mail_per_recipient_3d'") as caught:
        bounds_with(caps={"mail_per_recipient_3d": 1})
    assert caught.value.remedy == "Did you mean 'mail_per_recipient_3bd'?"


def test_the_order_of_files_and_the_spelling_of_numbers_change_no_version() -> None:
    tenant, team = layer(rules=[rule("deny", CHURNED)]), layer("team", "north")
    assert policy_version((*SHIPPED, tenant, team)) == policy_version((team, tenant, *SHIPPED))
    assert policy_version((*SHIPPED, tenant)) != policy_version(SHIPPED)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), "require external-needs-owner: owner"),
        (Scope(segment="public"), "deny made-up"),
        (Scope(segment="private"), "require external-needs-owner: owner"),
        (Scope(team="public"), "require external-needs-owner: owner"),
    ],
)
def test_a_layer_holds_only_where_it_applies(scope: Scope, expected: str) -> None:
    outside: Json = {"fact": "action.external", "op": "eq", "value": True}
    judge = compile_policy((*SHIPPED, layer("segment", "public", rules=[rule("deny", outside)])), scope)
    assert spoken(judge(facts(MAIL)).verdict) == expected


def test_an_exception_lifts_a_requirement_only_when_it_is_known_to_hold() -> None:
    reversible: Json = {"fact": "action.reversible", "op": "eq", "value": True}
    inside: Json = {"fact": "action.class", "op": "eq", "value": 1}
    made = rule("require", inside, roles=["manager"], unless=reversible)
    judge = compile_policy((*SHIPPED, layer(rules=[made])))
    assert spoken(judge(facts()).verdict) == "allow class1-inside: 0"
    assert spoken(judge(facts({"action.reversible": False})).verdict) == "require made-up: manager"
    assert spoken(judge(facts().without("action.reversible")).verdict) == "require made-up: manager"


def test_of_two_fitting_allow_rules_the_shorter_delay_counts() -> None:
    outside: Json = {"fact": "action.external", "op": "eq", "value": False}
    task: Json = {"fact": "action.class", "op": "eq", "value": 1}
    slow = rule("allow", {"all": [outside, task]}, delay_minutes=45)
    base = Layer.model_validate({**SHIPPED[0].model_dump(), "rules": [*SHIPPED[0].rules, slow]})
    assert spoken(compile_policy((base,))(facts()).verdict) == "allow class1-inside: 0"


@pytest.mark.parametrize("confidence", ["0.4", "0.9"])
def test_what_a_requirement_is_about_does_not_hang_on_its_numbers(confidence: str) -> None:
    made = rule("require", {"any": [UNSURE, CHURNED]}, roles=["manager"])
    base = Layer.model_validate({**SHIPPED[0].model_dump(), "rules": [made]})
    verdict = compile_policy((base,))(facts({"confidence": Decimal(confidence)})).verdict
    assert (
        spoken(verdict)
        == {"0.4": "require made-up: owner manager", "0.9": "require owner-decides: owner"}[confidence]
    )


def test_a_requirement_of_another_layer_opens_no_way_around_the_default() -> None:
    bare = SHIPPED[0].model_copy(update={"rules": ()})
    everything: Json = {"fact": "action.class", "op": "ge", "value": 1}
    judge = compile_policy((bare, layer(rules=[rule("require", everything, roles=["owner"])])))
    assert spoken(judge(facts()).verdict) == "deny default"
