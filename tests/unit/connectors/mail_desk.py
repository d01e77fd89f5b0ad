"""A mailroom for tests: one company, two of its people, and accounts by mail domain."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from state.ids import AccountId, TenantId, UserId
from state.world.event import Event
from tools.connectors.mail_events import Mailroom
from tools.connectors.port import Found, Reject, Setting

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
OWN = {"maya@fieldstone.example": UserId("maya"), "tom@fieldstone.example": UserId("tom")}


def by_domain(addresses: Sequence[str]) -> AccountId | None:
    """Resolve as the index does: one account, or none."""
    found = {address.rpartition("@")[2] for address in addresses} & {"acme.example", "oak.example"}
    return AccountId(found.pop().partition(".")[0]) if len(found) == 1 else None


def setting() -> Setting:
    return Setting(TenantId("t"), "UTC", NOW, by_domain, OWN)


def mailroom() -> Mailroom:
    return Mailroom(setting(), lambda address: address.lower().endswith("@fieldstone.example"), NOW)


def letter(body: str = "Hello.", **headers: str) -> bytes:
    """Write a mail; a header given as an empty text is left out."""
    usual = {
        "From": "Sarah Chen <sarah@acme.example>", "To": "maya@fieldstone.example", "Subject": "Hello",
        "Date": "Mon, 09 Mar 2026 10:00:00 +0000", "Message-ID": "<m1@acme.example>",
    }  # fmt: skip
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in {**usual, **named}.items() if value]
    return ("\n".join(lines) + f"\n\n{body}\n").encode("utf-8", "surrogateescape")


def told(raw: bytes) -> tuple[Found, ...]:
    """Read one mail."""
    return tuple(mailroom().found(raw, "one.eml"))


def event_of(raw: bytes) -> Event:
    """Read a mail that becomes exactly one event."""
    (event,) = [one for one in told(raw) if isinstance(one, Event)]
    return event


def reasons(found: Iterator[Found] | Sequence[Found]) -> list[str]:
    return [one.reason for one in found if isinstance(one, Reject)]
