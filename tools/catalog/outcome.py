"""outcome.record: what came of a mail or a meeting, as a person says it.

No proposal reaches it: an outcome is told, never decided.
"""

from typing import Literal

from state.errors import InvalidInput
from state.ports.tooling import Inside
from state.world.records import MeetingUpdated
from tools.catalog.references import deal_of, mail_of, meeting_of
from tools.catalog.task import Arguments, Drawn, Row, Task
from tools.catalog.tool import writes
from tools.catalog.words import Line, Text
from tools.catalog.writing import Pen

Outcome = Literal[
    "reply_positive", "reply_neutral", "reply_negative", "out_of_office", "unsubscribe", "meeting_held",
    "meeting_no_show", "stage_advanced", "won", "lost", "renewed", "churned",
]  # fmt: skip
_MEETING: dict[str, Literal["held", "no_show"]] = {"meeting_held": "held", "meeting_no_show": "no_show"}


class OutcomeArguments(Arguments):
    """What happened, on which record."""

    outcome: Outcome
    meeting: Line | None = None
    mail: Line | None = None
    deal: Line | None = None
    text: Text | None = None


class OutcomeRow(Row):
    """One outcome."""

    outcome: Outcome
    subject: str
    text: Text | None


def _draw(task: Task, arguments: OutcomeArguments) -> Drawn[OutcomeRow]:
    meeting = meeting_of(task, arguments.meeting)
    if arguments.outcome in _MEETING:
        if meeting is None:
            raise InvalidInput(
                "It names no meeting.", field="meeting", remedy="Choose a meeting of this account."
            )
        subject = meeting.key
    elif arguments.mail:
        subject = mail_of(task, arguments.mail).key
    else:
        subject = deal_of(task, arguments.deal, is_open=False).key if arguments.deal else task.subject
    return Drawn(OutcomeRow(outcome=arguments.outcome, subject=subject, text=arguments.text))


def _put(pen: Pen, row: OutcomeRow) -> Inside:
    records = [pen.record("touch", row.subject, row)]
    status = _MEETING.get(row.outcome)
    if status is None:
        return pen.inside(records)
    told = MeetingUpdated(meeting=row.subject.partition("/")[2], status=status)
    return pen.inside(records, [pen.event(told, source="user")])


INSIDE = (
    writes(
        "outcome.record",
        "Record what came of a mail, a meeting or a deal.",
        (OutcomeArguments, OutcomeRow),
        (_draw, _put),
        effects=("an outcome is recorded", "a meeting is marked held or missed"),
        action_class=2,
    ),
)
