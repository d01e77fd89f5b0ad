"""Slots of tickets, meetings, promises and what texts say."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agents.playbook.documents import knowledge_evidence, points_of
from agents.playbook.facts import open_tickets
from agents.playbook.people import person_of
from agents.playbook.scene import Scene, source_of
from agents.playbook.slots import Said, Slot, Stage, day, said
from agents.playbook.slots_account import person_said
from state.decision.brief import Operation
from state.world.business_time import business_days_between, region_of
from state.world.view import Contact, Form, Mail, Meeting, News, Promise, ReadingNode


def _ticket_id(stage: Stage) -> Said | None:
    ticket = stage.scene.ticket
    return None if ticket is None else said(ticket.identifier, ticket.cite("severity"))


def _ticket_ids(stage: Stage) -> Said | None:
    tickets = open_tickets(stage.scene.view, 2)
    names = [
        ticket.identifier
        for ticket in sorted(tickets, key=lambda one: (one.severity, one.opened_on, one.key))
    ]
    return said(", ".join(names), (item for ticket in tickets for item in ticket.cite("severity", "status")))


def _ticket_severity(stage: Stage) -> Said | None:
    ticket = stage.scene.ticket
    return None if ticket is None else said(str(ticket.severity), ticket.cite("severity"))


def _ticket_opened(stage: Stage) -> Said | None:
    ticket = stage.scene.ticket
    return None if ticket is None else day(ticket.opened_on, ticket.cite("opened_on"))


def _ticket_days(stage: Stage) -> Said | None:
    scene, ticket = stage.scene, stage.scene.ticket
    if ticket is None:
        return None
    calendar = scene.about.profile.calendar
    region = region_of(calendar, scene.view.text("zone") or scene.view.text("country"))
    count = business_days_between(calendar, ticket.opened_on, scene.today, region)
    cited = ticket.cite("opened_on")
    inputs = (*(item.id for item in cited), scene.today.isoformat())
    return said(str(count), cited, Operation(name="business_days", inputs=inputs, result=str(count)))


def _ticket_count(stage: Stage) -> Said | None:
    tickets = open_tickets(stage.scene.view, 2)
    cited = tuple(item for ticket in tickets for item in ticket.cite("severity"))
    operation = Operation(name="count", inputs=tuple(item.id for item in cited), result=str(len(tickets)))
    return said(str(len(tickets)), cited, operation) if tickets else None


def _meeting_title(stage: Stage) -> Said | None:
    meeting = stage.scene.meeting
    return None if meeting is None else said(meeting.title, meeting.cite("title"))


def _meeting_zone(meeting: Meeting, scene: Scene) -> ZoneInfo:
    return ZoneInfo(meeting.text("zone") or scene.about.around.zone)


def _meeting_day(stage: Stage) -> Said | None:
    meeting = stage.scene.meeting
    if meeting is None or meeting.starts_at is None:
        return None
    return day(
        meeting.starts_at.astimezone(_meeting_zone(meeting, stage.scene)).date(), meeting.cite("starts_at")
    )


def _meeting_time(stage: Stage) -> Said | None:
    meeting = stage.scene.meeting
    if meeting is None or meeting.starts_at is None:
        return None
    local = meeting.starts_at.astimezone(_meeting_zone(meeting, stage.scene))
    return said(f"{local:%H:%M}", meeting.cite("starts_at"))


def _meeting_whose(stage: Stage) -> Said | None:
    """Say `today's`, `tomorrow's` or `Thursday's`, in the tenant's zone."""
    meeting, scene = stage.scene.meeting, stage.scene
    if meeting is None or meeting.starts_at is None:
        return None
    on = meeting.starts_at.astimezone(ZoneInfo(scene.about.around.zone)).date()
    near = {scene.today: "today's", scene.today + timedelta(days=1): "tomorrow's"}
    return said(near.get(on, f"{on:%A}'s"), meeting.cite("starts_at"))


def _promise(attribute: str) -> Slot:
    def fill(stage: Stage) -> Said | None:
        promise = stage.scene.as_(Promise)
        return None if promise is None else said(promise.text(attribute), promise.cite(attribute))

    return fill


def _promise_due(stage: Stage) -> Said | None:
    promise = stage.scene.as_(Promise)
    return None if promise is None else day(promise.due_on, promise.cite("due_on"))


