"""approve.request: ask the owner."""

from state.ids import UserId
from state.ports.tooling import Inside
from tools.catalog.task import Arguments, Drawn, Row, Task
from tools.catalog.tool import writes
from tools.catalog.words import Line, Text
from tools.catalog.writing import Pen


class AskArguments(Arguments):
    """What to ask."""

    question: Line | None = None


class AskRow(Row):
    """A question to the owner."""

    user: UserId
    subject: str
    question: Text


def _ask(task: Task, arguments: AskArguments) -> Drawn[AskRow]:
    owner = task.owner.id
    question = arguments.question or task.proposal.description
    return Drawn(AskRow(user=owner, subject=task.subject, question=question), (owner,))


def _put(pen: Pen, row: AskRow) -> Inside:
    return pen.inside([pen.record("notification", row.subject, row, owner=row.user)])


INSIDE = (
    writes(
        "approve.request",
        "Put a question or a card into the owner's inbox.",
        (AskArguments, AskRow),
        (_ask, _put),
        effects=("the owner is asked",),
        action_class=4,
    ),
)
