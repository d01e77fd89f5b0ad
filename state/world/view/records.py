"""The records of one account, kind by kind, each list made once and found again by what it is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from state.ids import NodeKey
from state.world.record import NodeKind
from state.world.view.commerce import Deal, PaperStep, PlanRecord, Subscription
from state.world.view.entity import Entity
from state.world.view.people import Contact, Promise, ReadingNode
from state.world.view.touch import Bounce, Form, Mail, Meeting, News, Note, Open
from state.world.view.usage import FeatureUse, Series, Ticket

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True)
class Records(Entity):
    """What sources hold of one account."""

    def _all(self, kind: NodeKind, as_type: type[E]) -> tuple[E, ...]:
        return tuple(as_type(self.situation, key) for key in self.situation.nodes(kind))

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """People in the CRM (unresolved mail and meeting addresses are not among them)."""
        return self._all(NodeKind.CONTACT, Contact)

    @cached_property
    def deals(self) -> tuple[Deal, ...]:
        """Opportunities, open and closed."""
        return self._all(NodeKind.OPPORTUNITY, Deal)

    @cached_property
    def open_deals(self) -> tuple[Deal, ...]:
        """Opportunities neither won nor lost."""
        return tuple(deal for deal in self.deals if deal.is_open)

    @cached_property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Contracts."""
        return self._all(NodeKind.SUBSCRIPTION, Subscription)

    @cached_property
    def paper_steps(self) -> tuple[PaperStep, ...]:
        """Steps of the buyers' paper process."""
        return self._all(NodeKind.PROCESS, PaperStep)

    @cached_property
    def plans(self) -> tuple[PlanRecord, ...]:
        """Recorded plans."""
        return self._all(NodeKind.PLAN, PlanRecord)

    @cached_property
    def tickets(self) -> tuple[Ticket, ...]:
        """Support cases."""
        return self._all(NodeKind.TICKET, Ticket)

    @cached_property
    def open_tickets(self) -> tuple[Ticket, ...]:
        """Support cases that are open or wait on the customer."""
        return tuple(ticket for ticket in self.tickets if ticket.is_open)

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """Calendar entries."""
        return self._all(NodeKind.MEETING, Meeting)

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """Commitments, ours and theirs."""
        return self._all(NodeKind.COMMITMENT, Promise)

    @cached_property
    def readings(self) -> tuple[ReadingNode, ...]:
        """What texts say, answers to questions and crossed borders apart."""
        return tuple(
            node for node in self._all(NodeKind.READING, ReadingNode) if node.text("record_type") is None
        )

    @cached_property
    def news(self) -> tuple[News, ...]:
        """Public reports."""
        return self._all(NodeKind.BUSINESS_EVENT, News)

    @cached_property
    def interactions(self) -> tuple[Entity, ...]:
        """Mails, bounces, opens, notes and forms by key."""
        return self._all(NodeKind.INTERACTION, Entity)

    @cached_property
    def _by_record_type(self) -> dict[str, list[NodeKey]]:
        found: dict[str, list[NodeKey]] = {}
        for key in self.situation.nodes(NodeKind.INTERACTION):
            found.setdefault(str(self.situation.value(key, "record_type") or ""), []).append(key)
        return found

    def _interactions(self, as_type: type[E], *record_types: str) -> tuple[E, ...]:
        keys = sorted(key for name in record_types for key in self._by_record_type.get(name, ()))
        return tuple(as_type(self.situation, key) for key in keys)

    @cached_property
    def mails(self) -> tuple[Mail, ...]:
        """Mails in and out, oldest first."""
        return tuple(
            sorted(
                self._interactions(Mail, "mail.received", "mail.sent"), key=lambda mail: (mail.at, mail.key)
            )
        )

    @cached_property
    def bounces(self) -> tuple[Bounce, ...]:
        """Delivery failures."""
        return self._interactions(Bounce, "mail.bounced")

    @cached_property
    def opens(self) -> tuple[Open, ...]:
        """Tracking signals."""
        return self._interactions(Open, "mail.opened")

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Notes, calls and transcripts, oldest first."""
        return tuple(sorted(self._interactions(Note, "note.added"), key=lambda note: (note.at, note.key)))

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """Form submissions."""
        return self._interactions(Form, "form.submitted")

    @cached_property
    def answers(self) -> tuple[Entity, ...]:
        """Answers the owner gave to earlier questions: topic, subject, answer."""
        nodes = self._all(NodeKind.READING, Entity)
        return tuple(node for node in nodes if node.text("record_type") == "question.answered")

    def series(self, measure: str) -> Series | None:
        """One usage series by its name."""
        key = NodeKey(f"{NodeKind.SERIES.value}/{measure}")
        return Series(self.situation, key) if key in self.situation else None

    @cached_property
    def feature_uses(self) -> tuple[FeatureUse, ...]:
        """Counted uses of features, oldest first; no series of users."""
        found = [
            one
            for one in self._all(NodeKind.SERIES, FeatureUse)
            if one.text("record_type") == "usage.counted"
        ]
        return tuple(sorted(found, key=lambda one: (one.on, one.key)))

    @cached_property
    def _readings_by_topic(self) -> Mapping[str, tuple[ReadingNode, ...]]:
        found: dict[str, list[ReadingNode]] = {}
        for node in self.readings:
            found.setdefault(node.topic, []).append(node)
        return {topic: tuple(nodes) for topic, nodes in found.items()}

    def readings_of(self, topic: str) -> tuple[ReadingNode, ...]:
        """List what texts say on one topic."""
        return self._readings_by_topic.get(topic, ())

    @cached_property
    def _readings_by_source(self) -> Mapping[NodeKey | None, tuple[ReadingNode, ...]]:
        found: dict[NodeKey | None, list[ReadingNode]] = {}
        for node in self.readings:
            found.setdefault(node.read_in, []).append(node)
        return {source: tuple(nodes) for source, nodes in found.items()}

    def readings_in(self, source: NodeKey) -> tuple[ReadingNode, ...]:
        """List what one text says."""
        return self._readings_by_source.get(source, ())

    @cached_property
    def _mails_to(self) -> Mapping[str, Sequence[Mail]]:
        found: dict[str, list[Mail]] = {}
        for mail in self.mails:
            for address in mail.recipients if not mail.is_inbound and mail.is_personal else ():
                found.setdefault(address, []).append(mail)
        return found

    def mails_to(self, address: str) -> Sequence[Mail]:
        """List our personal mails to an address, oldest first."""
        return self._mails_to.get(address, ())

    def contact(self, key: NodeKey | None) -> Contact | None:
        """Look a person up by key."""
        if key is None or not key.startswith(f"{NodeKind.CONTACT.value}/") or key not in self.situation:
            return None
        return Contact(self.situation, key)

    def deal(self, identifier: str) -> Deal | None:
        """Look an opportunity up by the source's own id."""
        key = NodeKey(f"{NodeKind.OPPORTUNITY.value}/{identifier}")
        return Deal(self.situation, key) if key in self.situation else None
