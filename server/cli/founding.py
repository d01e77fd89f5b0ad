"""The company that an import is for: opened where it is there, made with its profile files where it is new."""

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from server.cli.session import Session, session_of
from state.ids import TenantId

if TYPE_CHECKING:
    from pydantic import BaseModel

    from graphs.bootstrap import House

LAST = time(23, 59, 59)


def end_of(now: str | None) -> datetime | None:
    """Read the day whose end becomes a frozen clock. Raises: InvalidInput."""
    from server.cli.dates import day

    return None if now is None else datetime.combine(day(now, "now"), LAST, UTC)


def is_there(house: "House", name: TenantId) -> bool:
    """Tell whether this home has the company."""
    with house.parts.stores.read(name) as unit:
        return unit.tenants.get(name) is not None


def founded(
    house: "House", name: TenantId, origin: str, parts: "dict[str, BaseModel]", clock: datetime | None
) -> Session:
    """Make the company with its files, or open the one that is there; its clock never goes back."""
    from graphs.bootstrap import folders
    from graphs.perceiving.intake import ensure_tenant, move_clock
    from state.ports.world import Tenant
    from state.principal import Role
    from tools.connectors.tenant_files import write_profile
    from tools.files import load_profile

    if not is_there(house, name):
        write_profile(house.settings.tenant_folder(name) / "profile", parts, origin)
        company = load_profile(folders(house.settings, name, "profile")).company
        first = next((user for user in company.users if user.role is Role.SELLER), company.users[0])
        tenant = Tenant(
            id=name, zone=company.zone, currency=company.currency, clock=clock, default_user=first.id,
            folder=str(house.settings.tenant_folder(name)),
        )  # fmt: skip
        ensure_tenant(house.parts, tenant, company.users)
        return session_of(house)
    session = session_of(house)
    stands = session.tenancy.tenant.clock
    if clock is not None and stands is not None and clock > stands:
        move_clock(house.parts, session.tenancy, session.principal, clock)
        session = session_of(house)
    return session
