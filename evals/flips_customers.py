"""Flips of customers: meetings, seats, usage, tickets, plans."""

import json
from datetime import date, timedelta

from evals.stage import Flip, Stage
from state.canonical import Json


def acme_agenda(stage: Stage) -> None:
    """Twin 1: the agenda says what the meeting is about."""
    meeting = stage.slots["acme.meeting"]
    stage.add("acme", "meeting.updated", "2026-03-09 10:00", meeting=meeting, agenda="Renewal terms")


def acme_healed(stage: Stage) -> None:
    """Twin 2: the ticket is closed, and usage is back."""
    ticket = stage.slots["acme.ticket"]
    stage.add("acme", "ticket.updated", "2026-03-06 16:00", ticket=ticket, status="closed")
    _steady(stage, "acme", "2026-02-10")


def acme_regions_off(stage: Stage) -> None:
    """Twin 3: the expansion is taken back by who asked for it."""
    text = "Hi Maya, the two new regions are on hold, we will not need the additional seats."
    stage.mail("acme", "operations", "2026-03-09 14:00", text)


def acme_medical(stage: Stage) -> None:
    """Case 18: another company of the same first word, somebody else's."""
    _namesake(stage, "tom")


def acme_medical_mine(stage: Stage) -> None:
    """Twin 18: it is Maya's, and is met tomorrow too."""
    stage.events["acme-medical"] = []
    _namesake(stage, "maya")
    email = f"pat@{stage.slots['acme-medical.domain']}"
    invited: list[Json] = [
        {"email": email, "name": "Pat", "status": "accepted"},
        {"email": "maya@fieldstone.example", "name": "", "status": "accepted"},
    ]
    stage.add(
        "acme-medical", "meeting.updated", "2026-03-06 09:00", meeting="M-namesake", title="Introduction",
        starts_at=stage.instant("2026-03-11 15:00"), ends_at=stage.instant("2026-03-11 15:30"),
        zone="America/New_York", organiser="maya@fieldstone.example", attendees=invited, status="booked",
    )  # fmt: skip


def _namesake(stage: Stage, owner: str) -> None:
    word = stage.slots["acme.name"].split()[0]
    account = f"{word.lower()}-medical"
    stage.slots |= {
        "acme-medical.account": account,
        "acme-medical.name": f"{word} Medical",
        "acme-medical.domain": f"{account}.example",
    }
    stage.add(
        "acme-medical", "account.updated", "2025-06-02 09:00", account=account, name=f"{word} Medical",
        domain=f"{account}.example", owner=owner, status="prospect", created_on=stage.day("2025-06-02"),
    )  # fmt: skip


def delmar_guests(stage: Stage) -> None:
    """Twin 7: all but the usual seats were guests of one day, and nothing more is asked for."""
    stage.drop("delmar", "usage.reported", "2026-02-22", series="seats_used")
    seats = round(int(stage.slots["delmar.seats"]) * 0.1)
    _report(stage, "delmar", "seats_used", "2026-02-20", [seats] * 18)
    stage.drop("delmar", "mail.received", "2026-03-05")
    stage.drop("delmar", "news.published")


def fjord_quiet(stage: Stage) -> None:
    """Twin 9: every ticket is closed."""
    for facts in stage.facts("fjord", "ticket.updated"):
        stage.add("fjord", "ticket.updated", "2026-03-09 17:00", ticket=facts["ticket"], status="closed")


def harbor_outage(stage: Stage) -> None:
    """Twin 11: one severity 1 this morning."""
    stage.add(
        "harbor", "ticket.updated", "2026-03-10 07:10", ticket="SUP-9001", severity=1, status="open",
        kind="outage", subject="Dispatch board does not load", opened_on=stage.day("2026-03-10"),
    )  # fmt: skip


def juniper_no_break_before(stage: Stage) -> None:
    """Twin 14: no such dip a year before."""
    stage.drop("juniper", "usage.reported", "2025-02-25")
    for first, days in (("2025-02-01", 28), ("2025-03-01", 31)):
        _report(stage, "juniper", "active_users", first, _pattern(stage, "juniper", first, days))
    _rest_of(stage, "juniper", "2025-04-01")


def feed_dead_at_one(stage: Stage) -> None:
    """Twin 15: only one account of the feed is at zero."""
    for key in ("bexley", "corwin"):
        _steady(stage, key, "2026-02-20")


def union_not_churned(stage: Stage) -> None:
    """Twin 27: the churn record is withdrawn."""
    stage.drop("union", "account.churned")


def westfield_day_75(stage: Stage) -> None:
    """Twin 29: not the first weeks but day 75, and use has halved."""
    begun, since = stage.day("2026-02-26"), stage.day("2025-12-25")
    gone = {"usage.reported", "plan.updated"}
    text = json.dumps([event for event in stage.events["westfield"] if event["type"] not in gone])
    stage.events["westfield"] = json.loads(text.replace(begun, since))
    account = stage.slots["westfield.account"]
    stage.add("westfield", "account.updated", "2026-02-20 09:00", account=account, in_rollout=False)
    level = int(stage.slots["westfield.seats"])
    high, low = level * 40 // 100, level * 20 // 100
    values = [(low if number >= 47 else high) if number % 7 not in (2, 3) else 2 for number in range(75)]
    _report(stage, "westfield", "active_users", "2025-12-25", values)


