"""Stories that between them make every signal at least once."""

from datetime import timedelta

from tests.build import NOW, TODAY, Story, peer, source

US = "maya@fieldstone.example"


def customer() -> Story:
    story = (
        Story("acme")
        .customer(name="Acme Corp", domain="acme.example")
        .person("Sarah Chen", roles=["champion"])
    )
    story.person("Martin Hale", roles=["economic_buyer"], title="CFO")
    story.contract(
        seats=200, annual_value="184000", currency="USD", ends_on="2026-04-30", notice_on="2026-03-31",
        sla_business_days=10,
    )  # fmt: skip
    story.usage([171] * 152 + [133] * 28).usage([194] * 16, series="seats_used")
    story.opened_ticket("SUP-4412", "2026-02-19", 2).opened_ticket("SUP-4413", "2026-03-02", 2)
    story.ticket("SUP-4413", "2026-03-04", severity=1)
    for day in ("2025-11-14", "2025-12-10", "2026-01-20", "2026-02-12"):
        story.mail_in("sarah@acme.example", day)
    story.mail_out("sarah@acme.example", "2026-02-19").mail_out("sarah@acme.example", "2026-03-03")
    story.meeting("2026-03-11T14:00", [US, "martin@acme.example"])
    story.meeting("2026-03-05T14:00", [US, "raj@acme.example"])
    return story.beside(same_domain=(peer("acme-2", "Acme Corporation", "acme.example"),))


def prospect() -> Story:
    story = (
        Story("lumen")
        .account(name="Lumen Rail", fit_score=80)
        .person("Daniel Kim", roles=["champion"], title="COO")
    )
    story.person("Nora Blake").consent("nora-blake", "2026-01-14").person(
        "New Face", "2026-03-06", fit_score=90
    )
    story.deal("2025-09-20", stage="Negotiation", amount="100000", currency="USD", opened_on="2025-09-20",
               close_on="2026-01-31", name="Lumen roll-out")  # fmt: skip
    story.deal("2026-03-05", stage="Evaluation", close_on="2026-03-31", discount_requested_percent="18")
    story.deal("2026-03-06", competitors=["Crewline"])
    story.deal("2026-03-09", amount="75000").process("security_review", "not_begun")
    story.deal("2026-02-20", deal="D-2", stage="Discovery", amount="1000").deal(
        "2026-03-01", deal="D-2", stage="Proposal"
    )
    story.deal("2026-03-01", deal="D-2", amount="9000")
    story.deal("2025-12-01", deal="D-3", stage="Discovery", opened_on="2025-12-01").closed(
        "2026-03-02", "lost", "D-4"
    )
    story.bounce("daniel@lumen.example", "2026-03-03").contact(
        "nora-blake", "2026-03-02", title="Head of Operations"
    )
    story.note("I will send pricing by 6 March. I will send the security FAQ by 11 March.", "2026-02-27")
    story.form("new@lumen.example", "2026-03-09").news(
        "Lumen hires", "2026-03-08", kind="hiring", matched_by="domain"
    )
    story.mail_in("new@lumen.example", "2026-03-09")
    for time in ("2026-03-07T10:00", "2026-03-07T12:00", "2026-03-08T09:00"):
        story.opened("nora@lumen.example", time)
    return story.beside(closed_cycles=tuple(range(1, 101)), sources={"calendar": source("calendar")})


def quiet() -> Story:
    story = Story("ferry").account().person("Ann Bell").deal("2025-10-01", stage="Discovery")
    for number in range(24):
        story.mail_in("ann@ferry.example", TODAY - timedelta(days=15 + 2 * number))
    story.usage([80] * 100 + [0] * 18, feed="pipe")
    return story.beside(silent_feeds={"pipe": ("2026-02-20", 3)})


def lively() -> Story:
    story = Story("cobalt").customer()
    for name, department in (("Ann One", "Finance"), ("Bob Two", "Operations"), ("Cyd Three", "Operations")):
        story.person(name, department=department)
        story.mail_in(f"{name.partition(' ')[0].lower()}@cobalt.example", NOW - timedelta(days=3))
    story.usage([*([97, 103, 100] * 60), *[108] * 28])
    return story.beside(sources={"usage": source("usage"), "mail": source("mail", hours_old=30)})


ALL = (customer, prospect, quiet, lively)
