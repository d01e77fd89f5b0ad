"""S6, S11, S21, S23, S27: outages, a dead feed, a churned customer and two roll-outs."""

from datetime import date

from tools.sample import usage
from tools.sample.cast import Cast
from tools.sample.diary import Raw
from tools.sample.relation import Cell, Company, Terms, customer, exchange, measured, routine

FJORD = Company("fjord", "Fjord Energy", "priya", "energy", "Portland", 1600, zone="America/Los_Angeles")
ASHFORD = Company(
    "ashford", "Ashford Paper", "priya", "manufacturing", "Spokane", 700, zone="America/Los_Angeles"
)
BEXLEY = Company("bexley", "Bexley Parks", "priya", "public sector", "Boulder", 350, zone="America/Denver")
CORWIN = Company("corwin", "Corwin Freight", "priya", "logistics", "Phoenix", 820, zone="America/Phoenix")
UNION = Company("union", "Union Dairy", "priya", "food", "Fresno", 300, zone="America/Los_Angeles")
WESTFIELD = Company(
    "westfield", "Westfield Clinics", "priya", "healthcare", "Oakland", 800, zone="America/Los_Angeles"
)
ALDER = Company("alder", "Alder Hospitals", "priya", "healthcare", "Tacoma", 2100, zone="America/Los_Angeles")
DEAD_FEED = "depot-gateway"
_SILENT_FROM = date(2026, 2, 20)
_HOW_TO = (
    "How do I add a crew", "How do I copy a shift", "Where is the print button", "How do I rename a depot",
    "How do I merge two visits", "How do I change a driver's phone", "How do I hide old jobs", "How do I share a map",
    "How do I set a holiday", "How do I add a note", "How do I see last week", "How do I reset a filter",
)  # fmt: skip


def fjord(cast: Cast) -> list[Raw]:
    """S6: two outages and three serious defects are open while an upsell step is due this morning."""
    terms = Terms(175, "2026-10-31", "2023-11-01", level=0.82)
    cells = (
        ("sponsor", "Ingrid Solberg", "COO", "management", ("economic_buyer",)),
        ("dispatch", "Magnus Dale", "Dispatch Lead", "service", ("champion",)),
        ("it", "Petra Lund", "IT Director", "it", ("technical",)),
    )
    diary, (_, magnus, ingrid_it) = customer(cast, FJORD, terms, cells)
    routine(diary, [magnus, ingrid_it], "2026-02-11")
    opened = (
        ("2026-03-08 06:10", 1, "Dispatch board does not load"),
        ("2026-03-09 07:25", 1, "Driver app signs everybody out"),
        ("2026-03-04 10:00", 2, "Jobs appear twice"),
        ("2026-03-05 13:15", 2, "Map shows yesterday's positions"),
        ("2026-03-06 09:50", 2, "Export stops half-way"),
    )
    for number, (when, severity, subject) in enumerate(opened):
        kind = "outage" if severity == 1 else "defect"
        diary.ticket(cast.case(f"fjord.ticket.{number}", 4471 + number), when, severity, subject, kind=kind)
    steps = [
        diary.step(1, "Send the usage review", "send_email", "2026-02-24 09:00", "done"),
        diary.step(2, "Offer Insights for all depots", "send_email", "2026-03-10 09:00"),
        diary.step(3, "Call about the offer", "schedule_meeting", "2026-03-17 09:00"),
    ]
    cast.slots["fjord.plan"] = diary.plan("2026-02-20 11:00", "upsell", "ACTIVE", steps)
    cast.slots["fjord.step"] = str(steps[1]["step"])
    return diary.events


def _behind_the_gateway(cast: Cast, company: Company, terms: Terms, cells: tuple[Cell, ...]) -> list[Raw]:
    diary, who = customer(cast, company, terms, cells, is_measured=False)
    measured(
        diary, terms, shape=lambda day: 0.0 if day >= _SILENT_FROM else 1.0, feed=DEAD_FEED, seats_used=False
    )
    routine(diary, who, "2026-02-18")
    return diary.events


def ashford(cast: Cast) -> list[Raw]:
    """S11: the first of three accounts whose shared feed has said zero since 20 February."""
    cells = (("plant", "Edna Cole", "Plant Operations Manager", "operations", ("champion",)),)
    return _behind_the_gateway(cast, ASHFORD, Terms(90, "2026-12-31", "2024-01-01"), cells)


def bexley(cast: Cast) -> list[Raw]:
    """S11: the second."""
    cells = (("grounds", "Marta Quinn", "Field Supervisor", "service", ("champion",)),)
    return _behind_the_gateway(cast, BEXLEY, Terms(40, "2026-11-30", "2024-12-01"), cells)


