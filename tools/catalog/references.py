"""Resolve a reference to a record of the account at hand; what is not there, or not verified, is refused.

Invariant: an address comes from a record of a system of record or from a person's correction, never from an argument.
"""

import re
from collections.abc import Sequence
from typing import TypeVar

from state.errors import InvalidInput
from state.evidence import Trust
from state.ids import UserId
from state.principal import User
from state.world.knowledge import KnowledgeDocument
from state.world.record import NodeKind
from state.world.view import Contact, Deal, Entity, Mail, Meeting, PlanRecord, Ticket
from tools.catalog.task import Task

E = TypeVar("E", bound=Entity)
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z0-9-]{2,63}")
"""The addresses that mail and invitations go to and from: plain ASCII, no quoting."""


def pick(kind: NodeKind, items: Sequence[E], reference: str, field: str) -> E:
    """Find a record by node key or by the source's own id. Raises: InvalidInput."""
    name = reference.removeprefix(f"{kind.value}/")
    found = next((item for item in items if item.identifier == name), None)
    if found is None:
        raise InvalidInput(
            f"This account has no {kind.value.lower()} {name!r}.",
            field=field,
            value=reference[:80],
            remedy="Choose a record of this account.",
        )
    return found


def subject_of(task: Task, kind: NodeKind, argument: str | None) -> str | None:
    """Choose the reference: the argument, else the proposal's subject when it is of that kind."""
    subject = task.proposal.subject
    return argument or (subject if subject and subject.startswith(f"{kind.value}/") else None)


def recipient_of(task: Task, least: Trust = Trust.SYSTEM_OF_RECORD) -> Contact:
    """Resolve the proposal's recipient to a verified contact, stated by at least such trust. Raises: InvalidInput."""
    if task.proposal.recipient is None:
        raise InvalidInput("It names no recipient.", field="recipient", remedy="Choose a verified contact.")
    return verified_contact(task, task.proposal.recipient, "recipient", least)


def verified_contact(task: Task, reference: str, field: str, least: Trust) -> Contact:
    """Resolve a contact of this account whose address a record of at least such trust states. Raises: InvalidInput."""
    contact = pick(NodeKind.CONTACT, task.view.contacts, reference, field)
    claim = contact.claim("email")
    is_stated = claim is not None and claim.trust.rank >= least.rank
    if not contact.is_verified or contact.email is None or not is_stated:
        raise InvalidInput(
            f"{contact.identifier} is not a verified contact.",
            field=field,
            value=reference[:80],
            remedy="Confirm the contact and its address in the CRM first.",
        )
    if task.profile.company.is_inside(contact.email):
        raise InvalidInput(
            f"{contact.identifier} has an address of ours.",
            field=field,
            value=contact.email,
            remedy="Correct the CRM.",
        )
    return contact


def deal_of(task: Task, argument: str | None, *, is_open: bool = True) -> Deal:
    """Resolve the deal: named, else the subject. Raises: InvalidInput."""
    reference = subject_of(task, NodeKind.OPPORTUNITY, argument)
    if reference is None:
        raise InvalidInput("It names no deal.", field="deal", remedy="Choose a deal of this account.")
    deal = pick(NodeKind.OPPORTUNITY, task.view.deals, reference, "deal")
    if is_open and not deal.is_open:
        raise InvalidInput(f"Deal {deal.identifier} is closed.", field="deal", value=deal.identifier)
    return deal


def ticket_of(task: Task, reference: str) -> Ticket:
    """Resolve an open ticket. Raises: InvalidInput."""
    ticket = pick(NodeKind.TICKET, task.view.tickets, reference, "ticket")
    if not ticket.is_open:
        raise InvalidInput(f"Ticket {ticket.identifier} is closed.", field="ticket", value=ticket.identifier)
    return ticket


def meeting_of(task: Task, argument: str | None) -> Meeting | None:
    """Resolve the meeting: named, else the subject; None when it is about none. Raises: InvalidInput."""
    reference = subject_of(task, NodeKind.MEETING, argument)
    return None if reference is None else pick(NodeKind.MEETING, task.view.meetings, reference, "meeting")


def plan_of(task: Task, argument: str | None) -> PlanRecord:
    """Resolve the plan: named, the subject, else the only active one. Raises: InvalidInput."""
    reference = subject_of(task, NodeKind.PLAN, argument)
    if reference is not None:
        return pick(NodeKind.PLAN, task.view.plans, reference, "plan")
    active = [plan for plan in task.view.plans if plan.is_active]
    if len(active) != 1:
        raise InvalidInput("It names no plan.", field="plan", remedy="Choose a plan of this account.")
    return active[0]


def mail_of(task: Task, reference: str) -> Mail:
    """Resolve a mail of this account. Raises: InvalidInput."""
    return pick(NodeKind.INTERACTION, task.view.mails, reference, "mail")


def user_of(task: Task, name: str, field: str) -> UserId:
    """Resolve one of us. Raises: InvalidInput."""
    user = task.premises.user(name)
    if user is None:
        raise InvalidInput(
            f"{name!r} is not a user of this tenant.",
            field=field,
            value=name[:80],
            remedy="Name a user by id.",
        )
    return user.id


def holds_here(task: Task, name: UserId) -> bool:
    """Tell whether work at this account may be somebody's: an owner's, a stand-in's, the queue's, or who asks."""
    owners = {task.view.owner, *(deal.owner for deal in task.view.deals)}
    away = task.about.around.away
    known = [user for one in owners if (user := task.premises.user(one)) is not None]
    stand_ins = {one for user in known for one in (user.id, away.get(user.id), user.manager)}
    return name in {*stand_ins, task.profile.company.queues.unassigned, task.about.principal.user}


def document_of(task: Task, name: str, *, leaves: bool) -> KnowledgeDocument:
    """Resolve a knowledge document; only a customer-safe one may leave. Raises: InvalidInput."""
    found = next((document for document in task.about.knowledge if document.id == name), None)
    if found is None or (leaves and not found.is_customer_safe):
        reason = "is not customer-safe" if found is not None else "is not among the knowledge documents"
        raise InvalidInput(
            f"{name!r} {reason}.", field="document", value=name[:80], remedy="Choose another document."
        )
    return found


def sending_user(task: Task, in_name_of: str | None) -> User:
    """Give whom it goes out as: the owner, or the record's owner for whom the owner stands in. Raises: InvalidInput."""
    user = task.owner if in_name_of is None else _stood_in_for(task, in_name_of)
    if not holds_here(task, task.owner.id):
        raise InvalidInput(
            f"{task.owner.name} holds nothing at this account.",
            field="owner",
            value=task.owner.id,
            remedy="Name the record's owner.",
        )
    if not task.profile.company.is_inside(user.email) or not ADDRESS.fullmatch(user.email):
        raise InvalidInput(
            f"{user.name} has no address in a verified domain.",
            field="owner",
            value=user.email,
            remedy="See company.yaml.",
        )
    return user


def _stood_in_for(task: Task, name: str) -> User:
    """Believe a stand-in only for an owner of this account's records, and only where that was said for now."""
    user, queue = task.premises.user(name), task.profile.company.queues.unassigned
    owners = (task.view.owner, *(deal.owner for deal in task.view.deals))
    if user is not None and user.id in owners:
        stand_ins = (user.id, task.about.around.away.get(user.id), user.manager, queue)
        if task.owner.id in stand_ins:
            return user
    raise InvalidInput(
        f"{task.owner.name} does not stand in for {name!r} here.",
        field="in_name_of",
        value=name[:80],
        remedy="Name the record's owner; who stands in is said with `revloop standin`.",
    )
