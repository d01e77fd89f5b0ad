"""Bounds: the limits that hold when all layers are joined, each as narrow as the narrowest layer says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar

from state.errors import InvalidInput
from state.governance.budget import Budget, Cost, joined_budget
from state.governance.catalogue import Scalar
from state.governance.policy import (
    DELAY_BOUND,
    BoundSet,
    Ladder,
    Layer,
    Level,
    LevelGrant,
    Seat,
    Window,
    in_order,
)
from state.governance.verdict import Approver

T = TypeVar("T")
Name = TypeVar("Name", bound=str)
Number = TypeVar("Number", int, Decimal)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Every limit, set."""

    caps: Mapping[str, Decimal]
    thresholds: Mapping[str, Decimal]
    run_budget: Mapping[Cost, int]
    budget: Budget
    undo_hold_seconds: int
    class2_delay_minutes: int
    sending_window: Window
    default_level: Level
    max_level: Level
    levels: tuple[LevelGrant, ...]
    lowered: tuple[LevelGrant, ...]
    """Grants of layers above the base; they only lower."""
    seats: tuple[Seat, ...]
    narrowed: tuple[Seat, ...]
    """Seats of layers above the base; they only exclude."""
    ladder: Ladder

    @property
    def named(self) -> Mapping[str, Scalar]:
        """What a rule may read by name."""
        return {**self.caps, **self.thresholds, DELAY_BOUND: self.class2_delay_minutes}

    def level(self, agent: str, action_class: int, was_set: Level | None = None) -> Level:
        """Give an agent's autonomy level: the least of the fitting grants and what an admin set, else the default.

        Invariant: never above the maximum, nor above what a layer lowers it to.
        """
        said: list[Level] = [] if was_set is None else [was_set]
        granted: list[Level] = [*_fitting(self.levels, agent, action_class), *said] or [self.default_level]
        limits: list[Level] = [*granted, self.max_level, *_fitting(self.lowered, agent, action_class)]
        return min(limits)

    def may_fill(self, seat: Approver, *, is_mail: bool) -> tuple[str, ...]:
        """Name who may fill a seat; of several rows only whom all name, without a row of the base nobody."""
        base, others = (
            [row.filled_by for row in rows if row.seat is seat and row.for_mail is is_mail]
            for rows in (self.seats, self.narrowed)
        )
        return tuple(name for name in base[0] if all(name in row for row in (*base, *others))) if base else ()


def _fitting(grants: Iterable[LevelGrant], agent: str, action_class: int) -> list[Level]:
    """List the levels of the grants for this agent and class."""
    return [one.level for one in grants if one.agent in (agent, "*") and one.action_class == action_class]


def joined(layers: Sequence[Layer]) -> Bounds:
    """Join the bounds of all layers.

    Raises: InvalidInput when the base leaves a bound open, or a layer narrows a name that the base lacks.
    """
    base, *others = [layer.bounds for layer in in_order(layers)] or [BoundSet()]
    sets = [base, *others]
    return Bounds(
        caps=_narrowed([one.caps for one in sets], "caps", min),
        thresholds=_narrowed([one.thresholds for one in sets], "thresholds", max),
        run_budget=_narrowed([one.run_budget for one in sets], "run_budget", min),
        budget=joined_budget([one.budgets for one in sets]),
        undo_hold_seconds=max(_known((one.undo_hold_seconds for one in sets), "undo_hold_seconds")),
        class2_delay_minutes=max(_known((one.class2_delay_minutes for one in sets), "class2_delay_minutes")),
        sending_window=_overlap(_known((one.sending_window for one in sets), "sending_window")),
        default_level=min(_known((one.default_level for one in sets), "default_level")),
        max_level=min(_known((one.max_level for one in sets), "max_level")),
        levels=base.levels,
        lowered=tuple(grant for one in others for grant in one.levels),
        seats=base.seats,
        narrowed=tuple(seat for one in others for seat in one.seats),
        ladder=_strictest_ladder(_known((one.ladder for one in sets), "ladder")),
    )


def _known(values: Iterable[T | None], field: str) -> list[T]:
    """Drop what layers leave open, but the base may not: it comes first."""
    first, *rest = values
    if first is None:
        raise InvalidInput(
            f"The base sets no {field}.", field=f"bounds.{field}", remedy=f"Set bounds.{field}."
        )
    return [first, *(value for value in rest if value is not None)]


def _narrowed(
    maps: Sequence[Mapping[Name, Number]], field: str, choose: Callable[[Number, Number], Number]
) -> dict[Name, Number]:
    """Join named limits one by one; the base says which names there are."""
    narrow = dict(maps[0])
    for name, value in (item for one in maps[1:] for item in one.items()):
        if name not in narrow:
            near = get_close_matches(name, sorted(narrow), n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else "Declare it in the base first."
            raise InvalidInput(
                f"The base has no {field} called {name!r}.", field=f"bounds.{field}", remedy=remedy
            )
        narrow[name] = choose(narrow[name], value)
    return narrow


def _strictest_ladder(ladders: Sequence[Ladder]) -> Ladder:
    """Climb as early, look back as far and count as much as any ladder says."""
    return Ladder(
        window_days=max(one.window_days for one in ladders),
        warn=min(one.warn for one in ladders),
        pause=min(one.pause for one in ladders),
        shadow=min(one.shadow for one in ladders),
        stop=min(one.stop for one in ladders),
        rules=tuple(dict.fromkeys(rule for one in ladders for rule in one.rules)),
    )


def _overlap(windows: Sequence[Window]) -> Window:
    """Keep the hours that lie in every window; an empty overlap never opens."""
    opens = max(window.opens for window in windows)
    return Window(opens=opens, closes=max(opens, min(window.closes for window in windows)))