def yarrow_plan_over(stage: Stage) -> None:
    """Twin 41: the first plan is over."""
    facts = stage.facts("yarrow", "plan.updated")[-1]
    steps = json.loads(json.dumps(facts["steps"]).replace('"waiting"', '"cancelled"'))
    stage.drop("yarrow", "plan.updated")
    facts |= {"status": "CANCELLED", "steps": steps}
    stage.add("yarrow", "plan.updated", "2026-03-09 10:00", **facts)


def xenon_nine_weeks(stage: Stage) -> None:
    """Twin 30: nine weeks of touches are known."""
    stage.add(
        "xenon", "contact.updated", "2026-01-05 09:00", contact="X-xenon", name="Robin Vale",
        email=f"robin@{stage.slots['xenon.domain']}", title="Operations Manager", active=True, verified=True,
    )  # fmt: skip
    for number, day in enumerate(("2026-01-06", "2026-01-20", "2026-02-03", "2026-02-17", "2026-03-03")):
        stage.add(
            "xenon", "mail.received", f"{day} 10:00", mail=f"X-xenon-{number}",
            sender=f"robin@{stage.slots['xenon.domain']}", sender_name="Robin Vale", text="Thank you, that is clear.",
        )  # fmt: skip


def lakeshore_opted_in(stage: Stage) -> None:
    """Twin 16: consent was given again."""
    contact = stage.slots["lakeshore.operations.contact"]
    stage.add("lakeshore", "consent.changed", "2026-03-01 10:00", contact=contact, mail_consent="opted_in")


def meridian_meets(stage: Stage) -> None:
    """Twin 17: one of the two is met tomorrow."""
    email, name = (
        stage.slots["meridian-health.operations.email"],
        stage.slots["meridian-health.operations.name"],
    )
    invited: list[Json] = [
        {"email": email, "name": name, "status": "accepted"},
        {"email": "maya@fieldstone.example", "name": "", "status": "accepted"},
    ]
    stage.add(
        "meridian-health", "meeting.updated", "2026-03-05 09:00", meeting="M-twin", title="Review",
        starts_at=stage.instant("2026-03-11 11:00"), ends_at=stage.instant("2026-03-11 11:45"),
        zone="America/New_York", organiser="maya@fieldstone.example", attendees=invited, status="booked",
    )  # fmt: skip


def acme_never_met(stage: Stage) -> None:
    """Twin 36: no meeting was ever held and nobody was in touch."""
    kept = {"account.updated", "contact.updated", "subscription.updated", "usage.reported", "ticket.updated"}
    stage.events["acme"] = [event for event in stage.events["acme"] if event["type"] in kept]


def _steady(stage: Stage, key: str, since: str) -> None:
    """Let active users go on as in the weeks before a day."""
    stage.drop(key, "usage.reported", since, series="active_users")
    feed = str(stage.facts(key, "usage.reported")[0].get("feed", "usage"))
    first = date.fromisoformat(since) - timedelta(days=6)
    days = (date(2026, 3, 9) - first).days + 1
    values = _pattern(stage, key, first.isoformat(), days)
    _report(stage, key, "active_users", first.isoformat(), values, feed)


def _pattern(stage: Stage, key: str, first: str, days: int) -> list[int]:
    """Repeat the last whole weeks known before a day."""
    known: dict[date, int] = {}
    for facts in stage.facts(key, "usage.reported"):
        if facts["series"] == "active_users":
            start, values = date.fromisoformat(str(facts["first_day"])), facts["values"]
            assert isinstance(values, list), "a report holds one number a day"
            known |= {start + timedelta(days=n): int(str(value)) for n, value in enumerate(values)}
    begin = date.fromisoformat(stage.day(first))
    out = []
    for number in range(days):
        day = begin + timedelta(days=number)
        source = day - timedelta(days=7)
        while source not in known or source >= begin:
            source -= timedelta(days=7)
        out.append(known[source])
    return out


def _report(stage: Stage, key: str, series: str, first: str, values: list[int], feed: str = "usage") -> None:
    morning = date.fromisoformat(first) + timedelta(days=len(values))
    stage.add(
        key, "usage.reported", f"{morning} 06:00", series=series, first_day=stage.day(first),
        values=list(values), feed=feed,
    )  # fmt: skip


def _rest_of(stage: Stage, key: str, since: str) -> None:
    """Bring back the untouched reports of the sample from a day on."""
    first = stage.day(since)
    account = stage.slots[f"{key}.account"]
    for event in stage.sample.events_of(account):
        facts = event["data"]
        assert isinstance(facts, dict), "a record is an object"
        if event["type"] == "usage.reported" and str(facts["first_day"]) >= first:
            stage.events[key].append(event)


FLIPS: tuple[Flip, ...] = (
    acme_agenda, acme_healed, acme_regions_off, acme_medical, acme_medical_mine, acme_never_met, delmar_guests,
    fjord_quiet, harbor_outage, juniper_no_break_before, feed_dead_at_one, union_not_churned, westfield_day_75,
    xenon_nine_weeks, lakeshore_opted_in, meridian_meets, yarrow_plan_over,
)  # fmt: skip
