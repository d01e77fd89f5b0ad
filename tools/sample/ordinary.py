"""The ordinary accounts: most are quiet, a quarter shows one mild signal, some show noise that must not act."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import TypeAlias

from tools.sample import usage
from tools.sample.cast import Cast, Person
from tools.sample.diary import Diary, Raw, stamp
from tools.sample.ordinary_names import COMPANIES, PEOPLE
from tools.sample.relation import Company, Terms, begun, customer, exchange, measured, people, routine

Twist: TypeAlias = Callable[[Diary, list[Person]], None]
_TITLES = (
    ("operations", "Operations Manager", "operations", ("champion",)),
    ("finance", "Finance Director", "finance", ("economic_buyer",)),
)
PROSPECTS = frozenset({1, 5, 11, 17, 21, 25, 28, 32, 36, 39})
_ENDS = (
    "2026-10-14",
    "2026-10-31",
    "2026-11-14",
    "2026-11-30",
    "2026-12-14",
    "2026-12-31",
    "2027-01-14",
    "2027-01-31",
)
_ENDS_MILD: Mapping[int, str] = {3: "2026-08-20", 14: "2026-06-30"}
"""Customers whose renewal window has just opened, early and without a risk."""
_SEATS_MILD: Mapping[int, int] = {3: 150, 14: 60}
_SHAPES: Mapping[int, usage.Shape] = {
    9: lambda day: 0.94 if day >= date(2026, 2, 10) else 1.0,
    18: lambda day: 0.3 if day == date(2026, 2, 16) or date(2025, 12, 22) <= day <= date(2026, 1, 2) else 1.0,
}
"""Noise: a wobble of 6 %, and the dips of the holidays."""
_WOBBLES = frozenset({9})
_WOBBLE = 0.12
"""Share by which days differ where a difference of 6 % means nothing."""


def ordinary(cast: Cast, number: int) -> list[Raw]:
    """Make one ordinary account."""
    company = COMPANIES[number]
    diary, who = _prospect(cast, number, company) if number in PROSPECTS else _customer(cast, number, company)
    if twist := TWISTS.get(number):
        twist(diary, who)
    return diary.events


def kind_of(number: int) -> str:
    """Say what an ordinary account is there for: quiet, mild or noise."""
    if number in _SHAPES or number in NOISE:
        return "noise"
    return "mild" if number in MILD or number in _ENDS_MILD else "quiet"


def _cells(number: int) -> list[tuple[str, str, str, str, tuple[str, ...]]]:
    pairs = zip(_TITLES, PEOPLE[number], strict=True)
    return [(key, name, title, department, roles) for (key, title, department, roles), name in pairs]


def _customer(cast: Cast, number: int, company: Company) -> tuple[Diary, list[Person]]:
    draws = cast.rng(f"terms:{number}")
    seats = _seats(draws, number)
    ends = _ENDS_MILD.get(number, _ENDS[number % len(_ENDS)])
    since = ends.replace(ends[:4], str(int(ends[:4]) - draws.choice((2, 3, 4))))
    terms = Terms(
        seats,
        ends,
        str(date.fromisoformat(since) + timedelta(days=1)),
        level=draws.uniform(0.68, 0.84),
        used=0.82,
    )
    diary, who = customer(cast, company, terms, _cells(number), is_measured=False)
    noise = _WOBBLE if number in _WOBBLES else 0.02
    measured(diary, terms, shape=_SHAPES.get(number, usage.flat), noise=noise, seats_used=number != 23)
    last = date(2026, 2, 24) - timedelta(days=draws.randrange(0, 24))
    routine(diary, who, str(last), every_days=63)
    exchange(diary, who[0], date(2026, 3, 2) + timedelta(days=draws.randrange(0, 4)))
    _past_cases(diary, number)
    return diary, who


def seats_of(cast: Cast, number: int) -> int:
    """Say how many seats an ordinary customer of the first cast has."""
    return _seats(cast.rng(f"terms:{number}"), number)


def _seats(draws: Random, number: int) -> int:
    drawn: int = draws.choice((15, 20, 25, 35, 45, 60, 75, 90, 110))
    return _SEATS_MILD.get(number, drawn)


def _prospect(cast: Cast, number: int, company: Company) -> tuple[Diary, list[Person]]:
    draws = cast.rng(f"prospect:{number}")
    first = date(2025, 4, 1) + timedelta(days=draws.randrange(0, 150))
    diary = begun(cast, company, "prospect", f"{first} 09:00", created_on=cast.on(str(first)).isoformat())
    who = people(diary, _cells(number), f"{first} 09:05")
    routine(
        diary,
        who,
        str(date(2026, 2, 20) - timedelta(days=draws.randrange(0, 8))),
        every_days=70,
        first=str(first),
    )
    return diary, who


def _past_cases(diary: Diary, number: int) -> None:
    draws, day = diary.cast.rng(f"cases:{number}"), date(2024, 10, 1)
    for turn in range(draws.randrange(2, 7)):
        day += timedelta(days=draws.randrange(40, 90))
        if day > date(2026, 2, 6):
            return
        workday = day - timedelta(days=max(0, day.weekday() - 4))
        case = diary.cast.case(f"{diary.firm.key}.ticket.{turn}", 1200 + number * 20 + turn)
        diary.ticket(
            case, f"{workday} 10:30", draws.choice((3, 4, 4)), "Print layout of the route sheet", "how_to"
        )
        diary.solved(case, f"{workday} 16:10", rating=draws.choice((4, 5, 5)))


def _open_deal(
    diary: Diary, base: int, opened: str, close: str = "2026-05-29", stage: str = "Discovery"
) -> str:
    amount = diary.cast.money(f"{diary.firm.key}.amount", base)
    return diary.deal(f"{opened} 10:00", f"{diary.firm.name} Dispatch", amount, opened, stage=stage,
                      close_on=diary.cast.on(close).isoformat(), forecast_category="pipeline")  # fmt: skip


def _expands(diary: Diary, _who: list[Person]) -> None:
    diary.news("2026-03-03 08:00", f"{diary.firm.name} opens a second service centre", kind="expansion")


def _ages(diary: Diary, who: list[Person]) -> None:
    _open_deal(diary, 36_000, "2025-11-18")
    diary.met("2026-02-25 14:00", who[:1], "Crew plan", f"{who[0].first} showed the crew plan.")


def _advances(diary: Diary, who: list[Person]) -> None:
    deal = _open_deal(diary, 40_000, "2026-01-27")
    diary.met("2026-03-03 11:00", who[:1], "Dispatch walk-through", f"Walk-through with {who[0].first}.")
    diary.change(deal, "2026-03-04 10:00", stage="Evaluation")


def _slips(diary: Diary, who: list[Person]) -> None:
    deal = _open_deal(diary, 32_000, "2026-01-20", "2026-04-24")
    diary.met("2026-02-24 13:00", who[:1], "Trial week", f"{who[0].first} ran the trial week.")
    diary.change(deal, "2026-03-03 09:40", close_on=diary.cast.on("2026-05-08").isoformat())


def _fills_up(diary: Diary, _who: list[Person]) -> None:
    seats = int(diary.cast.slots[f"{diary.firm.key}.seats"])
    points = [("2025-12-01", round(seats * 0.85)), ("2026-02-21", -(-seats * 91 // 100))]
    usage.report(diary, "seats_used", usage.steps(points))


def _gets_a_colleague(diary: Diary, _who: list[Person]) -> None:
    new = diary.cast.person(f"{diary.firm.key}.new", "Nora Pine", diary.firm)
    diary.person(
        new,
        "Contract Assistant",
        "legal",
        (),
        "2026-03-06 10:00",
        created_on=diary.cast.on("2026-03-06").isoformat(),
    )


def _subscribes(diary: Diary, who: list[Person]) -> None:
    diary.say("form.submitted", diary.at("2026-03-05 12:10"), {
        "form": diary.name("F"), "kind": "newsletter", "sender": who[0].email, "sender_name": who[0].name, "text": "",
    })  # fmt: skip


def _grows(diary: Diary, who: list[Person]) -> None:
    deal = _open_deal(diary, 44_000, "2026-01-22")
    diary.met("2026-02-26 10:00", who[:1], "Scope", f"{who[0].first} added the night crew.")
    amount = int(diary.cast.slots[f"{diary.firm.key}.amount"])
    diary.change(deal, "2026-02-27 10:30", amount=str(amount * 114 // 100))


def _is_scanned(diary: Diary, who: list[Person]) -> None:
    sent = diary.mail_out(
        who[:1],
        "2026-03-06 10:00",
        "Route report",
        f"Hi {who[0].first}, the route report is in your workspace.",
    )
    for number, second in enumerate(("05", "06", "07"), start=1):
        diary.say("mail.opened", diary.at(f"2026-03-06 10:00:{second}"), {
            "open": f"{sent}-open-{number}", "mail": sent, "recipient": who[0].email, "proxy": True,
            "delivered_at": stamp(diary.at("2026-03-06 10:00:01")),
        })  # fmt: skip


def _has_a_namesake(diary: Diary, _who: list[Person]) -> None:
    first = diary.firm.name.split()[0]
    diary.news("2026-03-04 08:00", f"{first} closes its bakery in the old town", matched_by="name")


def _gets_our_letter(diary: Diary, who: list[Person]) -> None:
    letter = "What is new this quarter, and how Dispatch compares with RouteRight on route planning."
    diary.mail_out(who, "2026-03-02 08:00", "Fieldstone newsletter", letter, bulk=True)


def _bounces_softly(diary: Diary, _who: list[Person]) -> None:
    diary.say("mail.bounced", diary.at("2026-03-05 09:31"), {
        "bounce": diary.name("B"), "recipient": f"office@{diary.firm.domain}", "status_code": "4.2.2",
        "diagnostic": "452 4.2.2 Mailbox full",
    })  # fmt: skip


MILD: Mapping[int, Twist] = {
    0: _expands, 1: _ages, 5: _advances, 11: _slips, 23: _fills_up, 31: _gets_a_colleague, 34: _subscribes, 17: _grows,
}  # fmt: skip
NOISE: Mapping[int, Twist] = {
    25: _is_scanned, 27: _has_a_namesake, 38: _gets_our_letter, 32: _bounces_softly,
}  # fmt: skip
TWISTS: Mapping[int, Twist] = {**MILD, **NOISE}
