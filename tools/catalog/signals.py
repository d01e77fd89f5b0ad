"""signals.list_recent: what is live at an account."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from state.world.signal import Severity
from tools.catalog.task import Arguments, Found
from tools.catalog.tool import Desk, reads


class ListArguments(Arguments):
    """How many, and from which severity on."""

    limit: Annotated[int, Field(ge=1, le=50)] = 20
    severity: Severity = Severity.INFO


class SignalFound(Found):
    """One live signal."""

    id: str
    name: str
    subject: str
    sub_state: str
    severity: str
    since: datetime
    text: str


class SignalsFound(Found):
    """The most severe first."""

    signals: tuple[SignalFound, ...]
    left_out: int


def _recent(arguments: ListArguments, desk: Desk) -> SignalsFound:
    wanted = [one for one in desk.about.judgement.signals if one.severity.rank >= arguments.severity.rank]
    wanted.sort(key=lambda one: (-one.severity.rank, one.name, one.id))
    shown = tuple(
        SignalFound(
            id=one.id,
            name=one.name,
            subject=one.subject,
            sub_state=one.sub_state,
            severity=one.severity.value,
            since=one.since,
            text=one.text,
            evidence=tuple(item.id for item in one.evidence),
        )
        for one in wanted[: arguments.limit]
    )
    return SignalsFound(signals=shown, left_out=len(wanted) - len(shown))


LIST_RECENT = reads(
    "signals.list_recent",
    "List the live signals of the account, the most severe first.",
    "CHEAP",
    ListArguments,
    SignalsFound,
    _recent,
)
READS = (LIST_RECENT,)
