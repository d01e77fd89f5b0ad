"""Budgets: how many calls of each cost a day may see, per tenant, user, tool and account, and who may draw on what.

Invariant: pure; of several limits that fit the least counts, so one more layer only narrows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Cost = Literal["CHEAP", "MED", "EXP"]
Per = Literal["tenant", "user", "tool", "account"]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]

EACH: Final = "*"
DEEP: Final[Cost] = "EXP"
"""A read of this cost always needs a reason, whatever a file says."""
UNTRUSTED_CHANNEL: Final = "event"
"""The channel of a loop that an event nobody verified has started."""
LOOPS: Final = "loops"
MAILS: Final = "mails"
DISCOUNT: Final = "discount"
"""Units: minor units of the tenant's currency."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DayLimit(_Frozen):
    """At most so many calls of one cost in one day."""

    per: Per
    name: str = Field(default=EACH, max_length=120)
    """One user, tool or account by id; `*` is each of them."""
    cost: Cost
    calls: Count


class BudgetSet(_Frozen):
    """The budgets a policy file sets; what the base leaves out is as shipped, another layer only narrows."""

    calls_per_day: tuple[DayLimit, ...] = ()
    self_started_loops_per_day: Count | None = None
    """Loops that no person asked for."""
    untrusted_percent: Percent | None = None
    """How much of the tenant's calls and of the self-started loops may go to what unverified events started."""
    human_reserve_percent: Percent | None = None
    """How much of the tenant's calls only loops that a person started may draw on."""
    justify: tuple[Cost, ...] | None = None
    """Costs of reads that must say why, besides EXP."""
    justification_letters: Annotated[int, Field(ge=1, le=200)] | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """All budgets, set."""

    calls_per_day: tuple[DayLimit, ...]
    self_started_loops_per_day: int
    untrusted_percent: int
    human_reserve_percent: int
    justify: frozenset[Cost]
    justification_letters: int

    def calls(self, per: Per, name: str, cost: Cost) -> int | None:
        """Give the least limit that fits; None where none does."""
        fitting = (
            one.calls
            for one in self.calls_per_day
            if one.per == per and one.cost == cost and one.name in (EACH, name)
        )
        return min(fitting, default=None)

    def is_justified(self, cost: Cost, reason: str) -> bool:
        """Say whether a read of this cost has the reason it needs."""
        letters = sum(letter.isalpha() for letter in reason)
        return cost not in self.justify or letters >= self.justification_letters


SHIPPED: Final = Budget(
    calls_per_day=(
        DayLimit(per="tenant", cost="CHEAP", calls=50_000),
        DayLimit(per="tenant", cost="MED", calls=5_000),
        DayLimit(per="tenant", cost="EXP", calls=200),
        DayLimit(per="user", cost="CHEAP", calls=5_000),
        DayLimit(per="user", cost="MED", calls=500),
        DayLimit(per="user", cost="EXP", calls=20),
        DayLimit(per="account", cost="CHEAP", calls=1_000),
        DayLimit(per="account", cost="MED", calls=200),
        DayLimit(per="account", cost="EXP", calls=5),
        DayLimit(per="tool", name="email.send", cost="MED", calls=2_000),
    ),
    self_started_loops_per_day=20_000,
    untrusted_percent=20,
    human_reserve_percent=20,
    justify=frozenset[Cost](("MED", "EXP")),
    justification_letters=8,
)
"""What holds where a base says nothing."""


def joined_budget(sets: Sequence[BudgetSet]) -> Budget:
    """Join the budgets of all layers, the base first."""
    base = sets[0] if sets else BudgetSet()
    limits = base.calls_per_day or SHIPPED.calls_per_day
    limits += tuple(one for layer in sets[1:] for one in layer.calls_per_day)
    said: list[Cost] = [cost for one in sets for cost in one.justify or ()]
    return Budget(
        calls_per_day=limits,
        self_started_loops_per_day=_least(
            SHIPPED.self_started_loops_per_day, [one.self_started_loops_per_day for one in sets]
        ),
        untrusted_percent=_least(SHIPPED.untrusted_percent, [one.untrusted_percent for one in sets]),
        human_reserve_percent=-_least(
            -SHIPPED.human_reserve_percent,
            [None if one.human_reserve_percent is None else -one.human_reserve_percent for one in sets],
        ),
        justify=SHIPPED.justify.union(said) if base.justify is None else frozenset[Cost]((DEEP, *said)),
        justification_letters=-_least(
            -SHIPPED.justification_letters,
            [None if one.justification_letters is None else -one.justification_letters for one in sets],
        ),
    )


def _least(shipped: int, said: Sequence[int | None]) -> int:
    """Take the least of what layers say; what the base leaves out is as shipped."""
    first = [shipped] if not said or said[0] is None else []
    return min([*first, *(value for value in said if value is not None)])


class Starter(StrEnum):
    """Who started the loop that a call belongs to."""

    PERSON = "person"
    SCHEDULE = "schedule"
    UNTRUSTED = "untrusted"
    """An event nobody verified."""


