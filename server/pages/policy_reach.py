"""Whether an address may get mail: what its records, its company and the memory of the forgotten say."""

from collections.abc import Iterator

from graphs.governing.suppressing import suppression
from graphs.parts import Tenancy
from server.auth import Caller
from server.home import Home
from state.errors import InvalidInput
from state.ports.unit import Unit
from state.world.business_time import local_day
from state.world.resolution.address import KnownAddress, folded_address
from state.world.view import AccountView

Line = tuple[str, bool]
"""A sentence, and whether it stands in the way."""


def reach_of(home: Home, caller: Caller, typed: str) -> tuple[Line, ...]:
    """Say what stands between us and an address. Raises: InvalidInput."""
    if typed.count("@") != 1 or not all(typed.split("@")):
        raise InvalidInput(f"{typed!r} is no mail address.", field="address", value=typed)
    address = folded_address(typed)
    with home.look(caller.tenant) as tenancy, home.looking.stores.read(caller.tenant) as unit:
        seal = suppression(home.looking, tenancy, address)
        lines = [*_of_contacts(unit, unit.addresses.known([address])), *_of_company(tenancy, address)]
        if unit.addresses.suppressed([seal]):
            lines.append(("Wanted no mail, and was then forgotten; it stays so.", True))
    return tuple(lines) or (("No contact has this address, so no mail goes there.", True),)


def _of_contacts(unit: Unit, known: tuple[KnownAddress, ...]) -> Iterator[Line]:
    for one in known:
        view = AccountView.of(unit.situations.load(one.account))
        person = next((each for each in view.contacts if each.identifier == one.contact), None)
        if person is None:
            continue
        said = [
            ("has opted out", person.has_opted_out), ("is not verified", not person.is_verified),
            ("has left", person.has_left),
        ]  # fmt: skip
        bad = [text for text, holds in said if holds]
        yield f"{person.name}, {view.name}: {', '.join(bad) or 'nothing stands in the way'}.", bool(bad)


def _of_company(tenancy: Tenancy, address: str) -> Iterator[Line]:
    listed = tenancy.profile.competitors
    today = local_day(tenancy.now, tenancy.profile.company.zone)
    found = listed.blocked(address.rpartition("@")[2], today) if listed else None
    if found is not None:
        yield f"{found.domain} is on the block list: {found.reason}", True
