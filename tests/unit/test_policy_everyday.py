"""An everyday request: every fact of the catalogue has a usual value, and is told in words a person says."""

import pytest

from state.governance.everyday import EVERYDAY, USUAL, facts_in_words, supposed
from state.governance.facts import POLICY_FACTS, Facts
from state.governance.judge import compile_policy
from tests.unit.policy_table import SHIPPED

JUDGE = compile_policy(SHIPPED)


def test_every_fact_has_usual_values_of_its_type() -> None:
    assert set(USUAL) == set(POLICY_FACTS.specs)
    for name, values in USUAL.items():
        assert all(Facts.of({name: value}).values for value in values)


@pytest.mark.parametrize(("kind", "rank", "reach"), EVERYDAY)
def test_an_everyday_request_is_its_own_class_and_is_never_refused(kind: str, rank: int, reach: bool) -> None:
    asked = supposed(kind, ())
    assert (asked.values["action.class"], asked.values["action.external"]) == (rank, reach)
    assert JUDGE(asked).verdict.kind in ("allow", "require_approval")


def test_only_what_is_unusual_is_told_besides_the_action() -> None:
    told = facts_in_words(supposed("send_email", ("recipient.opted_out=yes", "confidence=unknown")))
    assert told[0] == "send email of class 3, it can reach a person outside"
    assert "a recipient has opted out" in told
    assert "it is not known: the confidence that the action is right" in told
    assert not any("churned" in clause for clause in told)


def test_a_level_above_the_maximum_is_cut_as_for_anybody() -> None:
    asked = supposed("update_crm", ("agent.level=L3", "owner.opt_in=true"))
    assert JUDGE(asked).verdict.rule == "class2-monitored"
