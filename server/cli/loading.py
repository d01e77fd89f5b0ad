"""Load the sample company once: its users from the profile, its clock and events from the files that come along."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from state.errors import InvalidInput
from state.ids import TenantId

if TYPE_CHECKING:
    from pathlib import Path

    from graphs.bootstrap import House
    from graphs.perceiving.intake import Imported

SOURCE = "samples"


def sample_folder() -> "Path":
    """Find the folder of the sample company."""
    from graphs.bootstrap import shipped

    return shipped() / SOURCE / "fieldstone"


def load_sample(house: "House", name: TenantId, progress: Callable[[int, int], None]) -> "Imported | None":
    """Make the sample tenant and load its events; None when they are there already. Raises: InvalidInput."""
    from graphs.bootstrap import folders
    from graphs.identity import local_principal
    from graphs.learning.bringing import bring
    from graphs.perceiving.intake import ensure_tenant, take_events
    from state.ports.world import Tenant
    from tools.files import load_profile
    from tools.sample import read_sample, read_tenant
    from tools.sample.decided import decided

    folder = sample_folder()
    setup = read_tenant(folder)
    with house.parts.stores.read(name) as unit:
        existing, counts = unit.tenants.get(name), unit.events.counts()
    if existing is None:
        users = load_profile(folders(house.settings, name, "profile")).company.users
        tenant = Tenant(
            id=name,
            zone=setup.zone,
            currency=setup.currency,
            clock=setup.clock,
            default_user=setup.default_user,
            delegations=setup.delegations,
        )
        ensure_tenant(house.parts, tenant, users)
    elif counts.get("total", 0) > 0:
        return None
    tenancy = house.parts.tenancy.refresh(name)
    principal = local_principal(house.settings, tenancy.tenant, tenancy.users)
    sample = read_sample(folder)
    events = (*sample.events, *sample.later)
    bring(house.parts, tenancy, principal, decided())
    return take_events(
        house.parts,
        tenancy,
        principal,
        [_parsed(raw, name) for raw in events],
        f"{SOURCE}/{name}",
        lambda done: progress(done, len(events)),
    )


def _parsed(raw: object, name: TenantId) -> "Event":
    from pydantic import ValidationError

    from state.world.event import parse_event

    try:
        return parse_event(dict(raw), name)  # type: ignore[call-overload]  # a JSON object, as read_sample promises
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(
            f"An event of the sample company does not fit: {first['msg']}.",
            field=".".join(str(part) for part in first["loc"]),
            value=str(first.get("input", ""))[:80],
            remedy="Write the files anew with python -m tools.sample.",
        ) from error


if TYPE_CHECKING:
    from state.world.event import Event
