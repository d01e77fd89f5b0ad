"""Everything at an account that a picture could show, each with its words, its tone and what it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from state.world.detection.wording import counted, day_text
from state.world.judgement import Judgement, Person
from state.world.picture.relevance import Candidate, Kind, Tone, relevance
from state.world.signal import Severity, Signal
from state.world.told import SPOKEN
from state.world.view import AccountView, Promise


@dataclass(frozen=True, slots=True)
class Days:
    """The tenant's calendar at one clock."""

    zone: ZoneInfo
    now: datetime
    near: int
    """Days to a contract's end from which its renewal is near."""

    def of(self, instant: datetime) -> str:
        """Write the day of an instant."""
        return day_text(instant.astimezone(self.zone).date())

    def until(self, day: date) -> int:
        """Count the days to a day."""
        return (day - self.now.astimezone(self.zone).date()).days


def candidates_of(view: AccountView, judged: Judgement, days: Days) -> list[Candidate]:
    """List them by relevance, best first; ties by kind, key and title."""
    found = [
        *_contracts(view, days),
        *_deals(view),
        *_tickets(view),
        *(_signal(one) for one in judged.signals if not one.subject.startswith("Meeting/")),
        *_contradictions(judged),
        *(_person(one, days) for one in judged.people),
        *(_promise(view, one, days) for one in view.promises if one.is_open),
        *_said(view, days),
        *_unknowns(judged),
        *_meetings(view, judged, days),
    ]
    return sorted(found, key=lambda one: (-one.score, one.kind, one.key, one.title))


def _contracts(view: AccountView, days: Days) -> Iterator[Candidate]:
    for one in view.subscriptions:
        if not one.is_running:
            continue
        left = None if one.ends_on is None else days.until(one.ends_on)
        is_near = left is not None and left <= days.near
        ends = "no end known"
        if one.ends_on is not None and left is not None:
            when = f"in {counted(left, 'day')}" if left >= 0 else f"{counted(-left, 'day')} ago"
            ends = f"ends {day_text(one.ends_on)}, {when}"
        notice = f"; notice by {day_text(one.notice_on)}" if one.notice_on else ""
        parts = (str(one.annual_value or ""), f"{one.seats} seats" if one.seats else "")
        yield Candidate(
            kind="contract", key=one.key, label="contract, renewal near" if is_near else "contract",
            title=", ".join(part for part in parts if part) or one.identifier, note=ends + notice,
            tone="warn" if is_near else "plain", score=relevance("contract", is_urgent=is_near),
        )  # fmt: skip


def _deals(view: AccountView) -> Iterator[Candidate]:
    amounts = {deal.key: deal.decimal("amount") or Decimal(0) for deal in view.open_deals}
    total = sum(amounts.values(), Decimal(0))
    for deal in view.open_deals:
        closes = f"closes {day_text(deal.close_on)}" if deal.close_on else "no close date"
        share = amounts[deal.key] / total if total > 0 else Decimal(0)
        yield Candidate(
            kind="deal", key=deal.key, label=f"open deal, {deal.kind}", title=deal.name,
            note=", ".join(part for part in (str(deal.amount or ""), deal.stage or "", closes) if part),
            tone="plain", score=relevance("deal", weight=max(Decimal(0), min(Decimal(1), share))),
        )  # fmt: skip


_SEVERITIES = {1: Severity.HIGH, 2: Severity.MEDIUM, 3: Severity.LOW}
_TICKET_TONES: dict[int, Tone] = {1: "bad", 2: "warn"}


def _tickets(view: AccountView) -> Iterator[Candidate]:
    for one in view.tickets:
        if one.is_open:
            severity = _SEVERITIES.get(one.severity, Severity.INFO)
            yield Candidate(
                kind="ticket", key=one.key, label=f"ticket, severity {one.severity}",
                title=f"{one.identifier}: {one.subject}", note=f"open since {day_text(one.opened_on)}",
                tone=_TICKET_TONES.get(one.severity, "plain"), score=relevance("ticket", severity=severity),
            )  # fmt: skip


_RISK_TONES: dict[Severity, Tone] = {Severity.HIGH: "bad", Severity.MEDIUM: "warn"}


def _signal(one: Signal) -> Candidate:
    kind: Kind = "risk" if one.is_posture_risk else "signal"
    return Candidate(
        kind=kind, key=one.id, label=f"{one.severity.value} {kind}", title=one.text,
        note=one.name.replace("_", " ").capitalize(),
        tone=_RISK_TONES.get(one.severity, "plain") if one.is_posture_risk else "plain",
        score=relevance(kind, severity=one.severity, is_urgent=one.is_posture_risk), about=(one.subject,),
    )  # fmt: skip


