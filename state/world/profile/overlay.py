"""Qualification methods as an admin edits them: the elements of each, and the facts that prove an element."""

from typing import Annotated, Literal

from pydantic import Field

from state.world.profile.part import Part

Method = Literal["MEDDPICC", "BANT", "SPICED"]
Proof = Annotated[str, Field(pattern=r"^(deal|account|contract|role|said|process)\.[a-z_]+$")]
"""A field of the deal, account or contract; a role somebody holds; a topic the customer spoke of; a paper step."""


class ElementRule(Part):
    """One element of a method."""

    element: str
    title: str
    proven_by: tuple[Proof, ...] = Field(min_length=1)
    """The first that is known proves it."""


class Overlays(Part):
    """The methods in use; an empty list switches one off."""

    MEDDPICC: tuple[ElementRule, ...] = ()
    BANT: tuple[ElementRule, ...] = ()
    SPICED: tuple[ElementRule, ...] = ()

    def items(self) -> tuple[tuple[Method, tuple[ElementRule, ...]], ...]:
        """Give each method that is in use with its elements."""
        named: tuple[tuple[Method, tuple[ElementRule, ...]], ...] = (
            ("MEDDPICC", self.MEDDPICC), ("BANT", self.BANT), ("SPICED", self.SPICED),
        )  # fmt: skip
        return tuple((name, rules) for name, rules in named if rules)


class StanceSaid(Part):
    """Topics whose mention shows where a person stands."""

    supporter: tuple[str, ...] = ()
    critic: tuple[str, ...] = ()


class Influence(Part):
    """Buying roles by weight; whoever has none is unknown, whatever the title says."""

    high: tuple[str, ...] = ()
    medium: tuple[str, ...] = ()
    low: tuple[str, ...] = ()

    def of(self, roles: tuple[str, ...]) -> Literal["high", "medium", "low", "unknown"]:
        """Weigh a person by the strongest role."""
        for name, wanted in (("high", self.high), ("medium", self.medium), ("low", self.low)):
            if set(wanted) & set(roles):
                return name  # type: ignore[return-value]  # the three names above
        return "unknown"
