"""S13, S19, S22, S24, S25: accounts where little is known or little should be done."""

from tools.sample.cast import Cast
from tools.sample.diary import Raw, stamp
from tools.sample.relation import Company, Terms, answered, begun, customer, people, routine

MERIDIAN_HEALTH = Company(
    "meridian-health", "Meridian Health", "maya", "healthcare", "Stamford", 1200, word="meridian",
    domain="meridian-health.example",
)  # fmt: skip
MERIDIAN_FREIGHT = Company(
    "meridian-freight", "Meridian Freight", "maya", "logistics", "Trenton", 480, word="meridian",
    domain="meridian-freight.example",
)  # fmt: skip
SILVERLINE = Company(
    "silverline", "Silverline Airports", "priya", "aviation", "San Diego", 2600, zone="America/Los_Angeles"
)
VANTAGE = Company("vantage", "Vantage Solar", "priya", "energy", "Tempe", 240, zone="America/Phoenix")
XENON = Company("xenon", "Xenon Labs", "priya", "", "", 0)
YARROW = Company("yarrow", "Yarrow Homes", "priya", "real estate", "Boise", 210, zone="America/Boise")


def meridian_health(cast: Cast) -> list[Raw]:
    """S13: one of two customers whose names begin alike; nothing is due."""
    terms = Terms(80, "2026-12-31", "2024-01-01")
    cells = (
        ("operations", "Joyce Adair", "Operations Manager", "operations", ("champion",)),
        ("finance", "Neil Stroud", "Finance Director", "finance", ("economic_buyer",)),
    )
    diary, who = customer(cast, MERIDIAN_HEALTH, terms, cells)
    routine(diary, who, "2026-02-24")
    return diary.events


def meridian_freight(cast: Cast) -> list[Raw]:
    """S13: the other one."""
    terms = Terms(45, "2026-12-14", "2023-12-15")
    cells = (("fleet", "Hank Doyle", "Fleet Manager", "operations", ("champion",)),)
    diary, who = customer(cast, MERIDIAN_FREIGHT, terms, cells)
    routine(diary, who, "2026-02-20")
    return diary.events


def silverline(cast: Cast) -> list[Raw]:
    """S19: the news tells of a new CFO and of fourteen jobs; nobody has told us."""
    when = "2025-08-19 09:00"
    diary = begun(cast, SILVERLINE, "prospect", when, created_on=cast.on("2025-08-19").isoformat())
    (amy,) = people(diary, (("ground", "Amy Tran", "Ground Operations Manager", "operations", ()),), when)
    useful = ("2026-02-11 10:00", "Ground crews", "The film on ground crews was useful to us.")
    answered(diary, amy, useful, "2026-02-12 09:25")
    cfo = cast.person("silverline.cfo", "Laura Stein", diary.firm)
    diary.news(
        "2026-03-05 08:00", f"{diary.firm.name} names {cfo.name} CFO", kind="person_joined", person=cfo.name
    )
    diary.news(
        "2026-03-07 08:00",
        f"{diary.firm.name} advertises 14 dispatcher jobs",
        kind="hiring",
        matched_by="name_and_city",
    )
    return diary.events


def vantage(cast: Cast) -> list[Raw]:
    """S22: six opens within two seconds, four seconds after delivery: a scanner."""
    when = "2025-10-07 09:00"
    diary = begun(cast, VANTAGE, "prospect", when, created_on=cast.on("2025-10-07").isoformat())
    (kim,) = people(diary, (("field", "Kim Soto", "Field Operations Manager", "operations", ()),), when)
    mail = diary.mail_out(
        [kim],
        "2026-02-23 10:00",
        "Roof crews",
        f"Hi {kim.first}, the film on roof crews is in your workspace.",
    )
    diary.mail_in(kim, "2026-02-24 09:10", "Re: Roof crews", "Thank you, I watched it.", reply_to=mail)
    sent = diary.mail_out(
        [kim],
        "2026-03-09 14:00",
        "Driver app",
        f"Hi {kim.first}, the driver app has a new version in the store.",
    )
    delivered = diary.at("2026-03-09 14:00:02")
    for number, second in enumerate((6, 6, 7, 7, 8, 8), start=1):
        diary.say("mail.opened", diary.at(f"2026-03-09 14:00:0{second}"), {
            "open": f"{sent}-open-{number}", "mail": sent, "recipient": kim.email, "delivered_at": stamp(delivered),
        })  # fmt: skip
    return diary.events


def xenon(cast: Cast) -> list[Raw]:
    """S24: entered yesterday; nothing is known but the name."""
    firm = cast.firm(XENON.key, XENON.name)
    created = {"account": firm.account, "name": firm.name, "domain": firm.domain, "owner": XENON.owner}
    return [{
        "id": f"{firm.account}/account.updated/1", "account": firm.account, "source": "crm", "type": "account.updated",
        "time": stamp(cast.at("2026-03-09 16:00")), "recorded_at": stamp(cast.at("2026-03-09 16:00")),
        "data": {**created, "status": "prospect", "created_on": cast.on("2026-03-09").isoformat()},
    }]  # fmt: skip


def yarrow(cast: Cast) -> list[Raw]:
    """S25: silent since October; a revival plan is already running."""
    when = "2025-03-11 09:00"
    diary = begun(cast, YARROW, "prospect", when, created_on=cast.on("2025-03-11").isoformat())
    (dale,) = people(diary, (("build", "Dale Hurst", "Field Supervisor", "service", ()),), when)
    diary.met("2025-09-30 13:00", [dale], "Site crews", f"{dale.first} showed the site plan.")
    mail = diary.mail_out(
        [dale], "2025-10-13 10:00", "Site plan", f"Hi {dale.first}, the site plan is loaded."
    )
    diary.mail_in(dale, "2025-10-14 09:30", "Re: Site plan", "Thanks, seen.", reply_to=mail)
    cast.slots["yarrow.plan"] = diary.plan("2026-02-25 10:00", "revival", "ACTIVE", [
        diary.step(1, "Look for news", "research", "2026-03-02 09:00", "done"),
        diary.step(2, "Write to the site lead", "draft_email", "2026-03-16 09:00"),
    ])  # fmt: skip
    return diary.events
