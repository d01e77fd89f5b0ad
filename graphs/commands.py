"""What people do about a run: decide, answer, take back, set aside; each recorded first, then handed to the run.

Invariant: the record is the truth; whoever is first wins, everybody else gets a conflict, and the run is resumed with
nothing but the decision's id.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from agents.executor import Performed, perform
from graphs.governing.compensating import COMPENSATES, compensated
from graphs.governing.decisions import Decided, decide, stamp_of
from graphs.governing.declining import ALREADY_DONE, handed_over, log_touch
from graphs.governing.effecting import Effecting
from graphs.governing.hands import hands_of
from graphs.governing.rewording import reworded
from graphs.parts import Parts, Tenancy
from graphs.perceiving.world import receive
from graphs.runner import Runner, answer_to, argument_of
from graphs.working.leasing import leased
from graphs.working.sweeping import settle_left, step_by_time
from state.decision.proposal import Question
from state.errors import Conflict, Forbidden, InvalidInput, NotFound
from state.governance.action import Action, Status
from state.governance.happening import (
    Approve,
    AttestDone,
    AttestNotDone,
    Cancel,
    Happening,
    Snooze,
    Undo,
)
from state.ids import ActionId
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.planned import Planned
from state.ports.running import Run
from state.ports.unit import Unit
from state.principal import Principal
from state.world.event import Event
from state.world.records import QuestionAnswered
from state.world.resolution.spelling import plain


@dataclass(frozen=True)
class Desk:
    """Where a person's acts come in, whatever the channel."""

    runner: Runner

    def approve(self, principal: Principal, name: str, shown: str | None = None) -> Decided:
        """Record a yes to exactly what was shown; an empty hash is none. Raises: Conflict, Forbidden, NotFound."""
        return self._decide(
            principal, name, lambda action: Approve(principal, action.card_hash if shown is None else shown)
        )

    def reject(self, principal: Principal, name: str, reason: str) -> Decided:
        """Record a no, and let the waiting run go on without it."""
        tenancy = self.runner.parts.tenancy.refresh(principal.tenant)

        def beside(unit: Unit, action: Action) -> None:
            if plain(reason) == ALREADY_DONE:
                log_touch(unit, tenancy, principal, action)

        decided = decide(
            self.runner.parts, tenancy, principal, name, lambda _: Cancel(principal, reason), beside
        )
        with suppress(Conflict):  # who has the account, or the next sweep, tells the run
            self.runner.hand_over(tenancy, decided.action)
        return decided

    def done(self, principal: Principal, name: str) -> Decided:
        """Record that a person did it already: a waiting card ends and the touch is kept; an unclear one is settled."""
        parts = self.runner.parts
        with parts.stores.read(principal.tenant) as unit:
            action = unit.actions.by_prefix(name)
        if action.status is not Status.AMBIGUOUS:
            return self.reject(principal, action.id, ALREADY_DONE)
        return self._decide(principal, action.id, lambda _: AttestDone(principal))

    def not_done(self, principal: Principal, name: str) -> Decided:
        """Record that a person looked and an unclear effect did not happen. Raises: Conflict, Forbidden, NotFound."""
        return self._decide(principal, name, lambda _: AttestNotDone(principal))

    def delegate(self, principal: Principal, name: str, to: str) -> Action:
        """Put a waiting card into a colleague's inbox. Raises: Forbidden, Conflict, NotFound."""
        return handed_over(
            self.runner.parts, self.runner.parts.tenancy.refresh(principal.tenant), principal, name, to
        )

    def snooze(self, principal: Principal, name: str, until: datetime) -> Decided:
        """Set a card aside until a time before it expires."""
        return self._decide(principal, name, lambda action: Snooze(principal, until))

    def undo(self, principal: Principal, name: str) -> Decided:
        """Take an approval back, until it is claimed; what was done is taken back by an action of its own.

        Raises: Conflict, Forbidden, Denied, NotFound.
        """
        parts = self.runner.parts
        with parts.stores.read(principal.tenant) as unit:
            action = unit.actions.by_prefix(name)
        if action.status is not Status.EXECUTED:
            return self._decide(principal, action.id, lambda action: Undo(principal))
        tenancy = parts.tenancy.refresh(principal.tenant)
        drafted = compensated(parts, tenancy, principal, action.id)
        with parts.stores.read(principal.tenant) as unit:
            return Decided(unit.actions.get(drafted[0]), COMPENSATES, "Approve it to take the other back.")

    def edit(self, principal: Principal, name: str, fields: dict[str, str]) -> Decided:
        """Change editable fields: the old action ends, a fresh one waits for its own approval."""
        tenancy = self.runner.parts.tenancy.refresh(principal.tenant)
        return reworded(self.runner.parts, tenancy, principal, name, fields)

    def _decide(self, principal: Principal, name: str, happening: Callable[[Action], Happening]) -> Decided:
        tenancy = self.runner.parts.tenancy.refresh(principal.tenant)
        return decide(self.runner.parts, tenancy, principal, name, happening)

    def release(self, principal: Principal, action: ActionId) -> Performed:
        """Carry out an approved action whose hold is over: in its waiting run, or in a step of its own."""
        parts = self.runner.parts
        tenancy = parts.tenancy.refresh(principal.tenant)
        with parts.stores.read(tenancy.id) as unit:
            found = unit.actions.get(action)
        if not self.runner.hand_over(tenancy, found):
            with leased(parts, tenancy.id, found.account), parts.stores.read(tenancy.id) as unit:
                stamp = stamp_of(tenancy, unit, principal, f"execute:{action}")
            with leased(parts, tenancy.id, found.account):
                return perform(hands_of(parts, tenancy), [action], stamp)[0]
        with parts.stores.read(tenancy.id) as unit:
            after = unit.actions.get(action)
            moves = unit.actions.history(action)
        return Performed(after, moves[-1].code if moves else "")

    def answer(self, principal: Principal, question: str, option: str) -> Run:
        """Record the answer to the one question as a fact, then let the run decide again.

        Raises: NotFound, InvalidInput, Forbidden, Conflict.
        """
        parts = self.runner.parts
        tenancy = parts.tenancy.refresh(principal.tenant)
        run, asked = self.question(tenancy, question)
        chosen = _option(asked, option)
        if asked.owner is not None and principal.user not in (
            asked.owner,
            *hands_of(parts, tenancy).delegates(asked.owner),
        ):
            raise Forbidden(f"The question is for {asked.owner}.", remedy=f"Use --as {asked.owner}.")
        with parts.stores.begin(tenancy.id) as unit:
            event = self._answered(tenancy, principal, run, asked, chosen)
            counted = receive(unit, [event], tenancy.profile, tenancy.now)
            if counted.conflict:
                raise Conflict(f"Question {asked.id} was answered already.")
            stamp = stamp_of(tenancy, unit, principal, f"answer:{asked.id}")
            payload = {"question": asked.id, "answer": chosen, "event": event.id}
            unit.ledger.append([EntryDraft(Kind.VALIDATION, stamp, payload)])
            unit.runs.set_status(run.id, "running")
        parts.crash_point("decide:recorded")
        for waiting in self.runner.open_interrupts(run):
            if argument_of(waiting.value, "question") == asked.id:
                with suppress(Conflict):  # who has the account tells the run
                    self.runner.resume(tenancy, run, {waiting.id: event.id})
        return run

    def _answered(
        self, tenancy: Tenancy, principal: Principal, run: Run, asked: Question, chosen: str
    ) -> Event:
        return Event(
            id=answer_to(tenancy.id, asked.id),
            tenant=tenancy.id,
            account=run.account,
            source="user",
            type=QuestionAnswered.type,
            time=tenancy.now,
            recorded_at=tenancy.now,
            data=QuestionAnswered(
                question=asked.id,
                topic=asked.topic,
                subject=asked.subject,
                answer=chosen,
                user=principal.user,
            ),
        )

    def question(self, tenancy: Tenancy, name: str) -> tuple[Run, Question]:
        """Find an open question by its id or the start of it. Raises: NotFound, Conflict where it is answered."""
        parts = self.runner.parts
        with parts.stores.read(tenancy.id) as unit:
            waiting = unit.runs.waiting()
        for run in waiting:
            for open_ in self.runner.open_interrupts(run):
                asked = argument_of(open_.value, "question")
                if asked and asked.startswith(name):
                    with parts.stores.read(tenancy.id) as unit:
                        return run, _question_of(parts, unit, tenancy, run, asked)
        with parts.stores.read(tenancy.id) as unit:
            if unit.events.get(answer_to(tenancy.id, name)) is not None:
                raise Conflict("This question is answered already.", field="question", value=name)
        raise NotFound(
            f"There is no open question {name}.", field="question", value=name, remedy="See `revloop inbox`."
        )

    def sweep(self, tenancy: Tenancy, principal: Principal) -> tuple[Performed, ...]:
        """Say what time calls for: settle dead claims, wake, expire, and carry out what is approved and released."""
        if Effecting(self.runner.parts, tenancy, principal).take_effect():
            tenancy = self.runner.parts.tenancy.refresh(tenancy.id)
        stepped = step_by_time(self.runner.parts, tenancy, principal)
        done = list(settle_left(self.runner.parts, tenancy, stepped.stamp))
        for action in stepped.due:
            with suppress(Conflict):  # another process works on that account; the others do not wait for it
                done += self._carried_out(tenancy, principal, action, stepped.stamp)
        self.runner.go_on(tenancy)
        return tuple(done)

    def carry_out(self, tenancy: Tenancy, principal: Principal, name: ActionId) -> tuple[Performed, ...]:
        """Do what time calls for at one action; nothing where it calls for nothing. Raises: Conflict."""
        parts = self.runner.parts
        with parts.stores.begin(tenancy.id) as unit:
            due = [one for one in unit.actions.due(tenancy.now, parts.clock.wall()) if one.id == name]
            stamp = stamp_of(tenancy, unit, principal, f"execute:{name}")
        if not due:
            return ()
        if due[0].expires_at <= tenancy.now or due[0].snoozed_until is not None:
            return self.sweep(tenancy, principal)
        return self._carried_out(tenancy, principal, due[0], stamp)

    def _carried_out(
        self, tenancy: Tenancy, principal: Principal, action: Action, stamp: Stamp
    ) -> tuple[Performed, ...]:
        """Carry out what is approved and released, or armed and over. Raises: Conflict."""
        if action.expires_at <= tenancy.now:
            return ()
        if action.status is Status.APPROVED:
            return (self.release(principal, action.id),)
        if action.auto_at is None or action.status is not Status.PENDING:
            return ()
        with leased(self.runner.parts, tenancy.id, action.account):
            return perform(hands_of(self.runner.parts, tenancy), [action.id], stamp)


def _question_of(parts: Parts, unit: Unit, tenancy: Tenancy, run: Run, name: str) -> Question:
    for artifact, kind in unit.runs.artifacts_of(run.id):
        if kind.startswith("planned."):
            asked = parts.document(unit, tenancy.id, artifact, Planned).question
            if asked is not None and asked.id == name:
                return asked
    raise NotFound(f"the plan behind question {name} is gone", field="question", value=name)


def _option(asked: Question, option: str) -> str:
    wanted = option.strip().casefold()
    for number, text in enumerate(asked.options, start=1):
        if wanted in (str(number), text.casefold()):
            return text
    found = [text for text in asked.options if wanted and wanted in text.casefold()]
    if len(found) == 1:
        return found[0]
    choices = " · ".join(f"{number} {text}" for number, text in enumerate(asked.options, start=1))
    raise InvalidInput(
        f"{option!r} is not one of the options.", field="answer", value=option, remedy=f"Choose: {choices}."
    )
