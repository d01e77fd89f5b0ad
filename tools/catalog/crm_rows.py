"""crm.create_task, log_touch, log_note, tag and attach_brief: rows beside the records, never changes of them.

Invariant: what is noted here is not told to the situation, so that nothing a reasoner writes comes back as a fact.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from state.errors import InvalidInput
from state.ids import UserId
from state.ports.tooling import Inside
from state.world.business_time import local_day
from state.world.record import NodeKind
from tools.catalog.references import (
    deal_of,
    document_of,
    holds_here,
    mail_of,
    meeting_of,
    pick,
    ticket_of,
    user_of,
)
from tools.catalog.task import Arguments, Drawn, Row, Task
from tools.catalog.tool import writes
from tools.catalog.words import Line, Text
from tools.catalog.writing import Pen


class TaskArguments(Arguments):
    """What to do, by when, and the records it is about."""

    title: Line | None = None
    text: Text | None = None
    due_on: date | None = None
    assignee: Line | None = None
    contact: Line | None = None
    deal: Line | None = None
    ticket: Line | None = None
    mail: Line | None = None
    document: Line | None = None
    topic: Line | None = None


class TaskRow(Row):
    """A task of one of us."""

    kind: Literal["task", "research"]
    title: Line
    text: Text
    due_on: date
    """Today at the earliest."""
    assignee: UserId
    subject: str
    refers_to: tuple[str, ...]


def _task(task: Task, arguments: TaskArguments) -> Drawn[TaskRow]:
    proposal, owner = task.proposal, task.owner
    assignee = owner.id if arguments.assignee is None else user_of(task, arguments.assignee, "assignee")
    if assignee != owner.id or not holds_here(task, owner.id):
        task.needs_class(2, "A task for a colleague")
    row = TaskRow(
        kind="research" if proposal.action_type == "research" else "task",
        title=arguments.title or proposal.context_summary,
        text=arguments.text or proposal.description,
        due_on=_due(task, arguments.due_on),
        assignee=assignee,
        subject=task.subject,
        refers_to=_references(task, arguments),
    )
    return Drawn(row, () if assignee == owner.id else (assignee,))


def _due(task: Task, asked: date | None) -> date:
    decide_by = task.proposal.decide_by
    by = decide_by and local_day(decide_by, task.profile.company.zone)
    return max(asked or by or task.proposal.expected_outcome.by, task.today)


def _references(task: Task, arguments: TaskArguments) -> tuple[str, ...]:
    found: list[str] = []
    contact = arguments.contact or task.proposal.recipient
    if contact:
        found.append(pick(NodeKind.CONTACT, task.view.contacts, contact, "contact").key)
    if arguments.deal:
        found.append(deal_of(task, arguments.deal, is_open=False).key)
    if arguments.ticket:
        found.append(ticket_of(task, arguments.ticket).key)
    if arguments.mail:
        found.append(mail_of(task, arguments.mail).key)
    if arguments.document:
        found.append(f"document/{document_of(task, arguments.document, leaves=False).id}")
    return tuple(found)


def _put_task(pen: Pen, row: TaskRow) -> Inside:
    return pen.inside([pen.record(row.kind, row.subject, row, owner=row.assignee)])


class TouchArguments(Arguments):
    """The meeting, mail or note that shows the touch."""

    record: Line | None = None
    contact: Line | None = None
    text: Text | None = None


class TouchRow(Row):
    """A touch that a record already shows, filed by one of us."""

    record: str
    contact: str | None
    text: Text


def _touch(task: Task, arguments: TouchArguments) -> Drawn[TouchRow]:
    reference = arguments.record or task.proposal.subject or ""
    shown = [*task.view.meetings, *task.view.mails, *task.view.notes]
    record = next((one for one in shown if reference in (one.key, one.identifier)), None)
    if record is None:
        raise InvalidInput(
            "A touch needs the meeting, mail or note that shows it.",
            field="record",
            value=reference[:80],
            remedy="Name a record of this account.",
        )
    contact = arguments.contact or task.proposal.recipient
    person = contact and pick(NodeKind.CONTACT, task.view.contacts, contact, "contact").key
    return Drawn(
        TouchRow(record=record.key, contact=person or None, text=arguments.text or task.proposal.description)
    )


def _put_touch(pen: Pen, row: TouchRow) -> Inside:
    return pen.inside([pen.record("touch", row.record, row)])


class NoteArguments(Arguments):
    """What to write down."""

    text: Text | None = None


class NoteRow(Row):
    """A note on a record."""

    subject: str
    text: Text


def _note(task: Task, arguments: NoteArguments) -> Drawn[NoteRow]:
    text = arguments.text or task.proposal.description
    return Drawn(NoteRow(subject=task.subject, text=text))


def _put_note(pen: Pen, row: NoteRow) -> Inside:
    return pen.inside([pen.record("note", row.subject, row)])


class TagArguments(Arguments):
    """One word."""

    tag: Line


class TagRow(Row):
    """A tag on a record."""

    subject: str
    tag: Line


def _tag(task: Task, arguments: TagArguments) -> Drawn[TagRow]:
    return Drawn(TagRow(subject=task.subject, tag=arguments.tag))


def _put_tag(pen: Pen, row: TagRow) -> Inside:
    return pen.inside([pen.record("tag", row.subject, row)])


class AttachArguments(Arguments):
    """The meeting, and the action that made the brief."""

    meeting: Line | None = None
    brief: Annotated[str, Field(pattern=r"^ac_[0-9a-f]{8,64}$")] | None = None


class AttachRow(Row):
    """A brief on the owner's private copy of an event."""

    meeting: str
    brief: str | None
    owner: UserId


def _attach(task: Task, arguments: AttachArguments) -> Drawn[AttachRow]:
    meeting = meeting_of(task, arguments.meeting)
    if meeting is None:
        raise InvalidInput(
            "It names no meeting.", field="meeting", remedy="Choose a meeting of this account."
        )
    return Drawn(AttachRow(meeting=meeting.key, brief=arguments.brief, owner=task.owner.id))


def _put_attachment(pen: Pen, row: AttachRow) -> Inside:
    return pen.inside([pen.record("attachment", row.meeting, row, owner=row.owner)])


INSIDE = (
    writes(
        "crm.create_task",
        "Write a task for the owner, or for a colleague (class 2).",
        (TaskArguments, TaskRow),
        (_task, _put_task),
        effects=("a task is recorded", "the colleague it is for is told"),
        editable=("title", "text", "due_on"),
    ),
    writes(
        "crm.log_touch",
        "File a touch that a meeting, mail or note shows.",
        (TouchArguments, TouchRow),
        (_touch, _put_touch),
        effects=("a touch is filed",),
        editable=("text",),
    ),
    writes(
        "crm.log_note",
        "Write a note beside a record.",
        (NoteArguments, NoteRow),
        (_note, _put_note),
        effects=("a note is recorded",),
        editable=("text",),
    ),
    writes(
        "crm.tag",
        "Tag a record.",
        (TagArguments, TagRow),
        (_tag, _put_tag),
        effects=("a tag is recorded",),
        editable=("tag",),
    ),
    writes(
        "crm.attach_brief",
        "Attach a brief to the owner's private copy of a meeting.",
        (AttachArguments, AttachRow),
        (_attach, _put_attachment),
        effects=("the owner's copy of the meeting carries the brief",),
    ),
)
