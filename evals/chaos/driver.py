"""One process of a schedule: propose, approve, carry out, recover, as commands do; it tells how things stand.

Run as a module it is the warm parent: a child is forked for each job on standard input.
"""

import os
import signal
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from agents.executor import Hands, Performed, perform
from agents.recovery import may_retry, recover
from evals.chaos.markless import act_then_mark
from evals.chaos.nursery import Job, fork_for_each_line
from evals.chaos.queued import laid, work
from evals.chaos.scene import (
    ACCOUNT,
    CLOCK,
    MAIL,
    TENANT,
    FileClock,
    Line,
    made,
    opened,
    principal_of,
    warmed,
)
from graphs.bootstrap import House
from graphs.governing.decisions import stamp_of
from graphs.governing.hands import hands_of
from graphs.identity import is_gone
from graphs.keeping.anchoring import anchor_now
from graphs.keeping.restoring import restored, stand_down
from graphs.parts import Tenancy
from graphs.working.leasing import leased
from state.errors import Conflict
from state.governance.action import Action, Claimer, Status
from state.governance.happening import Proof
from state.ids import AccountId, ActionId
from state.ledger.chain import bundle
from state.ledger.entry import Stamp
from state.ledger.verify import verify
from state.ports.unit import Unit
from state.principal import Principal

ROUNDS = 8
"""So often the sweep comes round; what is not settled by then is forgotten."""
STEP = timedelta(seconds=60)
OVER = (Status.EXECUTED, Status.FAILED, Status.CANCELLED, Status.EXPIRED)


