"""The law of learning, through the real judge and real documents: no verdict is looser than without them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrail import History
from evals.redteam.stacks import requests
from graphs.governing.judging import calibrated
from state.decision.decided import DecidedProposal
from state.decision.learning import learned
from state.decision.preferences import Border, Preferences
from state.governance.autonomy import Tally
from state.governance.catalogue import Scalar
from state.governance.everyday import USUAL
from state.governance.facts import CONFIDENCE, Facts, policy_confidence
from state.governance.judge import compile_policy
from state.governance.verdict import Verdict, is_as_strict
from tests.unit.candidates import candidate
from tests.unit.decided import DAY, LIMITS, decided, many
from tools.policies import load_layers, policy_files

JUDGE = compile_policy(load_layers(policy_files(Path(__file__).parents[2] / "policies")))
REQUESTS = tuple(islice(requests(7), 200))
STATED = st.sampled_from(["0.3", "0.76", "0.84", "0.85", "0.88", "0.95"])


@st.composite
def documents(draw: st.DrawFn) -> Preferences:
    """Learn from any stream of decisions on one kind, some from unverified origins, under any admin's limits."""
    rows = draw(st.lists(st.tuples(STATED, st.booleans(), st.booleans()), max_size=60))
    cases: list[DecidedProposal] = [
        decided(
            f"a{n}", right=right, stated=stated, at=DAY + timedelta(hours=n), origin="or_1" if is_cold else ""
        )
        for n, (stated, right, is_cold) in enumerate(rows)
    ]
    limits = LIMITS.model_copy(
        update={
            "least_n": draw(st.integers(1, 30)),
            "isotonic_from": draw(st.sampled_from([1, 30, 1000])),
            "raise_at_most": Decimal(draw(st.sampled_from(["0", "0.1", "1"]))),
        }
    )
    return learned(cases, limits, resamples=0)


def verdict(facts: Facts, stated: str, history: History) -> Verdict:
    one = candidate("x", action_type="update_crm").model_copy(update={"confidence": float(stated)})
    read = policy_confidence(one.confidence, calibrated(history, one))
    return JUDGE(Facts({**facts.values, CONFIDENCE: read})).verdict


@given(documents(), st.sampled_from(REQUESTS), STATED, st.integers(0, 40))
def test_no_verdict_is_looser_with_what_was_learned(
    document: Preferences, facts: Facts, stated: str, right: int
) -> None:
    before = History(mails={}, tallies={"update_crm": Tally(right, 40)})
    after = replace(before, preferences=document)
    assert is_as_strict(verdict(facts, stated, after), verdict(facts, stated, before))


def test_what_was_learned_does_tighten() -> None:
    facts = Facts({**usual(), CONFIDENCE: Decimal("0.9")})
    plain = History(mails={})
    assert verdict(facts, "0.9", plain).kind == "allow"
    taught = replace(plain, preferences=learned(many(20, 20), LIMITS))
    assert verdict(facts, "0.9", taught).kind == "require_approval"


def test_a_rising_border_alone_tightens() -> None:
    document = learned(many(40, 0), LIMITS, resamples=0)
    raised = Border(action_type="update_crm", raised_by=Decimal("0.1"), right=40, n=40)
    facts, plain = Facts(usual()), History(mails={})
    as_it_is = replace(plain, preferences=document)
    risen = replace(plain, preferences=document.model_copy(update={"borders": (raised,)}))
    assert verdict(facts, "0.9", as_it_is).kind == "allow"
    assert verdict(facts, "0.9", risen).kind == "require_approval"


def test_a_border_cannot_fall() -> None:
    with pytest.raises(ValueError, match="raised_by"):
        Border(action_type="update_crm", raised_by=Decimal("-0.1"), right=1, n=1)


def test_the_law_is_seen_to_fail_without_the_clamp() -> None:
    document = learned(many(40, 0, stated="0.8"), LIMITS, resamples=0)
    loose = document.confidence("update_crm", Decimal("0.8"))
    assert loose is not None
    facts = usual()
    unclamped = JUDGE(Facts({**facts, CONFIDENCE: loose})).verdict
    assert not is_as_strict(unclamped, JUDGE(Facts({**facts, CONFIDENCE: Decimal("0.8")})).verdict)


def usual() -> dict[str, Scalar]:
    """Give the facts of a change that its owner let run by itself."""
    values = {name: known[0] for name, known in USUAL.items()}
    return {
        **values,
        "action.class": 2,
        "action.type": "update_crm",
        "agent.level": "L2",
        "owner.opt_in": True,
    }
