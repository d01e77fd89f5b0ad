"""The 212 deals that were closed before the clock, spread over the customers.

Units: days from opening to close. Invariant: P90 is 104 and P99 is 138 by linear interpolation, the longest 147.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from tools.sample.cast import HISTORY_BEGINS, Cast
from tools.sample.diary import Diary, Raw
from tools.sample.ordinary import PROSPECTS
from tools.sample.ordinary_names import COMPANIES
from tools.sample.relation import Company

CLOSED = 212
_STORY_SHARE = 2
_LAST_CLOSE = {"story": date(2025, 11, 28), "ordinary": date(2026, 2, 5)}
_LOST_PROSPECTS = (28, 36, 39)


def cycles() -> tuple[int, ...]:
    """Make the lengths, shortest first: skewed to the left, with a thin tail."""
    body = [9 + round(94 * (rank / 188) ** 1.45) for rank in range(189)]
    tail = [105 + 2 * rank for rank in range(17)]
    return (*body, 104, 104, *tail, 138, 138, 142, 147)


def closed_deals(cast: Cast, customers: list[Company]) -> Iterator[Raw]:
    """Hand the lengths out over the story customers and the ordinary accounts and tell each deal's life."""
    lengths = list(cycles())
    cast.rng("cycles").shuffle(lengths)
    for place, (company, days) in enumerate(zip(_turns(customers), lengths, strict=True)):
        yield from _life(cast, company, days, place, is_story=company in customers)


def _turns(customers: list[Company]) -> list[Company]:
    buyers = [company for number, company in enumerate(COMPANIES) if number not in PROSPECTS]
    lost = [COMPANIES[number] for number in _LOST_PROSPECTS]
    fixed = [*customers * _STORY_SHARE, *lost]
    rest = CLOSED - len(fixed)
    return [*fixed, *(buyers * (rest // len(buyers) + 1))[:rest]]


def _life(cast: Cast, company: Company, days: int, place: int, *, is_story: bool) -> Iterator[Raw]:
    draws = cast.rng(f"closed:{place}")
    last = _LAST_CLOSE["story" if is_story else "ordinary"]
    earliest = date.fromisoformat(HISTORY_BEGINS) + timedelta(days=days)
    closed = last - timedelta(days=draws.randrange(0, (last - earliest).days + 1))
    opened = closed - timedelta(days=days)
    firm = cast.firm(company.key, company.name, domain=company.domain, word=company.word)
    diary = Diary(cast, firm, company.owner)
    seats = draws.choice((5, 8, 10, 12, 15, 20, 30, 40))
    deal = f"D-{firm.account}-past-{place}"
    is_won = draws.random() < 0.62 and company not in [COMPANIES[n] for n in _LOST_PROSPECTS]
    facts: Raw = {
        "deal": deal, "name": f"Dispatch, {seats} seats", "kind": "new" if place % 3 else "expansion",
        "product": "dispatch", "amount": str(seats * 800), "currency": "USD", "owner": company.owner,
        "opened_on": cast.on(str(opened)).isoformat(),
        "close_on": cast.on(str(opened + timedelta(days=60))).isoformat(),
        "stage": "Discovery", "forecast_category": "pipeline",
    }  # fmt: skip
    diary.say("deal.updated", diary.at(f"{opened} 09:00"), facts)
    if days >= 20:
        diary.change(deal, f"{opened + timedelta(days=days * 3 // 5)} 11:00", stage="Proposal")
    end: Raw = {
        "deal": deal,
        "outcome": "won" if is_won else "lost",
        "closed_on": cast.on(str(closed)).isoformat(),
    }
    diary.say(
        "deal.closed",
        diary.at(f"{closed} 16:00"),
        {**end, "amount": facts["amount"], "currency": "USD"} if is_won else end,
    )
    for number, event in enumerate(diary.events, start=1):
        yield {**event, "id": f"{firm.account}/{event['type']}/past-{place}-{number}"}