@dataclass
class Driver:
    """An opened home in this process, and what it was told to do and to die of."""

    house: House
    principal: Principal
    crash: tuple[str, str]
    """The act and the point at which it ends; empty: none."""
    mutant: str
    line: Line = field(default_factory=Line)
    seen: OrderedDict[str, None] = field(default_factory=OrderedDict)
    """Points passed, as act.point, each once, in order."""
    act: str = ""

    @property
    def tenancy(self) -> Tenancy:
        """The company as this command found it."""
        return self.house.parts.tenancy.refresh(TENANT)

    @property
    def clock(self) -> FileClock:
        """The schedule's clock."""
        return FileClock(self.house.settings.home / CLOCK)

    def begin(self, act: str) -> None:
        """Say which act comes; the crash point is set for its own act alone."""
        self.note()
        self.act = act
        crash_at = self.crash[1] if self.crash[0] == act else ""
        self.house.parts.settings = self.house.settings.model_copy(update={"crash_at": crash_at})

    def note(self) -> None:
        """Keep the points that the last act passed."""
        for point in self.house.parts.points:
            self.seen[f"{self.act}.{point}"] = None
        self.house.parts.points.clear()

    def mail(self) -> Action | None:
        """Find the newest mail, if one was proposed."""
        with self.house.parts.stores.read(TENANT) as unit:
            found = [
                one for one in unit.actions.listed(tuple(Status), account=ACCOUNT) if one.action_type == MAIL
            ]
        return found[-1] if found else None

    def propose(self) -> None:
        """Prepare the account, unless that was done."""
        if self.mail() is None:
            self.begin("propose")
            self.house.runner.start(self.principal, ACCOUNT, "prep")

    def approve(self) -> None:
        """Say yes, unless that was said."""
        mail = self.mail()
        if mail is not None and mail.status is Status.PENDING and mail.attempt == 0:
            self.begin("approve")
            self.house.desk.approve(self.principal, mail.id)

    def carry(self) -> None:
        """Let a minute pass, and do what a command does first."""
        self.clock.move(STEP)
        self.resume("carry")

    def resume(self, act: str = "recover") -> None:
        """Go on with what was left and carry out what is due, as every command does; or as a planted fault would."""
        self.begin(act)
        if self.line.is_worked:
            work(self.house, self.principal)
            return
        if self.mutant == "markless":
            self._without_claim()
            return
        if self.mutant == "unproven":
            recover(self.hands(), lambda *_: Proof.PROCESS_GONE, self.stamp())
        self.house.runner.continue_unfinished(self.tenancy)
        self.house.desk.sweep(self.tenancy, self.principal)

    def live(self) -> None:
        """After a death: recover, do what a person would do next, and let time pass until all is settled."""
        self.resume()
        self.propose()
        self.approve()
        for _ in range(ROUNDS):
            mail = self.mail()
            if mail is None or mail.status in OVER or self._is_for_a_person(mail):
                return
            self.carry()

    def _is_for_a_person(self, mail: Action) -> bool:
        is_unclear = mail.status is Status.AMBIGUOUS and mail.quiesced and self._looked() == "unknown"
        return is_unclear and not may_retry(self.hands(), mail)

    def _looked(self) -> str:
        mail = self.mail()
        return "unknown" if mail is None else self.tenancy.gateway.probe(mail)

    def attest_done(self) -> None:
        """Say, as a person who looked at the other side, that it happened."""
        self.begin("attest")
        self.house.desk.done(self.principal, self._name())

    def attest_not_done(self) -> None:
        """Say that it did not."""
        self.begin("attest")
        self.house.desk.not_done(self.principal, self._name())

    def say_no(self) -> None:
        """Say no when it is too late: that is entered, and moves nothing."""
        with suppress(Conflict):
            self.house.desk.reject(self.principal, self._name(), "changed my mind")

    def guarded(self) -> None:
        """Do what a command does on a home that may have been restored, more than once."""
        found = restored(self.house.parts, TENANT)
        if found is not None:
            stand_down(self.house.parts, self.tenancy, self.principal, found)
            return
        self.live()

    def anchor(self) -> None:
        """Write down outside the database how far the ledger is."""
        restored(self.house.parts, TENANT)
        anchor_now(self.house.parts, TENANT)

    def pause_before(self) -> None:
        """Hold the account, be stopped before the last check, and go on when continued."""
        self._performed(self._stopped_then)

    def pause_after(self) -> None:
        """Be stopped after the last check, before the call."""
        self._performed(
            lambda hands: perform(
                replace(hands, crash_point=_stopping_at("execute:claimed")), [self._name()], self.stamp()
            )
        )

    def pause_probed(self) -> None:
        """Ask the other side, be stopped, and go on with an answer that has grown old."""
        recover(replace(self.hands(), crash_point=_stopping_at("recover:probed")), _by_process, self.stamp())

    def _stopped_then(self, hands: Hands) -> tuple[Performed, ...]:
        os.kill(os.getpid(), signal.SIGSTOP)
        return perform(hands, [self._name()], self.stamp())

    def _performed(self, how: Callable[[Hands], object]) -> None:
        self.clock.move(STEP)
        with leased(self.house.parts, TENANT, AccountId(ACCOUNT)):
            how(self.hands())

    def _without_claim(self) -> None:
        mail = self.mail()
        if mail is not None and mail.status is Status.APPROVED:
            with leased(self.house.parts, TENANT, ACCOUNT):
                act_then_mark(self.hands(), mail, self.stamp())

    def hands(self) -> Hands:
        """Give an executor of this process."""
        return hands_of(self.house.parts, self.tenancy)

    def stamp(self) -> Stamp:
        """Say who acts."""
        with self.house.parts.stores.read(TENANT) as unit:
            return stamp_of(self.tenancy, unit, self.principal, "chaos")

    def _name(self) -> ActionId:
        mail = self.mail()
        assert mail is not None, "a mail was proposed"
        return mail.id

    def told(self) -> dict[str, object]:
        """Say how things stand, for the parent; effects are counted elsewhere."""
        self.note()
        mail = self.mail()
        with self.house.parts.stores.read(TENANT) as unit:
            actions = unit.actions.listed(tuple(Status), account=ACCOUNT)
            holds, _ = verify(bundle(TENANT, unit.ledger.sealed(limit=9999)))
            left = len(unit.runs.unfinished())
        return {
            "status": mail.status.value if mail else "none",
            "quiesced": bool(mail and mail.quiesced),
            "mails": sum(one.action_type == MAIL for one in actions),
            "unfinished": left,
            "holds": holds,
            "points": list(self.seen),
            "pid": os.getpid(),
        }


def _by_process(_: Unit, __: Action, claimer: Claimer) -> Proof | None:
    return is_gone(claimer.worker)


def _stopping_at(point: str) -> Callable[[str], None]:
    def stop(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGSTOP)

    return stop


@dataclass(frozen=True, slots=True)
class Asked:
    """One job: where, joined how, to do what, and where to die."""

    home: str
    database: str
    acts: tuple[str, ...]
    line: Line = field(default_factory=Line)
    crash: tuple[str, str] = ("", "")
    mutant: str = ""

    def job(self) -> Job:
        """Give it as JSON."""
        return asdict(self)


def act(job: Job, warm: Tenancy | None = None) -> dict[str, object]:
    """Do a job in this process and say how things stand."""
    home, database = Path(str(job["home"])), str(job["database"])
    line, acts, crash = job["line"], job["acts"], job["crash"]
    assert isinstance(line, dict)
    assert isinstance(acts, list)
    assert isinstance(crash, list)
    if acts == ["make"]:
        made(home, database)
        house = opened(home, database, Line(), warm)
        laid(house)
        house.close()
        return {}
    joined = Line(**line)
    house = opened(home, database, joined, warm)
    driver = Driver(house, principal_of(house), (str(crash[0]), str(crash[1])), str(job["mutant"]), joined)
    for name in acts:
        getattr(driver, name)()
    said = driver.told()
    house.close()
    return said


if __name__ == "__main__":
    fork_for_each_line(partial(act, warm=warmed()))
