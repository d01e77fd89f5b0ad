"""Random facts, conditions, layers and policies that the schema accepts, for laws that hold for all of them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from state.governance.catalogue import FactSpec, FactType, Scalar
from state.governance.expression import AllOf, AnyOf, Compare, Condition, Not, Op
from state.governance.facts import POLICY_FACTS, Facts
from state.governance.policy import Layer
from tests.unit.policy_table import ROWS, SHIPPED, facts

SPECS = POLICY_FACTS.specs
BASE = SHIPPED[0]
PLAIN = [
    name for name, spec in SPECS.items() if not spec.more_is_looser and spec.type is not FactType.DATETIME
]
LOOSER = [name for name, spec in SPECS.items() if spec.more_is_looser]
NUMBERS = [Decimal(one) for one in ("0", "0.3", "0.85", "0.9", "1", "9", "15", "25", "2000000")]
REASON = "A rule that was made up for a test."
UP, DOWN = (Op.GE, Op.GT), (Op.LE, Op.LT)


def values_of(spec: FactSpec) -> st.SearchStrategy[Scalar]:
    """Draw a value of a fact, often at a border that the shipped policy knows."""
    match spec.type:
        case FactType.BOOL:
            return st.booleans()
        case FactType.INT:
            return st.integers(*(spec.between or (0, 6)))
        case FactType.DECIMAL:
            return st.sampled_from(NUMBERS)
        case FactType.DATETIME:
            return st.integers(0, 9).map(
                lambda hours: datetime(2031, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
            )
        case FactType.STR | FactType.ENUM:
            return st.sampled_from(spec.values or ("playbook", "writer"))


@st.composite
def known_facts(draw: st.DrawFn) -> Facts:
    """Draw any values, or those of a row of the table with a few changed; some are missing."""
    names = st.sets(st.sampled_from(sorted(SPECS)), max_size=3)
    if draw(st.booleans()):
        values = dict(facts(draw(st.sampled_from(ROWS)).facts).values)
        values.update({name: draw(values_of(SPECS[name])) for name in sorted(draw(names))})
    else:
        values = {name: draw(values_of(spec)) for name, spec in SPECS.items()}
    gone = draw(names)
    return Facts.of({name: value for name, value in values.items() if name not in gone})


@st.composite
def conditions(draw: st.DrawFn, *directed: Op, depth: int = 2) -> Condition:
    """Draw a small tree; levels and confidence only by the operators given, never under `not`."""
    shape = draw(st.sampled_from(["compare", "compare", "directed", "all", "any", "not"]))
    if shape == "directed" and directed:
        name = draw(st.sampled_from(LOOSER))
        return Compare(fact=name, op=draw(st.sampled_from(directed)), value=draw(values_of(SPECS[name])))
    if shape == "not" and depth:
        return Not(part=draw(conditions(depth=depth - 1)))
    if shape in ("all", "any") and depth:
        parts = tuple(draw(conditions(*directed, depth=depth - 1)) for _ in range(draw(st.integers(1, 3))))
        return AllOf(parts=parts) if shape == "all" else AnyOf(parts=parts)
    name = draw(st.sampled_from(PLAIN))
    has_order = SPECS[name].type in (FactType.INT, FactType.DECIMAL)
    op = draw(st.sampled_from([Op.EQ, Op.NE, Op.LT, Op.GE] if has_order else [Op.EQ, Op.NE]))
    return Compare(fact=name, op=op, value=draw(values_of(SPECS[name])))


@st.composite
def restricting(draw: st.DrawFn, rule_id: str) -> dict[str, object]:
    """Draw a rule that denies, requires or holds."""
    kind = draw(st.sampled_from(["deny", "require", "require", "hold"]))
    when = draw(conditions()) if kind == "hold" else draw(conditions(*DOWN))
    rule: dict[str, object] = {"id": rule_id, "kind": kind, "reason": REASON, "when": when}
    if kind == "hold":
        rule["until"] = "recipient.opens_at"
    if kind == "require":
        rule["roles"] = draw(st.lists(st.sampled_from(["owner", "manager", "admin"]), min_size=1, max_size=2))
        rule["unless"] = draw(st.none() | conditions())
    return rule


@st.composite
def allowing(draw: st.DrawFn, rule_id: str) -> dict[str, object]:
    """Draw a rule that allows something inside."""
    inside = (
        Compare(fact="action.external", op=Op.EQ, value=False),
        Compare(fact="action.class", op=Op.IN, value=(1, 2)),
    )
    when = AllOf(parts=(*inside, draw(conditions(*UP))))
    delay = draw(st.sampled_from([0, 5, 60]))
    return {"id": rule_id, "kind": "allow", "reason": REASON, "when": when, "delay_minutes": delay}


@st.composite
def bases(draw: st.DrawFn) -> Layer:
    """Draw the shipped base, or one with rules of its own."""
    if draw(st.booleans()):
        return BASE
    rules = [draw(restricting(f"base-{place}")) for place in range(draw(st.integers(0, 4)))]
    rules += [draw(allowing(f"allow-{place}")) for place in range(draw(st.integers(0, 3)))]
    return Layer.model_validate({**BASE.model_dump(), "rules": rules})


@st.composite
def narrowings(draw: st.DrawFn) -> Layer:
    """Draw a layer of the tenant with rules and tighter or wider numbers, of which only the tighter count."""
    caps = draw(st.dictionaries(st.sampled_from(sorted(BASE.bounds.caps)), st.sampled_from(NUMBERS)))
    bounds = {
        "caps": caps,
        "thresholds": {"high_confidence": draw(st.sampled_from(NUMBERS[1:5]))},
        "max_level": draw(st.sampled_from(["L0", "L1", "L2", "L3"])),
        "class2_delay_minutes": draw(st.sampled_from([0, 30, 90])),
    }
    rules = [draw(restricting(f"tenant-{place}")) for place in range(draw(st.integers(0, 3)))]
    return Layer.model_validate({"layer": "tenant", "rules": rules, "bounds": bounds})
