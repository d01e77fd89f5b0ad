"""`revloop import csv`: bring in a whole company from the CSV files another system exports."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.importing_report import Told, synced, taken, tell, understood, write_rejected
from server.cli.options import PLAIN, Options
from server.cli.session import Session, house_of, session_of
from state.ids import TenantId

if TYPE_CHECKING:
    from pydantic import BaseModel

    from graphs.bootstrap import House
    from state.world.event import Event
    from tools.connectors.mapping import Mapping

LAST = time(23, 59, 59)
CHECK = "Check the mapping against the files."


def csv(
    path: Annotated[str, Parameter(help="Folder with the CSV files.")],
    /,
    *,
    mapping: Annotated[str, Parameter(help="Mapping file: which column is what.")],
    now: Annotated[
        str | None, Parameter(help="Day whose end (UTC) becomes the company's frozen clock.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Import a folder of CSV files; the tenant is made when it is new. Repeating it changes nothing."""
    from server.cli.dates import day
    from tools.connectors.csv_folder import Folder, stream_of, users_of
    from tools.connectors.mapping import Mapping
    from tools.connectors.tenant_files import profile_of, tenant_name
    from tools.files import load_model

    rules = load_model(Path(mapping), Mapping)
    name = TenantId(tenant_name(common.tenant or rules.name.replace("_", "-")))
    clock = None if now is None else datetime.combine(day(now, "now"), LAST, UTC)
    folder = Folder.open(Path(path), rules)
    users = users_of(folder, rules)
    read = understood(stream_of(Path(path).name, folder, rules, name), "rows", CHECK)
    with house_of(Options(name, common.user, common.home, common.json)) as house:
        at = clock or house.parts.clock.wall()
        parts = profile_of(folder, rules, users, at.date())
        check_declared(house, name, rules)
        session = made(house, name, rules, parts, clock)
        events = [*read.events, *(synced(name, source, at) for source in rules.sources)]
        name_told = f"{rules.name}:{Path(path).name}"
        imported = taken(session, events, name_told, read, is_quiet=common.json, rules=rules)
        told = Told(
            imported, counted(read.events, rules), read, (), write_rejected(session, rules.name, read)
        )
        return tell(session, told, is_json=common.json)


def check_declared(house: "House", name: TenantId, rules: "Mapping") -> None:
    """Refuse a mapping whose tenant would believe a field more than the mapping allows. Raises: InvalidInput."""
    from graphs.bootstrap import folders
    from state.world.profile.sources import Sources
    from tools.connectors.trusting import check_trust, of_tables
    from tools.files import load_model

    with house.parts.stores.read(name) as unit:
        is_there = unit.tenants.get(name) is not None
    places = [folder / "sources.yaml" for folder in folders(house.settings, name, "profile")]
    place = next((one for one in places if one.is_file()), None)
    if is_there:
        check_trust(rules.name, of_tables(rules), house.parts.tenancy.refresh(name).profile.sources)
    elif place is not None:
        check_trust(rules.name, of_tables(rules), load_model(place, Sources))


def made(
    house: "House", name: TenantId, rules: "Mapping", parts: "dict[str, BaseModel]", clock: datetime | None
) -> Session:
    """Make the tenant with its files, or open the one that is there; its clock never goes back."""
    from graphs.bootstrap import folders
    from graphs.perceiving.intake import ensure_tenant, move_clock
    from state.ports.world import Tenant
    from state.principal import Role
    from tools.connectors.tenant_files import write_profile
    from tools.files import load_profile

    with house.parts.stores.read(name) as unit:
        existing = unit.tenants.get(name)
    if existing is None:
        write_profile(house.settings.tenant_folder(name) / "profile", parts, rules)
        company = load_profile(folders(house.settings, name, "profile")).company
        first = next((user for user in company.users if user.role is Role.SELLER), company.users[0])
        tenant = Tenant(
            id=name, zone=company.zone, currency=company.currency, clock=clock, default_user=first.id,
            folder=str(house.settings.tenant_folder(name)),
        )  # fmt: skip
        ensure_tenant(house.parts, tenant, company.users)
    session = session_of(house)
    if clock is not None and existing is not None and existing.clock is not None and clock > existing.clock:
        move_clock(house.parts, session.tenancy, session.principal, clock)
        session = session_of(house)
    return session


def counted(events: "Sequence[Event]", rules: "Mapping") -> dict[str, int]:
    """Count events by the mapping's rule that made them."""
    names = Counter(event.id.split(":")[1] for event in events if event.id.startswith(f"{rules.name}:"))
    return {rule.name: names[rule.name] for rule in rules.events}
