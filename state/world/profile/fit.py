"""How well an account fits (ICP) and which person plays which buying role (personas).

Invariant: a score is a sum of the points of the file's bands; a missing attribute scores 0 and is named.
"""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from state.world.profile.part import Part, Points, Text, Tier


class Band(Part):
    """Points for one range or set of values; the first band that fits counts."""

    points: Points
    one_of: tuple[str, ...] = ()
    at_least: int | None = None

    def fits(self, value: str | int) -> bool:
        """Compare words ignoring case, numbers from `at_least` up."""
        if isinstance(value, int):
            return self.at_least is not None and value >= self.at_least
        return value.casefold() in {word.casefold() for word in self.one_of}

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.one_of) == (self.at_least is not None):
            raise ValueError("a band has either one_of or at_least")
        return self


class Criterion(Part):
    """One attribute of an account or contact and what its values are worth."""

    attribute: Text
    title: Text
    bands: tuple[Band, ...] = Field(min_length=1)

    @property
    def best(self) -> int:
        """The most points this attribute can give."""
        return max(band.points for band in self.bands)

    def points(self, value: str | int) -> int:
        """Score one value by the first band that fits, else 0."""
        return next((band.points for band in self.bands if band.fits(value)), 0)


class Fit(Part):
    """A score and the attributes nobody knows."""

    score: Points
    missing: tuple[str, ...]


def fit(criteria: tuple[Criterion, ...], known: Mapping[str, str | int]) -> Fit:
    """Add up the points of the known attributes, from 0 to 100."""
    found = sum(one.points(known[one.attribute]) for one in criteria if one.attribute in known)
    return Fit(score=found, missing=tuple(one.attribute for one in criteria if one.attribute not in known))


def _full_marks(criteria: tuple[Criterion, ...]) -> None:
    total = sum(one.best for one in criteria)
    if total != 100:
        raise ValueError(f"the best bands add up to {total}, not 100")


class Icp(Part):
    """Ideal customer profile; read from `icp.yaml`."""

    tier_a_from: Points
    tier_b_from: Points
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    def tier(self, score: int) -> Tier:
        """Name the fit tier of a score."""
        if score >= self.tier_a_from:
            return "A"
        return "B" if score >= self.tier_b_from else "C"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.tier_b_from >= self.tier_a_from:
            raise ValueError("tier_b_from must be below tier_a_from")
        _full_marks(self.criteria)
        return self


BuyingRole = Literal["champion", "economic_buyer", "user", "technical", "procurement", "legal"]


class Persona(Part):
    """Who usually plays a buying role, what they care about and how to write to them."""

    role: BuyingRole
    titles: tuple[str, ...]
    departments: tuple[str, ...]
    cares_about: tuple[str, ...]
    proof: tuple[str, ...] = ()
    """Ids of knowledge documents that convince this role."""
    tone: Text


class Department(Part):
    """A department and the words of a title that give it away."""

    id: Text
    words: tuple[str, ...]


class Seniority(Part):
    """A level and the words of a title that give it away; the first that fits counts."""

    id: Text
    words: tuple[str, ...]


class Personas(Part):
    """Read from `personas.yaml`."""

    personas: tuple[Persona, ...] = Field(min_length=1)
    departments: tuple[Department, ...] = Field(min_length=1)
    seniorities: tuple[Seniority, ...] = Field(min_length=1)
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    """The persona score."""

    def persona(self, role: str) -> Persona | None:
        """Find the persona of a buying role."""
        return next((persona for persona in self.personas if persona.role == role), None)

    def department_of(self, title: str) -> str | None:
        """Guess the department from the words of a title; None where none fits."""
        return next((one.id for one in self.departments if _has_word(title, one.words)), None)

    def seniority_of(self, title: str) -> str | None:
        """Guess the level from the words of a title; None where none fits."""
        return next((one.id for one in self.seniorities if _has_word(title, one.words)), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        roles = [persona.role for persona in self.personas]
        if len(set(roles)) != len(roles):
            raise ValueError("two personas have the same role")
        _full_marks(self.criteria)
        return self


def _has_word(title: str, words: tuple[str, ...]) -> bool:
    padded = " " + " ".join("".join(c if c.isalnum() else " " for c in title.casefold()).split()) + " "
    return any(f" {word.casefold()} " in padded for word in words)
