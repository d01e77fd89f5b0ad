"""Conditions: a closed tree with three-valued sense in two readings."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from state.canonical import Json
from state.errors import InvalidInput
from state.governance.catalogue import Basis, Catalogue, FactSpec, FactType, Scalar
from state.governance.condition import compiled, in_words, reads, traced
from state.governance.expression import AllOf, AnyOf, Compare, Condition, Not, Op, resolved
from state.governance.facts import POLICY_FACTS, Facts
from state.governance.faults import faults
from state.governance.reach import cases, implies, is_possible
from tests.unit.policy_strategies import conditions, known_facts, values_of

PARSER: TypeAdapter[Condition] = TypeAdapter(Condition)
SMALL = Catalogue.of(
    FactSpec(
        "stage", FactType.ENUM, Basis.WORLD, "the stage", values=("early", "middle", "late"), ordered=True
    ),
    FactSpec("days", FactType.INT, Basis.WORLD, "the days left"),
    FactSpec("share", FactType.DECIMAL, Basis.WORLD, "the share in use"),
    FactSpec("paid", FactType.BOOL, Basis.WORLD, "the invoice is paid"),
    FactSpec("ends", FactType.DATETIME, Basis.WORLD, "the end"),
    FactSpec("region", FactType.STR, Basis.WORLD, "the region"),
)
NOON = datetime(2031, 1, 1, 12, tzinfo=UTC)


def parsed(raw: Json) -> Condition:
    """Parse a condition as a file holds it."""
    return PARSER.validate_python(raw)


def holds(raw: Json, values: Mapping[str, Scalar]) -> bool:
    """Parse, compile over the small catalogue, and ask."""
    return compiled(parsed(raw), SMALL)(values)


@pytest.mark.parametrize(
    ("op", "value", "true_for", "false_for"),
    [
        ("eq", 3, [3], [2, 4]),
        ("ne", 3, [2, 4], [3]),
        ("lt", 3, [2], [3, 4]),
        ("le", 3, [2, 3], [4]),
        ("gt", 3, [4], [2, 3]),
        ("ge", 3, [3, 4], [2]),
        ("in", [2, 4], [2, 4], [3]),
    ],
)
def test_each_operator_holds_on_its_side_of_the_border(
    op: str, value: Json, true_for: list[int], false_for: list[int]
) -> None:
    raw: Json = {"fact": "days", "op": op, "value": value}
    assert all(holds(raw, {"days": days}) for days in true_for)
    assert not any(holds(raw, {"days": days}) for days in false_for)


def test_an_ordered_enum_is_compared_by_its_place_and_not_by_its_letters() -> None:
    raw: Json = {"fact": "stage", "op": "ge", "value": "middle"}
    assert [holds(raw, {"stage": stage}) for stage in ("early", "middle", "late")] == [False, True, True]


def test_a_text_from_a_file_becomes_a_number_or_a_time_where_the_fact_is_one() -> None:
    assert holds({"fact": "share", "op": "ge", "value": "0.9"}, {"share": Decimal("0.9")})
    assert holds({"fact": "ends", "op": "le", "value": "2031-01-01T13:00:00+01:00"}, {"ends": NOON})


def test_all_any_and_not_mean_what_they_say() -> None:
    paid: Json = {"fact": "paid", "op": "eq", "value": True}
    late: Json = {"fact": "days", "op": "lt", "value": 0}
    world: dict[str, Scalar] = {"paid": True, "days": 5}
    assert holds({"any": [late, paid]}, world)
    assert not holds({"all": [paid, late]}, world)
    assert holds({"all": [paid, {"not": late}]}, world)


def test_a_missing_fact_is_false_unless_asked_otherwise() -> None:
    condition = parsed({"fact": "paid", "op": "eq", "value": True})
    assert not compiled(condition, SMALL)({})
    assert compiled(condition, SMALL, when_missing=True)({})


def test_a_missing_fact_under_not_moves_the_answer_the_same_way() -> None:
    condition = parsed({"not": {"fact": "paid", "op": "eq", "value": True}})
    assert not compiled(condition, SMALL)({})
    assert compiled(condition, SMALL, when_missing=True)({})


def test_what_another_fact_settles_needs_no_missing_one() -> None:
    condition = parsed(
        {"all": [{"fact": "days", "op": "gt", "value": 3}, {"fact": "paid", "op": "eq", "value": True}]}
    )
    assert not compiled(condition, SMALL, when_missing=True)({"days": 1})


@given(condition=conditions(Op.GE, Op.LT), facts=known_facts())
def test_both_readings_agree_when_every_fact_is_known(condition: Condition, facts: Facts) -> None:
    known = all(name in facts.values for name in reads(condition))
    low, high = (compiled(condition, POLICY_FACTS, when_missing=flag)(facts.values) for flag in (False, True))
    assert low <= high
    assert not known or low == high


@given(
    condition=conditions(Op.GE, Op.LT), facts=known_facts(), name=st.sampled_from(sorted(POLICY_FACTS.specs))
)
def test_settling_a_fact_beforehand_changes_no_answer(condition: Condition, facts: Facts, name: str) -> None:
    whole = compiled(condition, POLICY_FACTS, when_missing=True)(facts.values)
    rest = traced(condition, POLICY_FACTS, when_missing=True, given={name: facts.values.get(name)})
    assert whole == (rest if isinstance(rest, bool) else rest(facts.values, set()))


@given(condition=conditions(Op.GE, Op.LT))
def test_a_condition_survives_being_written_and_read(condition: Condition) -> None:
    text = PARSER.dump_json(condition)
    again = PARSER.validate_json(text)
    assert PARSER.dump_json(again) == text
    assert reads(again) == reads(condition)


@pytest.mark.parametrize(
    "raw",
    [
        {"all": []},
        {"any": [{"fact": "days"}]},
        {"fact": "days", "op": "matches", "value": "x"},
        {"fact": "days", "op": "in", "value": 3},
        {"fact": "days", "op": "in", "value": []},
        {"fact": "days", "op": "eq", "value": [3]},
        {"fact": "days", "op": "eq", "value": 3, "note": "x"},
        {"fact": "ends", "op": "eq", "value": {"bound": "x", "plus": 1}},
        {"either": []},
        "days > 3",
        None,
    ],
)
def test_anything_outside_the_closed_tree_is_refused(raw: Json) -> None:
    with pytest.raises(ValidationError):
        parsed(raw)


def deep(levels: int) -> Json:
    """Nest a comparison under that many `not`."""
    raw: Json = {"fact": "paid", "op": "eq", "value": True}
    for _ in range(levels):
        raw = {"not": raw}
    return raw


def test_depth_and_size_are_bounded_before_anything_recurses() -> None:
    leaf: Json = {"fact": "paid", "op": "eq", "value": True}
    assert reads(parsed({"all": [leaf] * 60})) == reads(parsed(deep(5))) == {"paid"}
    for raw in (deep(6), deep(100_000), {"all": [leaf] * 64}):
        with pytest.raises(ValidationError, match="at most"):
            parsed(raw)


def test_what_is_read_is_listed_once() -> None:
    assert reads(parsed({"any": [{"fact": "days", "op": "eq", "value": 1}, deep(2), deep(1)]})) == {
        "days",
        "paid",
    }


def test_a_named_bound_is_replaced_and_an_unknown_one_refused() -> None:
    raw = parsed({"not": {"all": [{"fact": "days", "op": "ge", "value": {"bound": "patience"}}]}})
    assert compiled(resolved(raw, {"patience": 3}), SMALL)({"days": 2})
    with pytest.raises(InvalidInput, match="patience"):
        resolved(raw, {})


def test_a_condition_over_another_catalogue_does_not_compile() -> None:
    with pytest.raises(InvalidInput, match="No such fact"):
        compiled(parsed({"fact": "mood", "op": "eq", "value": 1}), SMALL)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"fact": "paid", "op": "eq", "value": True}, "the invoice is paid"),
        ({"fact": "paid", "op": "ne", "value": True}, "it is not so that the invoice is paid"),
        ({"fact": "days", "op": "le", "value": 3}, "the days left is at most 3"),
        ({"fact": "stage", "op": "in", "value": ["early", "late"]}, "the stage is one of early, late"),
        ({"fact": "days", "op": "ge", "value": {"bound": "patience"}}, "the days left is at least patience"),
        ({"not": {"fact": "region", "op": "eq", "value": "x"}}, "not (the region is x)"),
    ],
)
def test_a_comparison_reads_as_a_sentence(raw: Json, words: str) -> None:
    assert in_words(parsed(raw), SMALL) == words


def test_and_and_or_are_kept_apart_when_read_aloud() -> None:
    paid = Compare(fact="paid", op=Op.EQ, value=True)
    early = Compare(fact="stage", op=Op.EQ, value="early")
    some = AllOf(parts=(paid, AnyOf(parts=(early, Not(part=paid)))))
    assert (
        in_words(some, SMALL) == "the invoice is paid and (the stage is early or not (the invoice is paid))"
    )


@pytest.mark.parametrize(
    ("raw", "value", "remedy"),
    [
        ({"fact": "dayz", "op": "eq", "value": 1}, "dayz", "Did you mean 'days'?"),
        ({"fact": "stage", "op": "eq", "value": "midle"}, "midle", "Did you mean 'middle'?"),
        ({"fact": "paid", "op": "lt", "value": True}, "lt", "Use eq, ne or in."),
        ({"fact": "days", "op": "eq", "value": "many"}, "many", "Use int."),
        ({"fact": "days", "op": "eq", "value": True}, "True", "Use int."),
        ({"fact": "paid", "op": "eq", "value": 1}, "1", "Use bool."),
        ({"fact": "share", "op": "gt", "value": "NaN"}, "NaN", "Use decimal."),
        (
            {"fact": "ends", "op": "gt", "value": "2031-01-01T00:00:00"},
            "2031-01-01T00:00:00",
            "Use datetime.",
        ),
    ],
)
def test_a_wrong_word_or_type_is_found_with_its_remedy(raw: Json, value: str, remedy: str) -> None:
    (fault,) = faults(parsed(raw), SMALL)
    assert (fault.value, fault.remedy) == (value, remedy)


@given(condition=conditions(Op.GE, Op.LT), facts=known_facts())
def test_the_cases_of_a_condition_cover_exactly_what_fulfils_it(condition: Condition, facts: Facts) -> None:
    listed = cases(condition)
    if listed is None or not reads(condition) <= set(facts.values):
        return
    fulfilled = [
        case
        for case in listed
        if all(compiled(one, POLICY_FACTS)(facts.values) is wanted for one, wanted in case)
    ]
    assert bool(fulfilled) == compiled(condition, POLICY_FACTS)(facts.values)
    assert all(is_possible(case, POLICY_FACTS) for case in fulfilled)


@given(first=conditions(Op.GE, Op.LT), second=conditions(Op.GE, Op.LT), draw=st.data())
def test_an_implication_has_no_counterexample(
    first: Condition, second: Condition, draw: st.DataObject
) -> None:
    ones, others = cases(first) or (), cases(second) or ()
    names = sorted(reads(first) | reads(second))
    values = {name: draw.draw(values_of(POLICY_FACTS.specs[name])) for name in names}
    for one in ones:
        for other in others:
            if implies(one, other, POLICY_FACTS) and all(fits(literal, values) for literal in one):
                assert all(fits(literal, values) for literal in other)


def fits(literal: tuple[Compare, bool], values: Mapping[str, Scalar]) -> bool:
    """Say whether a literal of a case holds."""
    return compiled(literal[0], POLICY_FACTS)(values) is literal[1]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("days", "gt", 3), ("days", "ge", 4), True),
        (("share", "gt", 3), ("share", "ge", 4), False),
        (("days", "ge", 5), ("days", "ge", 3), True),
        (("days", "ge", 3), ("days", "ge", 5), False),
        (("region", "eq", "north"), ("region", "ne", "south"), True),
        (("region", "ne", "north"), ("region", "eq", "south"), False),
        (("ends", "gt", NOON), ("ends", "ge", NOON), True),
        (("paid", "ne", True), ("paid", "eq", False), True),
        (("paid", "eq", True), ("days", "ge", 0), False),
    ],
)
def test_implication_knows_the_order_of_values(
    one: tuple[str, str, Scalar], other: tuple[str, str, Scalar], expected: bool
) -> None:
    first, second = (Compare(fact=fact, op=Op(op), value=value) for fact, op, value in (one, other))
    assert implies(((first, True),), ((second, True),), SMALL) is expected


def test_a_contradiction_is_impossible_and_its_twin_is_not() -> None:
    low, high = (Compare(fact="share", op=op, value=Decimal(3)) for op in (Op.LT, Op.GE))
    assert not is_possible(((low, True), (high, True)), SMALL)
    assert is_possible(((low, True), (high, False)), SMALL)
