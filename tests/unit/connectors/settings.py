"""For whom the tests read: a company in Oslo with two accounts and two people of its own, on a Tuesday in March."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from state.ids import AccountId, TenantId, UserId
from state.world.event import Event
from tools.connectors.folder import Files, Outcome, listed
from tools.connectors.port import Drained, Setting, drained

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TENANT = TenantId("birch")
BY_DOMAIN = {"oak.example": AccountId("oak"), "pine.example": AccountId("pine")}


def resolve(addresses: Sequence[str]) -> AccountId | None:
    """Find the one account of the addresses by their domains."""
    found = {BY_DOMAIN[domain] for one in addresses if (domain := one.partition("@")[2]) in BY_DOMAIN}
    return found.pop() if len(found) == 1 else None


SETTING = Setting(TENANT, "Europe/Oslo", NOW, resolve, {"ann@birch.example": UserId("ann-berg")})


def folder_of(
    place: Path, endings: tuple[str, ...], read: Callable[[bytes, str], Outcome], most: int = 1_000_000
) -> Drained:
    """Read a folder to its end."""
    return drained(Files("test", listed(place, endings), read, most).deltas(None))


def events_in(outcome: Outcome) -> list[Event]:
    """Give the events of one file."""
    return [one for one in outcome.found if isinstance(one, Event)]
