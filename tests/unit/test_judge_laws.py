"""Laws of the judge: they hold for the shipped policy and for any that the schema accepts."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from state.errors import InvalidInput
from state.governance.catalogue import Scalar
from state.governance.facts import POLICY_FACTS, Facts, policy_confidence
from state.governance.judge import Judge, Judgement, compile_policy
from state.governance.policy import DenyRule, Layer
from state.governance.verdict import is_as_strict
from tests.unit.policy_strategies import REASON, bases, known_facts, narrowings, values_of
from tests.unit.policy_table import SHIPPED, TRUSTED
from tests.unit.policy_table import facts as clean

JUDGE, AGAIN = compile_policy(SHIPPED), compile_policy(SHIPPED)
FREEZE = {
    "id": "freeze", "kind": "deny", "reason": REASON, "when": {"fact": "action.class", "op": "ge", "value": 1}
}  # fmt: skip
FROZEN = compile_policy((*SHIPPED, Layer.model_validate({"layer": "global", "rules": [FREEZE]})))
NAMES = sorted(POLICY_FACTS.specs)


def compiled(*layers: Layer) -> Judge:
    """Compile a random policy; one that the review refuses is not an example."""
    if layers == SHIPPED:
        return JUDGE
    try:
        return compile_policy(layers)
    except InvalidInput:
        assume(False)
        raise


POLICIES, FACTS, NARROWING = bases(), known_facts(), narrowings()


def replaced(facts: Facts, **values: Scalar) -> Facts:
    """Change some facts; the first underscore of a name stands for its dot."""
    changes = {name.replace("_", ".", 1): value for name, value in values.items()}
    return Facts.of({**facts.values, **changes})


def is_tighter(first: Judgement, second: Judgement) -> bool:
    """Say whether the first judgement permits nothing that the second does not."""
    return is_as_strict(first.verdict, second.verdict)


@given(base=POLICIES, facts=FACTS, outside=st.booleans())
def test_nothing_that_reaches_outside_is_ever_allowed(base: Layer, facts: Facts, outside: bool) -> None:
    change: dict[str, Scalar] = {"action_external": True} if outside else {"action_class": 3}
    verdict = compiled(base)(replaced(facts, **change)).verdict
    assert verdict.kind in ("deny", "require_approval")


@given(base=POLICIES, facts=FACTS, name=st.sampled_from(NAMES))
def test_forgetting_a_fact_never_loosens(base: Layer, facts: Facts, name: str) -> None:
    judge = compiled(base)
    assert is_tighter(judge(facts.without(name)), judge(facts))


@given(base=POLICIES, layer=NARROWING, facts=FACTS)
def test_adding_a_layer_never_loosens(base: Layer, layer: Layer, facts: Facts) -> None:
    assert is_tighter(compiled(base, layer)(facts), compiled(base)(facts))


@given(base=POLICIES, facts=FACTS, low=st.decimals(0, 1, places=2), high=st.decimals(0, 1, places=2))
def test_more_confidence_never_tightens(base: Layer, facts: Facts, low: Decimal, high: Decimal) -> None:
    low, high = sorted((low, high))
    judge = compiled(base)
    assert is_tighter(judge(replaced(facts, confidence=low)), judge(replaced(facts, confidence=high)))


@given(base=POLICIES, facts=FACTS, low=st.integers(0, 3), high=st.integers(0, 3))
def test_a_higher_level_never_tightens(base: Layer, facts: Facts, low: int, high: int) -> None:
    low, high = sorted((low, high))
    judge = compiled(base)
    assert is_tighter(
        judge(replaced(facts, agent_level=f"L{low}")), judge(replaced(facts, agent_level=f"L{high}"))
    )


@given(facts=FACTS, unlearned=st.decimals(0, 1, places=2), calibrated=st.decimals(0, 1, places=2))
def test_learned_numbers_never_widen(facts: Facts, unlearned: Decimal, calibrated: Decimal) -> None:
    without = JUDGE(replaced(facts, confidence=policy_confidence(unlearned, None)))
    learned = JUDGE(replaced(facts, confidence=policy_confidence(unlearned, calibrated)))
    assert is_tighter(learned, without)


def test_an_unclamped_confidence_would_widen() -> None:
    unlearned, calibrated = Decimal("0.5"), Decimal("0.99")
    without = JUDGE(clean(TRUSTED, {"confidence": unlearned}))
    assert not is_tighter(JUDGE(clean(TRUSTED, {"confidence": calibrated})), without)


@given(base=POLICIES, facts=FACTS)
def test_a_matching_denial_overrides_everything(base: Layer, facts: Facts) -> None:
    judgement = compiled(base)(facts)
    met = {hit.rule for hit in judgement.hits}
    denying = {rule.id for rule in base.rules if isinstance(rule, DenyRule)}
    assert not met & denying or judgement.verdict.kind == "deny"


@given(base=POLICIES, facts=FACTS)
def test_permission_always_names_the_rule_that_gives_it(base: Layer, facts: Facts) -> None:
    verdict = compiled(base)(facts).verdict
    assert verdict.reasons
    if verdict.kind == "allow":
        assert verdict.rule in {rule.id for rule in base.rules}


@given(base=POLICIES, facts=FACTS, name=st.sampled_from(NAMES), draw=st.data())
def test_a_fact_that_was_not_read_cannot_change_the_judgement(
    base: Layer, facts: Facts, name: str, draw: st.DataObject
) -> None:
    judge = compiled(base)
    judgement = judge(facts)
    assume(name not in judgement.read)
    other = Facts.of({**facts.values, name: draw.draw(values_of(POLICY_FACTS.specs[name]))})
    assert judge(other) == judgement


@given(facts=FACTS)
def test_judging_twice_says_the_same(facts: Facts) -> None:
    assert JUDGE(facts) == AGAIN(facts)


@given(facts=FACTS)
def test_a_denying_layer_denies_everything(facts: Facts) -> None:
    assert FROZEN(facts).verdict.kind == "deny"
