"""An owner lets a kind of change run by itself in his records, sees what he let, and takes it back at once.

Invariant: only the owner in person sets it; a withdrawal takes every armed timer of that kind in its own transaction.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from agents.guardrail import AGENT
from graphs.governing.authority import code_of, disarm, require_person, require_seen
from graphs.governing.decisions import stamp_of
from graphs.governing.laddering import climb, reverted
from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.errors import Conflict, Forbidden, InvalidInput, NotFound
from state.governance.action import Action, Status
from state.governance.approval import GrantKind, may_handle
from state.governance.autonomy import BY_ITSELF, LETTABLE, OptIn, objection_to
from state.governance.ladder import Rung
from state.governance.tallying import WRONG
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal
from state.world.business_time import local_day

RULE = "class2-no-opt-in"
WHY = "The owner took back that this kind of change runs by itself."


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WordOut(_Out):
    """One kind of change, and whether it runs by itself in this owner's records."""

    action_type: str
    on: bool
    since: datetime | None
    until: datetime | None


class LettingOut(_Out):
    """What an owner let run by itself, and how far the agent may go at all."""

    user: str
    level: str
    """Of the agent, for changes inside."""
    words: tuple[WordOut, ...]


class LetOut(_Out):
    """What turning it on or off changes, and the code that says one has seen exactly this."""

    user: str
    action_type: str
    changes: tuple[str, ...]
    code: str
    done: bool
    timers: int = 0
    """How many armed timers a withdrawal took."""


def ran_by_itself(action: Action) -> bool:
    """Tell whether policy, and no person, permitted it."""
    return action.grant is not None and action.grant.kind is GrantKind.POLICY


