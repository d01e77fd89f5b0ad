"""Small companies for tests, told event by event: a Story becomes events, a situation, a view and surroundings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self

from state.canonical import Json
from state.evidence import Trust
from state.ids import AccountId, EventId, NodeKey, TenantId
from state.world.delta import Delta, deltas_of
from state.world.detection import detect, survey
from state.world.detection.rule import Silence
from state.world.event import Event, parse_event
from state.world.profile import Profile
from state.world.signal import Signal
from state.world.situation import EMPTY_DIGEST, Situation, extend
from state.world.surroundings import Peer, SourceState, Surroundings
from state.world.view import AccountView
from tools.files import load_profile

PROFILE = load_profile([Path(__file__).resolve().parents[1] / "profile"])
TENANT = TenantId("fieldstone")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
"""Tuesday 08:00 in New York."""
TODAY = date(2026, 3, 10)
ZONE = "America/New_York"

When = str | date | datetime


def instant(when: When) -> datetime:
    """Read `2026-02-19`, `2026-02-19T10:00` (UTC), a date or a time; a bare day is 15:00 UTC."""
    if isinstance(when, datetime):
        return when if when.tzinfo else when.replace(tzinfo=UTC)
    text = when if isinstance(when, str) else when.isoformat()
    found = datetime.fromisoformat(text if len(text) > 10 else f"{text}T15:00")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


trust_of = PROFILE.sources.trust_of
"""(source, node kind, field) → trust, as the shipped profile declares it."""


def situation(*events: Event) -> Situation:
    """Fold events, in the order given, into the situation of the account of the first."""
    batches = [deltas_of(event, trust_of) for event in events]
    return _folded(AccountId(str(events[0].account)), batches)


def around(now: datetime = NOW, **changes: object) -> Surroundings:
    """Every source of the profile connected and synced at `now`; nothing else around."""
    synced = {one.name: SourceState(source=one.name, synced_at=now) for one in PROFILE.sources.sources}
    return Surroundings.model_validate({"now": now, "zone": ZONE, "sources": synced, **changes})


def source(name: str, *, hours_old: float = 0, connected: bool = True, now: datetime = NOW) -> SourceState:
    """Tell when a source last synced."""
    return SourceState(source=name, synced_at=now - timedelta(hours=hours_old), connected=connected)


def without_source(*names: str, now: datetime = NOW) -> dict[str, SourceState]:
    """Connect every source of the profile but these."""
    return {key: state for key, state in around(now).sources.items() if key not in names}


def peer(account: str, name: str, domain: str | None = None) -> Peer:
    """Stand another account beside this one."""
    return Peer(account=AccountId(account), name=name, domain=domain, owner=None)


@dataclass
class Story:
    """One account, told event by event; every method returns the story, so that they chain."""

    account_id: str = "acme"
    now: datetime = NOW
    events: list[Event] = field(default_factory=list)
    extra: list[tuple[Delta, ...]] = field(default_factory=list)
    surroundings: dict[str, object] = field(default_factory=dict)

    def tell(self, kind: str, when: When, source: str, /, **data: object) -> Self:
        """Add one event of any record type; ids count up."""
        self.events.append(self.event(kind, when, source, **data))
        return self

    def event(self, kind: str, when: When, source: str, /, **data: object) -> Event:
        """Make the next event without adding it."""
        at = instant(when).isoformat()
        key = f"E-{self.account_id}-{len(self.events) + 1}"
        head = {"id": key, "account": self.account_id, "source": source, "type": kind, "time": at}
        return parse_event({**head, "recorded_at": at, "data": data}, TENANT)

    def account(self, when: When = "2024-09-10", /, **data: object) -> Self:
        """Say something of the company, by default long ago."""
        return self.tell("account.updated", when, "crm", account=self.account_id, **data)

    def customer(self, when: When = "2024-09-10", /, **data: object) -> Self:
        """Make the company a customer since that day."""
        since = instant(when).date().isoformat()
        return self.account(when, **{"status": "customer", "customer_since": since, **data})

    def contact(self, contact: str, when: When = "2024-09-10", /, **data: object) -> Self:
        """Add or change a person; the name gives the address unless said."""
        return self.tell("contact.updated", when, "crm", contact=contact, **data)

    def person(self, name: str, when: When = "2024-09-10", /, **data: object) -> Self:
        """Add a person `First Last` with the id `first-last` and the address `first@<account>.example`."""
        first = name.partition(" ")[0].lower()
        return self.contact(
            name.lower().replace(" ", "-"),
            when,
            **{"name": name, "email": f"{first}@{self.account_id}.example", **data},
        )

    def deal(self, when: When = "2026-01-05", /, **data: object) -> Self:
        """Open or change a deal, D-1 unless said."""
        return self.tell("deal.updated", when, "crm", **{"deal": "D-1", **data})

    def closed(self, when: When, outcome: str = "won", deal: str = "D-1", /, **data: object) -> Self:
        """Close or reopen a deal."""
        day = instant(when).date().isoformat()
        return self.tell("deal.closed", when, "crm", deal=deal, outcome=outcome, closed_on=day, **data)

    def contract(self, when: When = "2025-05-01", /, **data: object) -> Self:
        """Sign or change a contract, C-1 unless said."""
        return self.tell("subscription.updated", when, "crm", **{"subscription": "C-1", **data})

    def usage(
        self,
        values: Sequence[int],
        last: When = "2026-03-09",
        series: str = "active_users",
        feed: str = "usage",
    ) -> Self:
        """Report daily values that end on the day `last`."""
        end = instant(last).date()
        first = end - timedelta(days=len(values) - 1)
        body: dict[str, object] = {"first_day": first.isoformat(), "values": list(values), "feed": feed}
        return self.tell("usage.reported", f"{end.isoformat()}T23:00", "usage", series=series, **body)

    def ticket(self, ticket: str, when: When, /, **data: object) -> Self:
        """Open or change a support case."""
        return self.tell("ticket.updated", when, "support", ticket=ticket, **data)

    def opened_ticket(self, ticket: str, when: When, severity: int, /, **data: object) -> Self:
        """Open a support case on that day."""
        day = instant(when).date().isoformat()
        return self.ticket(ticket, when, severity=severity, status="open", opened_on=day, **data)

    def mail_in(self, sender: str, when: When, text: str = "", /, **data: object) -> Self:
        """Receive a mail."""
        key = f"ML-{len(self.events) + 1}"
        return self.tell(
            "mail.received", when, "mail", **{"mail": key, "sender": sender, "text": text, **data}
        )

    def mail_out(self, to: str, when: When, text: str = "", /, **data: object) -> Self:
        """Send a mail."""
        key = f"ML-{len(self.events) + 1}"
        body: dict[str, object] = {"mail": key, "user": "maya", "to": [to], "text": text, **data}
        return self.tell("mail.sent", when, "mail", **body)

    def bounce(self, recipient: str, when: When, code: str = "5.1.1") -> Self:
        """Get a mail back."""
        key = f"B-{len(self.events) + 1}"
        return self.tell("mail.bounced", when, "mail", bounce=key, recipient=recipient, status_code=code)

    def opened(self, recipient: str, when: When, /, **data: object) -> Self:
        """See a tracking image fetched, of ML-1 unless said."""
        body: dict[str, object] = {
            "open": f"O-{len(self.events) + 1}",
            "mail": "ML-1",
            "recipient": recipient,
        }
        return self.tell("mail.opened", when, "mail", **{**body, **data})

    def meeting(self, starts: When, people: Sequence[str], /, **data: object) -> Self:
        """Put an hour into the calendar; everybody accepted unless `attendees` says otherwise."""
        start = instant(starts)
        attendees = [{"email": address, "status": "accepted"} for address in people]
        body: dict[str, object] = {
            "meeting": f"M-{len(self.events) + 1}",
            "title": "Meeting",
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=1)).isoformat(),
            "attendees": attendees,
            **data,
        }
        booked = min(start, self.now) - timedelta(days=1)
        return self.tell("meeting.updated", booked, "calendar", **body)

    def note(self, text: str, when: When, author: str = "maya", /, **data: object) -> Self:
        """Write a note."""
        key = f"N-{len(self.events) + 1}"
        return self.tell("note.added", when, "notes", **{"note": key, "author": author, "text": text, **data})

    def form(self, sender: str, when: When, kind: str = "pricing", /, **data: object) -> Self:
        """Fill in a web form."""
        key = f"F-{len(self.events) + 1}"
        return self.tell(
            "form.submitted", when, "form", **{"form": key, "kind": kind, "sender": sender, **data}
        )

    def news(self, headline: str, when: When, /, **data: object) -> Self:
        """Publish a report."""
        return self.tell(
            "news.published", when, "news", news=f"W-{len(self.events) + 1}", headline=headline, **data
        )

    def consent(self, contact: str, when: When, mail_consent: str = "opted_out") -> Self:
        """Opt a person out of or into mail."""
        return self.tell("consent.changed", when, "crm", contact=contact, mail_consent=mail_consent)

    def process(self, step: str, status: str, when: When = "2026-02-01", deal: str = "D-1") -> Self:
        """Say where a step of the paper process stands."""
        key = f"P-{deal}-{step}"
        return self.tell("process.updated", when, "crm", process=key, deal=deal, step=step, status=status)

    def plan(self, when: When, steps: Sequence[Mapping[str, object]], /, **data: object) -> Self:
        """Record a plan."""
        return self.tell("plan.updated", when, "crm", plan="PL-1", steps=[dict(one) for one in steps], **data)

    def correct(self, subject: str, attribute: str, value: Json, when: When) -> Self:
        """Let a person say what is right."""
        body = {"subject": subject, "attribute": attribute, "value": value}
        return self.tell("fact.corrected", when, "user", account=self.account_id, **body)

    def synced(self, feed: str, when: When) -> Self:
        """Finish a pull."""
        return self.tell("source.synced", when, feed, feed=feed)

    def reads(self, topic: str, when: When, quote: str, speaker: str = "them", **values: Json) -> Self:
        """Add a Reading or Commitment node directly, as if a rule had read it in an untrusted text."""
        at = instant(when)
        kind = "Commitment" if topic == "commitment" else "Reading"
        key = NodeKey(f"{kind}/rd-{len(self.extra) + 1}")
        claims: dict[str, Json] = {"topic": topic, "speaker": speaker, "text": quote, **values}
        event = EventId(f"R-{self.account_id}-{len(self.extra) + 1}")
        self.extra.append(
            tuple(
                Delta(
                    account=AccountId(self.account_id), subject=key, attribute=name, value=value, target=None,
                    event=event, event_hash="0" * 64, source="mail", record=f"ML-{event}", trust=Trust.UNTRUSTED,
                    valid_from=at, recorded_at=at, quote=quote,
                )
                for name, value in claims.items()
            )
        )  # fmt: skip
        return self

    def beside(self, **changes: object) -> Self:
        """Change the surroundings: sources, closed_cycles, silent_feeds, same_domain, away."""
        self.surroundings |= changes
        return self

    def situation(self) -> Situation:
        """Fold what was told."""
        batches = [deltas_of(event, trust_of) for event in self.events]
        return _folded(AccountId(self.account_id), [*batches, *self.extra])

    def view(self, profile: Profile = PROFILE) -> AccountView:
        """Look at what was told."""
        return AccountView.of(self.situation(), profile.company.verified_domains)

    def around(self) -> Surroundings:
        """Look around at the story's clock."""
        return around(self.now, **self.surroundings)

    def signals(self, profile: Profile = PROFILE) -> tuple[Signal, ...]:
        """Detect."""
        return detect(self.view(profile), self.around(), profile)

    def silences(self, name: str = "", profile: Profile = PROFILE) -> tuple[Silence, ...]:
        """Ask what detection could not judge."""
        found = survey(self.view(profile), self.around(), profile).silences
        return tuple(one for one in found if not name or one.name == name)

    def named(self, name: str, sub_state: str | None = None) -> tuple[Signal, ...]:
        """Detect the signals of one name."""
        return tuple(s for s in self.signals() if s.name == name and sub_state in (None, s.sub_state))

    def one(self, name: str, sub_state: str | None = None) -> Signal:
        """Detect exactly one signal of a name; anything else is an error of the test or of the rule."""
        found = self.named(name, sub_state)
        assert len(found) == 1, f"{name}: {[(s.sub_state, s.text) for s in found]}"
        return found[0]

    def has(self, name: str, sub_state: str | None = None) -> bool:
        """Tell whether a signal is live."""
        return bool(self.named(name, sub_state))


def _folded(account: AccountId, batches: Sequence[Sequence[Delta]]) -> Situation:
    deltas = [delta for batch in batches for delta in batch]
    return Situation(account, deltas, len(batches), extend(EMPTY_DIGEST, batches))
