"""S1, S4, S8, S10, S12: customers whose contract, seats or usage decide what is right."""

from datetime import date

from tools.sample import usage
from tools.sample.cast import Cast, Person
from tools.sample.diary import Diary, Raw, ours
from tools.sample.relation import Company, Terms, answered, customer, exchange, measured, routine

ACME = Company("acme", "Acme Corp", "maya", "facilities", "Albany", 2400)
DELMAR = Company("delmar", "Delmar Foods", "maya", "food", "Rochester", 1500)
HARBOR = Company("harbor", "Harbor Medical", "maya", "healthcare", "Boston", 600)
JUNIPER = Company(
    "juniper", "Juniper Schools", "priya", "education", "Sacramento", 900, zone="America/Los_Angeles"
)
LAKESHORE = Company(
    "lakeshore", "Lakeshore Insurance", "priya", "insurance", "Seattle", 700, zone="America/Los_Angeles"
)


def acme(cast: Cast) -> list[Raw]:
    """S1: a renewal in seven weeks, usage down, a late ticket, a silent champion and an open expansion."""
    terms = Terms(230, "2026-04-30", "2024-05-01", used=0.78, sla=10)
    cells = (
        ("champion", "Sarah Chen", "Head of Dispatch", "service", ("champion",)),
        ("operations", "Raj Patel", "Operations Manager", "operations", ()),
        ("buyer", "Martin Hale", "CFO", "finance", ("economic_buyer",)),
    )
    diary, (sarah, raj, martin) = customer(cast, ACME, terms, cells, is_measured=False)
    for who, roles in ((sarah, ["champion"]), (martin, ["economic_buyer"])):
        diary.confirm(who, "2026-01-12 10:00", roles=roles)
    routine(diary, [raj, sarah], "2025-10-21")
    _acme_usage(diary)
    diary.ticket(
        cast.case("acme.ticket", 4412), "2026-02-19 09:40", 2, "Import of depot orders fails at random"
    )
    _acme_mails(diary, sarah)
    _acme_regions(diary, raj)
    _acme_meetings(diary, sarah, raj)
    return diary.events


def _acme_usage(diary: Diary) -> None:
    cast, seats = diary.cast, int(diary.cast.slots["acme.seats"])
    before, after = round(171 * seats / 230), round(133 * seats / 230)
    cast.slots |= {"acme.users.before": str(before), "acme.users.after": str(after)}

    def slide(day: date) -> float:
        gone = (day - date(2026, 2, 9)).days
        return 1.0 if gone <= 0 else max(0.70, 0.97 - 0.016 * gone)

    values = usage.daily(before, usage.history("2024-05-01"), cast.rng("usage:acme"), shape=slide)
    usage.with_mean(values, date(2026, 1, 13), date(2026, 2, 9), before)
    usage.with_mean(values, date(2026, 2, 10), date(2026, 3, 9), after)
    usage.report(diary, "active_users", values)
    usage.report(diary, "seats_used", usage.steps([("2025-12-01", round(seats * 0.82))]))


def _acme_mails(diary: Diary, sarah: Person) -> None:
    cast = diary.cast
    asked = (
        (
            "2025-11-12 10:05",
            "2025-11-14 09:20",
            "Dispatch board",
            "The new board is clear. The night shift likes it too.",
        ),
        ("2026-02-02 11:00", "2026-02-03 08:50", "Depot list", "Thanks Maya, the depot list is right."),
        (
            "2026-02-05 09:30",
            "2026-02-06 10:15",
            "January numbers",
            "The January numbers reached me, thank you.",
        ),
        ("2026-02-10 14:10", "2026-02-12 16:40", "Import runs", "The import runs again today. We watch it."),
    )
    for out, back, subject, text in asked:
        mail = diary.mail_out(
            [sarah], out, subject, f"Hi {sarah.first}, here is the latest on the {subject.lower()}."
        )
        diary.mail_in(sarah, back, f"Re: {subject}", text, reply_to=mail)
    case = cast.slots["acme.ticket"]
    diary.mail_out(
        [sarah], "2026-02-19 15:30", f"{case} and your dispatchers",
        f"Hi {sarah.first}, {case} is open with our support team. Are the dispatchers able to work around it?",
    )  # fmt: skip
    diary.mail_out(
        [sarah], "2026-03-03 10:20", "Import and renewal",
        f"Hi {sarah.first}, how does the import look on your side? Do you have twenty minutes for the renewal?",
    )  # fmt: skip


def _acme_regions(diary: Diary, raj: Person) -> None:
    cast = diary.cast
    answered(
        diary,
        raj,
        ("2026-01-20 09:10", "Depot map", "The depot map hangs in all depots now."),
        "2026-01-20 11:05",
    )
    answered(
        diary,
        raj,
        ("2026-02-04 13:30", "Night shift", "The night shift uses the board too."),
        "2026-02-04 15:10",
    )
    extra = cast.seats("acme.extra_seats", 80)
    cast.price("acme.extra_value", extra)
    start = cast.month("acme.expansion_from", "2026-06-01")
    diary.mail_in(
        raj, "2026-02-24 11:25", "More regions",
        f"Hi Maya, we plan two new regions from {start}, about {extra} seats.",
    )  # fmt: skip