def corwin(cast: Cast) -> list[Raw]:
    """S11: the third."""
    cells = (("fleet", "Dev Anand", "Fleet Manager", "operations", ("champion",)),)
    return _behind_the_gateway(cast, CORWIN, Terms(110, "2026-12-14", "2022-12-15"), cells)


def union(cast: Cast) -> list[Raw]:
    """S21: the customer left in January; a deal is still open and a renewal reminder is due today."""
    terms = Terms(28, "2026-01-31", "2024-02-01")
    cells = (("operations", "Walt Grady", "Operations Manager", "operations", ()),)
    diary, (walt,) = customer(cast, UNION, terms, cells, is_measured=False)
    values = usage.daily(20, usage.history(until=date(2026, 1, 30)), cast.rng("usage:union"))
    usage.report(diary, "active_users", values)
    routine(diary, [walt, walt], "2025-11-20")
    diary.deal("2025-12-01 10:00", f"{diary.firm.name} renewal", cast.money("union.amount", 22_000), "2025-12-01",
               kind="renewal", pipeline="Renewal", stage="Review", close_on=cast.on("2026-03-31").isoformat(),
               forecast_category="pipeline")  # fmt: skip
    steps = [
        diary.step(1, "Usage review", "brief", "2025-12-15 10:00", "done"),
        diary.step(2, "Renewal reminder", "send_email", "2026-03-10 10:00"),
    ]
    cast.slots["union.plan"] = diary.plan("2025-12-02 09:00", "renewal", "ACTIVE", steps)
    cast.slots["union.step"] = str(steps[1]["step"])
    left = cast.on("2026-01-31").isoformat()
    diary.say("subscription.updated", diary.at("2026-01-31 17:00"),
              {"subscription": f"C-{diary.firm.account}-2", "status": "expired"})  # fmt: skip
    diary.say("account.churned", diary.at("2026-01-31 17:00"),
              {"account": diary.firm.account, "churned_on": left, "churn_reason": "Plant closed"})  # fmt: skip
    return diary.events


def westfield(cast: Cast) -> list[Raw]:
    """S23: day 12 of a roll-out, nine of a hundred seats in use, as is normal by then."""
    terms = Terms(100, "2027-02-25", "2026-02-26")
    cells = (
        ("operations", "Irene Holt", "Operations Manager", "operations", ("champion",)),
        ("it", "Paul Neri", "IT Manager", "it", ("technical",)),
    )
    diary, (irene, paul) = customer(cast, WESTFIELD, terms, cells, is_measured=False, in_rollout=True)
    seats = int(cast.slots["westfield.seats"])
    shape = (9, 9, 7, 7, 9, 10, 10, 11, 11, 8, 8, 9)
    values = dict(zip(usage.history("2026-02-26"), (round(v * seats / 100) for v in shape), strict=True))
    usage.report(diary, "active_users", values)
    usage.report(diary, "seats_used", usage.steps([("2026-02-26", round(seats * 0.12))]))
    diary.met(
        "2026-02-03 10:00",
        [irene, paul],
        "Contract and start",
        f"{irene.first} and {paul.first} agreed on the start day.",
    )
    diary.met("2026-03-02 13:00", [irene, paul], "Kick-off", "Kick-off held, first crew is on the board.")
    cast.slots["westfield.plan"] = diary.plan("2026-02-26 09:00", "onboarding", "ACTIVE", [
        diary.step(1, "Kick-off", "brief", "2026-03-02 13:00", "done"),
        diary.step(2, "Admin training", "create_task", "2026-03-12 10:00"),
        diary.step(3, "First usage review", "brief", "2026-03-26 10:00"),
    ])  # fmt: skip
    return diary.events


def alder(cast: Cast) -> list[Raw]:
    """S27: a dozen how-to questions in a fortnight of roll-out, each answered and rated five."""
    terms = Terms(160, "2026-11-16", "2025-11-17", level=0.55, used=0.7)
    cells = (
        ("operations", "Beth Carver", "VP Operations", "operations", ("economic_buyer",)),
        ("dispatch", "Omri Levi", "Dispatch Lead", "service", ("champion",)),
    )
    diary, who = customer(cast, ALDER, terms, cells, in_rollout=True)
    routine(diary, who, "2026-02-17", first="2025-10-20", every_days=35)
    exchange(diary, who[1], date(2026, 3, 4))
    days = ("25", "26", "27"), ("02", "03", "04", "05", "06", "09")
    opened = [*(f"2026-02-{day} 10:15" for day in days[0]), *(f"2026-03-{day} 09:40" for day in days[1])]
    opened += [f"2026-03-{day} 14:20" for day in ("03", "05", "06")]
    for number, (when, subject) in enumerate(zip(opened, _HOW_TO, strict=True)):
        case = cast.case(f"alder.ticket.{number}", 4430 + number)
        diary.ticket(case, when, 4, subject, kind="how_to")
        diary.solved(case, f"{when[:10]} 16:45", rating=5)
    return diary.events
