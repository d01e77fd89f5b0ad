"""S2, S3, S5, S7, S15, S16, S18, S26: open deals whose dates, people or words decide what is right."""

from tools.sample.cast import Cast, Person
from tools.sample.diary import Diary, Raw
from tools.sample.relation import Company, begun, people

BRIGHTWATER = Company("brightwater", "Brightwater Utilities", "maya", "utilities", "Buffalo", 1800)
CALDER = Company("calder", "Calder Logistics", "priya", "logistics", "Denver", 640, zone="America/Denver")
EASTGATE = Company(
    "eastgate", "Eastgate Elevators", "tom", "elevators", "Chicago", 520, zone="America/Chicago"
)
GRANITE = Company("granite", "Granite HVAC", "maya", "hvac", "Concord", 1100)
OAKHAVEN = Company("oakhaven", "Oakhaven Hotels", "maya", "hospitality", "Providence", 450)
PINNACLE = Company("pinnacle", "Pinnacle Mining", "priya", "mining", "Reno", 900, zone="America/Los_Angeles")
REDWOOD = Company("redwood", "Redwood Bank", "maya", "banking", "Hartford", 5200)
ZEPHYR = Company("zephyr", "Zephyr Air Cargo", "maya", "aviation", "Newark", 1300)


def _close(cast: Cast, day: str) -> str:
    return cast.on(day).isoformat()


def brightwater(cast: Cast) -> list[Raw]:
    """S2: the champion's address bounces, the CRM calls him active, the news says he has moved."""
    when = "2025-11-18 09:00"
    diary = begun(cast, BRIGHTWATER, "prospect", when, created_on=_close(cast, "2025-11-18"))
    daniel = cast.person("daniel-kim", "Daniel Kim", diary.firm)
    diary.person(daniel, "IT Director", "it", ("champion",), when)
    anna, joel = people(diary, (
        ("operations", "Anna Lopez", "Operations Manager", "operations", ()),
        ("finance", "Gordon Pell", "CFO", "finance", ("economic_buyer",)),
    ), "2025-12-03 11:00")  # fmt: skip
    amount = cast.money("brightwater.amount", 96_000)
    deal = diary.deal("2025-12-01 10:00", f"{diary.firm.name} Dispatch", amount, "2025-12-01",
                      stage="Discovery", close_on=_close(cast, "2026-03-31"), forecast_category="pipeline")  # fmt: skip
    diary.change(deal, "2026-01-15 10:00", stage="Proposal", forecast_category="best_case")
    diary.change(deal, "2026-02-20 15:00", stage="Negotiation", forecast_category="commit")
    cast.slots["brightwater.deal"] = deal
    mail = diary.mail_out(
        [daniel], "2025-12-08 10:00", "Dispatch trial", f"Hi {daniel.first}, the trial workspace is open."
    )
    diary.mail_in(daniel, "2025-12-09 09:15", "Re: Dispatch trial", "Thanks Maya, we are in.", reply_to=mail)
    mail = diary.mail_out(
        [daniel], "2026-01-21 10:00", "Crew list", f"Hi {daniel.first}, the crew list is loaded."
    )
    diary.mail_in(daniel, "2026-01-22 11:20", "Re: Crew list", "Looks right to me.", reply_to=mail)
    diary.met(
        "2026-02-11 13:00",
        [daniel, anna],
        "Dispatch walk-through",
        f"Walk-through with {daniel.first} and {anna.first}.",
    )
    diary.met(
        "2026-02-25 10:30", [anna], "Crew planning", f"{anna.first} went through the crew planning with me."
    )
    diary.met("2026-01-14 11:00", [joel], "Budget talk", f"{joel.first} knows the price and the term.")
    _brightwater_leaves(diary, daniel)
    return diary.events


