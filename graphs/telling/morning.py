"""What a new day brought besides new cards: what happened at the accounts, and which risks are no longer there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graphs.parts import Tenancy
from graphs.working.scanning import Looked
from state.ids import AccountId
from state.ports.unit import Unit
from state.world.event import Event
from state.world.record import Record
from state.world.records import (
    AccountChurned,
    DealClosed,
    FormSubmitted,
    MailBounced,
    MailReceived,
    MeetingUpdated,
    NoteAdded,
)
from state.world.signal import Severity, Signal

Live = Mapping[AccountId, Mapping[str, Signal]]
"""Account → live signals by id."""


@dataclass(frozen=True, slots=True)
class Came:
    """One thing that happened at an account."""

    account: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Morning:
    """A day's news, oldest first, and what ended."""

    came: tuple[Came, ...]
    ended: tuple[Came, ...]


def live_signals(unit: Unit) -> Live:
    """Read what was live at the newest run of every account."""
    found: dict[AccountId, Mapping[str, Signal]] = {}
    for row in unit.situations.accounts():
        run = unit.runs.latest(row.account)
        if run is not None:
            found[row.account] = {one.id: one for one in unit.runs.signals_of(run.id)}
    return found


def morning_of(
    unit: Unit, tenancy: Tenancy, events: Sequence[Event], before: Live, looked: Sequence[Looked]
) -> Morning:
    """Tell what came with these events, and which signals of note the new runs no longer see."""
    names = {one.account.account: one.account.name for one in looked}
    came = sorted(_came(tenancy, events, names), key=lambda one: (one.at, one.account, one.text))
    ended = [
        Came(one.account.name, tenancy.now, signal.text)
        for one in looked
        if one.is_new
        for signal in _gone(before.get(one.account.account, {}), unit.runs.signals_of(one.run))
    ]
    return Morning(tuple(came), tuple(ended))


def _gone(before: Mapping[str, Signal], now: Sequence[Signal]) -> Iterator[Signal]:
    still = {_matter(one) for one in now}
    for signal in before.values():
        if signal.severity.rank >= Severity.MEDIUM.rank and _matter(signal) not in still:
            yield signal


def _matter(signal: Signal) -> tuple[str, str]:
    """Say what a signal is about: a promise that was due and is overdue is still the same matter."""
    return signal.name.partition("_")[0], signal.subject


def _came(tenancy: Tenancy, events: Sequence[Event], names: Mapping[AccountId, str]) -> Iterator[Came]:
    for event in events:
        name = None if event.account is None else names.get(event.account)
        if name is not None and (said := _said(tenancy, event.data)) is not None:
            yield Came(name, event.time, said)


def _said(tenancy: Tenancy, record: Record) -> str | None:  # noqa: PLR0911 - one answer per record type
    match record:
        case MailReceived() if not record.bulk and not record.auto_reply:
            return f"{record.sender_name or record.sender} wrote: “{_first(record.text or record.subject)}”"
        case MailBounced():
            return f"A mail to {record.recipient} came back ({record.status_code})"
        case MeetingUpdated() if record.status == "held" or record.confirmed_held:
            return f"The meeting “{record.title}” was held" if record.title else "The meeting was held"
        case NoteAdded():
            author = next((one.name for one in tenancy.users if one.id == record.author), record.author)
            return f"{author} noted: “{_first(record.text)}”"
        case FormSubmitted() if not record.spam:
            return f"{record.sender_name or record.sender} sent a {record.kind} form"
        case DealClosed():
            return f"Deal {record.deal}: {record.outcome}"
        case AccountChurned():
            return "The customer left"
        case _:
            return None


def _first(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 110 else line[:109].rsplit(" ", 1)[0] + " …"
