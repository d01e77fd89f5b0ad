"""The events of one account, written down in the words of its sources."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

from state.canonical import Json
from tools.sample.cast import HISTORY_BEGINS, OUR_DOMAIN, Cast, Firm, Person

Raw: TypeAlias = "dict[str, Json]"
"""An event in its JSON form, as `parse_event` reads it."""
_BEGIN = f"{HISTORY_BEGINS} 08:00"
_SOURCES = {
    "mail": "mail", "meeting": "calendar", "note": "notes", "ticket": "support", "usage": "usage", "news": "news",
    "form": "form",
}  # fmt: skip
"""First word of an event type → the system that tells it; all else is told by the CRM."""


def stamp(instant: datetime) -> str:
    """Write a UTC instant."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def ours(user: str) -> str:
    """Give the address of one of us."""
    return f"{user}@{OUR_DOMAIN}"


@dataclass
class Diary:
    """Collects what happened at one account; each method writes what one source would say."""

    cast: Cast
    firm: Firm
    owner: str
    zone: str = "America/New_York"
    events: list[Raw] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def say(self, kind: str, when: datetime, content: Raw, *, recorded: datetime | None = None) -> None:
        """Write one event; without `recorded` its source knew it at once."""
        self.counts[kind] += 1
        self.events.append(
            {
                "id": f"{self.firm.account}/{kind}/{self.counts[kind]}",
                "account": self.firm.account,
                "source": _SOURCES.get(kind.partition(".")[0], "crm"),
                "type": kind,
                "time": stamp(when),
                "recorded_at": stamp(recorded or when),
                "data": content,
            }
        )

    def name(self, prefix: str) -> str:
        """Name the next record of a kind within the account."""
        self.counts[prefix] += 1
        return f"{prefix}-{self.firm.account}-{self.counts[prefix]}"

    def at(self, local: str) -> datetime:
        """Place a New York time of the first cast."""
        return self.cast.at(local)

    def account(self, when: str = _BEGIN, **fields: Json) -> None:
        """Tell what the CRM knows of the company."""
        facts: Raw = {"account": self.firm.account, "name": self.firm.name, "domain": self.firm.domain}
        link = f"https://crm.{OUR_DOMAIN}/accounts/{self.firm.account}"
        self.say("account.updated", self.at(when), {**facts, "owner": self.owner, "link": link, **fields})

    def person(
        self,
        who: Person,
        title: str,
        department: str,
        roles: Sequence[str] = (),
        when: str = _BEGIN,
        **more: Json,
    ) -> Person:
        """Tell what the CRM knows of somebody."""
        facts: Raw = {"contact": who.contact, "name": who.name, "email": who.email, "title": title}
        facts |= {"department": department, "active": True, "verified": True, **more}
        if roles:
            facts["roles"] = list(roles)
        self.say("contact.updated", self.at(when), facts)
        return who

    def confirm(self, who: Person, when: str, **facts: Json) -> None:
        """Let the CRM say something of a person again, or anew."""
        self.say("contact.updated", self.at(when), {"contact": who.contact, **facts})

    def contract(self, when: str | datetime, **fields: Json) -> str:
        """Tell of a new contract."""
        name = self.name("C")
        instant = self.at(when) if isinstance(when, str) else when
        self.say("subscription.updated", instant, {"subscription": name, "currency": "USD", **fields})
        return name

    def deal(self, when: str, name: str, amount: int, opened: str, **fields: Json) -> str:
        """Open a deal; its owner is the account's."""
        deal = self.name("D")
        facts: Raw = {"deal": deal, "name": name, "kind": "new", "product": "dispatch", "amount": str(amount)}
        facts |= {"currency": "USD", "opened_on": self.cast.on(opened).isoformat(), "owner": self.owner}
        self.say("deal.updated", self.at(when), {**facts, **fields})
        return deal

    def change(self, deal: str, when: str, **fields: Json) -> None:
        """Change a deal."""
        self.say("deal.updated", self.at(when), {"deal": deal, **fields})

    def mail_in(
        self, who: Person, when: str, subject: str, text: str, reply_to: str = "", **more: Json
    ) -> str:
        """Receive a mail."""
        mail = self.name("ML")
        facts: Raw = {"mail": mail, "thread": reply_to or mail, "sender": who.email, "sender_name": who.name}
        facts |= {"to": [ours(self.owner)], "subject": subject, "text": text, **more}
        if reply_to:
            facts["in_reply_to"] = reply_to
        self.say("mail.received", self.at(when), facts)
        return mail

    def mail_out(self, to: Sequence[Person], when: str, subject: str, text: str, **more: Json) -> str:
        """Send a mail in the owner's name."""
        mail = self.name("ML")
        facts: Raw = {"mail": mail, "thread": mail, "user": self.owner, "to": [who.email for who in to]}
        self.say("mail.sent", self.at(when), {**facts, "subject": subject, "text": text, **more})
        return mail

    def booked(
        self, start: str, people: Sequence[Person], title: str, booked: str, minutes: int = 45, **more: Json
    ) -> str:
        """Book a meeting; everybody has accepted unless `attendees` is given."""
        meeting = self.name("M")
        begin = self.at(start)
        invited: list[Json] = [{"email": p.email, "name": p.name, "status": "accepted"} for p in people]
        invited.append({"email": ours(self.owner), "name": "", "status": "accepted"})
        facts: Raw = {"meeting": meeting, "title": title, "starts_at": stamp(begin), "zone": self.zone}
        facts |= {"ends_at": stamp(begin + timedelta(minutes=minutes)), "organiser": ours(self.owner)}
        self.say(
            "meeting.updated", self.at(booked), {**facts, "attendees": invited, "status": "booked", **more}
        )
        return meeting

    def met(
        self,
        start: str,
        people: Sequence[Person],
        title: str,
        note: str = "",
        minutes: int = 45,
        **more: Json,
    ) -> str:
        """Book a meeting a week before, hold it, and where there is one write the note of it."""
        week_before = (datetime.fromisoformat(start) - timedelta(days=7)).strftime("%Y-%m-%d 09:30")
        meeting = self.booked(start, people, title, week_before, minutes, **more)
        end = (datetime.fromisoformat(start) + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")
        self.say(
            "meeting.updated", self.at(end), {"meeting": meeting, "status": "held", "confirmed_held": True}
        )
        if note:
            self.note(end, note, people, kind="meeting", meeting=meeting, after_minutes=20)
        return meeting

    def note(
        self, when: str, text: str, people: Sequence[Person] = (), kind: str = "note", meeting: str = "",
        after_minutes: int = 0,
    ) -> str:  # fmt: skip
        """Write a note; `after_minutes` is how long after the fact it was put down."""
        note = self.name("N")
        facts: Raw = {"note": note, "author": self.owner, "kind": kind, "text": text}
        if people:
            facts["participants"] = [who.email for who in people]
        if meeting:
            facts["meeting"] = meeting
        instant = self.at(when)
        self.say("note.added", instant, facts, recorded=instant + timedelta(minutes=after_minutes))
        return note

    def ticket(self, case: str, opened: str, severity: int, subject: str, kind: str = "defect") -> str:
        """Open a support case."""
        facts: Raw = {
            "ticket": case,
            "subject": subject,
            "severity": severity,
            "kind": kind,
            "status": "open",
        }
        self.say(
            "ticket.updated", self.at(opened), {**facts, "opened_on": self.cast.on(opened[:10]).isoformat()}
        )
        return case

    def solved(self, case: str, when: str, rating: int | None = None) -> None:
        """Close a support case, rated or not."""
        facts: Raw = {"ticket": case, "status": "closed"}
        self.say("ticket.updated", self.at(when), facts if rating is None else {**facts, "rating": rating})

    def news(
        self, when: str, headline: str, kind: str = "other", matched_by: str = "domain", **more: Json
    ) -> str:
        """Publish a report; the feed brings it an hour later."""
        name = self.name("NW")
        facts: Raw = {"news": name, "headline": headline, "kind": kind, "matched_by": matched_by, **more}
        instant = self.at(when)
        self.say("news.published", instant, facts, recorded=instant + timedelta(hours=1))
        return name

    def usage(self, series: str, first: date, values: Sequence[int], feed: str = "usage") -> None:
        """Report a run of days at six on the morning after the last; days are given in this cast's calendar."""
        last = first + timedelta(days=len(values) - 1)
        wall = f"{last + timedelta(days=1) - self.cast.shift} 06:00"
        facts: Raw = {"series": series, "first_day": first.isoformat(), "values": list(values), "feed": feed}
        self.say("usage.reported", self.at(wall), facts)

    def plan(self, when: str, kind: str, status: str, steps: Sequence[Raw]) -> str:
        """Record a plan."""
        name = self.name("P")
        self.say(
            "plan.updated",
            self.at(when),
            {"plan": name, "kind": kind, "status": status, "steps": list(steps)},
        )
        return name

    def step(self, number: int, title: str, action_type: str, due: str, status: str = "waiting") -> Raw:
        """Describe a step of a plan."""
        name = f"{self.firm.account}-step-{number}"
        facts: Raw = {"step": name, "title": title, "action_type": action_type, "status": status}
        return {**facts, "due_at": stamp(self.at(due))}
