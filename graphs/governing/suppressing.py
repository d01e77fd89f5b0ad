"""Who wanted no mail and was then forgotten still gets none: remembered by a keyed hash, said again on their return."""

from collections.abc import Iterator, Sequence

from graphs.parts import Parts, Tenancy
from state.ids import EventId, stable_id
from state.ports.unit import Unit
from state.world.event import Event
from state.world.records import ConsentChanged, ContactUpdated, FactCorrected
from state.world.resolution.address import folded_address
from tools.keys import Key, sealed, tenant_ring


def suppression(parts: Parts, tenancy: Tenancy, address: str) -> str:
    """Name an address that wants no mail so that nobody without the tenant's key can guess it."""
    return _seal(_keys(parts, tenancy)[-1], address)


def _keys(parts: Parts, tenancy: Tenancy) -> tuple[Key, ...]:
    return tenant_ring(parts.settings.tenant_folder(tenancy.id)).read()


def _seal(key: Key, address: str) -> str:
    return sealed(key, "suppression", folded_address(address))


def unwanted_again(unit: Unit, parts: Parts, tenancy: Tenancy, events: Sequence[Event]) -> list[Event]:
    """Say of each forgotten person who comes back under a known address that they opted out.

    A record that was erased and is delivered again stays erased, and says nothing. Every generation of the key is
    asked: who was forgotten under an older one can not be sealed anew.
    """
    found = [(event, contact, address) for event in events for contact, address in _addressed(event)]
    keys = _keys(parts, tenancy) if found else ()
    seals = {address: {_seal(key, address) for key in keys} for _, _, address in found}
    every = {seal for each in seals.values() for seal in each}
    known = unit.addresses.suppressed(every) if every else frozenset()
    return [
        _opted_out(event, contact)
        for event, contact, address in found
        if not known.isdisjoint(seals[address]) and unit.events.get(event.id) is not None
    ]


def _addressed(event: Event) -> Iterator[tuple[str, str]]:
    record = event.data
    if isinstance(record, ContactUpdated) and record.email is not None:
        yield record.contact, record.email
    elif isinstance(record, FactCorrected) and record.attribute == "email" and "@" in str(record.value):
        yield record.subject.partition("/")[2], str(record.value)


def _opted_out(event: Event, contact: str) -> Event:
    return event.model_copy(
        update={
            "id": EventId(stable_id("ev", event.tenant, event.id, "suppressed")),
            "source": "user",
            "type": ConsentChanged.type,
            "data": ConsentChanged(contact=contact, mail_consent="opted_out"),
            "supersedes": None,
        }
    )
