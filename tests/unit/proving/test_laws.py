"""The laws of policy, proved for what ships and for any stack, and refuted for policies with a planted fault."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import z3

from state.canonical import Json
from state.governance.expression import AllOf, Compare, Condition, Not, Op
from state.governance.policy import AllowRule, Layer, LayerKind
from state.governance.proving.laws import LAWS, Law, Proof, least, proven, proven_everywhere
from state.governance.proving.said import Wait, permits_more, said
from state.governance.proving.terms import Terms, every, number, some, terms_for
from tests.unit.policy_table import SHIPPED
from tools.policies import check

BASE = SHIPPED[0]
SURE = Compare(fact="confidence", op=Op.GE, value=Decimal("0.85"))
UNSURE = Compare(fact="confidence", op=Op.LE, value=Decimal("0.85"))
INSIDE_2 = (
    Compare(fact="action.class", op=Op.EQ, value=2),
    Compare(fact="action.external", op=Op.EQ, value=False),
)
REASON = "A rule that was planted for a test."


def allowing(*parts: Condition) -> AllowRule:
    """Build an allow rule past the schema, as a fault in the schema would let it in."""
    return AllowRule.model_construct(id="planted", kind="allow", reason=REASON, when=AllOf(parts=parts))


def with_rule(rule: AllowRule) -> tuple[Layer, ...]:
    """Give the shipped base with one more rule and nothing else about confidence."""
    kept = tuple(one for one in BASE.rules if not one.id.startswith("class2-"))
    return (BASE.model_copy(update={"rules": (*kept, rule)}),)


def layer_that_allows() -> tuple[Layer, ...]:
    """Give a tenant's layer that allows what the base leaves to the owner."""
    rule = allowing(*INSIDE_2)
    return (*SHIPPED, Layer.model_construct(layer=LayerKind.TENANT, applies_to=None, rules=(rule,)))


def broken(proofs: tuple[Proof, ...]) -> dict[str, str]:
    """Name the laws that do not hold, with the example in words."""
    return {
        one.law: " | ".join((*one.exception.request, *one.exception.answers))
        for one in proofs
        if one.exception
    }


def test_every_law_holds_for_the_shipped_policy() -> None:
    proofs = proven_everywhere(SHIPPED)
    assert broken(proofs) == {}
    assert {one.law for one in proofs} == {law.name for law in LAWS} | {"layers", "learning", "unknown"}


def test_a_confidence_that_learning_may_raise_is_refuted_in_words() -> None:
    found = broken(proven(SHIPPED, clamp=lambda unlearned, calibrated: calibrated))
    assert set(found) == {"learning"}
    assert "the confidence that the action is right: 0.5" in found["learning"]
    assert "With learning: it runs by itself after 30 minutes (rule class2-monitored)." in found["learning"]


@pytest.mark.parametrize(
    ("rule", "law", "said"),
    [
        (allowing(*INSIDE_2, UNSURE), "learning", "With learning: it runs by itself"),
        (allowing(*INSIDE_2, Not(part=SURE)), "learning", "With learning: it runs by itself"),
        (allowing(Compare(fact="action.class", op=Op.EQ, value=3)), "outside", "of class 3"),
        (allowing(INSIDE_2[0]), "outside", "it can reach a person outside"),
    ],
    ids=["confidence as upper bound", "confidence under not", "class 3", "reach left open"],
)  # fmt: skip
def test_a_planted_allow_rule_is_refuted_in_words(rule: AllowRule, law: str, said: str) -> None:
    base = with_rule(rule)[0]
    kept = tuple(one for one in base.rules if law == "learning" or one.id != "external-needs-owner")
    found = broken(proven((base.model_copy(update={"rules": kept}),)))
    assert said in found[law]


def test_even_under_the_shipped_requirements_an_upper_bound_would_shorten_a_delay() -> None:
    proofs = proven((BASE.model_copy(update={"rules": (*BASE.rules, allowing(*INSIDE_2, UNSURE))}),))
    assert "With learning: it runs by itself at once (rule planted)." in broken(proofs)["learning"]


