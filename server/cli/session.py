"""What every command starts with: settings, the opened home, the tenant, and who is asking."""

import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.cli.options import Options
from state.errors import Conflict, NotFound
from state.ids import TenantId

if TYPE_CHECKING:
    from graphs.bootstrap import House
    from graphs.parts import Parts, Tenancy
    from server.render.words import Reader
    from state.principal import Principal
    from state.settings import Settings

SAMPLE = TenantId("fieldstone")


@dataclass(frozen=True)
class Session:
    """An opened home, one tenant, one principal."""

    house: "House"
    tenancy: "Tenancy"
    principal: "Principal"

    @property
    def settings(self) -> "Settings":
        """The settings in force."""
        return self.house.settings

    @property
    def parts(self) -> "Parts":
        """What nodes are given."""
        return self.house.parts

    @property
    def reader(self) -> "Reader":
        """How times and people are told to whoever reads."""
        from server.render.words import Reader

        names = {str(user.id): user.name for user in self.tenancy.users}
        return Reader(self.tenancy.profile.company.zone, self.tenancy.now, names, self.principal.user)


def settings_of(common: Options) -> "Settings":
    """Read the settings under the common options. Raises: InvalidInput."""
    from state.settings import quiet_environment, read_settings

    quiet_environment()
    return read_settings({"tenant": common.tenant, "user": common.user, "home": common.home})


@contextmanager
def house_of(common: Options) -> Generator["House", None, None]:
    """Open the home without choosing a tenant. Raises: Unavailable, InvalidInput."""
    settings = settings_of(common)
    from graphs.bootstrap import bootstrap

    house = bootstrap(settings)
    try:
        yield house
    finally:
        house.close()


@contextmanager
def opened(common: Options, *, sweep: bool = True) -> Generator[Session, None, None]:
    """Open the home for one tenant; unfinished runs of dead processes go on and due actions are carried out.

    Raises: NotFound, Unavailable, Forbidden.
    """
    with house_of(common) as house:
        session = session_of(house)
        with watched(session) as is_at_home:
            if sweep and is_at_home:
                swept(session)
            yield session


@contextmanager
def watched(session: Session) -> Generator[bool, None, None]:
    """Keep the ledger anchored; a restored or copied home stops instead, and nothing is done by itself.

    Shape: whether this database is the one that worked here last.
    """
    from graphs.keeping.anchoring import anchored
    from graphs.keeping.restoring import restored, stand_down

    found = restored(session.parts, session.tenancy.id)
    if found is not None:
        stand_down(session.parts, session.tenancy, session.principal, found)
        _warn(f"{found.text} The stop is on: nothing is sent.")
        _warn("An admin looks and goes on with: revloop ledger confirm-restore")
        yield False
        return
    with anchored(session.parts, session.principal) as rounds:
        yield True
    if rounds.failure is not None:
        _warn(f"The ledger was not anchored: {rounds.failure}")


def _warn(text: str) -> None:
    print(text, file=sys.stderr)


def swept(session: Session) -> None:
    """Go on with what time or a dead process left; what another process holds is left to it."""
    session.house.runner.continue_unfinished(session.tenancy)
    with suppress(Conflict):
        session.house.desk.sweep(session.tenancy, session.principal)


def session_of(house: "House") -> Session:
    """Choose tenant and user. Raises: NotFound, Forbidden."""
    from graphs.identity import local_principal

    tenancy = house.parts.tenancy.refresh(tenant_of(house))
    return Session(house, tenancy, local_principal(house.settings, tenancy.tenant, tenancy.users))


def tenant_of(house: "House") -> TenantId:
    """Choose the tenant that is meant; none of its files is read. Raises: NotFound."""
    wanted = house.settings.tenant
    return TenantId(wanted) if wanted else _only_tenant(house)


def _only_tenant(house: "House") -> TenantId:
    with house.parts.stores.read(SAMPLE) as unit:
        known = [tenant.id for tenant in unit.tenants.listed()]
    if not known:
        raise NotFound(
            "There is no company here yet.",
            field="home",
            value=str(house.settings.home),
            remedy="Run `revloop demo` for the sample company, or `revloop import`.",
        )
    if SAMPLE in known or len(known) == 1:
        return SAMPLE if SAMPLE in known else known[0]
    raise NotFound(
        "There are several companies here.",
        field="tenant",
        remedy=f"Name one with --tenant: {', '.join(known)}.",
    )
