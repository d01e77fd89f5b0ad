"""A small world around one action: two workers that pause, crash and time out, a transport, people, policy, time.

Each turn picks one possible move; a broken invariant is named at once. The laws are the real `step`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

from state.canonical import Json
from state.governance import happening as on
from state.governance.action import Action, Status
from state.governance.approval import GrantKind
from state.governance.effect import rest_hash
from state.governance.guard import GuardContext, Locks, Rulebook
from state.governance.happening import Happening
from state.governance.lifecycle import step
from state.governance.result import Moved, Result, Stays, Unreachable
from state.governance.verdict import Allow, Deny
from tests.fakes.drafts import FACTS, NOW, UMA, WALL, an_action, guard

Where = Literal["idle", "hold", "sent"]


class Broken(AssertionError):
    """An invariant of the lifecycle does not hold; the message begins with its number."""


@dataclass
class Worker:
    """A process: idle, between claim and send, or between send and answer."""

    name: str
    where: Where = "idle"
    attempt: int = 0
    is_dead: bool = False


@dataclass
class World:
    """One lineage and what surrounds it."""

    external: bool
    keyed: bool
    rules: Rulebook
    action: Action = field(init=False)
    facts: dict[str, Json] = field(default_factory=lambda: dict(FACTS))
    policy: int = 1
    denies: bool = False
    is_stopped: bool = False
    epoch: int = 0
    ticks: int = 0
    """Days since it was drafted."""
    changes: int = 0
    turn: int = 0
    sends: int = 0
    fence: int = 1
    holder: str = "a"
    set_aside: bool = False
    edits: int = 0
    workers: list[Worker] = field(default_factory=lambda: [Worker("a"), Worker("b")])
    reached: set[tuple[str, str, str]] = field(default_factory=set)
    """Every (happening, from, to) so far."""

    def __post_init__(self) -> None:
        self.action = replace(an_action(external=self.external), auto_at=WALL, armed_epoch=0)

    def guard(self) -> GuardContext:
        """Collect what is true now."""
        time = timedelta(days=self.ticks, seconds=self.turn)
        held = Locks(self.is_stopped, self.epoch, self.fence, self.holder, WALL + timedelta(days=99))
        return replace(
            guard(), now=NOW + time, wall=WALL + time, policy_version=f"policy-{self.policy}", locks=held,
            verdict=Deny(rule="r") if self.denies else Allow(rule="r"), rest_facts=dict(self.facts),
            is_keyed=self.keyed, hold=timedelta(seconds=2),
        )  # fmt: skip

    def tell(self, happening: Happening) -> Result:
        """Step the action and check what may never be."""
        before, facts = self.action, self.guard()
        result = step(before, happening, facts, self.rules)
        self.action = result.action
        self.reached.add((happening.name, before.status.value, self.action.status.value))
        if not before.status.is_open and self.action.status is not before.status:
            raise Broken("I2 left a terminal status")
        if isinstance(result, Unreachable):
            raise Broken("I4 a transport reported what was never claimed")
        if isinstance(result, Moved):
            self._check_move(before, happening, facts)
            if result.created:
                self.action, self.set_aside = result.created, True
        return result

    def _check_move(self, before: Action, happening: Happening, facts: GuardContext) -> None:
        if isinstance(happening, on.AutoDue) and self.set_aside:
            raise Broken("I6 silence executed what a person had set aside")
        if self.action.status is not Status.CLAIMED or before.grant is None:
            return
        terms = before.grant.terms
        if self.is_stopped or terms.stop_epoch != self.epoch:
            raise Broken("I7 a claim committed against the stop switch")
        same = (terms.rest_hash, terms.policy_version) == (_rest(facts), facts.policy_version)
        if not same or facts.now >= before.grant.expires_at or self.denies:
            raise Broken("I3 a void grant was used")
        if before.is_external and before.grant.kind is not GrantKind.HUMAN:
            raise Broken("I5 it left without a person")

    def moves(self, *, is_rare: bool) -> list[Callable[[], object]]:
        """List what can happen next; what ends a walk early is rare."""
        if is_rare:
            return [
                self.switch,
                self.edit,
                self.expire,
                self.sleep,
                self.deny,
                lambda: self.tell(on.Cancel(UMA, "no")),
            ]
        found: list[Callable[[], object]] = [
            self.change_world,
            self.change_policy,
            self.take_over,
            self.snooze,
        ]
        found += [self.undo, self.switch, lambda: self.tell(on.Wake())]
        if self.action.status is Status.PENDING:
            found += [self.approve] * 4 + [lambda: self.tell(on.AutoDue())] * 2
        if self.action.status is Status.AMBIGUOUS:
            found += [self.probe, self.prove_ended, self.attest] * 2
        for worker in self.workers:
            found += self.turns(worker) * 2
        return found

    def turns(self, worker: Worker) -> list[Callable[[], object]]:
        """List what a worker can do where it is; one that only paused may go on whatever happened since."""
        if worker.where == "idle":
            return [lambda: self.claim(worker)] * 2
        lost = [lambda: self.crash(worker), lambda: self.time_out(worker), lambda: self.lose(worker)]
        if worker.where == "hold":
            return [lambda: self.send(worker), lambda: self.send(worker), lambda: self.fail(worker), *lost]
        return [lambda: self.answer(worker), *lost]

    def sleep(self) -> None:
        self.ticks += 5

    def deny(self) -> None:
        """Turn what policy says without turning its version: a counter, a limit."""
        self.denies = not self.denies

    def approve(self) -> None:
        self.tell(on.Approve(UMA, self.action.card_hash))

    def change_world(self) -> None:
        """Let a fact change; the loop notices sooner or later."""
        self.changes += 1
        self.facts["deal.amount"] = str(self.changes)
        if self.changes % 2:
            self.tell(on.WorldChanged(dict(self.facts)))

    def change_policy(self) -> None:
        self.policy += 1
        if self.policy % 2:
            self.tell(on.PolicyChanged())

    def switch(self) -> None:
        """Turn the stop switch; the happening for the action itself may come late."""
        self.is_stopped = not self.is_stopped
        self.epoch += self.is_stopped
        if self.epoch % 2 == 0:
            self.tell(on.StopOn() if self.is_stopped else on.StopOff())

    def snooze(self) -> None:
        is_done = isinstance(self.tell(on.Snooze(UMA, NOW + timedelta(days=6))), Stays)
        self.set_aside = self.set_aside or is_done

    def undo(self) -> None:
        self.set_aside = isinstance(self.tell(on.Undo(UMA)), Moved) or self.set_aside

    def edit(self) -> None:
        if self.edits < 2:
            self.edits += 1
            fresh = an_action(
                10 + self.edits, external=self.external, body=f"text {self.edits}", facts=dict(self.facts)
            )
            self.tell(on.Edit(UMA, fresh, frozenset({"body", "stage"})))

    def take_over(self) -> None:
        """Let the lease pass to the other worker."""
        self.fence += 1
        self.holder = "b" if self.holder == "a" else "a"

    def expire(self) -> None:
        self.tell(on.Expire())

    def claim(self, worker: Worker) -> None:
        fence = self.fence if worker.name == self.holder else self.fence - 1
        wanted = on.RetrySameKey if self.action.status is Status.AMBIGUOUS else on.Claim
        if isinstance(self.tell(wanted(worker.name, fence)), Moved) and self.action.status is Status.CLAIMED:
            worker.where, worker.attempt, worker.is_dead = "hold", self.action.attempt, False

    def send(self, worker: Worker) -> None:
        """Reach the transport; the same key again is the same effect where it deduplicates."""
        worker.where = "sent"
        self.sends = max(self.sends, 1) if self.keyed else self.sends + 1
        if self.sends > 1:
            raise Broken("I1 the effect happened twice")

    def fail(self, worker: Worker) -> None:
        worker.where = "idle"
        self.tell(on.NotDone(worker.attempt, "451"))

    def answer(self, worker: Worker) -> None:
        worker.where = "idle"
        self.tell(on.Receipt(worker.attempt, "250"))

    def time_out(self, worker: Worker) -> None:
        worker.where = "idle"
        self.tell(on.Unknown(worker.attempt, has_returned=True))

    def crash(self, worker: Worker) -> None:
        worker.where, worker.is_dead = "idle", True

    def lose(self, worker: Worker) -> None:
        """Let the lease run out while the worker only pauses."""
        self.tell(on.Unknown(worker.attempt, has_returned=False))

    def is_quiet(self) -> bool:
        """Say whether no worker can still act."""
        return all(worker.where == "idle" for worker in self.workers)

    def prove_ended(self) -> None:
        if self.is_quiet():
            if self.action.status is Status.CLAIMED:
                self.tell(on.Unknown(self.action.attempt, has_returned=False))
            self.tell(on.ClaimersEnded(on.Proof.PROCESS_GONE))

    def probe(self) -> None:
        absent = on.ProbeAbsent(self.action.attempt, has_lag_passed=True)
        self.tell(on.ProbeFound("seen") if self.sends else absent)

    def attest(self) -> None:
        self.tell(on.AttestDone(UMA) if self.sends else on.AttestNotDone(UMA))

    def check(self) -> None:
        """Compare status and truth when nobody is at work."""
        if not self.is_quiet():
            return
        status = self.action.status
        if self.sends and status not in {Status.CLAIMED, Status.AMBIGUOUS, Status.EXECUTED}:
            raise Broken(f"I4 an effect is hidden in {status}")
        if status is Status.EXECUTED and not self.sends:
            raise Broken("I4 executed without an effect")

    def finish(self) -> None:
        """Bring it to an end from wherever it is."""
        for worker in self.workers:
            worker.where = "idle"
        self.prove_ended()
        self.probe()
        self.attest()
        self.tell(on.Cancel(UMA, "no"))
        if self.action.status.is_open:
            raise Broken(f"L stuck in {self.action.status}")


def _rest(facts: GuardContext) -> str:
    return rest_hash(facts.rest_facts or {})


def walk(choices: Sequence[int], *, external: bool, keyed: bool, rules: Rulebook) -> World:
    """Take the chosen moves one after another, then finish; give the world as it is left.

    Raises: Broken.
    """
    world = World(external, keyed, rules)
    for choice in choices:
        world.turn += 1
        moves = world.moves(is_rare=choice % 12 == 0)
        moves[choice // 12 % len(moves)]()
        world.check()
    world.finish()
    return world