def test_a_layer_that_allows_is_refuted_and_named() -> None:
    (found,) = [one for one in proven(layer_that_allows()) if not one.holds]
    assert (found.law, found.where) == ("layers", "tenant")


def test_a_layer_whose_allow_rule_decides_is_refuted_in_words() -> None:
    quiet = BASE.model_copy(
        update={"rules": tuple(one for one in BASE.rules if not one.id.startswith("class2-"))}
    )
    found = broken(proven((quiet, layer_that_allows()[1])))
    assert "With the layer tenant: it runs by itself at once (rule planted)." in found["layers"]


def test_a_policy_without_quiet_hours_is_refuted_with_a_mail_at_night() -> None:
    rules = tuple(one for one in BASE.rules if one.id != "quiet-hours")
    found = broken(proven((BASE.model_copy(update={"rules": rules}),)))
    assert set(found) == {"quiet-hours"}
    assert "send email" in found["quiet-hours"]
    assert "it is outside the recipient's business hours" in found["quiet-hours"]


def test_no_law_is_true_because_its_case_never_comes_up() -> None:
    terms = terms_for(SHIPPED)
    answer = said(SHIPPED, terms)
    for case in (answer.runs, answer.asks, answer.denied, answer.holds, *answer.denying):
        assert is_possible(terms, case)
    assert not is_possible(terms, permits_more(answer, answer))


@pytest.mark.parametrize("law", [law for law in LAWS if law.name != "outside"], ids=lambda law: law.name)
def test_a_judge_that_forgets_its_denials_breaks_the_law(law: Law) -> None:
    terms = terms_for(SHIPPED)
    forgetful = replace(said(SHIPPED, terms), denied=some(()), waits=WAITS[law.name](terms))
    assert is_possible(terms, law.broken(forgetful, terms))


def test_a_reading_of_missing_facts_as_false_is_looser() -> None:
    terms = terms_for(SHIPPED)
    careless = Terms({name: replace(term, known=every(())) for name, term in terms.of.items()})
    assert is_possible(terms, permits_more(said(SHIPPED, careless), said(SHIPPED, terms)))


def is_possible(terms: Terms, case: z3.BoolRef) -> bool:
    """Ask the solver whether any request fits."""
    solver = z3.Solver()
    solver.add(terms.sound, case)
    return bool(solver.check() == z3.sat)


def endless(terms: Terms) -> tuple[Wait, ...]:
    """Give a hold whose end nobody knows."""
    return (Wait(terms.of["recipient.quiet_now"].equals(value=True), NEVER, number(z3.IntVal(0))),)


NEVER = some(())
WAITS: dict[str, Callable[[Terms], tuple[Wait, ...]]] = {
    "deny": lambda terms: (), "hold": endless, "quiet-hours": lambda terms: ()
}  # fmt: skip


def test_the_clamp_is_the_lesser_of_both() -> None:
    low, high = z3.RealVal("0.2"), z3.RealVal("0.9")
    assert z3.is_true(z3.simplify(least(low, high) == low))
    assert z3.is_true(z3.simplify(least(high, low) == low))


def test_a_real_layer_of_each_kind_is_proved_where_it_applies() -> None:
    deny: Json = {"id": "no-quotes", "kind": "deny", "reason": REASON,
                  "when": {"fact": "action.type", "op": "eq", "value": "draft_quote"}}  # fmt: skip
    named = Layer.model_validate({"layer": "segment", "applies_to": "public", "rules": [deny]})
    tight = Layer.model_validate({"layer": "tenant", "bounds": {"thresholds": {"high_confidence": "0.95"}}})
    proofs = proven_everywhere((*SHIPPED, named, tight))
    assert broken(proofs) == {}
    assert {one.where for one in proofs if one.law == "layers"} == {"tenant", "segment public"}


def test_checking_files_proves_them_too(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "policies" / "base.yaml").read_text("utf-8")
    start, end = text.index("  - id: quiet-hours"), text.index("  # By itself.")
    (tmp_path / "base.yaml").write_text(text[:start] + text[end:], "utf-8")
    (finding,) = check([tmp_path / "base.yaml"])
    assert (finding.field, finding.is_error) == ("law quiet-hours", True)
    assert "Keep a hold rule" in finding.remedy
