"""What a posture rule reads and returns: the account's case, and the ground on which a rule holds.

Invariant: signals of a stale source are not in the case; a grave ground is proven by several records of several
sources or by a system of record.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from state.evidence import Evidence, Trust
from state.world.judgement import Health
from state.world.profile.posture import PostureRule
from state.world.signal import Severity, Signal
from state.world.synthesis.measures import Outlook
from state.world.synthesis.sources import is_of_stale_source
from state.world.view import ReadingNode, Subscription

Evidences: TypeAlias = tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a rule holds."""

    text: str
    evidence: Evidences = ()
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True)
class Case:
    """What the rules read."""

    scene: Outlook
    signals: tuple[Signal, ...]
    health: Health

    @property
    def rule(self) -> PostureRule:
        """Borders."""
        return self.scene.profile.judgement.posture

    @cached_property
    def counted(self) -> tuple[Signal, ...]:
        """Signals whose source is not stale."""
        return tuple(signal for signal in self.signals if not is_of_stale_source(self.scene, signal))

    @cached_property
    def risks(self) -> tuple[Signal, ...]:
        """Live risks of medium or high severity, worst first."""
        return tuple(
            one for one in self.counted if one.is_posture_risk and one.severity.rank >= Severity.MEDIUM.rank
        )

    @cached_property
    def high_risks(self) -> tuple[Signal, ...]:
        """Live risks of high severity."""
        return tuple(signal for signal in self.risks if signal.severity is Severity.HIGH)

    @cached_property
    def notices(self) -> tuple[Subscription, ...]:
        """Contracts to which the customer gave notice."""
        return tuple(
            one for one in self.scene.view.subscriptions if one.notice_received_on and one.is_running
        )

    @cached_property
    def said_notices(self) -> tuple[ReadingNode, ...]:
        """Texts in which an outsider gives notice."""
        return tuple(
            one for one in self.scene.view.readings if one.topic == "notice" and one.speaker == "them"
        )

    def named(self, name: str) -> tuple[Signal, ...]:
        """List the counted signals of one name."""
        return tuple(signal for signal in self.counted if signal.name == name)

    def is_proven(self, ground: Ground) -> bool:
        """Tell whether a grave posture rests on enough: several records and sources, or a system of record."""
        proof = [one.evidence[0] for one in ground.signals if one.evidence] or list(ground.evidence)
        if any(
            item.trust in (Trust.SYSTEM_OF_RECORD, Trust.ADMIN) or item.source == "user" for item in proof
        ):
            return True
        records = {(item.source, item.record) for item in ground.evidence}
        sources = {source for source, _ in records}
        return len(records) >= self.rule.min_records and len(sources) >= self.rule.min_sources


Rule: TypeAlias = Callable[[Case], Ground | None]


def told(signals: Iterable[Signal], lead: str) -> Ground:
    """Give signals as a ground: their texts after a lead, their evidence once each."""
    found = tuple(signals)
    evidence = tuple({item.id: item for signal in found for item in signal.evidence}.values())
    return Ground(f"{lead}: {' '.join(signal.text for signal in found)}", evidence, found)
