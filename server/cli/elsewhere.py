"""Where the cards are when a person has none: said once, with the way to them."""

from collections import Counter
from typing import TYPE_CHECKING

from server.cli.session import Session

if TYPE_CHECKING:
    from server.render.layout import Shape


def told_elsewhere(session: Session) -> "Shape | None":
    """Say whose inboxes hold cards; None when nobody's does, or when this one does."""
    from rich.padding import Padding

    from server.render.layout import GREY, line
    from state.governance.action import Status

    with session.parts.stores.read(session.tenancy.id) as unit:
        waiting = Counter(str(one.assignee or one.owner) for one in unit.actions.listed((Status.PENDING,)))
    if not waiting or session.principal.user in waiting:
        return None
    user, most = min(waiting.items(), key=lambda held: (-held[1], held[0]))
    who = session.reader.person(user)
    cards = f"{waiting.total()} card{'s' if waiting.total() != 1 else ''}"
    whose = (
        f"inbox of {who}"
        if len(waiting) == 1
        else f"inboxes of {len(waiting)} others, {most} of them of {who}"
    )
    tenant = session.tenancy.id
    wait = "waits" if waiting.total() == 1 else "wait"
    said = f"{cards} {wait} in the {whose}: revloop inbox --as {user} --tenant {tenant}"
    return Padding(line(said, GREY), (0, 0, 0, 2), expand=False)
