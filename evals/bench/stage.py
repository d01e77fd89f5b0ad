"""Homes for measurements: the sample company, an account of any size, and an imported company."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

from graphs.bootstrap import House, bootstrap, shipped
from graphs.identity import local_principal
from graphs.perceiving.intake import ensure_tenant, take_events
from state.ids import AccountId, TenantId
from state.ports.world import Tenant
from state.principal import Principal, User
from state.settings import read_settings
from state.world.event import Event, parse_event
from tools.connectors.csv_folder import Folder, Reject, events_of
from tools.connectors.mapping import Mapping as ColumnMapping
from tools.connectors.tenant_files import profile_of, users_of, write_profile
from tools.files import load_model, load_profile
from tools.sample import company

MAVEN = Path("shared", "data", "maven_crm")
"""Beside the checkout; the data set is not a part of it."""
NODES_EACH = 7
"""Nodes for each person of a crowd."""
Told = tuple[str, str, str, float, Mapping[str, object]]
"""Shape: (name, source, event type, days from the start, fields of the record)."""


class Where(TypedDict):
    """Where a made-up company is."""

    zone: str
    currency: str


CLOCK_FIELDS = Where(zone="America/New_York", currency="USD")


class Skipped(Exception):
    """What a benchmark needs is not here."""


@contextmanager
def opened(tenant: str) -> Generator[House, None, None]:
    """Open an empty home in a folder of its own, and remove it."""
    with TemporaryDirectory(prefix="revloop-bench-") as folder:
        home = Path(folder) / "home"
        house = bootstrap(read_settings({"home": str(home), "tenant": tenant}, {}))
        try:
            yield house
        finally:
            house.close()


def fill(house: House, tenant: Tenant, users: Sequence[User], events: Sequence[Event]) -> Principal:
    """Make the tenant, take its events, and give its default user."""
    ensure_tenant(house.parts, tenant, users)
    principal = principal_of(house, tenant.id)
    take_events(house.parts, house.parts.tenancy(tenant.id), principal, events, "bench")
    return principal


def principal_of(house: House, tenant: TenantId) -> Principal:
    """Give the tenant's default user."""
    tenancy = house.parts.tenancy(tenant)
    return local_principal(house.settings, tenancy.tenant, tenancy.users)


@contextmanager
def sample_house(extra: Sequence[Event] = ()) -> Generator[tuple[House, Principal], None, None]:
    """Load the whole sample company, and more events of it."""
    sample = company()
    name = TenantId(sample.tenant)
    users = load_profile([shipped() / "profile"]).company.users
    events = [parse_event(dict(event), name) for event in sample.events]
    with opened(name) as house:
        tenant = Tenant(id=name, clock=sample.clock, default_user=users[0].id, **CLOCK_FIELDS)
        yield house, fill(house, tenant, users, [*events, *extra])


def crowd(account: AccountId, size: int, clock: datetime, tenant: TenantId | None = None) -> list[Event]:
    """Make one quiet account with a situation of about `size` nodes: people, and of each what is long over."""
    start, whose = clock - timedelta(days=400), tenant or TenantId(company().tenant)
    company_fields = {"account": account, "name": account.title(), "status": "prospect"}
    told: list[Told] = [("self", "crm", "account.updated", 0.0, company_fields)]
    people = max(1, size // NODES_EACH)
    for number in range(people):
        told += _past_of(account, number, start, 300 * number / people)
    heads = ({"id": f"{account}-{name}", "source": source, "type": kind} for name, source, kind, _, _ in told)
    return [
        parse_event({**head, "account": account, "time": _after(start, day), "data": dict(fields)}, whose)
        for head, (_, _, _, day, fields) in zip(heads, told, strict=True)
    ]


def _past_of(account: AccountId, number: int, start: datetime, day: float) -> Iterator[Told]:
    """Tell of one person: a note, a mail each way with two things said in it, a case, and a meeting or a lost deal."""
    name, address = f"{account}.{number}", f"p{number}@{account}.example"
    person = {"contact": f"{account}.person-{number}", "name": f"Person Number{number}", "email": address}
    yield f"c{number}", "crm", "contact.updated", 0.0, person
    note = {"note": f"N-{name}", "author": "maya", "text": f"Spoke with person {number} about routes."}
    yield f"n{number}", "notes", "note.added", day, note
    asks = "Could you send us a quote for 20 seats? We look at Fleetwise too."
    mail = {"sender": address, "to": ["maya@seller.example"], "subject": "Routes", "text": asks}
    yield f"i{number}", "mail", "mail.received", day, {"mail": f"{name}.in", **mail}
    reply = {"mail": f"{name}.out", "user": "maya", "to": [address], "subject": "Routes", "text": "Here."}
    yield f"o{number}", "mail", "mail.sent", day + 0.1, reply
    case = {"ticket": f"{name}.t", "subject": "Map", "status": "closed", "severity": 3}
    yield f"t{number}", "support", "ticket.updated", day, {**case, "opened_on": _after(start, day)[:10]}
    if number % 2:
        guest = {"email": address, "name": f"Person Number{number}", "status": "accepted"}
        times = {"starts_at": _after(start, day), "ends_at": _after(start, day + 1 / 24)}
        held = {"meeting": f"{name}.m", "title": "Review", "status": "held", "attendees": [guest]}
        yield f"m{number}", "calendar", "meeting.updated", day, {**held, **times}
    else:
        deal = {"deal": f"{name}.d", "name": f"Deal {number}", "stage": "Discovery", "currency": "USD"}
        yield f"d{number}", "crm", "deal.updated", day, {**deal, "amount": "4000.00"}
        lost = {"deal": f"{name}.d", "outcome": "lost", "closed_on": _after(start, day + 1)[:10]}
        yield f"l{number}", "crm", "deal.closed", day + 1, lost


def _after(start: datetime, days: float) -> str:
    return (start + timedelta(days=days)).isoformat()


@contextmanager
def maven_house() -> Generator[tuple[House, Principal], None, None]:
    """Import the shared CRM data set. Raises: Skipped."""
    place = next((up / MAVEN for up in shipped().resolve().parents if (up / MAVEN).is_dir()), None)
    if place is None:
        raise Skipped(f"no folder ../{MAVEN.as_posix()} beside the checkout")
    mapping = load_model(shipped() / "samples" / "mappings" / "maven_crm.yaml", ColumnMapping)
    folder, name = Folder.open(place, mapping), TenantId("maven")
    users = users_of(folder, mapping)
    events = [one for one in events_of(folder, mapping, name) if not isinstance(one, Reject)]
    clock = max(event.time for event in events)
    with opened(name) as house:
        write_profile(
            house.settings.tenant_folder(name) / "profile",
            profile_of(folder, mapping, users, clock.date()),
            mapping.name,
        )
        rule = mapping.tenant
        tenant = Tenant(
            id=name, zone=rule.zone, currency=rule.currency, clock=clock, default_user=users[0].id
        )
        principal = fill(house, tenant, users, events)
        events.clear()
        yield house, principal
