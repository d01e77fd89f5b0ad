"""Find the account that mail addresses belong to, as importers need it, and what could be one company."""

from collections.abc import Callable, Iterable, Sequence

from state.ids import AccountId
from state.ports.unit import Unit
from state.world.event import Event
from state.world.records import FormSubmitted, MailBounced, MailReceived, MailSent, MeetingUpdated, NoteAdded
from state.world.resolution.address import KnownAddress, account_among, asked_of
from state.world.resolution.merging import Survivors, survivor_of


def survivors(unit: Unit) -> Survivors:
    """Read which account stands for which now."""
    return {merge.account: merge.survivor for merge in unit.merges.listed() if not merge.is_undone}


def followed(unit: Unit, events: Sequence[Event]) -> list[Event]:
    """Tell events of merged accounts of their survivors; their content stays what the source told."""
    known = survivors(unit) if events else {}
    if not known:
        return list(events)
    return [
        event if event.account is None else event.resolved_to(survivor_of(event.account, known))
        for event in events
    ]


def account_of(unit: Unit) -> Callable[[Sequence[str]], AccountId | None]:
    """Give a lookup from mail addresses to their one account, remembering what it has read.

    Invariant: the unit stays open while it is used; none or several accounts give None, and the event is parked.
    """
    read: dict[str, tuple[KnownAddress, ...]] = {}
    merged = survivors(unit)

    def lookup(addresses: Sequence[str]) -> AccountId | None:
        keys = list(dict.fromkeys(key for address in addresses for key in asked_of(address)))
        missing = [key for key in keys if key not in read]
        if missing:
            found = unit.addresses.known(missing)
            read.update({key: tuple(row for row in found if row.address == key) for key in missing})
        rows = [row for key in keys for row in read[key]]
        return account_among(addresses, rows, lambda account: survivor_of(account, merged))

    return lookup


def account_of_event(unit: Unit) -> Callable[[Event], AccountId | None]:
    """Give a lookup from an event to the one account of the addresses in it."""
    lookup = account_of(unit)

    def found(event: Event) -> AccountId | None:
        addresses = [address for address in addresses_of(event) if "@" in address]
        return lookup(addresses) if addresses else None

    return found


def addresses_of(event: Event) -> Iterable[str]:
    """List the mail addresses of the people an event is about."""
    record = event.data
    if isinstance(record, MailSent):
        return (*record.to, *record.cc)
    if isinstance(record, MailReceived | FormSubmitted):
        return (record.sender,)
    if isinstance(record, MeetingUpdated):
        return tuple(one.email for one in record.attendees or ())
    if isinstance(record, NoteAdded):
        return record.participants
    return (record.recipient,) if isinstance(record, MailBounced) else ()
