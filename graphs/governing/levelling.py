"""How far an agent may go, class by class: an admin raises it after seeing how it has done, and lowers it at once.

Invariant: raising needs the shown evidence and a second admin where one is; nothing rises above the policy's maximum.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from agents.guardrail import AGENT
from graphs.governing.authority import (
    agreed_by,
    asking,
    code_of,
    disarm,
    has_second,
    require_admin,
    require_seen,
)
from graphs.governing.decisions import stamp_of
from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.decision.proposal import ACTION_CLASSES
from state.errors import Conflict, InvalidInput, NotFound
from state.governance.action import Status
from state.governance.autonomy import ENOUGH, LEVELLED, LevelSet, Tally
from state.governance.facts import LEVELS
from state.governance.policy import Level
from state.ids import TraceId
from state.ledger.entry import EntryDraft, Kind
from state.ports.autonomy import Standing
from state.ports.unit import Unit
from state.principal import Principal

RULE, WHY = "class2-level", "An admin lowered the autonomy level."
MONITORED: Level = "L2"
"""From here on changes run without a person."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClassOut(_Out):
    """One class of action: the level in use and what it comes from."""

    action_class: int
    level: Level
    was_set: Level | None
    by: str
    """Who set it; empty where the policy's files alone say it."""


class RecordOut(_Out):
    """How people found one kind of action as it was proposed."""

    action_type: str
    right: int
    decided: int
    low: float | None
    high: float | None
    """The 95 % interval of the share; None where nobody decided."""


class LevelsOut(_Out):
    """An agent's levels, its record, and what is paused."""

    agent: str
    max_level: Level
    default_level: Level
    classes: tuple[ClassOut, ...]
    record: tuple[RecordOut, ...]
    paused: tuple[str, ...]
    enough: int = ENOUGH
    """So many decisions are wanted before a share says much."""


class LevelOut(_Out):
    """What a change of level changes, and the code that says one has seen exactly this."""

    agent: str
    changes: tuple[str, ...]
    code: str
    agreed: tuple[str, ...]
    done: bool
    timers: int = 0


