"""What a brief is written from: the account, its next meeting and the people, deals and sources around it.

Invariant: everything is looked up or counted; nothing is decided here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from agents.playbook.brief.lines import clip, day_text, ended, plainly
from agents.playbook.expansion import Offer, asked, offer, product_name
from agents.playbook.people import champion, economic_buyer
from agents.playbook.purpose import Purpose
from agents.playbook.scene import first_ending, leading, next_meeting, worst_ticket
from state.decision.proposal import Proposal, Question
from state.evidence import Evidence, Trust
from state.ids import EventId, EvidenceId, stable_id
from state.ports.deciding import Deliberating
from state.world.business_time import business_days_between, local_day, region_of
from state.world.detection import delivery_of
from state.world.judgement import Person
from state.world.knowledge import KnowledgeDocument
from state.world.signal import Severity, Signal
from state.world.view import AccountView, Deal, Entity, Meeting, Promise, ReadingNode, Subscription, Ticket

CHANGES = 4
"""Shown at most."""
NOT_CONNECTED = "Not connected."
NOT_CONFIGURED = "Not configured."


@dataclass(frozen=True)
class Sheet:
    """One brief's inputs."""

    about: Deliberating
    proposals: Sequence[Proposal]
    question: Question | None
    purpose: Purpose

    @property
    def view(self) -> AccountView:
        """The account."""
        return self.about.view

    @cached_property
    def today(self) -> date:
        """The tenant's day."""
        return local_day(self.about.now, self.about.around.zone)

    @cached_property
    def region(self) -> str:
        """Whose business days count."""
        place = self.view.text("zone") or self.view.text("country")
        return region_of(self.about.profile.calendar, place)

    @cached_property
    def meeting(self) -> Meeting | None:
        """The next one with somebody from outside."""
        return next_meeting(self.about)

    @cached_property
    def contract(self) -> Subscription | None:
        """The running one that ends first."""
        return first_ending(self.view)

    @cached_property
    def deal(self) -> Deal | None:
        """The open one that closes first."""
        return leading(self.view)

    @cached_property
    def champion(self) -> Person | None:
        """Set, else inferred."""
        return champion(self.about)

    @cached_property
    def buyer(self) -> Person | None:
        """The economic buyer, never inferred."""
        return economic_buyer(self.about)

    @cached_property
    def ticket(self) -> Ticket | None:
        """The worst open ticket of severity 2 or worse."""
        found = worst_ticket(self.view)
        return found if found is not None and found.severity <= 2 else None

    @cached_property
    def wish(self) -> ReadingNode | None:
        """The latest expansion somebody spoke of."""
        return asked(self.about)

    @cached_property
    def expansion(self) -> Offer | None:
        """The seats spoken of, at list price."""
        seats = None if self.wish is None else self.wish.number("seats")
        if self.wish is None or seats is None:
            return None
        product = None if self.contract is None else self.contract.product
        cited = self.wish.cite("seats")
        return offer(
            self.about.profile,
            seats,
            product,
            (*cited, *(self.contract.cite("product") if self.contract else ())),
        )

    @cached_property
    def risks(self) -> tuple[Signal, ...]:
        """Live risks of medium or high severity, the worst first; posture risks before others of a severity."""
        found = (
            signal for signal in self.about.judgement.signals
            if signal.severity.rank >= Severity.MEDIUM.rank and _is_against(signal) and not signal.to_admin
        )  # fmt: skip
        return tuple(
            sorted(found, key=lambda one: (-one.severity.rank, not one.is_posture_risk, one.name, one.id))
        )

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """Open ones: ours before theirs, the earliest due first."""
        found = (one for one in self.view.promises if one.is_open and delivery_of(self.view, one) is None)
        return tuple(sorted(found, key=lambda one: (not one.is_ours, one.due_on or date.max, one.key)))

    @cached_property
    def _named(self) -> tuple[tuple[str, Entity], ...]:
        def names() -> tuple[tuple[str, Entity], ...]:
            both = ((one.text("name"), one) for one in (*self.view.contacts, *self.view.deals))
            return tuple((name, one) for name, one in both if name)

        return self.view.once("named", (), names)

    def shortly(self, text: str) -> str:
        """Write a text for this account's own page: plain dates, the account's name only where it is needed."""
        told = plainly(text, self.today).removeprefix(f"{self.view.name}: ")
        return self._own_name.sub("", told).rstrip(".")

    def advised(self, proposal: Proposal, words: int) -> str:
        """Say what a proposal does; of many alike, one and how many more."""
        alike = sum(
            one.rule == proposal.rule and one.action_type == proposal.action_type for one in self.proposals
        )
        text = self.shortly(proposal.description)
        if alike < self.about.profile.judgement.grouped_from:
            return ended(clip(text, words))
        return f"{clip(text.partition(':')[0], words)} and {alike - 1} more like it."

    @cached_property
    def _own_name(self) -> re.Pattern[str]:
        """Where the account's name is only repeated; inside the name of a deal it is not."""
        ends = r"(?=[,.:;]|$| (?:inside|into|about|in|with|and|to|from|on|by)\b)"
        return re.compile(rf" (?:at|of|for) {re.escape(self.view.name)}{ends}")

    @cached_property
    def is_waiting(self) -> bool:
        """Tell whether they asked for silence, or for a later day, that is still ahead."""
        said = (*self.view.readings_of("not_before"), *self.view.readings_of("call_back"))
        days = (one.day("not_before") or one.day("on") for one in said if one.speaker == "them")
        return any(day is not None and day > self.today for day in days)

    @cached_property
    def told(self) -> frozenset[str]:
        """Nodes whose words stand under what changed."""
        return frozenset(change.subject for change in self.about.changes[:CHANGES])

    def names_in(self, text: str) -> tuple[Evidence, ...]:
        """Cite the name of every person and deal that a text speaks of."""
        return tuple(item for name, one in self._named if name in text for item in one.cite("name"))

    def is_connected(self, source: str) -> bool:
        """Tell whether a source of this tenant is there at all; with none listed, whether records came from it."""
        sources = self.about.around.sources
        state = sources.get(source)
        return state.connected if state is not None else not sources

    def day(self, day: date) -> str:
        """Write a day."""
        return day_text(day, self.today)

    def day_of(self, instant: datetime) -> date:
        """Cut a day in the tenant's zone."""
        return instant.astimezone(ZoneInfo(self.about.around.zone)).date()

    def business_days(self, start: date, end: date) -> int:
        """Units: business days of the account's region."""
        return business_days_between(self.about.profile.calendar, start, end, self.region)

    def user_name(self, user: str | None) -> str:
        """Name one of us."""
        person = self.about.user(user)
        return person.name if person else (user or "nobody")

    def product(self, name: str | None) -> str | None:
        """Name a product as customers know it."""
        return None if name is None else product_name(self.about.profile, name)

    def knowledge(self, kind: str) -> tuple[KnowledgeDocument, ...]:
        """List documents of a kind."""
        return tuple(document for document in self.about.knowledge if document.kind == kind)


def _is_against(signal: Signal) -> bool:
    return signal.is_posture_risk or signal.name not in (
        "SEAT_LIMIT_NEAR",
        "FORM_SUBMITTED",
        "COMMITMENT_DUE",
    )


def of_document(document: KnowledgeDocument, heading: str, passage: str) -> Evidence:
    """Cite a passage of a document."""
    seal = document.hash
    return Evidence(
        id=EvidenceId(stable_id("ev", "knowledge", document.id, seal, heading)),
        source="knowledge",
        record=document.id,
        field=document.kind,
        value=heading,
        quote=passage,
        observed_at=datetime.combine(document.updated, time(), UTC),
        hash=seal,
        trust=Trust.ADMIN,
        event=EventId(f"knowledge:{document.id}:{seal[:12]}"),
    )


def name_of(entity: Entity) -> str:
    """Name a node as people do, else by its id."""
    return entity.text("name") or entity.identifier
