"""Events, users and passages for the contract of the world stores; every value is invented."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from state.evidence import Trust
from state.ids import AccountId, EventId, TenantId, UserId
from state.ports.unit import Unit
from state.ports.world import Passage
from state.principal import Role, User
from state.world.delta import Delta, deltas_of
from state.world.event import Event, parse_event
from tests.fakes.drafts import NOW, TENANT

ACCOUNT, ELSEWHERE = AccountId("alder"), AccountId("birch")


def told(
    name: str,
    kind: str = "note.added",
    data: Mapping[str, object] | None = None,
    *,
    account: str | None = ACCOUNT,
    day: int = 0,
    late: int = 0,
    tenant: TenantId = TENANT,
) -> Event:
    """Make an event `day` days after NOW, recorded `late` days after that; a note unless said."""
    body = data or {"note": name, "author": "uma", "text": f"Text of {name}"}
    at = NOW + timedelta(days=day)
    head = {"id": name, "account": account, "source": "crm", "type": kind, "time": at.isoformat()}
    recorded = (at + timedelta(days=late)).isoformat()
    return parse_event({**head, "recorded_at": recorded, "data": body}, tenant)


def company(name: str = "e-company", /, account: str = ACCOUNT, **data: object) -> Event:
    """Make an event that describes a company."""
    return told(name, "account.updated", {"account": account, **data}, account=account)


def claims(event: Event) -> tuple[Delta, ...]:
    """Turn an event into deltas, all of one trust."""
    return deltas_of(event, lambda *_: Trust.SYSTEM_OF_RECORD)


def admit(unit: Unit, *events: Event) -> None:
    """Fold events into the logs of their accounts."""
    unit.situations.admit(events, [claims(event) for event in events])


def someone(name: str) -> User:
    """Make a user."""
    return User(id=UserId(name), name=name.title(), email=f"{name}@seller.example", role=Role.SELLER)


def passage(name: str, text: str, account: AccountId = ACCOUNT) -> Passage:
    """Make a searchable piece of text."""
    return Passage(
        id=name, account=account, scope="account", title="note", text=text, event=EventId(f"e-{name}"),
        source="crm", record=name, field="text", observed_at=datetime(2031, 1, 1, tzinfo=UTC), hash="h",
        trust=Trust.USER.value,
    )  # fmt: skip
