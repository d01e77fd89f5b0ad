"""`revloop import parked`: events that no account could be found for, and ids that were told twice differently."""

from typing import TYPE_CHECKING

from server.cli.options import PLAIN, Options
from server.cli.session import opened

if TYPE_CHECKING:
    from state.ports.world import Kept

SHOWN = 200


def parked(*, limit: int = SHOWN, common: Options = PLAIN) -> int:
    """List events that wait for their account, and conflicts; the first under an id stays in force."""
    from server.cli.printing import print_json, show
    from server.render.layout import line

    with opened(common, sweep=False) as session, session.parts.stores.read(session.tenancy.id) as unit:
        waiting, conflicts = unit.events.parked(limit), unit.events.conflicts(limit)
        counts = unit.events.counts()
    if common.json:
        print_json(
            {"parked": [_told(one) for one in waiting], "conflicts": [_told(one) for one in conflicts]}
        )
        return 0
    show(line(f"{counts.get('parked', 0)} events wait for an account, {counts.get('conflict', 0)} conflict."))
    show(*(line(f"  parked    {_row(one)}") for one in waiting))
    show(*(line(f"  conflict  {_row(one)}") for one in conflicts))
    if waiting:
        show(
            line(
                "They count as soon as their account is known: merge or import the account, or send them again."
            )
        )
    return 0


def _told(one: "Kept") -> dict[str, str | int | None]:
    event = one.event
    head: dict[str, str | int | None] = {"id": event.id, "type": event.type, "source": event.source}
    return {**head, "time": event.time.isoformat(), "account": event.account, "copy": one.copy_number}


def _row(one: "Kept") -> str:
    return f"{one.event.time:%Y-%m-%d} {one.event.source:<9} {one.event.type:<20} {one.event.id}"
