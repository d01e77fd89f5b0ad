"""What each source is worth: freshness, rank in the fold, trust per object and field, and what rests on it.

Invariant: an undeclared source is untrusted.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from state.evidence import Trust
from state.world.profile.part import Count, Part, Text


class FieldTrust(Part):
    """Trust of one field of one object, or of the whole object where the field is empty."""

    object: Text
    """Node kind such as Contact."""
    field: str | None = None
    trust: Trust


class Source(Part):
    """One connected system."""

    name: Text
    title: Text
    rank: Count
    """Of events of the same time the lower rank is folded first."""
    trust: Trust
    """Where no line of `fields` says otherwise."""
    fields: tuple[FieldTrust, ...] = ()
    soft_hours: Count | None = None
    hard_hours: Count | None = None
    """Hours since the last successful sync; None never goes stale."""
    age_from: Literal["sync", "confirmation"] = "sync"
    is_touch: bool = False
    """Its records can be touches; without a touch source silence says nothing."""
    trend_signals: tuple[str, ...] = ()
    """Stop when the source is past its hard limit."""
    absence_signals: tuple[str, ...] = ()
    """Fire only where the source is connected and fresh."""

    def trust_of(self, node_kind: str, field: str) -> Trust:
        """Read the trust of a field: its own line, else its object's, else the source's."""
        lines = self.lines
        return lines.get((node_kind, field)) or lines.get((node_kind, None)) or self.trust

    @cached_property
    def lines(self) -> Mapping[tuple[str, str | None], Trust]:
        """Shape: (object, field or None) → its declared trust."""
        return {(line.object, line.field): line.trust for line in self.fields}

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        if (self.soft_hours is None) != (self.hard_hours is None):
            raise ValueError(f"source {self.name!r} needs both soft_hours and hard_hours, or neither")
        if self.soft_hours is not None and self.hard_hours is not None and self.soft_hours > self.hard_hours:
            raise ValueError(f"soft_hours of source {self.name!r} must not be above hard_hours")
        return self


class Sources(Part):
    """Read from `sources.yaml`."""

    sources: tuple[Source, ...] = Field(min_length=1)

    def source(self, name: str) -> Source | None:
        """Find a source by name."""
        return self.by_name.get(name)

    @cached_property
    def by_name(self) -> Mapping[str, Source]:
        """Shape: name → source."""
        return {source.name: source for source in self.sources}

    def trust_of(self, source: str, node_kind: str, field: str) -> Trust:
        """Read the trust of a field; of an undeclared source it is untrusted."""
        found = self.source(source)
        return Trust.UNTRUSTED if found is None else found.trust_of(node_kind, field)

    def rank_of(self, source: str) -> int:
        """Read the place of a source in the fold; an undeclared one comes last."""
        found = self.source(source)
        return max(one.rank for one in self.sources) + 1 if found is None else found.rank

    def of_trend(self, signal: str) -> tuple[Source, ...]:
        """List the sources whose staleness stops a trend signal."""
        return tuple(source for source in self.sources if signal in source.trend_signals)

    def of_absence(self, signal: str) -> tuple[Source, ...]:
        """List the sources of which one at least must be connected and fresh for an absence signal."""
        return tuple(source for source in self.sources if signal in source.absence_signals)

    @property
    def touch_sources(self) -> tuple[str, ...]:
        """Name the sources whose records can be touches."""
        return tuple(source.name for source in self.sources if source.is_touch)

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [source.name for source in self.sources]
        if len(set(names)) != len(names):
            raise ValueError("one source is listed twice")
        return self
