"""What every import does alike: store events, keep what was left out, and tell what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.session import Session
from state.canonical import digest
from state.errors import InvalidInput
from state.ids import EventId, TenantId

if TYPE_CHECKING:
    from datetime import date

    from pydantic import BaseModel

    from graphs.perceiving.intake import Imported
    from state.world.event import Event
    from tools.connectors.port import Connector, Drained


@dataclass(frozen=True)
class Told:
    """What an import came to."""

    imported: "Imported"
    by_rule: Mapping[str, int]
    """Events by the rule or type that made them."""
    read: "Drained"
    others: Sequence[str]
    """Files of other endings, which were not opened."""
    place: Path | None
    """Where everything that was left out is written down."""
    refused: "date | None" = None
    """The day that was asked for as the clock, where the clock stays as it is."""


def understood(connector: "Connector", what: str, remedy: str) -> "Drained":
    """Read a source to its end before anything is written. Raises: InvalidInput when nothing is understood."""
    from tools.connectors.port import drained

    read = drained(connector.deltas(None))
    if not read.events:
        refuse_nothing(read, what, remedy)
    return read


def refuse_nothing(read: "Drained", what: str, remedy: str) -> None:
    """Say that nothing of a source could be taken, with the first reason. Raises: InvalidInput."""
    first = next(iter((*read.rejects, *read.remarks)), None)
    line = f" line {first.line}" if first is not None and first.line else ""
    place = f", {first.column}" if line and first is not None and first.column else ""
    value = f" (it is {first.value[:60]!r})" if line and first is not None and first.value else ""
    reason = f" {first.file}{line}{place}: {first.reason.rstrip('.')}{value}." if first is not None else ""
    raise InvalidInput(f"None of the {what} could be understood.{reason}", field="file", remedy=remedy)


def synced(tenant: TenantId, source: str, at: datetime, *, is_read_on: bool = False) -> "Event":
    """Say that the source was read at this clock: of one that is read on many times a day, at this very second."""
    from state.world.event import Event
    from state.world.records import SourceSynced

    moment = at.isoformat(timespec="seconds") if is_read_on else at.date().isoformat()
    return Event(
        id=EventId(f"{source}/source.synced/{moment}"),
        tenant=tenant,
        source=source,
        type=SourceSynced.type,
        time=at,
        recorded_at=at,
        data=SourceSynced(feed=source),
    )


def kept(
    session: Session,
    read: "Drained",
    name: str,
    others: Sequence[str] = (),
    sources: Sequence[str] = (),
    *,
    is_quiet: bool,
    rules: "BaseModel | None" = None,
) -> Told:
    """Store what was read, say which sources are now read to their end, and write down what was left out."""
    at = session.tenancy.now
    events = [*read.events, *(synced(session.tenancy.id, source, at) for source in sources)]
    imported = taken(session, events, name.replace("-", ":", 1), read, is_quiet=is_quiet, rules=rules)
    kinds = dict(sorted(Counter(one.type for one in read.events).items()))
    return Told(imported, kinds, read, others, write_rejected(session, name, read))


def taken(
    session: Session,
    events: "Sequence[Event]",
    source: str,
    read: "Drained | None" = None,
    *,
    is_quiet: bool,
    since: str | None = None,
    rules: "BaseModel | None" = None,
) -> "Imported":
    """Store the events in one transaction, with a bar; the ledger's entry counts what was left out.

    `since` is the cursor from which a source was read on, empty the first time: what came after it is news, unless
    the clock stands still. `rules` is the mapping it was read by.
    """
    from graphs.perceiving.intake import Delivery, take_events
    from server.cli.progress import bar

    lost, cursor = (len(read.rejects), read.cursor or "") if read is not None else (0, "")
    wholes = read.wholes if read is not None else ()
    with bar("Importing events", quiet=is_quiet) as step:
        return take_events(
            session.parts,
            session.tenancy,
            session.principal,
            events,
            source,
            lambda done: step(done, len(events)),
            Delivery(
                is_live=bool(since) and not session.tenancy.is_frozen,
                rejected=lost,
                cursor=(since or "", cursor),
                wholes=wholes,
                files=counted(read) if read is not None else {},
                mapping=digest(rules.model_dump(mode="json")) if rules is not None else "",
            ),
        )


def counted(read: "Drained") -> dict[str, int]:
    """Count what was read and what was left out, for the ledger."""
    return {
        "files": len(read.files),
        "files_understood": read.understood,
        "records": sum(one.records for one in read.files),
        "left_out": len(read.rejects),
        "changed": len(read.remarks),
    }


def write_rejected(session: Session, name: str, read: "Drained") -> Path | None:
    """Keep what was left out or changed; an import without any leaves no file."""
    from tools.connectors.csv_folder import slug
    from tools.connectors.rejects import write_rejects

    file = name if name == Path(name).name and name.isascii() and " " not in name else slug(name) or "import"
    place = session.settings.tenant_folder(session.tenancy.id) / "rejects" / f"{file}.csv"
    if not (read.rejects or read.remarks):
        place.unlink(missing_ok=True)
        return None
    write_rejects(place, (*read.rejects, *read.remarks))
    return place


def tell(session: Session, told: Told, *, is_json: bool, also: Mapping[str, object] | None = None) -> int:
    """Report what was understood, parked and rejected, and why."""
    from server.cli.printing import print_json, show

    if not is_json:
        from server.render.imported import imported_page

        show(imported_page(told, session.tenancy.id, session.reader))
        return 0
    clock = session.tenancy.tenant.clock
    read = told.read
    print_json(
        {
            "tenant": session.tenancy.id,
            "clock": clock.isoformat() if clock else None,
            **told.imported.counts.model_dump(),
            "invisible": told.imported.invisible,
            "rejected": sum(not one.quarantine for one in read.rejects),
            "quarantined": dict(Counter(one.quarantine for one in read.rejects if one.quarantine)),
            "remarks": len(read.remarks),
            "files": {
                "understood": read.understood,
                "rejected": len(read.files) - read.understood,
                "others": len(told.others),
            },
            "records": {
                "all": sum(one.records for one in read.files),
                "understood": sum(one.understood for one in read.files),
            },
            "reasons": dict(Counter(one.reason for one in (*read.rejects, *read.remarks)).most_common(50)),
            "rejects_file": str(told.place) if told.place else None,
            "by_rule": told.by_rule,
            **(also or {}),
        }
    )
    return 0
