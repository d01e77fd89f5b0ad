"""Policy: rules and bounds as files hold them, in layers of which only the base may allow.

Invariant: joining a layer narrows every bound (cap = least, threshold = greatest, window = intersection).
"""

from collections.abc import Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from state.canonical import digest
from state.governance.budget import BudgetSet, Cost
from state.governance.catalogue import FactSpec
from state.governance.expression import Bound, Compare, Condition, Op, comparisons
from state.governance.facts import POLICY_FACTS
from state.governance.verdict import Approver

DELAY_BOUND: Final = "class2_delay_minutes"

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Amount = Annotated[Decimal, Field(ge=0)]
Level = Literal["L0", "L1", "L2", "L3"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LayerKind(StrEnum):
    """Where a file stands; the tenant's own base replaces the shipped one."""

    BASE = "base"
    GLOBAL = "global"
    TENANT = "tenant"
    SEGMENT = "segment"
    TEAM = "team"
    SELLER = "seller"


class Exemption(_Frozen):
    """Where a rule does not hold for a while; it widens, as any other edit that lets more happen."""

    when: Condition
    until: date
    """The last day on which it counts, in the company's zone."""
    reason: str = Field(min_length=10, max_length=200)


class _Rule(_Frozen):
    id: RuleId
    reason: str = Field(min_length=10, max_length=200)
    """One plain sentence, shown to the seller."""
    when: Condition

    @model_validator(mode="after")
    def _safe_directions(self) -> Self:
        for problem in misdirections(self):
            raise ValueError(problem)
        return self


class DenyRule(_Rule):
    """It is not done."""

    kind: Literal["deny"]
    exceptions: tuple[Exemption, ...] = ()


class RequireRule(_Rule):
    """Every seat must approve, unless the exception holds for certain."""

    kind: Literal["require"]
    roles: tuple[Approver, ...] = Field(min_length=1)
    unless: Condition | None = None
    exceptions: tuple[Exemption, ...] = ()


class HoldRule(_Rule):
    """It waits until the time that a fact holds."""

    kind: Literal["hold"]
    until: str
    exceptions: tuple[Exemption, ...] = ()


class AllowRule(_Rule):
    """It runs by itself; only a base may say so."""

    kind: Literal["allow"]
    delay_minutes: Annotated[int, Field(ge=0)] | Bound = 0


Rule = Annotated[DenyRule | RequireRule | HoldRule | AllowRule, Field(discriminator="kind")]


def misdirections(rule: _Rule) -> Iterator[str]:
    """Say where a rule reads a more-is-looser fact in a direction in which more could be stricter."""
    lower, upper = (Op.GE, Op.GT), (Op.LE, Op.LT)
    wanted = {"allow": lower, "require": upper, "deny": upper}.get(getattr(rule, "kind", ""), ())
    for compare, is_negated in comparisons(rule.when):
        spec = POLICY_FACTS.specs.get(compare.fact)
        if spec is None or not spec.more_is_looser:
            continue
        if is_negated or compare.op not in wanted:
            yield (
                f"{compare.fact} may only be a lower bound (ge, gt) in allow and an upper bound (le, lt) in"
                " require and deny, never under not"
            )
    if any(_reads_looser(one.when) for one in getattr(rule, "exceptions", ())):
        yield "confidence and agent.level may not stand in an exception: that is a hidden not"
    if isinstance(rule, RequireRule) and rule.unless and _reads_looser(rule.unless):
        yield "confidence and agent.level may not stand in `unless`: that is a hidden not"


def _reads_looser(condition: Condition) -> bool:
    """Say whether a condition reads any more-is-looser fact."""
    specs = (POLICY_FACTS.specs.get(compare.fact) for compare, _ in comparisons(condition))
    return any(isinstance(spec, FactSpec) and spec.more_is_looser for spec in specs)


class Window(_Frozen):
    """Hours of the recipient's local day in which mail may go out."""

    opens: time
    closes: time


class LevelGrant(_Frozen):
    """An autonomy level an admin granted; of several that fit the least counts."""

    agent: str = "*"
    action_class: int = Field(ge=1, le=4)
    level: Level


class Seat(_Frozen):
    """Who may fill a seat of a quorum; of several that fit only whom all name."""

    seat: Approver
    for_mail: bool
    """Mail in the owner's name, or anything else."""
    filled_by: tuple[Literal["owner", "delegate", "manager", "admin"], ...] = Field(min_length=1)


class Ladder(_Frozen):
    """How many violations within a window lead to which rung: per agent and kind, the upper two per agent."""

    window_days: int = Field(ge=1, le=365)
    warn: int = Field(ge=1)
    """An admin is told."""
    pause: int = Field(ge=1)
    """The agent does not begin this kind of action any more."""
    shadow: int = Field(ge=1)
    """The agent is at L0: it shows and does nothing."""
    stop: int = Field(ge=1)
    """The company's stop switch goes on."""
    rules: tuple[RuleId, ...] = ()
    """Deny rules by which a denial counts as a violation."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not self.warn <= self.pause <= self.shadow <= self.stop:
            raise ValueError(
                "the rungs rise: warn, pause, shadow and stop each need as many violations or more"
            )
        return self


class BoundSet(_Frozen):
    """The limits a file sets; the base sets all, another layer only what it narrows."""

    caps: dict[Identifier, Amount] = {}
    """Named upper limits that rules may read; the least wins."""
    thresholds: dict[Identifier, Amount] = {}
    """Named lower limits that rules may read; the greatest wins."""
    run_budget: dict[Cost, Annotated[int, Field(ge=0)]] = {}
    """Calls per run by cost class; the least wins."""
    budgets: BudgetSet = BudgetSet()
    """Calls per day, and who may draw on them."""
    undo_hold_seconds: int | None = Field(default=None, ge=0, le=300)
    class2_delay_minutes: int | None = Field(default=None, ge=0)
    sending_window: Window | None = None
    default_level: Level | None = None
    max_level: Level | None = None
    levels: tuple[LevelGrant, ...] = ()
    seats: tuple[Seat, ...] = ()
    ladder: Ladder | None = None


class Layer(_Frozen):
    """One policy file."""

    layer: LayerKind
    applies_to: str | None = None
    """The segment, team or seller it is for."""
    description: str = ""
    bounds: BoundSet = BoundSet()
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _only_the_base_allows(self) -> Self:
        allows = [rule.id for rule in self.rules if isinstance(rule, AllowRule)]
        if allows and self.layer is not LayerKind.BASE:
            raise ValueError(f"only a base may allow; remove rule {allows[0]!r} or move it to the base")
        is_partial = self.layer in (LayerKind.SEGMENT, LayerKind.TEAM, LayerKind.SELLER)
        if is_partial != (self.applies_to is not None):
            raise ValueError("applies_to names the segment, team or seller of such a layer, and of no other")
        return self

    @property
    def title(self) -> str:
        """Name the layer for people."""
        return f"{self.layer.value} {self.applies_to}" if self.applies_to else self.layer.value


class Scope(_Frozen):
    """For whom a judge is compiled."""

    segment: str | None = None
    team: str | None = None
    seller: str | None = None

    def covers(self, layer: Layer) -> bool:
        """Say whether a layer applies here."""
        own = {LayerKind.SEGMENT: self.segment, LayerKind.TEAM: self.team, LayerKind.SELLER: self.seller}
        return layer.applies_to is None or own.get(layer.layer) == layer.applies_to


_ORDER: Final = tuple(LayerKind)


def in_order(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Sort layers from the base inwards, equals by content, so that the order of files does not matter."""
    places = [(_ORDER.index(layer.layer), layer.applies_to or "") for layer in layers]
    is_told_apart = len(set(places)) == len(places)
    ranked = [
        (place, "" if is_told_apart else _hash(layer), layer)
        for place, layer in zip(places, layers, strict=True)
    ]
    return tuple(layer for *_, layer in sorted(ranked, key=lambda one: one[:2]))


def policy_version(layers: Sequence[Layer]) -> str:
    """Hash the canonical content of all layers."""
    return digest([_hash(layer) for layer in in_order(layers)])


def _hash(layer: Layer) -> str:
    return digest(layer.model_dump(mode="json"))


def bound_uses(rule: _Rule) -> Iterator[tuple[Compare, Bound, bool]]:
    """Yield each comparison of a rule with a named bound, and whether under `not` or in `unless`."""
    parts = [(rule.when, False)]
    if isinstance(rule, RequireRule) and rule.unless:
        parts.append((rule.unless, True))
    for condition, is_exception in parts:
        for compare, is_negated in comparisons(condition):
            if isinstance(compare.value, Bound):
                yield compare, compare.value, is_negated or is_exception