def _acme_meetings(diary: Diary, sarah: Person, raj: Person) -> None:
    note = f"Reviewed the last quarter with {sarah.first} and {raj.first}. The dispatchers use the new board every day."
    diary.met("2026-01-29 14:00", [sarah, raj], "Quarterly review", note)
    ilse = diary.cast.person("acme.unknown", "Ilse Brandt", diary.firm, is_short=True)
    invited = [
        {"email": sarah.email, "name": sarah.name, "status": "needs_action"},
        {"email": raj.email, "name": raj.name, "status": "accepted"},
        {"email": ilse.email, "name": f"{ilse.name} (Procurement)", "status": "accepted"},
        {"email": ours("maya"), "name": "Maya Ortiz", "status": "accepted"},
    ]
    title = f"Fieldstone / {diary.firm.name.split()[0]} sync"
    meeting = diary.booked(
        "2026-03-11 10:00", [], title, "2026-03-06 15:20", attendees=invited, place="Video call"
    )
    diary.cast.slots["acme.meeting"] = meeting


def delmar(cast: Cast) -> list[Raw]:
    """S4: nearly every seat taken for 16 days, three depots announced, the term ends in November."""
    terms = Terms(200, "2026-11-30", "2023-12-01", level=0.8)
    cells = (
        ("operations", "Joan Pike", "VP Operations", "operations", ("economic_buyer",)),
        ("dispatch", "Luis Ortega", "Dispatch Lead", "service", ("champion",)),
        ("it", "Carla Stone", "IT Director", "it", ("technical",)),
    )
    diary, (joan, luis, _) = customer(cast, DELMAR, terms, cells, is_measured=False)
    measured(diary, terms, seats_used=False)
    seats = int(cast.slots["delmar.seats"])
    usage.report(
        diary,
        "seats_used",
        usage.steps([("2025-12-01", round(seats * 0.87)), ("2026-02-22", round(seats * 0.97))]),
    )
    diary.confirm(joan, "2026-01-20 09:00", roles=["economic_buyer"])
    routine(diary, [luis, joan], "2026-02-12")
    extra = cast.seats("delmar.extra_seats", 60)
    cast.price("delmar.extra_value", extra)
    diary.news("2026-02-24 07:00", f"{diary.firm.name} announces three new depots", kind="expansion")
    diary.mail_in(
        joan, "2026-03-05 13:40", "Three depots",
        f"Hello Maya, the three depots are announced now. For them we need about {extra} more seats.",
    )  # fmt: skip
    return diary.events


def harbor(cast: Cast) -> list[Raw]:
    """S8: all is well; health 86 because fewer than half of the seats are in use, and the window opens in September."""
    terms = Terms(70, "2026-12-31", "2024-01-01", insights=20, level=0.43, used=0.471)
    cells = (
        ("champion", "Ellen Marsh", "Head of Field Service", "service", ("champion",)),
        ("buyer", "Victor Lane", "COO", "management", ("economic_buyer",)),
    )
    diary, (ellen, victor) = customer(cast, HARBOR, terms, cells)
    routine(diary, [ellen, victor], "2026-01-13")
    diary.met("2026-03-03 14:00", [ellen, victor], "Quarterly business review",
              "QBR held with both. Goals of the quarter are met, no open points.", 60)  # fmt: skip
    thanks = ("2026-03-03 17:10", "Review", "Thank you, a good session.")
    answered(diary, ellen, thanks, "2026-03-04 09:05")
    for number, (opened, closed) in enumerate(
        (
            ("2025-12-17 10:00", "2025-12-18 15:00"),
            ("2026-01-14 11:00", "2026-01-15 10:00"),
            ("2026-02-03 09:30", "2026-02-03 16:00"),
        )
    ):
        case = cast.case(f"harbor.ticket.{number}", 3901 + number)
        diary.ticket(case, opened, 4, "How do I print a route sheet", kind="how_to")
        diary.solved(case, closed, rating=5)
    return diary.events


def juniper(cast: Cast) -> list[Raw]:
    """S10: usage falls in the spring break as it did in the same weeks a year before."""
    terms = Terms(150, "2026-12-14", "2023-12-15")
    cells = (
        ("operations", "Dorothy Vance", "Operations Manager", "operations", ("champion",)),
        ("finance", "Alan Frye", "Finance Director", "finance", ("economic_buyer",)),
    )
    diary, who = customer(cast, JUNIPER, terms, cells, is_measured=False)

    def breaks(day: date) -> float:
        for first, weekday, weekend in ((date(2026, 2, 21), 0.39, 0.62), (date(2025, 2, 22), 0.415, 0.65)):
            if 0 <= (day - first).days <= 15:
                return weekday if day.weekday() < 5 else weekend
        return 1.0

    level = cast.scaled("juniper.seats", 150, 118)
    values = usage.daily(
        level, usage.history(), cast.rng("usage:juniper"), shape=breaks, pattern=usage.SCHOOL, noise=0.01
    )
    usage.report(diary, "active_users", values)
    routine(diary, who, "2026-02-10")
    return diary.events


def lakeshore(cast: Cast) -> list[Raw]:
    """S12: the person who would get the offer has unsubscribed; the seats are nearly gone."""
    terms = Terms(100, "2026-11-14", "2023-11-15", level=0.82)
    cells = (
        ("operations", "Nora Blake", "Operations Manager", "operations", ("champion",)),
        ("claims", "Peter Shaw", "Field Claims Lead", "service", ()),
    )
    diary, (nora, peter) = customer(cast, LAKESHORE, terms, cells, is_measured=False)
    measured(diary, terms, seats_used=False)
    seats = int(cast.slots["lakeshore.seats"])
    usage.report(
        diary,
        "seats_used",
        usage.steps([("2025-12-01", round(seats * 0.86)), ("2026-02-16", round(seats * 0.98))]),
    )
    routine(diary, [nora, peter], "2025-12-11")
    diary.say(
        "consent.changed",
        diary.at("2026-01-14 08:35"),
        {"contact": nora.contact, "mail_consent": "opted_out"},
    )
    exchange(diary, peter, date(2026, 2, 25))
    return diary.events