@dataclass(frozen=True)
class Letting:
    """Opt-ins in the hands of one person; it has no way to anybody else's."""

    parts: Parts
    tenancy: Tenancy
    principal: Principal

    def listed(self) -> LettingOut:
        """Say what runs by itself in this person's records."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            mine = {
                one.action_type: one for one in unit.autonomy.opt_ins() if one.owner == self.principal.user
            }
            level = self._level(unit)
        words = tuple(self._word(name, mine.get(name)) for name in sorted(LETTABLE))
        return LettingOut(user=self.principal.user, level=level, words=words)

    def on(self, action_type: str, until: datetime | None, seen: str | None) -> LetOut:
        """Show what it would change; with the code shown there, let it. Raises: Forbidden, InvalidInput, Conflict."""
        self._require(action_type, until)
        again = f"revloop auto on {action_type}"
        with self.parts.stores.read(self.tenancy.id) as unit:
            changes = self._changes(action_type, until, self._level(unit))
        code = code_of(changes, self.principal.user)
        found = LetOut(
            user=self.principal.user, action_type=action_type, changes=changes, code=code, done=False
        )
        if seen is None:
            return found
        require_seen(seen, code, again)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            unit.autonomy.let(OptIn(self.principal.user, action_type, self.tenancy.now, until))
            self._entry(unit, "on", action_type, {"until": until.isoformat() if until else ""})
        return found.model_copy(update={"done": True})

    def off(self, action_type: str) -> LetOut:
        """Take it back, and every timer it armed. Raises: Forbidden, InvalidInput, NotFound."""
        self._require(action_type, None)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            if not unit.autonomy.withdraw(self.principal.user, action_type):
                raise NotFound(
                    f"{action_type} does not run by itself in your records.",
                    field="action_type",
                    value=action_type,
                    remedy="See `revloop auto list`.",
                )
            stamp = stamp_of(self.tenancy, unit, self.principal, f"auto:off:{action_type}")
            open_ = unit.actions.listed((Status.PENDING, Status.APPROVED))
            timers = disarm(
                unit,
                self.tenancy,
                stamp,
                [one for one in open_ if self._is_mine(one, action_type)],
                RULE,
                WHY,
            )
            self._entry(unit, "off", action_type, {"timers": timers})
        changes = (f"{action_type} in your records waits for a person again.",)
        return LetOut(
            user=self.principal.user, action_type=action_type, changes=changes, code="", done=True,
            timers=timers,
        )  # fmt: skip

    def wrong(self, name: str) -> tuple[Action, tuple[Rung, ...]]:
        """Say that something which ran by itself was wrong: it counts against the agent. Raises: Conflict."""
        require_person(self.principal, is_harmless=True)
        with self.parts.stores.begin(self.tenancy.id) as unit:
            action = unit.actions.by_prefix(name)
            if not may_handle(self.principal, action.ownership(())):
                raise Forbidden(
                    "That is another person's.", field="action", value=action.id,
                    remedy=f"Use --as {action.owner}.",
                )  # fmt: skip
            if action.status is not Status.EXECUTED or not ran_by_itself(action):
                raise Conflict(
                    "It did not run by itself.", field="action", value=action.id,
                    remedy="Reject a waiting card, or correct a fact.",
                )  # fmt: skip
            reached = self.count_wrong(unit, action)
            if reached is None:
                raise Conflict("That was said already.", field="action", value=action.id)
        return action, reached

    def count_wrong(self, unit: Unit, action: Action) -> tuple[Rung, ...] | None:
        """Count against the agent what ran by itself; None where somebody said so before."""
        mark = reverted(self.tenancy, action)
        if any(one.id == mark.id for one in unit.autonomy.violations(AGENT, action.created_at)):
            return None
        stamp = stamp_of(self.tenancy, unit, self.principal, f"auto:wrong:{action.id}")
        reached = climb(unit, self.tenancy, stamp, [mark])
        day = local_day(self.tenancy.now, self.tenancy.profile.company.zone)
        unit.autonomy.count(AGENT, action.action_type, day, WRONG)
        said: dict[str, Json] = {"outcome": "wrong", "action_type": action.action_type}
        unit.ledger.append([EntryDraft(Kind.OUTCOME, stamp, said, action=action.id)])
        return reached

    def _require(self, action_type: str, until: datetime | None) -> None:
        require_person(self.principal)
        objection = objection_to(action_type)
        if objection is not None:
            known = ", ".join(sorted(LETTABLE))
            raise InvalidInput(objection, field="action_type", value=action_type, remedy=f"Kinds: {known}.")
        if until is not None and until <= self.tenancy.now:
            raise InvalidInput(
                "That time has passed.", field="until", value=until.isoformat(), remedy="Name a later day."
            )

    def _is_mine(self, action: Action, action_type: str) -> bool:
        is_kind = action.action_type == action_type and action.action_class == BY_ITSELF
        return is_kind and self.principal.user in (action.owner, action.assignee)

    def _level(self, unit: Unit) -> str:
        known = unit.autonomy.standing(AGENT, self.tenancy.now, ())
        return self.tenancy.judge.level(AGENT, BY_ITSELF, known.levels.get(BY_ITSELF))

    def _changes(self, action_type: str, until: datetime | None, level: str) -> tuple[str, ...]:
        minutes = self.tenancy.judge.bounds.class2_delay_minutes
        end = f"until {until.date().isoformat()}" if until else "until you take it back"
        return (
            f"{action_type} in the records of {self.principal.user}: a person decides → runs by itself, {end}.",
            f"At L2 it waits {minutes} minutes in the inbox, where it can be rejected; at L3 it does not wait.",
            f"The agent is at {level} for such changes"
            + ("." if level >= "L2" else ", so a person still decides until an admin raises that."),
            "Only what is certain enough and rests on nothing stale, contradicted or unverified runs.",
            "Cards that wait already go on waiting.",
        )

    @staticmethod
    def _word(name: str, known: OptIn | None) -> WordOut:
        return WordOut(
            action_type=name,
            on=known is not None,
            since=known.since if known else None,
            until=known.until if known else None,
        )

    def _entry(self, unit: Unit, act: str, action_type: str, more: dict[str, Json]) -> None:
        stamp = stamp_of(self.tenancy, unit, self.principal, f"auto:{act}:{action_type}")
        payload: dict[str, Json] = {
            "act": act,
            "owner": self.principal.user,
            "action_type": action_type,
            **more,
        }
        unit.ledger.append([EntryDraft(Kind.OPT_IN, stamp, payload)])
