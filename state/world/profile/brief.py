"""The form of the meeting brief: sections in order, their titles, what is cut first and what never."""

from typing import Literal, Self

from pydantic import Field, model_validator

from state.world.profile.part import Part, Positive, Text

SectionId = Literal[
    "people",
    "changed",
    "open_promises",
    "risks",
    "unknowns",
    "contradictions",
    "opportunity",
    "contract",
    "intent",
    "usage",
    "support",
    "competitor",
    "history",
    "news",
    "talking_points",
    "objections",
    "trial_close",
    "next_step",
]


class Section(Part):
    """One section of the brief."""

    id: SectionId
    title: Text
    when_empty: Text
    """The one grey line."""


class Opening(Part):
    """Labels of the three lines that are read in ten seconds."""

    objective: Text
    changed: Text
    risk: Text


class BriefForm(Part):
    """Read from `brief.yaml`."""

    word_limit: Positive
    """Without citations."""
    opening: Opening
    sections: tuple[Section, ...] = Field(min_length=1)
    cut_order: tuple[SectionId, ...]
    never_cut: tuple[SectionId, ...]

    def section(self, section_id: str) -> Section | None:
        """Find a section by id."""
        return next((section for section in self.sections if section.id == section_id), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [section.id for section in self.sections]
        if len(set(ids)) != len(ids):
            raise ValueError("one section is listed twice")
        stray = [name for name in (*self.cut_order, *self.never_cut) if name not in ids]
        if stray:
            raise ValueError(f"{stray[0]} is in cut_order or never_cut but not under sections")
        both = [name for name in self.cut_order if name in self.never_cut]
        if both:
            raise ValueError(f"{both[0]} is in cut_order and in never_cut")
        return self