def _contradictions(judged: Judgement) -> Iterator[Candidate]:
    for one in judged.contradictions:
        critical = one.is_critical_attribute
        yield Candidate(
            kind="contradiction", key=f"{one.subject}≠{one.attribute}",
            label="critical contradiction" if critical else "contradiction", title=one.text,
            note="two sources disagree; both are kept", tone="bad" if critical else "warn",
            score=relevance("contradiction", is_urgent=critical), about=(one.subject,),
        )  # fmt: skip


_WEIGHTS = {"high": Decimal("0.9"), "medium": Decimal("0.6"), "low": Decimal("0.3"), "unknown": Decimal(0)}
_STANCE_TONES: dict[str, Tone] = {"supporter": "good", "critic": "warn"}
_UNNOTED = 20
"""Points that a person without role and without recent touch is less relevant."""


def _person(one: Person, days: Days) -> Candidate:
    weight = _WEIGHTS[one.influence]
    score = relevance(
        "person", weight=weight, is_urgent=one.is_unreachable or (weight > 0 and not one.is_active)
    )
    is_noted = one.is_active or weight > 0 or one.is_unreachable
    return Candidate(
        kind="person", key=one.subject or one.address, label=_role(one), title=one.name, note=_touched(one, days),
        tone="bad" if one.is_unreachable else _STANCE_TONES.get(one.stance, "plain"),
        score=score if is_noted else max(0, score - _UNNOTED),
    )  # fmt: skip


def _role(one: Person) -> str:
    roles = [role.replace("_", " ") for role in one.roles]
    if one.is_inferred_champion:
        roles = ["champion, inferred", *roles]
    if not roles:
        roles = ["not in the CRM" if one.subject is None else "no role known"]
    return ", ".join([*roles, *([one.stance] if one.stance != "unknown" else [])])


_TOUCHES = {"mail_in": "mail", "mail_out": "our mail", None: "touch"}


def _touched(one: Person, days: Days) -> str:
    if one.is_unreachable:
        return "cannot be reached: left, or mail bounced"
    if one.last_touch is None:
        return "never in touch"
    kind = _TOUCHES.get(one.last_touch_kind, one.last_touch_kind)
    return f"last {kind} {days.of(one.last_touch)}{'' if one.is_active else ', silent since'}"


def _promise(view: AccountView, one: Promise, days: Days) -> Candidate:
    left = None if one.due_on is None else days.until(one.due_on)
    is_late, person = left is not None and left < 0, view.speaker_of(one)
    who = "our promise" if one.is_ours else "their promise"
    return Candidate(
        kind="promise", key=one.key, label=f"{who}, overdue" if is_late else who, title=one.quote,
        note="no date" if one.due_on is None else f"due {day_text(one.due_on)}",
        tone=("bad" if one.is_ours else "warn") if is_late else "plain",
        score=relevance("promise", weight=Decimal("0.3") if one.is_ours else Decimal(0), is_urgent=is_late),
        about=() if person is None else (person.key,),
    )  # fmt: skip


def _said(view: AccountView, days: Days) -> Iterator[Candidate]:
    """Give what they said last on each topic that changes what we know."""
    theirs = [one for one in view.readings if one.topic in SPOKEN and one.speaker == "them"]
    latest = {one.topic: one for one in sorted(theirs, key=lambda one: (one.at, one.key))}
    for topic, one in sorted(latest.items()):
        person = view.speaker_of(one)
        who = person.name if person else one.text("by") or "the customer"
        yield Candidate(
            kind="said", key=one.key, label=f"said: {topic.replace('_', ' ')}", title=f"“{one.quote}”",
            note=f"{who}, {days.of(one.at)}", tone="plain", score=relevance("said"),
            about=() if person is None else (person.key,),
        )  # fmt: skip


def _unknowns(judged: Judgement) -> Iterator[Candidate]:
    for place, one in enumerate(judged.unknowns):
        yield Candidate(
            kind="unknown", key=f"?{one.id} {one.subject}", label="not known", title=one.text,
            note=one.id.replace("_", " "), tone="warn", score=relevance("unknown", place=place), about=(one.subject,),
        )  # fmt: skip


def _meetings(view: AccountView, judged: Judgement, days: Days) -> Iterator[Candidate]:
    for one in view.booked_meetings(judged.now)[:2]:
        guests = view.outside_people(one)
        known = {guest.email.lower(): view.contact_by_email(guest.email) for guest in guests}
        when = days.of(one.starts_at) if one.starts_at else "no time"
        yield Candidate(
            kind="meeting", key=one.key, label="next meeting", title=one.title,
            note=f"{when}, {'with agenda' if one.agenda else 'no agenda'}", tone="plain",
            score=relevance("meeting", is_urgent=True),
            about=tuple(address if person is None else person.key for address, person in known.items()),
        )  # fmt: skip
