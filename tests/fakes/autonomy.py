"""Autonomy in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from state.governance.autonomy import LevelSet, OptIn, Pause, Tally
from state.governance.ladder import Violation
from state.ids import UserId
from state.ports.autonomy import Standing
from tests.fakes.acting import MemoryActions


@dataclass
class Charter:
    """What the people of one tenant set."""

    opt_ins: dict[tuple[str, str], OptIn] = field(default_factory=dict)
    levels: dict[tuple[str, int], LevelSet] = field(default_factory=dict)
    pauses: dict[tuple[str, str], Pause] = field(default_factory=dict)
    tallies: dict[tuple[str, str, date], Tally] = field(default_factory=dict)
    violations: dict[str, Violation] = field(default_factory=dict)

    def copy(self) -> "Charter":
        """Copy the containers; what they hold is frozen."""
        return Charter(
            dict(self.opt_ins),
            dict(self.levels),
            dict(self.pauses),
            dict(self.tallies),
            dict(self.violations),
        )


class MemoryAutonomy:
    """`AutonomyStore` on a charter."""

    def __init__(self, charter: Charter, actions: MemoryActions) -> None:
        self._charter = charter
        self._actions = actions

    def standing(self, agent: str, now: datetime, origins: Collection[str]) -> Standing:
        charter, keys = self._charter, self._actions.open_keys()
        return Standing(
            stop=self._actions.stop(),
            opt_ins=frozenset(name for name, one in charter.opt_ins.items() if one.holds(now)),
            levels={
                rank: one.level
                for (who, rank), one in charter.levels.items()
                if who == agent and one.since <= now
            },
            paused=frozenset(
                kind for (who, kind), one in charter.pauses.items() if who == agent and one.since <= now
            ),
            tallies=self.tallies(agent),
            open_keys={origin: keys[origin] for origin in origins if origin in keys},
        )

    def opt_ins(self) -> Sequence[OptIn]:
        return tuple(one for _, one in sorted(self._charter.opt_ins.items()))

    def let(self, opt_in: OptIn) -> None:
        self._charter.opt_ins[opt_in.owner, opt_in.action_type] = opt_in

    def withdraw(self, owner: UserId, action_type: str) -> bool:
        return self._charter.opt_ins.pop((owner, action_type), None) is not None

    def levels(self) -> Sequence[LevelSet]:
        return tuple(one for _, one in sorted(self._charter.levels.items()))

    def set_level(self, level: LevelSet) -> None:
        self._charter.levels[level.agent, level.action_class] = level

    def pauses(self) -> Sequence[Pause]:
        return tuple(one for _, one in sorted(self._charter.pauses.items()))

    def pause(self, pause: Pause) -> bool:
        known = (pause.agent, pause.action_type) in self._charter.pauses
        self._charter.pauses.setdefault((pause.agent, pause.action_type), pause)
        return not known

    def go_on(self, agent: str, action_type: str) -> bool:
        return self._charter.pauses.pop((agent, action_type), None) is not None

    def count(self, agent: str, action_type: str, day: date, tally: Tally) -> None:
        name = (agent, action_type, day)
        self._charter.tallies[name] = self._charter.tallies.get(name, Tally()) + tally

    def tallies(self, agent: str) -> Mapping[str, Tally]:
        found: dict[str, Tally] = {}
        for (who, kind, _), one in self._charter.tallies.items():
            if who == agent:
                found[kind] = found.get(kind, Tally()) + one
        return found

    def note(self, violation: Violation) -> bool:
        known = violation.id in self._charter.violations
        self._charter.violations.setdefault(violation.id, violation)
        return not known

    def violations(self, agent: str, since: datetime) -> Sequence[Violation]:
        mine = [one for one in self._charter.violations.values() if one.agent == agent and one.at >= since]
        return tuple(sorted(mine, key=lambda one: (one.at, one.id)))
