"""One soak: things happen at many accounts, two workers work, one after another is killed, the server restarts."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import Engine

from evals.bench.settled import TOWN
from evals.bench.town import account_of
from evals.scale.crew import Crew, Hand
from evals.scale.jobs import Jobs, Seen
from evals.scale.queued import nobodys
from evals.scale.town import happen
from evals.soak.cluster import Cluster
from evals.soak.holding import Fates
from graphs.bootstrap import House
from graphs.telling.assembling import latest_plan
from state.ids import AccountId

HANDS = 2
BATCH = 25
"""Events that come together."""
LEFT_ALONE = 0.4
"""After this share of the time one worker is spared, so that what grows in it is seen."""
SAMPLE_SECONDS = 2.0
WORK_SECONDS = 15.0
DRAIN_SECONDS = 400.0


@dataclass(frozen=True, slots=True)
class Asked:
    """How long and how much."""

    seconds: float
    """While things happen; what is left is waited for."""
    events: int
    accounts: int
    kills: int
    restarts: int
    seed: int = 1
    is_replaced: bool = True
    """Whether another worker is hired for one that was killed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One worker at one moment."""

    pid: int
    at: float
    megabytes: float
    files: int


@dataclass(frozen=True, slots=True)
class Orphaned:
    """A job that a killed worker had. Units: seconds after the kill, until another began it and was done."""

    job: str
    begun: float
    over: float


@dataclass
class Soak:
    """A soak under way."""

    asked: Asked
    house: House
    crew: Crew
    jobs: Jobs
    engine: Engine
    cluster: Cluster | None
    numbers: Iterator[int] = field(default_factory=count)
    happened: int = 0
    fates: Fates = field(default_factory=Fates)
    samples: list[Sample] = field(default_factory=list)
    left: dict[str, float] = field(default_factory=dict)
    """Jobs that a killed worker had, and when it was killed."""
    revived: list[float] = field(default_factory=list)
    """Seconds after each restart until a job began."""

    def run(self) -> None:
        """Let it all happen, and wait until nothing is left to do."""
        dice, began = random.Random(self.asked.seed), time.monotonic()
        for _ in range(HANDS):
            self.crew.hire()
        events = self._times(self.asked.events // BATCH, 0.0)
        kills = self._times(self.asked.kills, 0.2)
        restarts = self._times(self.asked.restarts, 0.5)
        while events or kills or restarts:
            now = (time.monotonic() - began) / self.asked.seconds
            if events and events[0] <= now:
                events.pop(0)
                self.happened += happen(self.house, self.numbers, self.asked.accounts, BATCH)
            if kills and kills[0] <= now:
                self._kill(dice, now)
                kills.pop(0)
            if restarts and restarts[0] <= now:
                self._restart()
                restarts.pop(0)
            self._sample()
            time.sleep(0.1)
        self._drain()

    def _times(self, number: int, first: float) -> list[float]:
        """Spread some moments over the rest of the time."""
        return [first + (1.0 - first) * place / max(number, 1) for place in range(number)]

    def _kill(self, dice: random.Random, now: float) -> None:
        """Kill one that has work in hand, and hire another."""
        ends = time.monotonic() + WORK_SECONDS
        while not (busy := self._busy(now)) and time.monotonic() < ends:
            time.sleep(0.02)
        hand = dice.choice(busy or self.crew.alive())
        at = hand.kill()
        self.fates.killed[hand.process.pid] = at
        self.left |= {one.id: at for one in self._in_hand(hand)}
        if self.asked.is_replaced:
            self.crew.hire()

    def _busy(self, now: float) -> list[Hand]:
        """List workers that may be killed and have something to lose."""
        alive = self.crew.alive()
        return [one for one in (alive if now < LEFT_ALONE else alive[1:] or alive) if self._in_hand(one)]

    def _in_hand(self, hand: Hand) -> list[Seen]:
        mark = f"|{hand.process.pid}|"
        return [one for one in self.jobs.seen() if one.state == "PENDING" and mark in one.worker]

    def _restart(self) -> None:
        """Stop the server in the middle of its work, start it, and see how soon a job begins."""
        if self.cluster is None:
            return
        self.cluster.stop()
        self.fates.restarts.append(time.time())
        time.sleep(1.0)
        self.cluster.start()
        back = time.time()
        self.jobs.ask(nobodys(len(self.fates.restarts)))
        begun = self.jobs.until(lambda found: any(one.begun >= back for one in found))
        self.revived.append(min(one.begun for one in begun if one.begun >= back) - back)

    def _sample(self) -> None:
        if self.samples and time.time() - self.samples[-1].at < SAMPLE_SECONDS:
            return
        for hand in self.crew.alive():
            self.samples.append(_sampled(hand))

    def _drain(self) -> None:
        """Wait until every account was looked at as it is now, and no run and no job of a dead worker is left."""
        ends = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < ends and (self.unseen() or self.unfinished() or self.undone()):
            self._sample()
            time.sleep(1.0)

    def unseen(self) -> list[AccountId]:
        """List accounts at which something happened that no loop has looked at."""
        touched = {account_of(number % self.asked.accounts) for number in range(self.happened)}
        return [account for account in sorted(touched) if not self._is_seen(account)]

    def _is_seen(self, account: AccountId) -> bool:
        with self.house.parts.stores.read(TOWN) as unit:
            row, run = unit.situations.account(account), unit.runs.latest(account)
            if row is None or run is None or run.status == "running":
                return False
            _, rulings = latest_plan(self.house.parts, unit, self.house.parts.tenancy(TOWN), run.id)
        return bool(rulings.situation["version"] == row.version)

    def unfinished(self) -> int:
        """Count runs that are neither over nor wait for a person."""
        with self.house.parts.stores.read(TOWN) as unit:
            return len(unit.runs.unfinished())

    def undone(self) -> list[str]:
        """List jobs that a killed worker had and nobody did."""
        return [one.id for one in self.jobs.seen() if one.id in self.left and not one.is_over]

    def orphaned(self) -> list[Orphaned]:
        """Tell how soon what killed workers had was taken up."""
        return [_taken_up(one, self.left[one.id]) for one in self.jobs.seen() if one.id in self.left]


def _sampled(hand: Hand) -> Sample:
    return Sample(hand.process.pid, time.time(), hand.megabytes(), hand.files())


def _taken_up(job: Seen, killed: float) -> Orphaned:
    return Orphaned(job.id, max(0.0, job.begun - killed), max(0.0, job.over - killed))
