"""A plain, healthy business relation: the company, its people, contract, usage, reviews and mails.

Invariant: by itself it gives no signal above info; a story or an ordinary account adds what should be noticed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from state.canonical import Json
from tools.sample import usage
from tools.sample.cast import HISTORY_BEGINS, Cast, Person
from tools.sample.diary import Diary

_THEIRS = (
    ("Driver app", "The driver app runs well on the new phones."),
    ("Route report", "The route report arrived, the depot reads it on Mondays."),
    ("Map view", "The new map view is a step forward for the night shift."),
    ("Shift board", "The shift board hangs next to the coffee machine now."),
)
_OURS = (
    "Hi {first}, good to hear, thank you.",
    "Hi {first}, thank you, the team here is glad to read that.",
    "Hi {first}, thanks for telling me.",
)
_REVIEWS = (
    "Went through the board with {first}. The depot works as planned.",
    "{first} showed the morning routine. All steady.",
    "Looked at the map and the driver app with {first}. No open points.",
)


@dataclass(frozen=True)
class Company:
    """Where an account is and who looks after it."""

    key: str
    name: str
    owner: str
    industry: str
    city: str
    employees: int = 400
    country: str = "US"
    zone: str = "America/New_York"
    domain: str = ""
    word: str = ""
    """Key of a first word shared with another company."""
    is_named: bool = False
    """The name is already this cast's."""


@dataclass(frozen=True)
class Terms:
    """What a customer bought, until when, and how it is used."""

    seats: int
    ends: str
    since: str = "2024-03-04"
    insights: int = 0
    """Seats of the second product in the same contract."""
    level: float = 0.75
    """Active users per seat."""
    used: float = 0.8
    """Assigned share of the seats."""
    sla: int | None = None


Cell = tuple[str, str, str, str, tuple[str, ...]]
"""Key, name, title, department and buying roles of a contact."""


def begun(
    cast: Cast, company: Company, status: str, when: str = f"{HISTORY_BEGINS} 08:00", **fields: Json
) -> Diary:
    """Open the diary of an account with what the CRM knows of the company."""
    firm = cast.firm(
        company.key, company.name, domain=company.domain, word=company.word, is_named=company.is_named
    )
    diary = Diary(cast, firm, company.owner, company.zone)
    facts: dict[str, Json] = {
        "status": status, "industry": company.industry, "city": company.city, "country": company.country,
        "zone": company.zone, "employees": company.employees,
        "segment": "enterprise" if company.employees >= 1000 else "mid-market",
    }  # fmt: skip
    diary.account(when, **facts, **fields)
    return diary


def people(diary: Diary, cells: Sequence[Cell], when: str = f"{HISTORY_BEGINS} 08:05") -> list[Person]:
    """Enter the contacts."""
    return [
        diary.person(
            diary.cast.person(f"{diary.firm.key}.{key}", name, diary.firm), title, department, roles, when
        )
        for key, name, title, department, roles in cells
    ]


def customer(
    cast: Cast,
    company: Company,
    terms: Terms,
    cells: Sequence[Cell],
    *,
    is_measured: bool = True,
    **fields: Json,
) -> tuple[Diary, list[Person]]:
    """Make a customer with contract and people; usage too, unless the caller shapes it."""
    since = cast.on(terms.since).isoformat()
    first = max(date.fromisoformat(terms.since) - timedelta(days=90), date.fromisoformat(HISTORY_BEGINS))
    if terms.since > HISTORY_BEGINS:
        diary = begun(cast, company, "prospect", f"{first} 08:00", created_on=cast.on(str(first)).isoformat())
        began = {"account": diary.firm.account, "status": "customer", "customer_since": since, **fields}
        diary.say("account.updated", diary.at(f"{terms.since} 08:00"), began)
    else:
        diary = begun(cast, company, "customer", f"{first} 08:00", customer_since=since, **fields)
    found = people(diary, cells, f"{first} 08:05")
    contracts(diary, terms, cast.seats(f"{company.key}.seats", terms.seats))
    if is_measured:
        measured(diary, terms)
    return diary, found


