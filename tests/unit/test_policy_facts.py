"""Facts: typed, checked against the catalogue, never above the unlearned confidence."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.errors import InvalidInput
from state.governance.catalogue import Basis, FactType, Scalar
from state.governance.facts import POLICY_FACTS, Facts, policy_confidence, world_facts


def test_an_unknown_fact_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidInput, match=r"recipient\.optedout") as caught:
        Facts.of({"recipient.optedout": True})
    assert "recipient.opted_out" in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stop.on", 1),
        ("stop.on", "false"),
        ("action.class", True),
        ("action.class", 0),
        ("action.class", 5),
        ("action.class", "2"),
        ("action.amount", "much"),
        ("action.amount", Decimal("NaN")),
        ("action.amount", True),
        ("agent.level", "L4"),
        ("principal.role", "boss"),
        ("recipient.opens_at", datetime(2031, 1, 1)),  # noqa: DTZ001 - that is the fault
        ("agent.name", 7),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: Scalar) -> None:
    with pytest.raises(InvalidInput) as caught:
        Facts.of({name: value})
    assert caught.value.field == name
    assert caught.value.remedy


def test_none_means_missing() -> None:
    assert Facts.of({"stop.on": None}) == Facts.of({}) == Facts.of({"stop.on": True}).without("stop.on")


def test_every_fact_says_what_it_is_and_of_which_world() -> None:
    assert all(spec.description and name == spec.name for name, spec in POLICY_FACTS.specs.items())
    assert all(spec.values for spec in POLICY_FACTS.specs.values() if spec.type is FactType.ENUM)
    ambient = {name for name, spec in POLICY_FACTS.specs.items() if spec.basis is Basis.AMBIENT}
    assert {"confidence", "agent.level", "stop.on", "budget.exhausted", "recipient.quiet_now"} <= ambient
    assert not {"recipient.opted_out", "account.churned", "action.amount", "price.backed"} & ambient


def test_equal_values_of_the_world_have_equal_forms() -> None:
    half_past = datetime(2031, 1, 1, 12, 30, tzinfo=UTC)
    paris = half_past.astimezone(timezone(timedelta(hours=1)))
    one, two = (Facts.of({"action.amount": Decimal(text)}) for text in ("5", "5.00"))
    assert (
        world_facts(one, ["action.amount"]) == world_facts(two, ["action.amount"]) == {"action.amount": "5"}
    )
    assert Facts.of({"recipient.opens_at": half_past}) == Facts.of({"recipient.opens_at": paris})


@given(unlearned=st.floats(0, 1), calibrated=st.none() | st.floats(0, 1))
def test_the_confidence_that_policy_reads_is_never_above_either(
    unlearned: float, calibrated: float | None
) -> None:
    read = policy_confidence(unlearned, calibrated)
    assert read <= Decimal(str(unlearned))
    assert calibrated is None or read <= Decimal(str(calibrated))
    assert read in (Decimal(str(unlearned)), Decimal(str(calibrated or 0.0)))


def test_the_readme_lists_every_fact_as_it_is() -> None:
    readme = (Path(__file__).parents[2] / "policies" / "README.md").read_text("utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| `") and line.count("|") == 5]
    assert rows == [
        f"| `{spec.name}` | {spec.type.value} | {spec.basis.value} | {spec.description} |"
        for spec in POLICY_FACTS.specs.values()
    ]
