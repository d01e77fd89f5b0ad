"""What happened: usage, support, earlier meetings and mails, news."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from agents.playbook.brief.lines import Line, Part, clip, computed, spoken, unique
from agents.playbook.brief.sheet import NOT_CONNECTED, Sheet
from state.decision.brief import Operation
from state.world.detection.wording import counted, percent_text
from state.world.meeting_summary import ItemKind, last_meeting
from state.world.view import Contact, Mail, Meeting, News, Ticket

TICKETS = 3
NEWS = 2
QUOTE_WORDS = 12
USE_DAYS = 28
OUTCOMES = 2
"""Decisions, and next steps, of the last meeting shown at most."""
_MARK = re.compile(
    r"^(?:[-*•]\s)?(?:(?:final\s)?decisions?|decided|agreed|next(?:\ssteps?)?|actions?|to-?dos?)\s?[:–-]\s?",
    re.IGNORECASE,
)


def usage(sheet: Sheet) -> Part:
    """Say active users now against before, and seats in use."""
    if not sheet.is_connected("usage"):
        return NOT_CONNECTED
    found = (_active_users(sheet), _seats(sheet), _features(sheet))
    return tuple(line for line in found if line is not None) or "No usage reported for this account."


def _features(sheet: Sheet) -> Line | None:
    """Count what was used lately, and say that nobody counts who used it."""
    uses = [one for one in sheet.view.feature_uses if one.on <= sheet.today]
    if not uses:
        return None
    first = sheet.today - timedelta(days=USE_DAYS - 1)
    recent = [one for one in uses if one.on >= first] or uses[-1:]
    cited = unique(item for one in recent for item in one.cite("uses", "feature", "day"))
    total, features = sum(one.uses for one in recent), len({one.feature for one in recent})
    when = f"in the last {USE_DAYS} days" if recent[0].on >= first else f"last on {sheet.day(recent[-1].on)}"
    operations = [computed("sum", total, cited), computed("count", features, cited)]
    if recent[0].on >= first:
        operations.append(computed("limit", USE_DAYS, cited))
    text = f"{counted(total, 'use')} of {counted(features, 'feature')} {when}; no series of active users."
    return Line(text, "fact", cited, tuple(operations))


def _active_users(sheet: Sheet) -> Line | None:
    """Repeat what momentum found about active users, with the means behind it."""
    driver = next((one for one in sheet.about.judgement.momentum.drivers if one.name == "active_users"), None)
    if driver is None or driver.direction == "unknown":
        return None
    label, _, ends = driver.text.partition(": ")
    operations = (
        *(computed("mean", number, driver.evidence) for number in re.findall(r"\d+", ends)),
        *(computed("limit", number, driver.evidence) for number in re.findall(r"\d+-day", label)),
    )
    return Line(f"{driver.text}.", "fact", driver.evidence, operations)


def _seats(sheet: Sheet) -> Line | None:
    series, contract = sheet.view.series("seats_used"), sheet.contract
    claim = None if series is None else series.claim("values")
    values = None if claim is None else claim.value
    if (
        claim is None
        or not isinstance(values, (list, tuple))
        or not values
        or contract is None
        or not contract.seats
    ):
        return None
    used = int(str(values[-1]))
    cited = (claim.evidence(), *contract.cite("seats"))
    share = percent_text(used / contract.seats)
    operation = computed("ratio", share, cited)
    return Line(f"{used} of {contract.seats} seats in use ({share}).", "fact", cited, (operation,))


def support(sheet: Sheet) -> Part:
    """Say open tickets, the worst first."""
    if not sheet.is_connected("support"):
        return NOT_CONNECTED
    opened = sorted(sheet.view.open_tickets, key=lambda one: (one.severity, one.opened_on, one.key))
    if not opened:
        return "Nothing open." if sheet.view.tickets else ""
    lines = [_ticket(sheet, ticket) for ticket in opened[:TICKETS]]
    if len(opened) > TICKETS:
        rest = unique(item for ticket in opened[TICKETS:] for item in ticket.cite("status"))
        more = len(opened) - TICKETS
        lines.append(
            Line(f"{counted(more, 'further open ticket')}.", "fact", rest, (computed("count", more, rest),))
        )
    return tuple(lines)


def _ticket(sheet: Sheet, ticket: Ticket) -> Line:
    cited = ticket.cite("severity", "opened_on", "subject", "status")
    days = sheet.business_days(ticket.opened_on, sheet.today)
    subject = f" “{clip(ticket.subject, QUOTE_WORDS)}”," if ticket.subject else ""
    is_risk = any(signal.subject == ticket.key for signal in sheet.risks)
    waited = "" if is_risk else f" ({counted(days, 'business day')})"
    waiting = ", waiting on the customer" if ticket.status == "waiting_on_customer" else ""
    text = (
        f"{ticket.identifier}, severity {ticket.severity},{subject} open since {sheet.day(ticket.opened_on)}"
        f"{waited}{waiting}."
    )
    operation = computed("business_days", days, cited, sheet.today.isoformat())
    return Line(text, "fact", cited, (operation,))


def history(sheet: Sheet) -> Part:
    """Say the last meeting held and the last words from outside."""
    held = sheet.view.held_meetings(sheet.about.now)
    theirs = (mail for mail in reversed(sheet.view.mails) if mail.is_inbound and mail.is_personal)
    last_mail = next((mail for mail in theirs if mail.at <= sheet.about.now), None)
    lines = [
        *(_held(sheet, meeting) for meeting in held[-1:]),
        *_came_to(sheet),
        *(() if last_mail is None else (_mail(sheet, last_mail),)),
    ]
    if not lines and not (sheet.is_connected("mail") or sheet.is_connected("calendar")):
        return NOT_CONNECTED
    return tuple(lines)


def _named_so(sheet: Sheet, names: Iterable[str]) -> list[Contact]:
    """List everybody with one of these full names."""
    found = {one.key: one for name in names for one in sheet.view.called(name) if one.name == name}
    return [one for _, one in sorted(found.items())]


def _held(sheet: Sheet, meeting: Meeting) -> Line:
    who = [
        contact.name
        for guest in sheet.view.outside_people(meeting)
        if guest.status != "declined" and (contact := sheet.view.contact_by_email(guest.email)) is not None
    ]
    names = f" with {spoken(dict.fromkeys(who))}" if who else ""
    day = sheet.day(sheet.day_of(meeting.starts_at or sheet.about.now))
    cited = (
        *meeting.cite("title", "starts_at", "attendees"),
        *(item for contact in _named_so(sheet, who) for item in contact.cite("name")),
    )
    return Line(f"Last meeting {day}: “{clip(meeting.title, QUOTE_WORDS)}”{names}.", "fact", cited)


def _came_to(sheet: Sheet) -> Iterator[Line]:
    """Say what the last meeting decided and what it left to do, each with the line of its notes."""
    found = last_meeting(sheet.view, sheet.about.now)
    if found is None:
        return
    for kind, word in ((ItemKind.DECISION, "Decided there"), (ItemKind.NEXT_STEP, "Left to do")):
        for item, cited in list(found.told(kind))[:OUTCOMES]:
            number = str(item.lines[0])
            text = f"{word} (line {number} of the notes): “{clip(_unmarked(item.text), QUOTE_WORDS)}”"
            yield Line(text, "fact", cited, (computed("count", number, cited, "line"),))


def _unmarked(text: str) -> str:
    """Leave out the word with which notes mark a decision or a next step; the line says it already."""
    return _MARK.sub("", text, count=1)


def _mail(sheet: Sheet, mail: Mail) -> Line:
    contact = sheet.view.contact_by_email(mail.sender)
    who = mail.sender if contact is None else contact.name
    cited = (*mail.cite("text", "subject", "sender"), *(contact.cite("name") if contact else ()))
    is_told = any(one.key in sheet.told for one in sheet.view.readings_in(mail.key))
    quote = "." if is_told else f": “{clip(mail.body or mail.text('subject') or '', QUOTE_WORDS)}”"
    return Line(f"Last mail {sheet.day(sheet.day_of(mail.at))}, {who}{quote}", "fact", cited)


def news(sheet: Sheet) -> Part:
    """Say what was reported lately; reports are inferred until somebody confirms them."""
    limit = sheet.about.profile.sources.source("news")
    hours = limit.hard_hours if limit is not None and limit.hard_hours is not None else None
    found = [item for item in sheet.view.news if item.at <= sheet.about.now]
    recent = [item for item in found if hours is None or sheet.about.now - item.at <= timedelta(hours=hours)]
    if not recent and not sheet.is_connected("news"):
        return NOT_CONNECTED
    latest = sorted(recent, key=lambda item: (item.at, item.key), reverse=True)
    return tuple(_report(sheet, item) for item in latest[:NEWS])


def _report(sheet: Sheet, item: News) -> Line:
    day = sheet.day(sheet.day_of(item.at))
    return Line(
        f"{day}: “{clip(item.headline, QUOTE_WORDS)}” (not confirmed).", "inferred", item.cite("headline")
    )


__all__ = ["Operation", "history", "news", "support", "usage"]
