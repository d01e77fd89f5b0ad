"""Contracts, deals, the paper process and plans of an account."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pydantic import TypeAdapter

from state.money import Money
from state.world.records import PlanStep
from state.world.view.entity import Entity

_STEPS = TypeAdapter(tuple[PlanStep, ...])


@dataclass(frozen=True)
class Subscription(Entity):
    """A contract."""

    @property
    def product(self) -> str | None:
        """Name of the product sold."""
        return self.text("product")

    @property
    def seats(self) -> int | None:
        """Seats bought."""
        return self.number("seats")

    @property
    def annual_value(self) -> Money | None:
        """ARR of the contract."""
        return self.money("annual_value")

    @property
    def starts_on(self) -> date | None:
        """First day of the term."""
        return self.day("starts_on")

    @property
    def ends_on(self) -> date | None:
        """Last day of the term."""
        return self.day("ends_on")

    @property
    def notice_on(self) -> date | None:
        """Last day on which notice may be given."""
        return self.day("notice_on")

    @property
    def notice_received_on(self) -> date | None:
        """Day on which the customer gave notice."""
        return self.day("notice_received_on")

    @property
    def sla_business_days(self) -> int | None:
        """What the contract promises for severe tickets."""
        return self.number("sla_business_days")

    @property
    def status(self) -> str:
        """`active` unless the source says otherwise."""
        return self.text("status") or "active"

    @property
    def is_running(self) -> bool:
        """Neither cancelled, expired nor renewed by a successor."""
        return self.status in ("active", "trial")

    @property
    def is_renewal_open(self) -> bool:
        """Running, and no renewal has been signed."""
        return self.status == "active" and self.day("renewal_signed_on") is None


@dataclass(frozen=True)
class Deal(Entity):
    """An opportunity."""

    @property
    def name(self) -> str:
        """As the CRM names it, else its id."""
        return self.text("name") or self.identifier

    @property
    def kind(self) -> str:
        """`new`, `renewal` or `expansion`."""
        return self.text("kind") or "new"

    @property
    def pipeline(self) -> str | None:
        """Name of its pipeline; None is the default one."""
        return self.text("pipeline")

    @property
    def competitors(self) -> tuple[str, ...]:
        """Companies the CRM names as competing."""
        return self.texts("competitors")

    @property
    def stage(self) -> str | None:
        """Name of the stage in its pipeline."""
        return self.text("stage")

    @property
    def amount(self) -> Money | None:
        """Deal amount; `amount_inferred` says when it is only the list price."""
        return self.money("amount")

    @property
    def close_on(self) -> date | None:
        """Expected close date."""
        return self.day("close_on")

    @property
    def opened_on(self) -> date | None:
        """Engage date; None for undated deals."""
        return self.day("opened_on")

    @property
    def owner(self) -> str | None:
        """User id."""
        return self.text("owner")

    @property
    def outcome(self) -> str | None:
        """`won` or `lost`; None while open."""
        outcome = self.text("outcome")
        return None if outcome == "reopened" else outcome

    @property
    def is_open(self) -> bool:
        """Neither won nor lost at this version."""
        return self.outcome is None

    @property
    def closed_on(self) -> date | None:
        """Day it was won or lost."""
        return self.day("closed_on") if self.outcome else None

    @property
    def discount_requested_percent(self) -> Decimal | None:
        """What the buyer asked for."""
        return self.decimal("discount_requested_percent")

    def age_days(self, today: date) -> int | None:
        """Units: calendar days since it was opened; None when undated."""
        return None if self.opened_on is None else (today - self.opened_on).days


@dataclass(frozen=True)
class PaperStep(Entity):
    """One step of the buyer's paper process."""

    @property
    def deal(self) -> str | None:
        """Id of the deal it belongs to."""
        return self.text("deal")

    @property
    def step(self) -> str:
        """security_review, legal, procurement or signature."""
        return self.text("step") or "unknown"

    @property
    def status(self) -> str:
        """not_begun, running or finished."""
        return self.text("status") or "not_begun"


@dataclass(frozen=True)
class PlanRecord(Entity):
    """A multi-step plan, as recorded."""

    @property
    def kind(self) -> str:
        """renewal, onboarding, revival, expansion or upsell."""
        return self.text("kind") or "renewal"

    @property
    def is_active(self) -> bool:
        """Running now."""
        return self.text("status") == "ACTIVE"

    @property
    def steps(self) -> tuple[PlanStep, ...]:
        """All steps in order."""
        return _STEPS.validate_python(self.value("steps") or ())

    def due_steps(self, before: datetime) -> tuple[PlanStep, ...]:
        """List waiting steps due by an instant."""
        return tuple(step for step in self.steps if step.status == "waiting" and step.due_at <= before)
