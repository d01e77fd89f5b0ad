"""What the tenant's admins know and edit: one frozen part per file, joined in `Profile`.

Invariant: a part whose file is absent is None, and what depends on it says "not configured", never a guess.
"""

from typing import Self

from pydantic import model_validator

from state.canonical import digest
from state.world.profile.brief import BriefForm
from state.world.profile.calendar import Calendar
from state.world.profile.company import Company
from state.world.profile.competitors import Competitors
from state.world.profile.effects import Effects
from state.world.profile.fit import Icp, Personas
from state.world.profile.judgement import Judgement
from state.world.profile.part import Part, Tier
from state.world.profile.pipeline import Pipelines
from state.world.profile.prices import Prices
from state.world.profile.resolution import Resolution
from state.world.profile.signals import Signals
from state.world.profile.sources import Sources


class Profile(Part):
    """Everything an admin has said about the tenant."""

    company: Company
    pipeline: Pipelines
    calendar: Calendar
    signals: Signals
    judgement: Judgement
    brief: BriefForm
    sources: Sources
    resolution: Resolution
    icp: Icp | None = None
    personas: Personas | None = None
    prices: Prices | None = None
    effects: Effects | None = None
    competitors: Competitors | None = None

    def not_configured(self) -> tuple[str, ...]:
        """Name the parts that have no file."""
        return tuple(name for name in OPTIONAL_PARTS if getattr(self, name) is None)

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        if self.calendar.region(self.company.region) is None:
            raise ValueError(
                f"company.yaml names the region {self.company.region!r}, which is not in calendar.yaml"
            )
        if self.prices is not None:
            sold = {product.id.casefold() for product in self.company.products}
            stray = [line.product for line in self.prices.products if line.product.casefold() not in sold]
            if stray:
                raise ValueError(f"prices.yaml lists {stray[0]!r}, which company.yaml does not sell")
        return self


REQUIRED_PARTS = ("company", "pipeline", "calendar", "signals", "judgement", "brief", "sources", "resolution")
OPTIONAL_PARTS = ("icp", "personas", "prices", "effects", "competitors")
COMPANY_BOUND_PARTS = ("icp", "prices", "competitors")
"""True of one company only: never borrowed from a folder behind the one that holds `company.yaml`."""


def profile_hash(profile: Profile) -> str:
    """Name a profile by its content, as runs record it."""
    return digest(profile.model_dump(mode="json"))


__all__ = [
    "COMPANY_BOUND_PARTS",
    "OPTIONAL_PARTS",
    "REQUIRED_PARTS",
    "BriefForm",
    "Calendar",
    "Company",
    "Competitors",
    "Effects",
    "Icp",
    "Judgement",
    "Personas",
    "Pipelines",
    "Prices",
    "Profile",
    "Resolution",
    "Signals",
    "Sources",
    "Tier",
    "profile_hash",
]
