"""support.*: what is open at the support desk, the history of one ticket, and its escalation inside the house."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from state.errors import InvalidInput
from state.ids import UserId
from state.ports.tooling import Inside
from state.world.record import NodeKind
from state.world.view import Ticket
from tools.catalog.references import pick, ticket_of
from tools.catalog.task import Arguments, Drawn, Found, Row, Task
from tools.catalog.tool import Desk, reads, writes
from tools.catalog.words import Line, Text
from tools.catalog.writing import Pen


class SummaryArguments(Arguments):
    """Nothing more."""


class TicketFound(Found):
    """One open ticket; its subject was written by the customer."""

    ticket: str
    severity: int
    status: str
    opened_on: date
    subject: str


class SummaryFound(Found):
    """The worst first."""

    open_by_severity: dict[str, int]
    tickets: tuple[TicketFound, ...]
    warnings: tuple[str, ...]


def _summary(arguments: SummaryArguments, desk: Desk) -> SummaryFound:
    opened = sorted(
        (ticket for ticket in desk.about.view.tickets if ticket.is_open),
        key=lambda ticket: (ticket.severity, ticket.opened_on, ticket.key),
    )
    counts = {str(level): sum(ticket.severity == level for ticket in opened) for level in (1, 2, 3, 4)}
    warnings = [one for one in desk.about.judgement.signals if one.name.startswith("SUPPORT_")]
    return SummaryFound(
        open_by_severity=counts,
        tickets=tuple(_shown(ticket) for ticket in opened),
        warnings=tuple(one.text for one in warnings),
        evidence=tuple(item.id for one in warnings for item in one.evidence),
    )


def _shown(ticket: Ticket) -> TicketFound:
    return TicketFound(
        ticket=ticket.identifier,
        severity=ticket.severity,
        status=ticket.status,
        opened_on=ticket.opened_on,
        subject=ticket.subject,
        evidence=tuple(item.id for item in ticket.cite("severity", "status", "opened_on")),
    )


class ThreadArguments(Arguments):
    """Which ticket."""

    ticket: Line


class StepFound(Found):
    """One recorded change of a ticket."""

    at: datetime
    attribute: str
    value: str


class ThreadFound(Found):
    """The ticket and what happened to it, oldest first."""

    ticket: TicketFound
    steps: tuple[StepFound, ...]


def _thread(arguments: ThreadArguments, desk: Desk) -> ThreadFound:
    ticket = pick(NodeKind.TICKET, desk.about.view.tickets, arguments.ticket, "ticket")
    claims = [
        claim
        for name in ("status", "severity", "reopened", "rating", "kind")
        for claim in ticket.history(name)
    ]
    steps = sorted(claims, key=lambda claim: (claim.valid_from, claim.attribute, claim.event))
    return ThreadFound(
        ticket=_shown(ticket),
        steps=tuple(
            StepFound(
                at=claim.valid_from,
                attribute=claim.attribute,
                value=claim.evidence().value,
                evidence=(claim.evidence().id,),
            )
            for claim in steps
        ),
    )


def _split(raw: object) -> object:
    return [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw


class EscalateArguments(Arguments):
    """Which tickets, to whom, and what to say; without tickets, the one it is about."""

    ticket: Line | None = None
    tickets: Annotated[tuple[Line, ...], BeforeValidator(_split), Field(max_length=20)] = ()
    user: Line | None = None
    message: Text | None = None


class EscalationRow(Row):
    """An internal escalation: tickets and the colleague who is told."""

    tickets: tuple[str, ...] = Field(min_length=1)
    severity: int
    user: UserId
    message: Text


def _escalate(task: Task, arguments: EscalateArguments) -> Drawn[EscalationRow]:
    subject = task.proposal.subject or ""
    named = (*arguments.tickets, *([arguments.ticket] if arguments.ticket else []))
    if not named and subject.startswith(f"{NodeKind.TICKET.value}/"):
        named = (subject,)
    if not named:
        raise InvalidInput(
            "It names no ticket.", field="ticket", remedy="Choose an open ticket of this account."
        )
    tickets = [ticket_of(task, reference) for reference in dict.fromkeys(named)]
    desk = arguments.user or task.profile.company.queues.support or task.owner.manager
    user = task.premises.user(desk)
    if user is None:
        raise InvalidInput(
            "Nobody takes escalations.",
            field="queues.support",
            remedy="Name the support queue in company.yaml.",
        )
    row = EscalationRow(
        tickets=tuple(ticket.identifier for ticket in tickets),
        severity=min(ticket.severity for ticket in tickets),
        user=user.id,
        message=arguments.message or task.proposal.description,
    )
    return Drawn(row, (user.id,))


def _write(pen: Pen, row: EscalationRow) -> Inside:
    names = ", ".join(row.tickets)
    return pen.inside(
        [pen.record("escalation", names, row), pen.record("notification", names, row, owner=row.user)]
    )


GET_RISK = reads(
    "support.get_risk_summary",
    "List open tickets by severity and what they warn of.",
    "CHEAP",
    SummaryArguments,
    SummaryFound,
    _summary,
)
GET_THREAD = reads(
    "support.get_thread",
    "Read the history of one ticket.",
    "MED",
    ThreadArguments,
    ThreadFound,
    _thread,
)
ESCALATE = writes(
    "support.escalate",
    "Escalate open tickets to the colleague who leads support, inside the house.",
    (EscalateArguments, EscalationRow),
    (_escalate, _write),
    effects=("an escalation is recorded", "the head of support is told"),
    action_class=2,
    editable=("message",),
)
READS = (GET_RISK, GET_THREAD)
INSIDE = (ESCALATE,)