def _quote(stage: Stage) -> Said | None:
    node = stage.scene.node
    if not isinstance(node, Promise | ReadingNode):
        return None
    return said(node.quote, node.cite("text"))


_ITEM_WORDS: Final = {
    "soc2_report": "SOC 2 report", "security_faq": "security answers", "dpa": "data processing agreement",
    "reference": "references", "quote": "quote", "pricing": "pricing", "contract": "contract", "invoice": "invoice",
    "meeting": "meeting",
}  # fmt: skip


def _request_items(stage: Stage) -> Said | None:
    node = stage.scene.as_(ReadingNode)
    if node is None:
        return None
    words = [_ITEM_WORDS[item] for item in node.texts("items") if item in _ITEM_WORDS]
    return said(" and ".join(words) or "answer", node.cite("text"))


def _request_subject(stage: Stage) -> Said | None:
    mail = source_of(stage.scene.view, stage.scene.node)
    return said(mail.text("subject"), mail.cite("subject")) if isinstance(mail, Mail) else None


def _request_mail(stage: Stage) -> Said | None:
    mail = source_of(stage.scene.view, stage.scene.node)
    return said(mail.identifier) if isinstance(mail, Mail) else None


def _request_sender(stage: Stage) -> Said | None:
    mail = source_of(stage.scene.view, stage.scene.node)
    if not isinstance(mail, Mail):
        return None
    return person_said(stage.scene, person_of(stage.scene.about, mail.sender)) or said(
        mail.sender, mail.cite("sender")
    )


def _call_on(stage: Stage) -> Said | None:
    node = stage.scene.as_(ReadingNode)
    return None if node is None else day(node.day("on"), node.cite("on"))


def _call_iso(stage: Stage) -> Said | None:
    node = stage.scene.as_(ReadingNode)
    on = None if node is None else node.day("on")
    return None if node is None or on is None else said(on.isoformat(), node.cite("on"))


def _reader(stage: Stage) -> Said | None:
    node = stage.scene.as_(ReadingNode) or stage.scene.as_(Promise)
    speaker = None if node is None else stage.scene.view.speaker_of(node)
    return None if speaker is None else said(speaker.name, speaker.cite("name"))


def _contact(attribute: str) -> Slot:
    def fill(stage: Stage) -> Said | None:
        contact = stage.scene.as_(Contact)
        return None if contact is None else said(contact.text(attribute), contact.cite(attribute))

    return fill


def _contact_key(stage: Stage) -> Said | None:
    contact = stage.scene.as_(Contact)
    return None if contact is None else said(contact.identifier)


def _news(stage: Stage) -> Said | None:
    news = stage.scene.as_(News)
    return None if news is None else said(news.headline, news.cite("headline"))


def _form(stage: Stage) -> Said | None:
    form = stage.scene.as_(Form)
    return None if form is None else said(form.form_kind, form.cite("kind"))


def _document(read: str) -> Slot:
    """Name the document we may give to customers, or quote its points."""

    def fill(stage: Stage) -> Said | None:
        found = stage.document
        if found is None or not found.is_customer_safe:
            return None
        text = {"title": found.title, "id": found.id, "points": points_of(found)}[read]
        return said(text, (knowledge_evidence(found, text),))

    return fill


TOUCH: Final[Mapping[str, Slot]] = {
    "contact.name": _contact("name"),
    "contact.title": _contact("title"),
    "contact.id": _contact_key,
    "speaker.name": _reader,
    "ticket.id": _ticket_id,
    "ticket.ids": _ticket_ids,
    "ticket.count": _ticket_count,
    "ticket.severity": _ticket_severity,
    "ticket.opened_on": _ticket_opened,
    "ticket.business_days": _ticket_days,
    "meeting.title": _meeting_title,
    "meeting.day": _meeting_day,
    "meeting.time": _meeting_time,
    "meeting.whose": _meeting_whose,
    "promise.deliverable": _promise("deliverable"),
    "promise.due_on": _promise_due,
    "reading.quote": _quote,
    "request.items": _request_items,
    "request.subject": _request_subject,
    "request.mail": _request_mail,
    "request.sender": _request_sender,
    "call_back.on": _call_on,
    "call_back.iso": _call_iso,
    "news.headline": _news,
    "form.kind": _form,
    "document.title": _document("title"),
    "document.id": _document("id"),
    "document.points": _document("points"),
}
