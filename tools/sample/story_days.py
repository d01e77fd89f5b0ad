"""The story by tick: what happens at Acme, Northgate, Redwood and Oakhaven after the clock, until the clock gets there.

Invariant: everything here is recorded after the clock and rests on what the stories gave out, so another cast tells
the same days of its own people.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tools.sample import stories_deal as deal
from tools.sample import stories_mail as mail
from tools.sample import stories_renewal as renewal
from tools.sample.cast import Cast, Firm, Person
from tools.sample.diary import Diary, Raw
from tools.sample.relation import Company

_MAILS = ("mail.received", "mail.sent")


@dataclass(frozen=True, slots=True)
class Thread:
    """An account's diary, opened again where its story ended."""

    diary: Diary
    told: Sequence[Raw]
    """The story so far."""

    @property
    def cast(self) -> Cast:
        """Who and what there is."""
        return self.diary.cast

    def slot(self, name: str) -> str:
        """Read what the story gave out."""
        return self.cast.slots[f"{self.diary.firm.key}.{name}"]

    def person(self, name: str) -> Person:
        """Meet somebody of the story again."""
        return Person(
            self.cast.slots.get(f"{self.diary.firm.key}.{name}.contact", ""),
            self.slot(f"{name}.name"),
            self.slot(f"{name}.email"),
        )

    def last(self, kind: str, **where: str) -> Raw:
        """Give the newest record of a kind whose fields are or hold what is wanted."""
        said = [event["data"] for event in self.told if event["type"] == kind]
        return next(
            record
            for record in reversed(said)
            if isinstance(record, dict) and all(value in str(record.get(key)) for key, value in where.items())
        )


Day: TypeAlias = Callable[[Thread], None]


def story_days(cast: Cast, known: Mapping[str, Sequence[Raw]]) -> list[Raw]:
    """Tell the days after the clock; `known` is the story so far of each account."""
    found: list[Raw] = []
    for company, day in _DAYS:
        thread = _again(cast, company, known)
        day(thread)
        found += thread.diary.events
    return found


def _again(cast: Cast, company: Company, known: Mapping[str, Sequence[Raw]]) -> Thread:
    """Open a diary so that its next names follow the last ones of the story."""
    account, name, domain = (cast.slots[f"{company.key}.{part}"] for part in ("account", "name", "domain"))
    firm = Firm(company.key, account, name, domain)
    told = known[firm.account]
    counts = Counter(str(event["type"]) for event in told)
    counts |= Counter({"ML": sum(counts[kind] for kind in _MAILS), "N": counts["note.added"]})
    return Thread(Diary(cast, firm, company.owner, company.zone, counts=counts), told)


def acme(thread: Thread) -> None:
    """Wednesday: the meeting is held without the champion, two promises are made, and in the evening she answers."""
    diary, case = thread.diary, thread.slot("ticket")
    sarah, raj, ilse = (thread.person(name) for name in ("champion", "operations", "unknown"))
    meeting = thread.slot("meeting")
    diary.say(
        "meeting.updated", diary.at("2026-03-11 10:45"),
        {"meeting": meeting, "status": "held", "confirmed_held": True, "attendees": _came(thread, meeting, sarah)},
    )  # fmt: skip
    ours_by = thread.cast.spoken("acme.promise.ours", "2026-03-13")
    theirs_by = thread.cast.spoken("acme.promise.theirs", "2026-03-18")
    text = (
        f"Decision: {case} comes before the renewal. Decision: the new regions are a topic after the renewal.\n"
        f"I promised to send the dated plan for {case} by {ours_by}.\n"
        f"{raj.first} promised to send the depot list of the new regions by {theirs_by}."
    )
    diary.note("2026-03-11 10:45", text, [raj, ilse], kind="meeting", meeting=meeting, after_minutes=20)
    asked = thread.last("mail.sent", to=sarah.email)
    diary.mail_in(
        sarah, "2026-03-11 18:20", f"Re: {asked['subject']}",
        f"Hi Maya, sorry for the silence, the depots kept me busy. {raj.first} told me about the call. "
        f"When {case} is solved I am glad to talk about the renewal.",
        reply_to=str(asked["mail"]),
    )  # fmt: skip


def _came(thread: Thread, meeting: str, absent: Person) -> list[Raw]:
    """Shape: the invited people as they were, the absent one declined."""
    invited = thread.last("meeting.updated", meeting=meeting)["attendees"]
    return [
        {**one, "status": "declined"} if one["email"] == absent.email else one
        for one in (invited if isinstance(invited, list) else [])
        if isinstance(one, dict)
    ]


def northgate(thread: Thread) -> None:
    """Thursday afternoon in Paris: the prospect writes again in the same thread."""
    claire, first = thread.person("operations"), thread.slot("mail")
    thread.diary.mail_in(
        claire, "2026-03-12 10:40", "Re: Security questions",
        "Hello Priya, our security team is content with what it has read. We go on with the trial depot.",
        reply_to=first,
    )  # fmt: skip


def redwood(thread: Thread) -> None:
    """Monday morning: the security review begins, and legal takes our terms as they are."""
    diary, cast, deal_id = thread.diary, thread.cast, thread.slot("deal")
    monday, when = cast.on("2026-03-16").isoformat(), diary.at("2026-03-16 07:30")
    review: Raw = {"process": f"{deal_id}-security", "deal": deal_id, "step": "security_review"}
    diary.say("process.updated", when, {**review, "status": "running", "started_on": monday})
    legal: Raw = {"process": f"{deal_id}-legal", "deal": deal_id, "step": "legal"}
    diary.say("process.updated", when, {**legal, "status": "finished", "finished_on": monday})
    diary.mail_in(
        thread.person("procurement"), "2026-03-16 07:30", "Security review",
        f"Hello Maya, {thread.person('it').first} began the security review this morning. "
        "Our legal department accepts your standard terms.",
    )  # fmt: skip


def oakhaven(thread: Thread) -> None:
    """Tuesday morning: they accept at list price, and the deal is won."""
    diary, cast = thread.diary, thread.cast
    amount, day = int(thread.slot("amount")), cast.on("2026-03-17").isoformat()
    diary.mail_in(
        thread.person("operations"), "2026-03-17 07:30", f"{diary.firm.name} and Dispatch",
        f"Hi Maya, we accept: {thread.slot('seats')} Dispatch seats at list price, {cast.amount(amount)} a year. "
        "The signed order form is in your portal.",
    )  # fmt: skip
    won: Raw = {"deal": thread.slot("deal"), "outcome": "won", "closed_on": day}
    diary.say("deal.closed", diary.at("2026-03-17 07:30"), {**won, "amount": str(amount), "currency": "USD"})
    diary.account("2026-03-17 07:30", status="customer", customer_since=day)


_DAYS: tuple[tuple[Company, Day], ...] = (
    (renewal.ACME, acme), (mail.NORTHGATE, northgate), (deal.REDWOOD, redwood), (deal.OAKHAVEN, oakhaven),
)  # fmt: skip
