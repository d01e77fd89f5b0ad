"""The judge's laws once more, exhaustively around every row of the decision table, with any one fact forgotten."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import pytest

from state.governance.catalogue import FactType, Scalar
from state.governance.facts import LEVELS, POLICY_FACTS, Facts
from state.governance.judge import compile_policy
from state.governance.policy import Layer
from state.governance.verdict import is_as_strict
from tests.unit.policy_table import ASK, MAIL, OPENS, ROWS, SHIPPED, TRUSTED, Row, facts, spoken

JUDGE = compile_policy(SHIPPED)
NAMES = sorted(POLICY_FACTS.specs)
BASE = SHIPPED[0]
NARROWER = [
    Layer.model_validate({"layer": "tenant", "bounds": bounds})
    for bounds in (
        {"max_level": "L1"},
        {"max_level": "L0", "thresholds": {"high_confidence": "0.99"}},
        {"thresholds": {"high_confidence": "0.95"}, "class2_delay_minutes": 60},
        {"caps": dict.fromkeys(BASE.bounds.caps, 0)},
    )
]
NARROWED = [compile_policy((BASE, layer)) for layer in NARROWER]


def around(row: Row) -> Iterator[Facts]:
    """Give a row's facts, and these with each one fact forgotten."""
    whole = facts(row.facts)
    yield whole
    yield from (whole.without(name) for name in NAMES)


def samples(name: str) -> list[Scalar]:
    """List some values of a fact."""
    spec = POLICY_FACTS.specs[name]
    match spec.type:
        case FactType.BOOL:
            return [False, True]
        case FactType.INT:
            return list(range(spec.between[0], spec.between[1] + 1)) if spec.between else [0, 1, 3, 9]
        case FactType.DECIMAL:
            return [Decimal(0), Decimal("0.9"), Decimal(15), Decimal(2000000)]
        case FactType.DATETIME:
            return [OPENS]
        case FactType.STR | FactType.ENUM:
            return list(spec.values[:6]) or ["somebody"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.said)
def test_forgetting_any_one_fact_of_a_row_never_loosens(row: Row) -> None:
    whole = JUDGE(facts(row.facts)).verdict
    assert all(is_as_strict(JUDGE(known).verdict, whole) for known in around(row))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.said)
def test_a_fact_that_a_row_did_not_read_cannot_change_it(row: Row) -> None:
    for known in around(row):
        judgement = JUDGE(known)
        for name in set(NAMES) - judgement.read:
            others = (Facts({**known.values, name: value}) for value in samples(name))
            assert all(JUDGE(other) == judgement for other in others)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.said)
def test_more_of_level_or_confidence_never_tightens_a_row(row: Row) -> None:
    certain = [Decimal(text) for text in ("0.2", "0.85", "0.9", "1")]
    for name, rising in (("agent.level", LEVELS), ("confidence", certain)):
        for known in around(row):
            verdicts = [JUDGE(Facts({**known.values, name: value})).verdict for value in rising]
            assert all(is_as_strict(*pair) for pair in pairwise(verdicts))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.said)
def test_no_narrower_bound_loosens_a_row(row: Row) -> None:
    for known in around(row):
        verdict = JUDGE(known).verdict
        assert all(is_as_strict(judge(known).verdict, verdict) for judge in NARROWED)


@pytest.mark.parametrize(
    "name", ["action.class", "action.external", "action.grounded", "action.in_scope", "stop.on"]
)
def test_what_an_allowed_action_rests_on_must_be_known(name: str) -> None:
    assert JUDGE(facts().without(name)).verdict.kind == "deny"


@pytest.mark.parametrize("name", ["owner.opt_in", "confidence"])
def test_autonomy_that_is_not_proven_is_a_persons_decision(name: str) -> None:
    assert JUDGE(facts(TRUSTED).without(name)).verdict.kind == "require_approval"


def test_an_agent_of_unknown_level_counts_as_one_at_l0() -> None:
    unknown, shadow = facts(TRUSTED).without("agent.level"), facts(TRUSTED, {"agent.level": "L0"})
    assert spoken(JUDGE(unknown).verdict) == spoken(JUDGE(shadow).verdict) == "deny shadow-shows-only"


@pytest.mark.parametrize("name", sorted(name for name in NAMES if name.startswith("recipient.")))
def test_a_mail_with_an_unknown_recipient_fact_waits_or_is_denied(name: str) -> None:
    verdict = JUDGE(facts(MAIL, {"recipient.quiet_now": name == "recipient.opens_at"}).without(name)).verdict
    is_read = name != "recipient.first_mail"
    assert verdict.kind == ("deny" if is_read and name != "recipient.quiet_now" else "require_approval")


def test_a_question_of_unknown_reach_is_not_asked() -> None:
    assert spoken(JUDGE(facts(ASK).without("action.external")).verdict) == "deny default"
