"""A town of any number of small accounts, each at the edge of one rule's border; every rule of detection is there.

Invariant: an account depends on its number and the clock alone; `PHASES` neighbours of one kind cross their border on
consecutive nights.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time

from evals.bench.kinds import KINDS, House
from state.ids import AccountId, TenantId
from state.world.event import Event, parse_event

PHASES = 33
"""About three of a hundred cross each night."""
ROUND = len(KINDS) * PHASES
"""After so many numbers the same kind and phase come again."""
SOURCES = ("crm", "mail", "calendar", "support", "usage", "news", "notes")
_SOURCE_OF = {
    "mail": "mail", "meeting": "calendar", "ticket": "support", "usage": "usage", "news": "news", "note": "notes",
    "form": "form",
}  # fmt: skip


def account_of(number: int) -> AccountId:
    """Name an account by its number."""
    return AccountId(f"house-{number:06d}")


def town(tenant: TenantId, size: int, clock: datetime, first: int = 0) -> Iterator[Event]:
    """Give the history of some accounts, account by account."""
    for number in range(first, first + size):
        yield from house_events(tenant, number, clock)


def house_events(tenant: TenantId, number: int, clock: datetime) -> Iterator[Event]:
    """Give the history of one account."""
    phase = 1 + number // len(KINDS) % PHASES
    at = House(number, account_of(number), clock, phase)
    company = {"account": at.name, "name": f"House {number}", "owner": "maya", "domain": f"{at.name}.example"}
    told = [("account.updated", company, -500.0), *KINDS[number % len(KINDS)](at)]
    for place, (kind, fields, days) in enumerate(told):
        yield _event(tenant, at, f"{at.name}.e{place}", kind, fields, min(days, -0.05))


def _event(
    tenant: TenantId, at: House, name: str, kind: str, fields: Mapping[str, object], days: float
) -> Event:
    source = _SOURCE_OF.get(kind.partition(".")[0], "crm")
    head = {"id": name, "account": at.name, "source": source, "type": kind, "time": at.at(days)}
    return parse_event({**head, "data": dict(fields)}, tenant)


def syncs(tenant: TenantId, clock: datetime) -> Iterator[Event]:
    """Say that every source was read at the clock."""
    for source in SOURCES:
        head = {
            "id": f"{source}.sync.{clock.isoformat()}",
            "account": None,
            "source": source,
            "type": "source.synced",
        }
        yield parse_event({**head, "time": clock.isoformat(), "data": {"feed": source}}, tenant)


def morning(day: date) -> datetime:
    """Give the clock of the nightly scan."""
    return datetime.combine(day, time(6), UTC)
