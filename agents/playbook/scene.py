"""The stage of one proposal: a subject of the situation, and the deal, contract and people it belongs to.

Invariant: everything here is looked up in the situation and its judgement; nothing is decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from state.evidence import Evidence
from state.governance.catalogue import Scalar
from state.ids import NodeKey, SignalId
from state.money import Money
from state.ports.deciding import Deliberating
from state.world.business_time import local_day
from state.world.judgement import Contradiction, Person
from state.world.record import NodeKind
from state.world.signal import Signal
from state.world.view import (
    AccountView,
    Contact,
    Deal,
    Entity,
    Form,
    Mail,
    Meeting,
    News,
    Note,
    PlanRecord,
    Promise,
    ReadingNode,
    Series,
    Subscription,
    Ticket,
)
from state.world.view.people import Read

E = TypeVar("E", bound=Entity)

_TYPES: Mapping[NodeKind, type[Entity]] = {
    NodeKind.CONTACT: Contact,
    NodeKind.OPPORTUNITY: Deal,
    NodeKind.SUBSCRIPTION: Subscription,
    NodeKind.SERIES: Series,
    NodeKind.TICKET: Ticket,
    NodeKind.MEETING: Meeting,
    NodeKind.BUSINESS_EVENT: News,
    NodeKind.PLAN: PlanRecord,
    NodeKind.COMMITMENT: Promise,
    NodeKind.READING: ReadingNode,
}
_INTERACTIONS: Mapping[str, type[Entity]] = {
    "mail.received": Mail,
    "mail.sent": Mail,
    "note.added": Note,
    "form.submitted": Form,
}


@dataclass(frozen=True, slots=True)
class Known:
    """The value of one fact and what it rests on."""

    value: Scalar
    evidence: tuple[Evidence, ...] = ()
    signals: tuple[SignalId, ...] = ()


def entity(view: AccountView, key: NodeKey) -> Entity:
    """Look at a node with the eyes of its type."""
    kind = NodeKind(key.partition("/")[0])
    if key == view.key:
        return view
    plain = Entity(view.situation, key)
    if kind is NodeKind.INTERACTION:
        return _INTERACTIONS.get(plain.text("record_type") or "", Entity)(view.situation, key)
    return _TYPES.get(kind, Entity)(view.situation, key)


def source_of(view: AccountView, node: Entity | None) -> Entity | None:
    """Find the mail, note, form or deal in which something was read."""
    return entity(view, node.read_in) if isinstance(node, Read) and node.read_in is not None else None


@dataclass(frozen=True)
class Scene:
    """One subject seen in one deliberation."""

    about: Deliberating
    subject: NodeKey | None
    signals: tuple[Signal, ...] = ()
    """The live signals that made it a subject."""
    recipient: Person | None = None
    contradiction: Contradiction | None = None
    """The one it is about, where the subject is one on which sources disagree."""

    @property
    def view(self) -> AccountView:
        """The account."""
        return self.about.view

    @cached_property
    def today(self) -> date:
        """The day in the tenant's zone."""
        return local_day(self.about.now, self.about.around.zone)

    @cached_property
    def node(self) -> Entity | None:
        """The subject, typed."""
        return None if self.subject is None else entity(self.view, self.subject)

    def as_(self, kind: type[E]) -> E | None:
        """Read the subject as one type, None when it is another."""
        return self.node if isinstance(self.node, kind) else None

    @cached_property
    def deal(self) -> Deal | None:
        """The subject's deal, else the account's leading open one."""
        if isinstance(self.node, Deal):
            return self.node
        linked = self.node.text("deal") if self.node is not None else None
        named = self.view.deal(linked) if linked else None
        return named or leading(self.view)

    @cached_property
    def contract(self) -> Subscription | None:
        """The subject's contract, else the running one that ends first."""
        return self.node if isinstance(self.node, Subscription) else first_ending(self.view)

    @cached_property
    def ticket(self) -> Ticket | None:
        """The subject's ticket, else the worst open one."""
        return self.node if isinstance(self.node, Ticket) else worst_ticket(self.view)

    @cached_property
    def meeting(self) -> Meeting | None:
        """The subject's meeting, else the next one."""
        return self.node if isinstance(self.node, Meeting) else next_meeting(self.about)

    @property
    def currency(self) -> str:
        """The tenant's."""
        return self.about.profile.company.currency

    @property
    def rate(self) -> Money:
        """Units: money per hour of a seller."""
        return Money(amount=self.about.profile.company.minutes_rate_per_hour, currency=self.currency)


def leading(view: AccountView) -> Deal | None:
    """Choose the open deal that closes first, then the largest."""
    return view.once("leading deal", (), lambda: min(view.open_deals, key=_closing, default=None))


def _closing(deal: Deal) -> tuple[date, Decimal, str]:
    amount = deal.amount
    return (deal.close_on or date.max, -(amount.amount if amount else Decimal(0)), deal.key)


def first_ending(view: AccountView) -> Subscription | None:
    """Choose the running contract that ends first."""

    def choose() -> Subscription | None:
        running = (contract for contract in view.subscriptions if contract.is_running)
        return min(running, key=lambda contract: (contract.ends_on or date.max, contract.key), default=None)

    return view.once("first ending", (), choose)


def worst_ticket(view: AccountView) -> Ticket | None:
    """Choose the open ticket of the worst severity, the oldest of equals."""

    def choose() -> Ticket | None:
        return min(
            view.open_tickets,
            key=lambda ticket: (ticket.severity, ticket.opened_on, ticket.key),
            default=None,
        )

    return view.once("worst ticket", (), choose)


def next_meeting(about: Deliberating) -> Meeting | None:
    """Find the next booked meeting with somebody from outside."""
    return next(iter(about.view.booked_meetings(about.now)), None)


def contact_of(about: Deliberating, person: Person) -> Contact | None:
    """Find the CRM record of a person."""
    return about.view.contact(person.subject)


def is_mailable(about: Deliberating, person: Person) -> bool:
    """Say whether a mail may be addressed to a person: verified, reachable, not opted out."""
    contact = contact_of(about, person)
    return (
        contact is not None
        and contact.is_verified
        and not contact.has_opted_out
        and not person.has_opted_out
        and not person.is_unreachable
    )
