"""What may have happened at a small account, so that one rule's border lies some days ahead; one kind per rule."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LIFE = 30
"""Units: days that something without an end of its own is told."""
Told = Iterator[tuple[str, Mapping[str, object], float]]
"""Shape: (event type, fields of the record, days from the clock)."""


@dataclass(frozen=True, slots=True)
class House:
    """One account of the town."""

    number: int
    name: str
    clock: datetime
    phase: int
    """Units: days until its border."""

    def day(self, days: int) -> str:
        """Name a day of the record, some days from the clock."""
        return (self.clock.date() + timedelta(days=days)).isoformat()

    def at(self, days: float) -> str:
        """Name a time, some days from the clock."""
        return (self.clock + timedelta(days=days)).isoformat()

    def mail(self, who: str) -> str:
        """Give somebody's address."""
        return f"{who}@{self.name}.example"

    def deal(self, **fields: object) -> dict[str, object]:
        """Describe its one deal."""
        return {"deal": f"{self.name}.d", "name": "Routing", "currency": "USD", **fields}

    def person(self, who: str = "ada", **fields: object) -> dict[str, object]:
        """Describe somebody there."""
        return {"contact": f"{self.name}.{who}", "name": who.title(), "email": self.mail(who), **fields}

    def from_them(self, place: int, text: str = "Thank you.", who: str = "ada") -> dict[str, object]:
        """Describe a mail of theirs."""
        name = f"{self.name}.in{place}"
        return {
            "mail": name,
            "sender": self.mail(who),
            "to": ["maya@seller.example"],
            "subject": "Routes",
            "text": text,
        }

    def to_them(self, place: int, who: str = "ada") -> dict[str, object]:
        """Describe a mail of ours."""
        return {
            "mail": f"{self.name}.out{place}",
            "user": "maya",
            "to": [self.mail(who)],
            "subject": "Routes",
        }

    def call(self, place: int, who: str = "ada") -> dict[str, object]:
        """Describe a call that was answered."""
        body = {
            "note": f"{self.name}.n{place}",
            "author": "maya",
            "kind": "call",
            "connected": True,
            "text": "Spoke.",
        }
        return {**body, "participants": [self.mail(who)]}

    def meeting(self, starts: float, status: str = "booked") -> dict[str, object]:
        """Describe a meeting of an hour with one of them."""
        guest = {"email": self.mail("ada"), "name": "Ada", "status": "accepted"}
        times = {"starts_at": self.at(starts), "ends_at": self.at(starts + 1 / 24)}
        return {
            "meeting": f"{self.name}.m",
            "title": "Review",
            "status": status,
            "attendees": [guest],
            **times,
        }

    def ticket(self, place: int, **fields: object) -> dict[str, object]:
        """Describe a support case."""
        return {"ticket": f"{self.name}.t{place}", "subject": "Map", "status": "open", **fields}


def _renewal(at: House) -> Told:
    contract = {
        "subscription": f"{at.name}.s",
        "annual_value": "12000.00",
        "currency": "USD",
        "status": "active",
    }
    ends = {"ends_on": at.day(90 + at.phase), "starts_on": at.day(-400)}
    yield "subscription.updated", {**contract, **ends}, -300


def _notice(at: House) -> Told:
    contract = {
        "subscription": f"{at.name}.s",
        "annual_value": "12000.00",
        "currency": "USD",
        "status": "active",
    }
    days = {"notice_on": at.day(30 + at.phase), "ends_on": at.day(200 + at.phase), "starts_on": at.day(-400)}
    yield "subscription.updated", {**contract, **days}, -300


def _passed(at: House) -> Told:
    yield "deal.updated", at.deal(stage="Prospecting", close_on=at.day(at.phase), amount="4000.00"), -20


def _slipped(at: House) -> Told:
    yield "deal.updated", at.deal(stage="Prospecting", close_on=at.day(60)), -100
    yield "deal.updated", at.deal(close_on=at.day(120)), at.phase - LIFE


def _stage(at: House) -> Told:
    yield "deal.updated", at.deal(stage="Discovery" if at.phase % 2 else "Prospecting"), -100
    yield "deal.updated", at.deal(stage="Prospecting" if at.phase % 2 else "Evaluation"), at.phase - LIFE


def _value(at: House) -> Told:
    yield "deal.updated", at.deal(stage="Prospecting", amount="40000.00"), -100
    yield "deal.updated", at.deal(amount="20000.00" if at.phase % 2 else "80000.00"), at.phase - LIFE


def _age(at: House) -> Told:
    yield "deal.updated", at.deal(stage="Prospecting", opened_on=at.day(at.phase - 109)), -109 + at.phase


def _closed(at: House) -> Told:
    yield (
        "deal.updated",
        at.deal(stage="Prospecting", opened_on=at.day(-60 - 3 * at.phase)),
        -60 - 3 * at.phase,
    )
    outcome = "won" if at.phase % 2 else "lost"
    yield (
        "deal.closed",
        {"deal": f"{at.name}.d", "outcome": outcome, "closed_on": at.day(at.phase - LIFE)},
        at.phase - LIFE,
    )


def _paper(at: House) -> Told:
    yield "deal.updated", at.deal(stage="Prospecting", close_on=at.day(24 + at.phase), amount="90000.00"), -20
    step = {
        "process": f"{at.name}.p",
        "deal": f"{at.name}.d",
        "step": "security_review",
        "status": "not_begun",
    }
    yield "process.updated", step, -19


def _rival(at: House) -> Told:
    yield "deal.updated", at.deal(stage="Prospecting", competitors=["Fleetwise"]), at.phase - LIFE


