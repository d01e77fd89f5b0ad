"""Stages in order, what leaves each of them, and how long the paper process takes."""

from typing import Literal, Self

from pydantic import Field, model_validator

from state.world.profile.part import Count, Part, Share, Text

ForecastCategory = Literal["omitted", "pipeline", "best_case", "commit"]


class Stage(Part):
    """An open stage."""

    name: Text
    aliases: tuple[str, ...] = ()
    probability: Share
    """P(won), as the sales team states it."""
    forecast_category: ForecastCategory
    exit_criteria: tuple[str, ...] = ()
    required_facts: tuple[str, ...] = ()
    """Qualification facts that are an unknown when absent from this stage on."""


class Pipeline(Part):
    """One order of stages; indexes compare only within it."""

    name: Text
    long_cycle: bool = False
    """Deals here are not called stale by the tenant-wide table."""
    stages: tuple[Stage, ...] = Field(min_length=2)
    won: Text
    lost: Text
    qualified_from: Text
    discovery_from: str | None = None
    """Stage from which a deal without a meeting is noticed; None is not configured."""
    proposal_from: str | None = None
    """Stage from which the economic buyer must be known; None is not configured."""

    def index_of(self, stage: str) -> int | None:
        """Read the place of an open stage in the order, by name or alias, ignoring case."""
        wanted = stage.strip().casefold()
        for index, known in enumerate(self.stages):
            if wanted in {name.casefold() for name in (known.name, *known.aliases)}:
                return index
        return None

    def stage(self, name: str) -> Stage | None:
        """Find an open stage by name or alias."""
        index = self.index_of(name)
        return None if index is None else self.stages[index]

    def kind_of(self, stage: str) -> Literal["open", "won", "lost", "unknown"]:
        """Say what a stage name of a record means here."""
        wanted = stage.strip().casefold()
        if wanted == self.won.casefold():
            return "won"
        if wanted == self.lost.casefold():
            return "lost"
        return "unknown" if self.index_of(stage) is None else "open"

    def is_from(self, stage: str, mark: str | None) -> bool:
        """Say whether an open stage is at or after the marked one; without a mark, never."""
        here, border = self.index_of(stage), None if mark is None else self.index_of(mark)
        return here is not None and border is not None and here >= border

    def is_qualified(self, stage: str) -> bool:
        """Say whether a deal in this stage counts as qualified."""
        return self.is_from(stage, self.qualified_from)

    @property
    def final_two(self) -> tuple[str, str]:
        """Name the last two open stages."""
        return self.stages[-2].name, self.stages[-1].name

    def is_final_two(self, stage: str) -> bool:
        """Say whether an open stage is one of the last two."""
        index = self.index_of(stage)
        return index is not None and index >= len(self.stages) - 2

    @model_validator(mode="after")
    def _marks_exist(self) -> Self:
        names = [name.casefold() for stage in self.stages for name in (stage.name, *stage.aliases)]
        names += [self.won.casefold(), self.lost.casefold()]
        if len(set(names)) != len(names):
            raise ValueError(f"pipeline {self.name!r} names one stage twice")
        for field, mark in (
            ("qualified_from", self.qualified_from),
            ("discovery_from", self.discovery_from),
            ("proposal_from", self.proposal_from),
        ):
            if mark is not None and self.index_of(mark) is None:
                raise ValueError(
                    f"{field} of pipeline {self.name!r} names {mark!r}, which is not one of its stages"
                )
        return self


class PaperStep(Part):
    """A step between the verbal yes and the signature, with its measured duration."""

    id: Literal["security_review", "legal", "procurement", "signature"]
    title: Text
    median_days: Count
    n: Count
    """Deals behind the median."""
    aliases: tuple[str, ...] = ()
    from_amount: Count = 0
    """Required from this deal amount on, in the tenant's currency."""


class Pipelines(Part):
    """Read from `pipeline.yaml`."""

    default: Text
    pipelines: tuple[Pipeline, ...] = Field(min_length=1)
    paper_process: tuple[PaperStep, ...] = ()
    """Empty: not configured, no slip risk is computed from it."""

    def pipeline(self, name: str | None) -> Pipeline:
        """Find a pipeline by name, ignoring case; the default for None or an unknown name."""
        wanted = (name or self.default).casefold()
        found = next((line for line in self.pipelines if line.name.casefold() == wanted), None)
        return found or next(line for line in self.pipelines if line.name == self.default)

    def paper_step(self, step: str) -> PaperStep | None:
        """Find a paper-process step by id or alias, ignoring case."""
        wanted = step.strip().casefold()
        return next(
            (
                s
                for s in self.paper_process
                if wanted in {name.casefold() for name in (s.id, s.title, *s.aliases)}
            ),
            None,
        )

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        names = [line.name for line in self.pipelines]
        if self.default not in names:
            raise ValueError(f"default names {self.default!r}, which is not under pipelines")
        if len({name.casefold() for name in names}) != len(names):
            raise ValueError("two pipelines have the same name")
        return self