def _brightwater_leaves(diary: Diary, daniel: Person) -> None:
    calder = diary.cast.firm("calder", CALDER.name)
    diary.news(
        "2026-03-01 09:00", f"{daniel.name} joins {calder.name} as VP IT", kind="person_left",
        person=daniel.name, company=calder.name,
    )  # fmt: skip
    mail = diary.mail_out(
        [daniel], "2026-03-03 09:40", "Order form", f"Hi {daniel.first}, the order form is in your workspace."
    )
    diary.say("mail.bounced", diary.at("2026-03-03 09:41"), {
        "bounce": f"{mail}-bounce", "recipient": daniel.email, "status_code": "5.1.1",
        "diagnostic": "550 5.1.1 The email account that you tried to reach does not exist",
    })  # fmt: skip


def calder(cast: Cast) -> list[Raw]:
    """S3: a fitting prospect has just hired somebody who knows us."""
    when = "2025-09-16 09:00"
    diary = begun(cast, CALDER, "prospect", when, fit_score=78, created_on=_close(cast, "2025-09-16"))
    daniel = cast.person("daniel-kim", "Daniel Kim", diary.firm)
    diary.news(
        "2026-03-01 09:00",
        f"{diary.firm.name} names {daniel.name} VP IT",
        kind="person_joined",
        person=daniel.name,
    )
    diary.person(daniel, "VP IT", "it", (), "2026-03-04 10:25", fit_score=84, created_by="priya",
                 created_on=_close(cast, "2026-03-04"))  # fmt: skip
    return diary.events


def eastgate(cast: Cast) -> list[Raw]:
    """S5: a deal older than nearly every closed one, three slips, silence since 2 February, still in commit."""
    when = "2025-09-15 09:00"
    diary = begun(cast, EASTGATE, "prospect", when, created_on=_close(cast, "2025-09-15"))
    grace, _ = people(diary, (
        ("operations", "Grace Hill", "VP Operations", "operations", ()),
        ("finance", "Leon Sutter", "CFO", "finance", ("economic_buyer",)),
    ), when)  # fmt: skip
    amount = cast.money("eastgate.amount", 78_000)
    deal = diary.deal("2025-09-20 10:00", f"{diary.firm.name} Dispatch", amount, "2025-09-20",
                      stage="Discovery", close_on=_close(cast, "2025-10-31"), forecast_category="pipeline")  # fmt: skip
    cast.slots["eastgate.deal"] = deal
    diary.change(deal, "2025-10-14 10:00", stage="Proposal", forecast_category="best_case")
    diary.change(deal, "2025-10-29 16:00", close_on=_close(cast, "2025-11-30"))
    diary.change(deal, "2025-11-26 16:30", close_on=_close(cast, "2026-01-31"))
    diary.change(deal, "2025-12-10 09:00", stage="Negotiation", forecast_category="commit")
    diary.change(deal, "2026-01-29 16:00", close_on=_close(cast, "2026-03-31"))
    diary.met(
        "2025-10-08 14:00",
        [grace],
        "Dispatch for service crews",
        f"{grace.first} showed how the crews are planned today.",
    )
    diary.met("2025-12-09 14:00", [grace], "Order form", f"{grace.first} has the order form.")
    mail = diary.mail_out(
        [grace], "2026-01-30 10:00", "Order form", f"Hi {grace.first}, is the order form with your CFO?"
    )
    diary.mail_in(
        grace, "2026-02-02 15:10", "Re: Order form", "Not yet, it is with our CFO's office.", reply_to=mail
    )
    for out in ("2026-02-16 10:00", "2026-03-02 10:05"):
        diary.mail_out([grace], out, "Checking in", f"Hi {grace.first}, just checking in on the order form.")
    return diary.events


