"""Who the tenant is: people, products, fiscal year, currency, territories, quotas and sender identity."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from state.ids import UserId
from state.money import Money
from state.principal import Role, User
from state.world.profile.part import Amount, Part, Text, Zone


class Product(Part):
    """Something sold; its price is in the price list."""

    id: Text
    name: Text
    unit: Literal["seat_year", "unit", "once"]


class Sender(Part):
    """What a commercial mail must say about who sends it."""

    name: Text
    postal_address: Text
    opt_out_address: Text
    """Mail address that takes unsubscribe requests."""
    opt_out_url: str | None = None
    """One-click address for the List-Unsubscribe header."""
    link_domains: tuple[str, ...] = ()
    """Only links to these domains may leave in a mail."""


class Territory(Part):
    """A named set of accounts and who owns it by default."""

    name: Text
    owner: UserId
    countries: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()


class Quota(Part):
    """What a seller has to close in one fiscal quarter."""

    user: UserId
    quarter: str = Field(pattern=r"^\d{4}-Q[1-4]$")
    amount: Amount


class Queues(Part):
    """Who takes what nobody owns; an empty entry means that nobody is named."""

    unassigned: UserId | None = None
    deal_desk: UserId | None = None
    support: UserId | None = None
    admin: UserId | None = None


class Company(Part):
    """The tenant; read from `company.yaml`."""

    name: Text
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    zone: Zone
    region: Text
    """Region of the business calendar."""
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12, strict=True)]
    minutes_rate_per_hour: Amount
    """What an hour of a seller costs, in the tenant's currency."""
    verified_domains: tuple[str, ...] = ()
    """Mail domains of the tenant; a recipient elsewhere is outside."""
    products: tuple[Product, ...] = ()
    sender: Sender | None = None
    crm_account_url: str | None = Field(
        default=None, pattern=r"^https://[^\s{}]+\{account\}[^\s{}]*$", max_length=300
    )
    """Where the CRM shows an account; {account} stands for its id there."""
    users: tuple[User, ...] = Field(min_length=1)
    queues: Queues = Queues()
    territories: tuple[Territory, ...] = ()
    quotas: tuple[Quota, ...] = ()

    def user(self, user_id: str) -> User | None:
        """Find a person by id."""
        return next((user for user in self.users if user.id == user_id), None)

    def in_role(self, role: Role) -> tuple[User, ...]:
        """List the people of one role, in file order."""
        return tuple(user for user in self.users if user.role is role)

    def quota(self, user_id: str, quarter: str) -> Money | None:
        """Read a seller's quota of a quarter such as 2026-Q1; None is not configured."""
        found = next((q for q in self.quotas if q.user == user_id and q.quarter == quarter), None)
        return None if found is None else Money(amount=found.amount, currency=self.currency)

    def is_inside(self, address: str) -> bool:
        """Say whether a mail address belongs to the tenant's verified domains."""
        domain = address.rpartition("@")[2].casefold()
        return domain in {known.casefold() for known in self.verified_domains}

    def minutes_cost(self, minutes: int) -> Money:
        """Price human time at the tenant's rate."""
        return Money(amount=self.minutes_rate_per_hour * minutes / 60, currency=self.currency)

    @model_validator(mode="after")
    def _people_exist(self) -> Self:
        ids = [user.id for user in self.users]
        if len(set(ids)) != len(ids):
            raise ValueError("two users have the same id; give each person one id")
        for place, named in self._references():
            if named is not None and named not in ids:
                raise ValueError(f"{place} names the user {named!r}, who is not under users")
        return self

    @model_validator(mode="after")
    def _mail_is_inside(self) -> Self:
        for user in self.users:
            if user.email and not self.is_inside(user.email):
                raise ValueError(
                    f"{user.email} is not in verified_domains; add its domain or correct the address"
                )
        return self

    def _references(self) -> list[tuple[str, UserId | None]]:
        people = [(f"users.{u.id}.manager", u.manager) for u in self.users]
        queues = [
            (f"queues.{kind}", who)
            for kind, who in (
                ("unassigned", self.queues.unassigned),
                ("deal_desk", self.queues.deal_desk),
                ("support", self.queues.support),
                ("admin", self.queues.admin),
            )
        ]
        return [
            *people,
            *queues,
            *((f"territories.{t.name}", t.owner) for t in self.territories),
            *((f"quotas.{q.quarter}", q.user) for q in self.quotas),
        ]