def started_by(channel: str, *, is_human: bool) -> Starter:
    """Say who started a loop, by the channel and the role it runs under."""
    if channel == UNTRUSTED_CHANNEL:
        return Starter.UNTRUSTED
    return Starter.PERSON if is_human else Starter.SCHEDULE


@dataclass(frozen=True, slots=True)
class Line:
    """What is counted, and for whom."""

    meter: str
    subject: str

    def __str__(self) -> str:
        """Read as one word."""
        return f"{self.meter} of {self.subject}"


@dataclass(frozen=True, slots=True)
class Draw:
    """An amount to be counted on one day, within a cap."""

    line: Line
    day: date
    amount: int = 1
    cap: int | None = None
    """None only counts."""


@dataclass(frozen=True, slots=True)
class Span:
    """A line from a day on, to be summed up."""

    line: Line
    since: date


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool, as budgets see it."""

    user: str
    tool: str
    account: str | None
    cost: Cost
    starter: Starter


def draws_of(budget: Budget, call: Call, day: date) -> tuple[Draw, ...]:
    """List what a call draws on; the tenant's line is always counted, so that shares and reserve are of the whole."""
    return tuple(_draws(budget, call, day))


def _draws(budget: Budget, call: Call, day: date) -> Iterator[Draw]:
    meter = f"calls.{call.cost}"
    whole = budget.calls("tenant", EACH, call.cost)
    open_to = whole
    if whole is not None and call.starter is not Starter.PERSON:
        open_to = whole - whole * budget.human_reserve_percent // 100
    yield Draw(Line(meter, "tenant"), day, cap=open_to)
    if whole is not None and call.starter is Starter.UNTRUSTED:
        share = whole * budget.untrusted_percent // 100
        yield Draw(Line(meter, f"started by:{call.starter.value}"), day, cap=share)
    named: tuple[tuple[Per, str | None], ...] = (
        ("user", call.user), ("tool", call.tool), ("account", call.account),
    )  # fmt: skip
    for per, name in named:
        cap = None if name is None else budget.calls(per, name, call.cost)
        if cap is not None:
            yield Draw(Line(meter, f"{per}:{name}"), day, cap=cap)


def loop_draws(budget: Budget, starter: Starter, day: date) -> tuple[Draw, ...]:
    """List what the start of a loop draws on; a loop that a person asked for draws on nothing."""
    whole = budget.self_started_loops_per_day
    if starter is Starter.PERSON:
        return ()
    started = Draw(Line(LOOPS, "tenant"), day, cap=whole)
    if starter is Starter.SCHEDULE:
        return (started,)
    share = whole * budget.untrusted_percent // 100
    return (started, Draw(Line(LOOPS, f"started by:{starter.value}"), day, cap=share))


def grown(old: Budget, new: Budget) -> Iterator[str]:
    """Say which budgets of a day became larger, or are kept less."""
    named = {(one.per, one.name, one.cost): one for one in (*old.calls_per_day, *new.calls_per_day)}
    for one in named.values():
        per, name, cost = one.per, one.name, one.cost
        was, now = old.calls(per, name, cost), new.calls(per, name, cost)
        if was is not None and (now is None or now > was):
            whose = (
                f"the {per} {name}" if name != EACH else "the tenant" if per == "tenant" else f"each {per}"
            )
            most = "any number of" if now is None else str(now)
            yield f"In one day {whose} may see {most} {cost} calls instead of {was}."
    for said, before, after in (
        ("{now} loops a day may start by themselves instead of {was}.",
         old.self_started_loops_per_day, new.self_started_loops_per_day),
        ("What unverified events start may use {now} % of a day's calls instead of {was} %.",
         old.untrusted_percent, new.untrusted_percent),
    ):  # fmt: skip
        if after > before:
            yield said.format(now=after, was=before)
    if new.human_reserve_percent < old.human_reserve_percent:
        kept, before = new.human_reserve_percent, old.human_reserve_percent
        yield f"{kept} % of a day's calls are kept for people instead of {before} %."
    for cost in sorted(old.justify - new.justify):
        yield f"A {cost} read needs no reason any more."
    if new.justification_letters < old.justification_letters:
        now, was = new.justification_letters, old.justification_letters
        yield f"A reason may have {now} letters instead of {was}."


def merged(draws: Iterable[Draw]) -> tuple[Draw, ...]:
    """Join draws on one line and day: amounts add up, the least cap counts; sorted, so rows are locked in one order."""
    found: dict[tuple[Line, date], Draw] = {}
    for draw in draws:
        before = found.get((draw.line, draw.day))
        amount = draw.amount + (before.amount if before else 0)
        caps = [one.cap for one in (draw, before) if one is not None and one.cap is not None]
        found[draw.line, draw.day] = Draw(draw.line, draw.day, amount, min(caps, default=None))
    return tuple(sorted(found.values(), key=lambda one: (one.line.meter, one.line.subject, one.day)))


def refused_by(draws: Iterable[Draw], used: Mapping[Line, int]) -> Draw | None:
    """Give the first draw that would go above its cap, if any.

    Units: `used` is of the draws' own day.
    """
    return next(
        (one for one in draws if one.cap is not None and used.get(one.line, 0) + one.amount > one.cap), None
    )