def _discount(at: House) -> Told:
    yield "deal.updated", at.deal(stage="Prospecting"), -100
    yield "mail.received", at.from_them(1, "Can you give us a discount of 12%?"), at.phase - LIFE


def _joined(at: House) -> Told:
    yield "contact.updated", at.person(), -200
    days = at.phase - LIFE
    yield "contact.updated", at.person("bo", title="Clerk", created_on=at.day(days)), days


def _left(at: House) -> Told:
    yield "contact.updated", at.person(roles=["champion"]), -200
    bounce = {"bounce": f"{at.name}.b", "recipient": at.mail("ada"), "status_code": "5.1.1"}
    yield "mail.bounced", bounce, at.phase - LIFE


def _gap(at: House) -> Told:
    yield "contact.updated", at.person(roles=["economic_buyer"]), -200
    yield "deal.updated", at.deal(stage="Proposal"), -70
    yield "note.added", at.call(1), at.phase - 61


def _cold(at: House) -> Told:
    yield "contact.updated", at.person(roles=["champion"]), -200
    for place in range(3):
        yield "mail.received", at.from_them(place), at.phase - 20 - place
    for place in range(2):
        yield "mail.sent", at.to_them(place), at.phase - 18 + place * 2


def _threads(at: House) -> Told:
    for place, (who, room) in enumerate((("ada", "Finance"), ("bo", "IT"), ("cy", "Service"))):
        yield "contact.updated", at.person(who, department=room), -200
        yield "note.added", at.call(place, who), min(at.phase, 13) - 14


def _severe(at: House) -> Told:
    yield "ticket.updated", at.ticket(1, severity=2, opened_on=at.day(at.phase - 9)), at.phase - 9


def _flow(at: House) -> Told:
    yield "account.updated", {"account": at.name, "customer_since": at.day(-500)}, -400
    for place in range(4):
        fields = {"severity": 3, "opened_on": at.day(at.phase % 14 - 13), "status": "closed"}
        yield "ticket.updated", at.ticket(place, **fields), at.phase % 14 - 13


def _raised(at: House) -> Told:
    yield "ticket.updated", at.ticket(1, severity=4, opened_on=at.day(-90)), -90
    yield "ticket.updated", at.ticket(1, severity=3), at.phase - LIFE


def _usage(at: House) -> Told:
    yield "account.updated", {"account": at.name, "customer_since": at.day(at.phase - 60)}, -70
    after = 22 if at.phase % 2 else 36
    values = [40 + day % 3 for day in range(70)] + [after + day % 3 for day in range(28)]
    body = {"series": "active_users", "first_day": at.day(-98), "values": values}
    yield "usage.reported", body, -0.1


def _seats(at: House) -> Told:
    contract = {"subscription": f"{at.name}.s", "seats": 50, "status": "active", "starts_on": at.day(-400)}
    yield "subscription.updated", contract, -300
    yield "usage.reported", {"series": "seats_used", "first_day": at.day(-20), "values": [48] * 20}, -0.1


def _unmet(at: House) -> Told:
    yield "deal.updated", at.deal(stage="Discovery", amount="4000.00"), at.phase - 91


def _slump(at: House) -> Told:
    for place in range(20):
        yield "note.added", at.call(place), at.phase - 62 + place * 2.5


def _met(at: House) -> Told:
    yield "meeting.updated", at.meeting(at.phase + 0.2), -10


def _newcomer(at: House) -> Told:
    yield "account.updated", {"account": at.name, "fit_score": 90}, -300
    days = at.phase % 7 - 7
    yield "contact.updated", at.person("bo", fit_score=90, created_on=at.day(days)), days


def _form(at: House) -> Told:
    body = {"form": f"{at.name}.f", "kind": "demo", "sender": at.mail("ada"), "resolution": "0.95"}
    yield "form.submitted", body, at.phase - LIFE


def _opens(at: House) -> Told:
    yield "contact.updated", at.person(), -200
    yield "mail.sent", at.to_them(1), at.phase - LIFE - 2
    for place in range(3):
        body = {"open": f"{at.name}.o{place}", "mail": f"{at.name}.out1", "recipient": at.mail("ada")}
        yield "mail.opened", body, at.phase - LIFE - 1 + place / 4


def _promise(at: House) -> Told:
    due = date.fromisoformat(at.day(at.phase))
    text = f"I will send the security questionnaire by {due:%-d %B %Y}."
    body = {"note": f"{at.name}.n", "author": "maya", "kind": "note", "text": text}
    yield "note.added", body, -5


def _reply(at: House) -> Told:
    yield "contact.updated", at.person(), -200
    yield "mail.received", at.from_them(1), at.phase - LIFE


def _news(at: House) -> Told:
    body = {"news": f"{at.name}.w", "headline": "A new depot", "kind": "expansion", "matched_by": "domain"}
    yield "news.published", body, at.phase - LIFE


def _twin(at: House) -> Told:
    domain = f"twin{at.number // len(KINDS) // 2}.example"
    yield "account.updated", {"account": at.name, "name": "Twin Works", "domain": domain}, -400


def _refused(at: House) -> Told:
    yield "contact.updated", at.person(), -200
    yield "consent.changed", {"contact": f"{at.name}.ada", "mail_consent": "opted_out"}, -10


KINDS: tuple[Callable[[House], Told], ...] = (
    _renewal, _notice, _passed, _slipped, _stage, _value, _age, _closed, _paper, _rival, _discount, _joined, _left,
    _gap, _cold, _threads, _severe, _flow, _raised, _usage, _seats, _unmet, _slump, _met, _newcomer, _form, _opens,
    _promise, _reply, _news, _twin, _refused,
)  # fmt: skip
