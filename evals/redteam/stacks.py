"""Random policies that the schema and the review accept, and random requests for them; the same seed gives the same."""

from collections.abc import Iterator, Sequence
from random import Random

from state.canonical import Json
from state.errors import InvalidInput
from state.governance.catalogue import FactType, Scalar
from state.governance.everyday import USUAL
from state.governance.facts import CLASS, CONFIDENCE, EXTERNAL, LEVEL, LEVELS, POLICY_FACTS, Facts
from state.governance.judge import compile_policy
from state.governance.policy import Layer

REASON = "A rule that was made up for a proof."
PLAIN = [
    name
    for name, spec in POLICY_FACTS.specs.items()
    if not spec.more_is_looser and spec.type in (FactType.BOOL, FactType.INT, FactType.STR)
]
NIGHT: Json = {
    "id": "quiet-hours",
    "kind": "hold",
    "until": "recipient.opens_at",
    "reason": "It is outside the recipient's business hours.",
    "when": {
        "all": [
            {"fact": EXTERNAL, "op": "eq", "value": True},
            {"fact": "recipient.quiet_now", "op": "eq", "value": True},
        ]
    },
}
INSIDE: Sequence[Json] = (
    {"fact": CLASS, "op": "in", "value": [1, 2, 4]},
    {"fact": EXTERNAL, "op": "eq", "value": False},
)


def policies(shipped: Layer, seed: int, count: int) -> Iterator[tuple[Layer, ...]]:
    """Make this many stacks of a base and up to two more layers; what the review refuses is made anew."""
    chance = Random(seed)
    made = 0
    while made < count:
        layers = (_base(shipped, chance), *_narrowing(chance))
        try:
            compile_policy(layers)
        except InvalidInput:
            continue
        made += 1
        yield layers


def requests(seed: int) -> Iterator[Facts]:
    """Make requests without end: usual facts with a few drawn anew, some of them not known."""
    chance = Random(seed)
    while True:
        values: dict[str, Scalar | None] = {name: usual[0] for name, usual in USUAL.items()}
        values |= {CLASS: 2, LEVEL: chance.choice(["L2", "L3"]), "owner.opt_in": True}
        for name in chance.sample(sorted(USUAL), chance.randint(0, 3)):
            values[name] = chance.choice([*USUAL[name], None])
        yield Facts.of(values)


def _base(shipped: Layer, chance: Random) -> Layer:
    rules = [_restricting(f"base-{place}", chance) for place in range(chance.randint(0, 4))]
    rules += [_allowing(f"allow-{place}", chance) for place in range(chance.randint(1, 3))]
    max_level = chance.choice(["L2", "L3"])
    bounds = {**shipped.bounds.model_dump(), "max_level": max_level}
    return Layer.model_validate({**shipped.model_dump(), "bounds": bounds, "rules": [*rules, NIGHT]})


def _narrowing(chance: Random) -> list[Layer]:
    """Make up to one layer of the tenant and one of a team, of random rules and limits."""
    out: list[Layer] = []
    for kind, name in (("tenant", None), ("team", "north")):
        if chance.random() < 0.6:
            rules = [_restricting(f"{kind}-{place}", chance) for place in range(chance.randint(0, 2))]
            limit = {"high_confidence": chance.choice(["0.5", "0.9", "0.99"])}
            bounds: dict[str, Json] = {"thresholds": {**limit}, "max_level": chance.choice(LEVELS)}
            out.append(
                Layer.model_validate({"layer": kind, "applies_to": name, "rules": rules, "bounds": bounds})
            )
    return out


def _restricting(name: str, chance: Random) -> Json:
    kind = chance.choice(["deny", "require", "require", "hold"])
    rule: dict[str, Json] = {"id": name, "kind": kind, "reason": REASON}
    rule["when"] = _condition(chance) if kind == "hold" else _condition(chance, "lt", "le")
    if kind == "hold":
        rule["until"] = "recipient.opens_at"
    if kind == "require":
        rule["roles"] = chance.sample(["owner", "manager", "admin"], chance.randint(1, 2))
        if chance.random() < 0.3:
            rule["unless"] = _condition(chance)
    return rule


def _allowing(name: str, chance: Random) -> Json:
    parts = [*INSIDE, *(_directed(chance, "ge", "gt") for _ in range(chance.randint(0, 2)))]
    if chance.random() < 0.5:
        parts.append(_condition(chance, "ge", "gt"))
    delay = chance.choice([0, 10, 60])
    return {"id": name, "kind": "allow", "reason": REASON, "delay_minutes": delay, "when": {"all": parts}}


def _condition(chance: Random, *directed: str, depth: int = 2) -> Json:
    """Make a small tree; levels and confidence only by the operators given, never under `not`."""
    shape = chance.choice(["fact", "fact", "directed", "all", "any", "not"]) if depth else "fact"
    if shape == "directed" and directed:
        return _directed(chance, *directed)
    if shape == "not":
        return {"not": _condition(chance, depth=depth - 1)}
    if shape in ("all", "any"):
        return {shape: [_condition(chance, *directed, depth=depth - 1) for _ in range(chance.randint(1, 3))]}
    name = chance.choice(PLAIN)
    values = [value for value in USUAL[name] if isinstance(value, bool | int | str)]
    value: Json = chance.choice([True, False]) if isinstance(values[0], bool) else chance.choice(values)
    return {"fact": name, "op": chance.choice(["eq", "ne"]), "value": value}


def _directed(chance: Random, *operators: str) -> Json:
    name = chance.choice([CONFIDENCE, CONFIDENCE, LEVEL])
    value = chance.choice(LEVELS) if name == LEVEL else chance.choice(["0.3", "0.6", "0.85", "0.95"])
    return {"fact": name, "op": chance.choice(operators), "value": value}
