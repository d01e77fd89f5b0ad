"""Homes for measurements: the sample company, an account of any size, and an imported company."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from graphs.bootstrap import House, bootstrap, shipped
from graphs.identity import local_principal
from graphs.perceiving.intake import ensure_tenant, take_events
from state.ids import AccountId, TenantId
from state.ports.world import Tenant
from state.principal import Principal, User
from state.settings import read_settings
from state.world.event import Event, parse_event
from tools.connectors.csv_folder import Folder, Reject, events_of, users_of
from tools.connectors.mapping import Mapping as ColumnMapping
from tools.connectors.tenant_files import profile_of, write_profile
from tools.files import load_model, load_profile
from tools.sample import company

MAVEN = Path("shared", "data", "maven_crm")
"""Beside the checkout; the data set is not a part of it."""
CLOCK_FIELDS = {"zone": "America/New_York", "currency": "USD"}


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


def crowd(account: AccountId, size: int, clock: datetime) -> list[Event]:
    """Make one quiet account with a situation of about `size` nodes: half people, half old notes about them."""
    start, tenant = clock - timedelta(days=400), TenantId(company().tenant)

    def event(name: str, kind: str, data: Mapping[str, object], day: float = 0) -> Event:
        at = (start + timedelta(days=day)).isoformat()
        head = {"id": f"{account}-{name}", "account": account, "source": "crm", "type": kind, "time": at}
        return parse_event({**head, "data": data}, tenant)

    out = [
        event("self", "account.updated", {"account": account, "name": account.title(), "status": "prospect"})
    ]
    for number in range(size // 2):
        who = f"{account}.person-{number}"
        person = {"contact": who, "name": f"Person {number}", "email": f"p{number}@{account}.example"}
        text = {"note": f"N-{account}-{number}", "author": "maya", "text": f"Spoke with person {number}."}
        out += [event(f"c{number}", "contact.updated", person)]
        out += [event(f"n{number}", "note.added", text, 100 * number / size)]
    return out


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
            mapping,
        )
        rule = mapping.tenant
        tenant = Tenant(
            id=name, zone=rule.zone, currency=rule.currency, clock=clock, default_user=users[0].id
        )
        principal = fill(house, tenant, users, events)
        events.clear()
        yield house, principal