def granite(cast: Cast) -> list[Raw]:
    """S7: the CRM says 31 March, the buyer says not before July."""
    when = "2025-11-10 09:00"
    diary = begun(cast, GRANITE, "prospect", when, created_on=_close(cast, "2025-11-10"))
    helen, *others = people(diary, (
        ("buyer", "Helen Frost", "COO", "management", ("economic_buyer",)),
        ("service", "Sam Rourke", "Head of Field Service", "service", ("champion",)),
        ("dispatch", "Mina Cole", "Dispatch Lead", "service", ()),
        ("it", "Owen Tate", "IT Director", "it", ("technical",)),
        ("finance", "Ruth Ames", "Controller", "finance", ()),
    ), when)  # fmt: skip
    amount = cast.money("granite.amount", 120_000)
    deal = diary.deal("2025-12-08 10:00", f"{diary.firm.name} Dispatch", amount, "2025-12-08",
                      stage="Discovery", close_on=_close(cast, "2026-03-26"), forecast_category="pipeline")  # fmt: skip
    cast.slots["granite.deal"] = deal
    diary.change(deal, "2026-02-10 10:00", stage="Proposal", forecast_category="best_case")
    diary.met(
        "2026-01-20 10:00",
        [helen, *others],
        "Proposal walk-through",
        "All five took part. The scope is agreed.",
        60,
    )
    diary.met("2026-02-24 11:00", [helen, others[0]], "Price and term", f"{helen.first} has seen the price.")
    quarter, month = cast.quarter("2026-07-01"), cast.month("granite.not_before", "2026-07-01")
    diary.mail_in(
        helen, "2026-03-05 17:05", "Timing",
        f"Maya, a word on timing. The budget moved to {quarter}, not before {month}. The plan itself stands.",
    )  # fmt: skip
    diary.change(deal, "2026-03-08 18:20", close_on=_close(cast, "2026-03-31"))
    return diary.events


def oakhaven(cast: Cast) -> list[Raw]:
    """S15: we promised a price by Friday and have not sent it."""
    when = "2025-12-02 09:00"
    diary = begun(cast, OAKHAVEN, "prospect", when, created_on=_close(cast, "2025-12-02"))
    elena, _ = people(diary, (
        ("operations", "Elena Ruiz", "VP Operations", "operations", ("economic_buyer",)),
        ("service", "Noel Price", "Maintenance Manager", "service", ()),
    ), when)  # fmt: skip
    seats = cast.seats("oakhaven.seats", 40)
    amount = cast.price("oakhaven.amount", seats)
    cast.slots["oakhaven.deal"] = diary.deal(
        "2026-01-12 10:00", f"{diary.firm.name} Dispatch", amount, "2026-01-12", stage="Discovery",
        close_on=_close(cast, "2026-04-15"), forecast_category="pipeline",
    )  # fmt: skip
    diary.met(
        "2026-02-10 11:00", [elena], "Maintenance rounds", f"{elena.first} showed how the rounds are planned."
    )
    due = cast.spoken("oakhaven.due", "2026-03-06")
    diary.note(
        "2026-02-27 15:20",
        f"Call with {elena.name}. I promised to send the pricing for {seats} Dispatch seats by {due}.",
        [elena], kind="call", after_minutes=25,
    )  # fmt: skip
    return diary.events


def pinnacle(cast: Cast) -> list[Raw]:
    """S16: the buyer names a competitor on a call; so does our own newsletter, which proves nothing."""
    when = "2025-12-09 09:00"
    diary = begun(cast, PINNACLE, "prospect", when, created_on=_close(cast, "2025-12-09"))
    ruth, _ = people(diary, (
        ("buyer", "Ruth Adler", "VP Operations", "operations", ("economic_buyer",)),
        ("fleet", "Ian Moss", "Fleet Manager", "operations", ()),
    ), when)  # fmt: skip
    cast.slots["pinnacle.deal"] = diary.deal(
        "2026-01-19 10:00", f"{diary.firm.name} Dispatch", cast.money("pinnacle.amount", 64_000), "2026-01-19",
        stage="Discovery", close_on=_close(cast, "2026-05-15"), forecast_category="pipeline",
    )  # fmt: skip
    diary.met("2026-02-05 13:00", [ruth], "Pit and plant crews", f"{ruth.first} showed the shift plan.")
    letter = "What is new this quarter, and how Dispatch compares with RouteRight on route planning."
    diary.mail_out([ruth], "2026-03-02 08:00", "Fieldstone newsletter", letter, bulk=True)
    said = f'{ruth.first} said: "We are also looking at RouteRight."'
    text = f"Call with {ruth.name}. {said} The shift plan is the point that counts."
    diary.note("2026-03-04 14:30", text, [ruth], kind="call", after_minutes=15)
    return diary.events


