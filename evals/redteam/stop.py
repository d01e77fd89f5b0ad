"""Races of the stop switch against claims: two processes' worth of connections, one file, no order given.

Invariant: the oracle is what triggers of its own write in the order of commits; it shares no code with the guard.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evals.redteam.arena import ADMIN, ONE, OTHER, OWNER, WORKER, Arena, approved, arena, guard_at
from state.governance.action import Action, Status
from state.governance.happening import Claim
from state.ids import TenantId
from state.ledger.entry import Stamp
from state.ports.acting import Change
from state.ports.unit import Stores, Unit
from state.principal import Role

RACES = 500
LEAST_SHARE = 0.2
FORGETFUL = """
CREATE TRIGGER forgets_epoch AFTER UPDATE OF epoch ON stops WHEN NEW.epoch != 1
  BEGIN UPDATE stops SET epoch = 1 WHERE tenant = NEW.tenant; END;
"""
"""A planted fault: the switch counts only once, so a released stop leaves old approvals good."""


class Head(StrEnum):
    """Who is let into the database first, so that neither order is rare."""

    CLAIM = "claim"
    STOP = "stop"
    NOBODY = "nobody"


Claiming = Callable[[Stores, Action, Stamp, threading.Event], bool]
"""Claim an action, telling the event once inside; say whether the effect may begin."""


@dataclass(frozen=True, slots=True)
class Raced:
    """What a number of races came to."""

    races: int
    claim_first: int
    stop_first: int
    late_claims: int
    """Claims that committed with the switch on, or after a stop that came after their approval."""
    loose_effects: int
    """Effects for which no claim committed, or more than one for a claim."""

    @property
    def is_balanced(self) -> bool:
        """Each order happened often enough to mean something."""
        return min(self.claim_first, self.stop_first) >= LEAST_SHARE * self.races

    @property
    def is_safe(self) -> bool:
        """Nothing began against the switch."""
        return not (self.late_claims or self.loose_effects)


def run(races: int, *, claiming: Claiming | None = None, plant: str = "") -> Raced:
    """Race a number of times and judge by the oracle alone."""
    with arena(plant=plant) as place:
        act = claiming or honest(place)
        for number in range(races):
            _race(place, number, act)
        return judged(place.rows, place.effects, races)


def honest(place: Arena) -> Claiming:
    """Claim as the executor does: the switch is read in the transaction that claims."""

    def claim(stores: Stores, action: Action, stamp: Stamp, inside: threading.Event) -> bool:
        with stores.begin(ONE) as unit:
            inside.set()
            return is_claimed(unit, action, stamp, place.fence)

    return claim


def careless(stores: Stores, _: Action, __: Stamp, inside: threading.Event) -> bool:
    """Look at the switch, then act without a claim: the control that must be caught."""
    with stores.read(ONE) as unit:
        is_on = unit.actions.stop().is_on
    inside.set()
    return not is_on


def paused(_: Stores, __: Action, ___: Stamp, inside: threading.Event) -> bool:
    """Sleep through the whole stop; only the try after the release is left."""
    inside.set()
    return False


def is_claimed(unit: Unit, action: Action, stamp: Stamp, fence: int) -> bool:
    """Apply the claim and say whether it committed anything to begin."""
    guard = guard_at(stamp.wall, action)
    claim = Change(action.id, Claim(WORKER, fence), guard, key=f"claim:{stamp.trace}")
    return unit.actions.apply([claim], stamp)[0].result.action.status is Status.CLAIMED


def _race(place: Arena, number: int, claiming: Claiming) -> None:
    """Let a claim and a stop meet, release the switch, and try the claim again."""
    action = approved(place, number)
    head = list(Head)[number % len(Head)]
    scope = ONE if (number // len(Head)) % 2 else OTHER
    inside = {Head.CLAIM: threading.Event(), Head.STOP: threading.Event()}
    gate = threading.Barrier(2)

    def claim() -> None:
        gate.wait()
        if head is Head.STOP:
            inside[Head.STOP].wait()
        stamp = place.stamp(ONE, OWNER, Role.AGENT, f"claim-{number}")
        if claiming(place.claimer.parts.stores, action, stamp, inside[Head.CLAIM]):
            place.effects.append(action.id)

    def stop() -> None:
        gate.wait()
        if head is Head.CLAIM:
            inside[Head.CLAIM].wait()
        with place.stopper.parts.stores.begin(scope) as unit:
            inside[Head.STOP].set()
            _switch(place, unit, scope, f"on-{number}", is_on=True)

    threads = [threading.Thread(target=claim), threading.Thread(target=stop)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _again(place, number, action, scope)


def _again(place: Arena, number: int, action: Action, scope: TenantId) -> None:
    """Release, and see that what was stopped does not start: the worker tries once more."""
    with place.stopper.parts.stores.begin(scope) as unit:
        _switch(place, unit, scope, f"off-{number}", is_on=False)
    with place.claimer.parts.stores.begin(ONE) as unit:
        if unit.actions.get(action.id).status is not Status.CLAIMED:
            stamp = place.stamp(ONE, OWNER, Role.AGENT, f"again-{number}")
            if is_claimed(unit, action, stamp, place.fence):
                place.effects.append(action.id)


def _switch(place: Arena, unit: Unit, scope: TenantId, key: str, *, is_on: bool) -> None:
    stamp = place.stamp(scope, ADMIN, Role.ADMIN, key)
    unit.actions.switch(is_on=is_on, stamp=stamp, key=key, everywhere=scope == OTHER)


def judged(rows: Sequence[tuple[str, str]], effects: Sequence[str], races: int) -> Raced:
    """Read the order of commits: a claim counts as late when a stop stands between it and its approval."""
    granted: dict[str, int] = {}
    claimed: Counter[str] = Counter()
    on: set[str] = set()
    last_stop, late = -1, 0
    for place, (what, name) in enumerate(rows):
        match what:
            case "approval":
                granted[name] = place
            case "stop":
                on.add(name)
                last_stop = place
            case "release":
                on.discard(name)
            case _:
                claimed[name] += 1
                late += bool(on) or granted.get(name, -1) < last_stop
    claim_first = sum(_claim_firsts(rows))
    loose = sum((Counter(effects) - claimed).values())
    return Raced(races, claim_first, races - claim_first, late, loose)


def _claim_firsts(rows: Sequence[tuple[str, str]]) -> Iterator[bool]:
    """Say of each stop whether a claim had committed since the switch was last released."""
    since: list[str] = []
    for what, _ in rows:
        if what == "stop":
            yield "claim" in since
        since = [] if what == "release" else [*since, what]


@dataclass(frozen=True, slots=True)
class Contest:
    """One line of the table."""

    name: str
    raced: Raced
    must_hold: bool
    """A control has to be caught."""

    @property
    def is_as_it_must(self) -> bool:
        """The guard held, or the control was caught."""
        return self.raced.is_safe is self.must_hold


def contests(races: int, controls: int) -> tuple[Contest, ...]:
    """Race the real claim, a worker that sleeps through the stop, and the two faulty ones."""
    return (
        Contest("the claim as built", run(races), must_hold=True),
        Contest("a worker paused through the stop", run(controls, claiming=paused), must_hold=True),
        Contest("control: a stop leaves no trace", run(controls, claiming=paused, plant=FORGETFUL), must_hold=False),
        Contest("control: acts without a claim", run(controls, claiming=careless), must_hold=False),
    )  # fmt: skip


def table(races: int = RACES) -> tuple[list[str], bool]:
    """Lay the contests out; say whether all came out as they must and no order was rare."""
    found = contests(races, max(12, races // 10))
    lines = [
        f"  {'':<34}{'races':>7}{'claim 1st':>11}{'stop 1st':>10}{'late claims':>13}{'loose effects':>15}"
    ]
    for one in found:
        it = one.raced
        counts = (
            f"{it.races:>7}{it.claim_first:>11}{it.stop_first:>10}{it.late_claims:>13}{it.loose_effects:>15}"
        )
        lines.append(f"  {one.name:<34}{counts}")
    return lines, found[0].raced.is_balanced and all(one.is_as_it_must for one in found)
