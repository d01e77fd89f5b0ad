"""Who and what the sample company is made of: names, amounts and dates, so that another seed gives an equivalent one.

Invariant: a value depends on (seed, key) and on its account alone, so one story built by itself equals its part of
the whole; seed 7 gives exactly the names, amounts and dates of the domain's table.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tools.sample.names import FIRM_WORDS, FIRST_NAMES, LAST_NAMES, STORY_FIRMS

SEED = 7
"""The cast of the domain's table."""
TENANT = "fieldstone"
ZONE = ZoneInfo("America/New_York")
OUR_DOMAIN = "fieldstone.example"
CLOCK = datetime(2026, 3, 10, 12, tzinfo=UTC)
HISTORY_BEGINS = "2024-09-10"
ORDINARY = 40
"""Accounts beside those of S1 to S29."""
_LIST_PRICE = {"dispatch": 800, "insights": 300}
_BORDERS = (25_000, 100_000)
"""Segment tiers: an amount of another cast stays in its tier."""
_SHIFTS_WEEKS = (-3, -2, -1, 1, 2, 3)
_MONTHS = "January February March April May June July August September October November December".split()
_PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "é": "e", "'": ""}
)


def plain(name: str) -> str:
    """Write a name as it stands in an address or id."""
    return "-".join(name.translate(_PLAIN).lower().split())


@dataclass(frozen=True)
class Person:
    """Somebody outside."""

    contact: str
    name: str
    email: str

    @property
    def first(self) -> str:
        """First name."""
        return self.name.split()[0]


@dataclass
class Firm:
    """An account's company, and the names already given to its people."""

    key: str
    account: str
    name: str
    domain: str
    taken: set[str] = field(default_factory=set)


@dataclass
class Cast:
    """The names, amounts and dates of one seed; everything handed out is noted in `slots`."""

    seed: int = SEED
    slots: dict[str, str] = field(default_factory=dict)
    """Key → value as given out, for labels of another cast: `acme.champion.email`, `granite.amount`."""

    @property
    def is_first(self) -> bool:
        """The cast of the domain's table."""
        return self.seed == SEED

    @property
    def shift(self) -> timedelta:
        """Whole weeks by which every date is moved, the clock too."""
        weeks = 0 if self.is_first else self._own("calendar").choice(_SHIFTS_WEEKS)
        return timedelta(weeks=weeks)

    @property
    def clock(self) -> datetime:
        """The frozen clock; 08:00 in the tenant's zone."""
        return self.at("2026-03-10 08:00")

    def rng(self, key: str) -> random.Random:
        """Give the draws of one key, the same in every cast: what happens does not change with who it happens to."""
        return random.Random(f"{SEED}:{key}")

    def _own(self, key: str) -> random.Random:
        return random.Random(f"{self.seed}:{key}")

    def on(self, day: str) -> date:
        """Place a day of the first cast in this one."""
        return date.fromisoformat(day) + self.shift

    def at(self, local: str, zone: str = "America/New_York") -> datetime:
        """Place a local time of the first cast in this one, in UTC."""
        wall = datetime.fromisoformat(local) + self.shift
        return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    def word(self, key: str, default: str) -> str:
        """Give a company's first word."""
        if self.is_first:
            return default
        keys = (*STORY_FIRMS, *(f"ordinary-{number}" for number in range(ORDINARY)))
        words = list(FIRM_WORDS)
        self._own("firms").shuffle(words)
        return words[keys.index(key)]

    def firm(self, key: str, name: str, *, domain: str = "", word: str = "", is_named: bool = False) -> Firm:
        """Name a company: its first word changes with the cast, the rest stays."""
        first, _, rest = name.partition(" ")
        full = name if is_named else f"{self.word(word or key, first)} {rest}".strip()
        account = plain(full)
        own = domain if self.is_first or is_named else ""
        firm = Firm(key, account, full, own or f"{account if domain else account.split('-')[0]}.example")
        self.slots |= {f"{key}.account": account, f"{key}.name": full, f"{key}.domain": firm.domain}
        return firm

    def person(self, key: str, name: str, firm: Firm, *, is_short: bool = False) -> Person:
        """Name somebody; the same key is the same person at any company."""
        full = name if self.is_first else self._name(key, firm)
        first, last = plain(full).split("-")[0], plain(full).split("-")[-1]
        firm.taken |= set(full.split())
        local = f"{first[0]}{last}" if is_short else f"{first}.{last}"
        someone = Person(f"{firm.account}.{plain(full)}", full, f"{local}@{firm.domain}")
        slot = f"{firm.key}.{key.rpartition('.')[2]}"
        self.slots |= {
            f"{slot}.name": full,
            f"{slot}.email": someone.email,
            f"{slot}.contact": someone.contact,
        }
        return someone

    def _name(self, key: str, firm: Firm) -> str:
        draws = self._own(f"person:{key}")
        while True:
            parts = (draws.choice(FIRST_NAMES), draws.choice(LAST_NAMES))
            if not firm.taken & set(parts):
                return " ".join(parts)

    def money(self, key: str, base: int) -> int:
        """Give an amount in whole dollars; of another cast it is a multiple of 4,000 in the same tier."""
        if not self.is_first:
            low = max((b for b in (8_000, *_BORDERS) if b <= base), default=4_000)
            high = next((b for b in _BORDERS if b > base), 900_000) - 4_000
            factor = self._own(f"money:{key}").choice((0.75, 0.85, 0.9, 1.1, 1.2, 1.3))
            scaled = max(low, min(high, round(base * factor)))
            base = -(-scaled // 4_000) * 4_000
        return self._noted(key, base)

    def seats(self, key: str, base: int) -> int:
        """Give a number of seats; of another cast a multiple of 5, never fewer than nine tenths."""
        if not self.is_first:
            factor = self._own(f"seats:{key}").choice((0.95, 1.05, 1.1, 1.15, 1.2))
            base = max(5, -(-round(base * factor) // 5) * 5)
        return self._noted(key, base)

    def price(self, key: str, seats: int, product: str = "dispatch") -> int:
        """Price seats per year at list."""
        return self._noted(key, seats * _LIST_PRICE[product])

    def percent(self, key: str, base: int, spread: int = 1) -> int:
        """Give a percentage, moved by at most `spread` points in another cast."""
        return self._noted(key, base if self.is_first else base + self._own(key).choice((-spread, spread)))

    def scaled(self, seats_key: str, base_seats: int, level: float) -> float:
        """Scale a usage level as the seats of its account were scaled."""
        return level * int(self.slots[seats_key]) / base_seats

    def case(self, key: str, number: int) -> str:
        """Name a support case."""
        return self._text(key, f"SUP-{number if self.is_first else self._own(key).randrange(1200, 9800)}")

    def spoken(self, key: str, day: str) -> str:
        """Write a date as people do: 6 March."""
        there = self.on(day)
        self.slots[key] = there.isoformat()
        return f"{there.day} {_MONTHS[there.month - 1]}"

    def month(self, key: str, day: str) -> str:
        """Name the month of a date; the slot holds its first day."""
        there = self.on(day).replace(day=1)
        self.slots[key] = there.isoformat()
        return _MONTHS[there.month - 1]

    def quarter(self, day: str) -> str:
        """Name the calendar quarter of a date: Q3."""
        return f"Q{(self.on(day).month + 2) // 3}"

    def amount(self, value: int) -> str:
        """Write money as people do: $32,000."""
        return f"${Decimal(value):,}"

    def _noted(self, key: str, value: int) -> int:
        self.slots[key] = str(value)
        return value

    def _text(self, key: str, value: str) -> str:
        self.slots[key] = value
        return value
