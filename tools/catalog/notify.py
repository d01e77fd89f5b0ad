"""notify.rep: tell the owner, a colleague or the admin something, inside the house."""

from state.errors import InvalidInput
from state.ids import UserId
from state.ports.tooling import Inside
from tools.catalog.references import user_of
from tools.catalog.task import Arguments, Drawn, Row, Task
from tools.catalog.tool import writes
from tools.catalog.words import Line, Text
from tools.catalog.writing import Pen


class NotifyArguments(Arguments):
    """Whom to tell, and what; without a name the owner, or the admin's queue."""

    user: Line | None = None
    title: Line | None = None
    message: Text | None = None
    source: Line | None = None
    """The source or feed it is about."""


class NotifyRow(Row):
    """A notification."""

    user: UserId
    subject: str
    title: Line
    message: Text
    source: Line | None


def _notify(task: Task, arguments: NotifyArguments) -> Drawn[NotifyRow]:
    user = _told(task, arguments.user)
    message = arguments.message or task.proposal.description
    row = NotifyRow(
        user=user,
        subject=task.subject,
        title=arguments.title or task.proposal.context_summary,
        message=message,
        source=arguments.source,
    )
    return Drawn(row, (user,))


def _told(task: Task, named: str | None) -> UserId:
    if task.proposal.action_type == "notify_admin":
        admin = task.profile.company.queues.admin
        if admin is None or named not in (None, admin):
            raise InvalidInput(
                "Only the admin's queue is told.",
                field="user",
                value=named or "",
                remedy="Name queues.admin.",
            )
        return user_of(task, admin, "user")
    user = task.owner.id if named is None else user_of(task, named, "user")
    if user not in (task.owner.id, task.about.around.away.get(task.owner.id)):
        task.needs_class(2, "Telling a colleague")
    return user


def _put(pen: Pen, row: NotifyRow) -> Inside:
    return pen.inside([pen.record("notification", row.subject, row, owner=row.user)])


INSIDE = (
    writes(
        "notify.rep",
        "Tell the owner or the delegate (class 1), or a colleague (class 2).",
        (NotifyArguments, NotifyRow),
        (_notify, _put),
        effects=("one of us is told",),
        editable=("message",),
    ),
)
