"""`revloop keys list|rotate`: which keys are in use, since when, and a new one in place of one."""

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened

if TYPE_CHECKING:
    from graphs.keeping.rotating import RotationOut

DONE, WAITS = 0, 3
keys_app = App(
    name="keys",
    help="See which keys are in use and since when; put a new one in place of one.",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop keys list\n  revloop keys rotate --as lee\n"
    "  revloop keys rotate --yes 1a2b3c4d --as lee\n  revloop keys rotate --purpose anchor --as lee",
)


@keys_app.command(name="list")
def list_(*, common: Options = PLAIN) -> int:
    """Show every key by its id, what it is for, and since when it is there."""
    from graphs.keeping.rotating import listed
    from server.cli.printing import print_json, show
    from server.render.layout import line, table

    with opened(common, sweep=False) as session:
        found, reader = listed(session.parts, session.tenancy.id), session.reader
    if common.json:
        print_json({"keys": [one.model_dump(mode="json") for one in found]})
        return DONE
    rows = [
        (one.purpose, one.key, reader.day(one.since), "in use" if one.in_use else "only recognises")
        for one in found
    ]
    show(table((("For", 1), ("Key", 2), ("Since", 1), ("", 1)), rows))
    show(*(line(f"To pin: {one.public}") for one in found if one.in_use and one.public))
    return DONE


@keys_app.command(name="rotate")
def rotate(
    *,
    purpose: Annotated[
        Literal["tenant", "anchor"],
        Parameter(help="tenant: names of messages and suppressed addresses; anchor: what signs anchors."),
    ] = "tenant",
    yes: Annotated[
        str | None, Parameter(help="The code shown under what would change; without it nothing happens.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Show what a new key would change; with the code shown there, make it. Only an admin may."""
    from graphs.keeping.rotating import Rotation
    from server.cli.printing import print_json

    with opened(common, sweep=False) as session:
        found = Rotation(session.parts, session.tenancy, session.principal).rotate(purpose, yes)
    if common.json:
        print_json(found)
    else:
        _tell(found)
    return DONE if found.done else WAITS


def _tell(found: "RotationOut") -> None:
    from server.cli.printing import show
    from server.render.layout import bullet, line

    show(*(bullet(text) for text in found.changes))
    if not found.done:
        again = f"revloop keys rotate --purpose {found.purpose} --yes {found.code}"
        show(line(f"Nothing has changed yet. To do it: {again}"))
        return
    show(line(f"In use: {found.key}. It was {found.was}."))
    if found.public:
        show(line(f"Give your auditor the new key to pin: {found.public}"))
