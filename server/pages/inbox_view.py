"""What the inbox shows: its rows, the one that is open, and the times to look again."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from graphs.governing.together import needs_a_look
from graphs.parts import Tenancy
from graphs.telling.card import AskedOut, CardOut
from graphs.telling.displaying import displayed
from graphs.telling.inbox import Inbox
from server import deciding
from server.auth import Caller
from server.deciding import FIELDS, REASONS
from server.home import Home, reader_of
from server.render.card_words import grouped
from state.errors import NotFound
from state.world.business_time import add_business_days, local_day

GONE = NotFound("That does not wait any more.", remedy="What waits now is in the list.")
"""What is told of a question or a group that is not open: answered, expired, or decided one by one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: a question, a card, or equal cards as one."""

    id: str
    question: AskedOut | None = None
    card: CardOut | None = None
    group: tuple[CardOut, ...] = ()


def rows_of(found: Inbox, grouped_from: int) -> tuple[Row, ...]:
    """Put questions first, then cards by urgency, equal ones together."""
    groups = grouped(found.cards, grouped_from)
    rows = [Row(one.id, question=one) for one in found.questions]
    told: set[str] = set()
    for one in found.cards:
        members = groups.get(one.group or "")
        if members is None:
            rows.append(Row(one.id, card=one))
        elif one.group not in told:
            told.add(str(one.group))
            rows.append(Row(f"group-{one.group}", group=tuple(members)))
    return tuple(rows)


def inbox_context(
    home: Home, caller: Caller, wanted: str = "", known: Inbox | None = None
) -> dict[str, object]:
    """Collect what the page shows: the rows and the one that is open."""
    found = known or deciding.waiting(home, caller)
    with home.look(caller.tenant) as tenancy:
        rows = rows_of(found, tenancy.profile.judgement.grouped_from)
        reader, later = reader_of(tenancy), snoozes(tenancy)
        colleagues = [one for one in tenancy.users if one.id != caller.principal.user]
    chosen = next((row for row in rows if row.id == wanted), None)
    if chosen is None and not wanted and rows:
        chosen = rows[0]
    shown = None
    is_gone = chosen is None and wanted.startswith(("qu_", "group-"))
    if chosen is None and wanted and not is_gone:
        shown = deciding.shown(home, caller, wanted)
    elif chosen is not None and chosen.card is not None:
        shown = deciding.shown(home, caller, chosen.card.id)
    several = chosen.group if chosen is not None else ()
    displayed(home.looking, caller.principal, several if shown is None else (shown.card,))
    return {
        "me": caller, "found": found, "rows": rows, "chosen": chosen, "shown": shown, "reader": reader,
        "wall": home.clock.wall(), "reasons": REASONS, "later": later, "colleagues": colleagues,
        "is_opened": bool(wanted), "results": (), "said": None, "just": None, "error": GONE if is_gone else None,
        "needs_a_look": needs_a_look, "fields_prefix": FIELDS,
    }  # fmt: skip


def snoozes(tenancy: Tenancy) -> tuple[tuple[str, datetime], ...]:
    """Offer times to look again: this afternoon, the next two business mornings, the next week."""
    company, calendar = tenancy.profile.company, tenancy.profile.calendar
    zone = ZoneInfo(company.zone)
    today = local_day(tenancy.now, company.zone)
    days = [add_business_days(calendar, today, count, company.region) for count in (1, 2, 5)]
    afternoon = datetime.combine(today, time(14), zone)
    found = [("This afternoon", afternoon)] if afternoon > tenancy.now + timedelta(hours=1) else []
    names = ("Next business morning", "In two business days", "In a week")
    mornings = [datetime.combine(day, time(8), zone) for day in days]
    return (*found, *zip(names, mornings, strict=True))


def inbox_rows(home: Home, caller: Caller) -> tuple[Row, ...]:
    """List the rows as they are now."""
    return grouped_rows(home, caller, deciding.waiting(home, caller))


def grouped_rows(home: Home, caller: Caller, found: Inbox) -> tuple[Row, ...]:
    """List the rows of what waits."""
    with home.look(caller.tenant) as tenancy:
        return rows_of(found, tenancy.profile.judgement.grouped_from)
