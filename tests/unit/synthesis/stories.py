"""Companies with hand-computed judgements, told event by event."""

from datetime import datetime

from state.evidence import Trust
from state.ids import NodeKey
from state.world.judgement import Judgement
from state.world.profile import Profile
from state.world.signal import Severity, Signal, signal_id
from state.world.synthesis import synthesize
from tests.build import NOW, PROFILE, Story

SARAH, RAJ = "sarah@acme.example", "raj@acme.example"


def judged(story: Story, *more: Signal, profile: Profile = PROFILE) -> Judgement:
    """Detect and synthesize, with further signals where a test makes its own."""
    return synthesize(story.view(profile), (*story.signals(profile), *more), story.around(), profile)


def signal(
    story: Story,
    name: str,
    severity: Severity,
    subject: str = "",
    *,
    trust: Trust = Trust.SYSTEM_OF_RECORD,
    sources: int = 1,
) -> Signal:
    """Make a live risk that rests on one record of each of so many sources."""
    account = story.view().situation.account
    key = NodeKey(subject or f"Account/{account}")
    base = story.view().cite("name")[0]
    evidence = tuple(
        base.model_copy(
            update={"id": f"{base.id}-{n}", "source": f"source-{n}", "record": f"R-{n}", "trust": trust}
        )
        for n in range(sources)
    )
    return Signal(
        id=signal_id(account, name, key, "made"), name=name, account=account, subject=key, sub_state="made",
        severity=severity, confidence=0.9, since=story.now, text=f"{name} is live.", evidence=evidence,
        is_posture_risk=True,
    )  # fmt: skip


def customer(account: str = "acme", since: str = "2024-05-01", **contract: object) -> Story:
    """Tell of a customer with one contract that ends far away."""
    terms: dict[str, object] = {
        "product": "dispatch", "seats": 100, "annual_value": "80000", "currency": "USD", "starts_on": since,
        "ends_on": "2027-01-31", "status": "active", **contract,
    }  # fmt: skip
    return Story(account).customer(since, name=account.title(), owner="maya").contract(since, **terms)


def acme(now: datetime = NOW) -> Story:
    """Tell of a renewal in 51 days, use down 22 %, a silent champion, an aging ticket, two regions more."""
    story = Story("acme", now=now).customer("2024-05-01", name="Acme Corp", owner="maya")
    story.contract(
        "2025-05-01", product="dispatch", seats=230, annual_value="184000", currency="USD", starts_on="2025-05-01",
        ends_on="2026-04-30", notice_on="2026-03-31", auto_renew=True, status="active", sla_business_days=10,
    )  # fmt: skip
    story.person("Sarah Chen", roles=["champion"]).person("Raj Patel").person(
        "Martin Hale", roles=["economic_buyer"]
    )
    for day in ("2025-11-14", "2026-01-09", "2026-01-22", "2026-02-12"):
        story.mail_in(SARAH, day, "All fine here.")
    story.meeting("2026-01-29T15:00", [SARAH, RAJ], meeting="M-1", title="Review", status="held")
    for day in ("2026-01-15", "2026-01-20", "2026-02-04"):
        story.note("Status call.", day, kind="call", participants=[RAJ])
    story.mail_out(SARAH, "2026-02-19").mail_out(SARAH, "2026-03-03")
    story.mail_in(RAJ, "2026-02-24", "We plan two new regions from June, about 80 seats.")
    story.usage([172 + (day * 7) % 3 - 1 for day in range(300)] + [171] * 28 + [133] * 28)
    story.opened_ticket("SUP-4412", "2026-02-19", 2, subject="Route board freezes")
    guests = [
        {"email": SARAH, "status": "accepted"},
        {"email": "ibrandt@acme.example", "name": "Ilse Brandt"},
    ]
    body: dict[str, object] = {
        "meeting": "M-2", "title": "Fieldstone / Acme sync", "starts_at": "2026-03-11T14:00:00Z",
        "ends_at": "2026-03-11T14:30:00Z", "attendees": guests,
    }  # fmt: skip
    return story.tell("meeting.updated", "2026-03-06", "calendar", **body)


def harbor() -> Story:
    """Tell of a health of 86: use 60 (few seats used), all else 100."""
    story = customer("harbor").person("Ann Lee").person("Bob Ray")
    story.meeting(
        "2026-03-03T15:00", ["ann@harbor.example", "bob@harbor.example"], title="QBR", status="held"
    )
    story.usage([38] * 200).usage([40] * 200, series="seats_used")
    for number, day in enumerate(("2026-01-12", "2026-02-02", "2026-02-16")):
        story.opened_ticket(f"SUP-{number}", day, 4, subject="How to")
        story.ticket(f"SUP-{number}", f"{day}T18:00", status="closed", rating=5)
    return story


def granite(note: str | None = None, edited: str = "2026-03-08") -> Story:
    """Tell of a CRM that closes on 31 March and a buyer who says not before July."""
    story = Story("granite").account(name="Granite HVAC", owner="maya").person("Gus Hall")
    terms: dict[str, object] = {
        "name": "Granite 120",
        "stage": "Proposal",
        "amount": "120000",
        "currency": "USD",
    }
    story.deal("2026-01-12", **terms, opened_on="2026-01-12", close_on="2026-03-31")
    story.mail_in("gus@granite.example", "2026-03-05", "The budget moved to Q3, not before July.")
    return story.deal(edited, close_on="2026-03-31", **({} if note is None else {"note": note}))