def contracts(diary: Diary, terms: Terms, seats: int) -> None:
    """Tell of the contract in force, and of the one before where the customer is older."""
    cast, ends = diary.cast, date.fromisoformat(terms.ends)
    starts = _first_day(ends)
    slot = f"{diary.firm.key}.arr"
    value = cast.price(slot, seats) + terms.insights * 300
    cast.slots[slot] = str(value)
    facts: dict[str, Json] = {
        "product": "dispatch",
        "seats": seats,
        "annual_value": str(value),
        "auto_renew": True,
    }
    if terms.sla is not None:
        facts["sla_business_days"] = terms.sla
    begins = date.fromisoformat(HISTORY_BEGINS)
    if date.fromisoformat(terms.since) < starts and starts > begins:
        older = diary.contract(
            f"{begins} 08:10", **facts, **_term(diary, _first_day(starts - timedelta(days=1)), starts)
        )
        diary.say(
            "subscription.updated", diary.at(f"{starts} 00:30"), {"subscription": older, "status": "renewed"}
        )
    signed = max(starts - timedelta(days=20), begins)
    diary.contract(f"{signed} 10:00", **facts, **_term(diary, starts, ends + timedelta(days=1)))


def _first_day(last: date) -> date:
    after = last + timedelta(days=1)
    return after.replace(year=after.year - 1)


def _term(diary: Diary, starts: date, after: date) -> dict[str, Json]:
    shift, last = diary.cast.shift, after - timedelta(days=1)
    days = {"starts_on": starts, "ends_on": last, "notice_on": last - timedelta(days=30)}
    return {**{name: (day + shift).isoformat() for name, day in days.items()}, "status": "active"}


def measured(
    diary: Diary,
    terms: Terms,
    *,
    shape: usage.Shape = usage.flat,
    feed: str = "usage",
    noise: float = 0.02,
    seats_used: bool = True,
) -> None:
    """Report active users from the start and assigned seats of the last months."""
    cast = diary.cast
    seats = int(cast.slots[f"{diary.firm.key}.seats"])
    draws = cast.rng(f"usage:{diary.firm.key}")
    values = usage.daily(seats * terms.level, usage.history(terms.since), draws, shape=shape, noise=noise)
    usage.report(diary, "active_users", values, feed)
    if seats_used:
        usage.report(diary, "seats_used", usage.steps([("2025-12-01", round(seats * terms.used))]), feed)


def routine(
    diary: Diary, who: Sequence[Person], last: str, *, every_days: int = 56, first: str = HISTORY_BEGINS
) -> None:
    """Hold reviews back from `last` to the beginning; nine days after each they write and we answer."""
    draws = diary.cast.rng(f"routine:{diary.firm.key}")
    start, day = date.fromisoformat(first), date.fromisoformat(last)
    while day > start + timedelta(days=14):
        workday = day - timedelta(days=max(0, day.weekday() - 4))
        here = who[:1] if draws.random() < 0.5 else who[:2]
        text = draws.choice(_REVIEWS).format(first=here[0].first)
        hour = draws.choice(("10:00", "11:00", "14:00", "15:30"))
        diary.met(f"{workday} {hour}", here, f"{diary.firm.name} / Fieldstone review", text)
        exchange(diary, draws.choice(who[:2]), workday + timedelta(days=9))
        day -= timedelta(days=every_days + draws.randrange(-6, 7))


def exchange(diary: Diary, who: Person, on: date) -> None:
    """Let somebody write to us; we answer on the next workday, unless that lies past the clock."""
    first = on - timedelta(days=max(0, on.weekday() - 4))
    after = first + timedelta(days=3 if first.weekday() == 4 else 1)
    if after > usage.LAST_DAY:
        return
    draws = diary.cast.rng(f"exchange:{diary.firm.key}:{on}")
    subject, text = draws.choice(_THEIRS)
    answered(
        diary,
        who,
        (f"{first} 10:{draws.randrange(10, 59)}", subject, text),
        f"{after} 09:{draws.randrange(10, 59)}",
    )


def answered(diary: Diary, who: Person, said: tuple[str, str, str], at: str) -> None:
    """Let somebody write (when, subject, text) and answer with thanks, so that nothing is left open."""
    when, subject, text = said
    mail = diary.mail_in(who, when, subject, text)
    thanks = diary.cast.rng(f"thanks:{diary.firm.key}:{when}").choice(_OURS).format(first=who.first)
    diary.mail_out([who], at, f"Re: {subject}", thanks, thread=mail, in_reply_to=mail)