def redwood(cast: Cast) -> list[Raw]:
    """S18: three weeks left, the security review has not begun, and 18 % off is asked."""
    when = "2025-11-24 09:00"
    diary = begun(cast, REDWOOD, "prospect", when, created_on=_close(cast, "2025-11-24"))
    vera, hugh, *others = people(diary, (
        ("buyer", "Vera Lindqvist", "CFO", "finance", ("economic_buyer",)),
        ("facilities", "Hugh Barnes", "Head of Facilities", "operations", ("champion",)),
        ("it", "Tess Aldrin", "Security Officer", "it", ("technical",)),
        ("procurement", "Brian Nye", "Procurement Manager", "procurement", ("procurement",)),
        ("service", "Kay Foster", "Maintenance Lead", "service", ()),
    ), when)  # fmt: skip
    amount = cast.money("redwood.amount", 410_000)
    asked = cast.percent("redwood.discount", 18)
    deal = diary.deal("2025-12-15 10:00", f"{diary.firm.name} Dispatch and Insights", amount, "2025-12-15",
                      stage="Discovery", close_on=_close(cast, "2026-03-31"), forecast_category="pipeline")  # fmt: skip
    cast.slots["redwood.deal"] = deal
    diary.change(deal, "2026-01-22 10:00", stage="Proposal", forecast_category="best_case")
    diary.change(deal, "2026-02-12 10:00", stage="Negotiation", forecast_category="best_case")
    diary.met(
        "2026-01-21 10:00", [vera, hugh, *others], "Proposal for branch service", "All five took part.", 60
    )
    diary.met("2026-02-26 15:00", [vera, hugh], "Terms", f"{vera.first} wants to sign this quarter.")
    step = f"{deal}-security"
    diary.say("process.updated", diary.at("2026-02-27 09:30"),
              {"process": step, "deal": deal, "step": "security_review", "status": "not_begun"})  # fmt: skip
    diary.mail_in(
        vera,
        "2026-03-04 12:15",
        "Terms",
        f"Maya, to sign this quarter we would need {asked} % off the list price.",
    )
    diary.change(deal, "2026-03-04 14:00", discount_requested_percent=str(asked))
    return diary.events


def zephyr(cast: Cast) -> list[Raw]:
    """S26: a quarter of the amount is gone, and the stage went back, forth and back within five days."""
    when = "2025-12-16 09:00"
    diary = begun(cast, ZEPHYR, "prospect", when, created_on=_close(cast, "2025-12-16"))
    omar, *others = people(diary, (
        ("buyer", "Omar Haddad", "VP Operations", "operations", ("economic_buyer",)),
        ("ramp", "Lena Fox", "Ramp Operations Manager", "operations", ("champion",)),
        ("it", "Cyrus Webb", "IT Director", "it", ("technical",)),
    ), when)  # fmt: skip
    amount = cast.money("zephyr.amount_before", 100_000)
    less = amount * 3 // 4
    cast.slots["zephyr.amount"] = str(less)
    deal = diary.deal("2026-01-12 10:00", f"{diary.firm.name} Dispatch", amount, "2026-01-12",
                      stage="Discovery", close_on=_close(cast, "2026-04-30"), forecast_category="pipeline")  # fmt: skip
    cast.slots["zephyr.deal"] = deal
    diary.change(deal, "2026-02-03 10:00", stage="Proposal", forecast_category="best_case")
    diary.change(deal, "2026-02-20 10:00", stage="Negotiation", forecast_category="best_case")
    diary.met("2026-02-03 14:00", [omar, *others], "Night shift planning", "All three took part.", 60)
    diary.met("2026-02-26 14:00", [omar, others[0]], "Order form", f"{omar.first} has the order form.")
    diary.change(deal, "2026-03-05 10:10", stage="Proposal")
    diary.change(deal, "2026-03-06 11:40", stage="Negotiation")
    diary.change(deal, "2026-03-09 09:20", stage="Proposal")
    diary.change(deal, "2026-03-09 10:05", amount=str(less))
    return diary.events