@dataclass(frozen=True)
class Levelling:
    """Levels in the hands of one person."""

    parts: Parts
    tenancy: Tenancy
    principal: Principal

    def shown(self) -> LevelsOut:
        """Say how far the agent may go, and how it has done."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            known = unit.autonomy.standing(AGENT, self.tenancy.now, ())
            by = {one.action_class: one.by for one in unit.autonomy.levels() if one.agent == AGENT}
        bounds = self.tenancy.judge.bounds
        return LevelsOut(
            agent=AGENT,
            max_level=bounds.max_level,
            default_level=bounds.default_level,
            classes=tuple(
                ClassOut(
                    action_class=rank,
                    level=self._level(known, rank),
                    was_set=known.levels.get(rank),
                    by=by.get(rank, ""),
                )
                for rank in LEVELLED
            ),
            record=tuple(_record(name, tally) for name, tally in sorted(known.tallies.items())),
            paused=tuple(sorted(known.paused)),
        )

    def set(self, action_class: int, level: str, seen: str | None) -> LevelOut:
        """Lower at once; raise with the code shown, and a second admin where one is.

        Raises: Forbidden, InvalidInput, Conflict.
        """
        require_admin(self.tenancy, self.principal)
        wanted = self._checked(action_class, level)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            known = unit.autonomy.standing(AGENT, self.tenancy.now, ())
            was = self._level(known, action_class)
            trace = asking(self.tenancy, "level", AGENT, str(action_class), was, wanted)
            changes = tuple(self._changes(known, action_class, was, wanted))
            shown = LevelOut(
                agent=AGENT,
                changes=changes,
                code=code_of(changes, was, wanted),
                agreed=agreed_by(unit, trace),
                done=False,
            )
            if wanted > was and not self._may_rise(unit, shown, seen, trace, action_class, wanted):
                return shown.model_copy(update={"agreed": agreed_by(unit, trace)})
            return self._set(unit, shown, action_class, was, wanted)

    def resume(self, action_type: str, seen: str | None) -> LevelOut:
        """Let a paused kind of action go on, with the code shown. Raises: Forbidden, NotFound, Conflict."""
        require_admin(self.tenancy, self.principal)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            pause = next((one for one in unit.autonomy.pauses() if one.action_type == action_type), None)
            if pause is None:
                raise NotFound(
                    f"{action_type} is not paused.", field="action_type", value=action_type,
                    remedy="See `revloop level show`.",
                )  # fmt: skip
            changes = (
                f"{action_type}: paused since {pause.since.date().isoformat()} ({pause.reason}) → goes on.",
            )
            trace = asking(self.tenancy, "resume", AGENT, action_type, pause.since.isoformat())
            shown = LevelOut(
                agent=AGENT, changes=changes, code=code_of(changes), agreed=agreed_by(unit, trace), done=False
            )
            said: dict[str, Json] = {"act": "resume_asked", "agent": AGENT, "action_type": action_type}
            if seen is None:
                return shown
            require_seen(seen, shown.code, f"revloop level resume {action_type}")
            if not has_second(unit, self.tenancy, self.principal, trace, Kind.ROLE, said):
                return shown.model_copy(update={"agreed": agreed_by(unit, trace)})
            unit.autonomy.go_on(AGENT, action_type)
            stamp = stamp_of(self.tenancy, unit, self.principal, f"level:resume:{action_type}")
            unit.ledger.append([EntryDraft(Kind.ROLE, stamp, {**said, "act": "resume"})])
        return shown.model_copy(update={"done": True})

    def _may_rise(
        self, unit: Unit, shown: LevelOut, seen: str | None, trace: TraceId, action_class: int, wanted: Level
    ) -> bool:
        if seen is None:
            return False
        require_seen(seen, shown.code, f"revloop level set {action_class} {wanted}")
        said: dict[str, Json] = {
            "act": "level_asked",
            "agent": AGENT,
            "action_class": action_class,
            "level": wanted,
        }
        return has_second(unit, self.tenancy, self.principal, trace, Kind.ROLE, said)

    def _set(self, unit: Unit, shown: LevelOut, action_class: int, was: Level, wanted: Level) -> LevelOut:
        stamp = stamp_of(self.tenancy, unit, self.principal, f"level:{AGENT}:{action_class}")
        unit.autonomy.set_level(LevelSet(AGENT, action_class, wanted, self.tenancy.now, self.principal.user))
        timers = 0
        if wanted < MONITORED:
            open_ = unit.actions.listed((Status.PENDING, Status.APPROVED))
            found = [one for one in open_ if one.action_class == action_class > 1]
            timers = disarm(unit, self.tenancy, stamp, found, RULE, WHY)
        payload: dict[str, Json] = {
            "act": "level",
            "agent": AGENT,
            "action_class": action_class,
            "was": was,
            "level": wanted,
            "shown": list(shown.changes),
            "timers": timers,
        }
        unit.ledger.append([EntryDraft(Kind.ROLE, stamp, payload)])
        return shown.model_copy(update={"done": True, "timers": timers})

    def _checked(self, action_class: int, level: str) -> Level:
        if action_class not in LEVELLED:
            raise InvalidInput(
                f"Class {action_class} has no level.", field="class", value=str(action_class),
                remedy="Classes: 1, 2, 3.",
            )  # fmt: skip
        wanted = level.upper()
        if wanted not in LEVELS:
            raise InvalidInput(
                f"There is no level {level!r}.", field="level", value=level, remedy="Levels: L0, L1, L2, L3."
            )
        most = self.tenancy.judge.bounds.max_level
        if wanted > most:
            raise Conflict(
                f"The policy's maximum is {most}.", field="level", value=wanted,
                remedy="Raise bounds.max_level in the policy first: revloop policy activate.",
            )  # fmt: skip
        return next(one for one in _ALL if one == wanted)

    def _level(self, known: Standing, rank: int) -> Level:
        return self.tenancy.judge.level(AGENT, rank, known.levels.get(rank))

    def _changes(self, known: Standing, rank: int, was: Level, wanted: Level) -> Iterator[str]:
        yield f"The agent {AGENT} in class {rank}: {was} → {wanted}. {_MEANING[wanted]}"
        if wanted <= was:
            return
        yield "What reaches people outside needs a person at every level."
        if rank == 1:
            return
        kinds = sorted(name for name, least in ACTION_CLASSES.items() if least == rank)
        for name in kinds:
            yield _told(_record(name, known.tallies.get(name, Tally())))


_ALL: tuple[Level, ...] = ("L0", "L1", "L2", "L3")
_MEANING: dict[Level, str] = {
    "L0": "Nothing but class 1 is done; all else is only recorded.",
    "L1": "People decide every change.",
    "L2": "Changes an owner let run wait a while in the inbox and then run.",
    "L3": "Changes an owner let run do so at once.",
}


def _record(name: str, tally: Tally) -> RecordOut:
    low, high = tally.interval or (None, None)
    return RecordOut(action_type=name, right=tally.right, decided=tally.decided, low=low, high=high)


def _told(one: RecordOut) -> str:
    if one.low is None or one.high is None:
        return f"{one.action_type}: nobody has decided on any yet."
    little = "" if one.decided >= ENOUGH else f"; too little data, {ENOUGH} are wanted"
    share = f"{one.right} of {one.decided} found right as proposed"
    return f"{one.action_type}: {share} (95 %: {one.low:.0%} to {one.high:.0%}{little})."
