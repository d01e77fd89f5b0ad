"""Learning in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from state.decision.decided import DecidedProposal
from state.decision.preferences import InForce, KeptPreferences
from state.ids import ActionId
from state.ports.preferring import Brought
from tests.fakes.acting import Shelf


@dataclass
class Diary:
    """What one tenant decided and learned."""

    decided: dict[str, DecidedProposal] = field(default_factory=dict)
    brought: dict[str, Brought] = field(default_factory=dict)
    versions: dict[int, KeptPreferences] = field(default_factory=dict)
    chosen: InForce | None = None

    def copy(self) -> "Diary":
        """Copy the containers; what they hold is frozen."""
        return Diary(dict(self.decided), dict(self.brought), dict(self.versions), self.chosen)


class MemoryPreferences:
    """`PreferenceStore` on a diary."""

    def __init__(self, diary: Diary, shelf: Shelf) -> None:
        self._diary = diary
        self._shelf = shelf

    def put(self, found: Sequence[DecidedProposal], brought: Mapping[str, Brought] | None = None) -> None:
        for one in found:
            if brought and one.action in brought and one.action not in self._diary.decided:
                self._diary.brought[one.action] = brought[one.action]
            self._diary.decided[one.action] = one

    def decided(self) -> Sequence[DecidedProposal]:
        return tuple(sorted(self._diary.decided.values(), key=lambda one: (one.decided_at, one.action)))

    def brought(self, since: datetime) -> Sequence[Brought]:
        came = [(name, one) for name, one in sorted(self._diary.brought.items()) if one.at >= since]
        return tuple(one for _, one in sorted(came, key=lambda pair: pair[1].at, reverse=True))

    def settled(self, since: datetime) -> Sequence[ActionId]:
        return tuple(sorted({name for (name, _), one in self._shelf.transitions.items() if one.at >= since}))

    def keep(self, kept: KeptPreferences) -> None:
        self._diary.versions.setdefault(kept.version, kept)

    def get(self, version: int) -> KeptPreferences | None:
        return self._diary.versions.get(version)

    def versions(self, limit: int = 100) -> Sequence[KeptPreferences]:
        return tuple(one for _, one in sorted(self._diary.versions.items(), reverse=True))[:limit]

    def put_in_force(self, chosen: InForce) -> None:
        self._diary.chosen = chosen

    def chosen(self) -> InForce | None:
        return self._diary.chosen

    def in_force(self) -> KeptPreferences | None:
        return None if self._diary.chosen is None else self.get(self._diary.chosen.version)
