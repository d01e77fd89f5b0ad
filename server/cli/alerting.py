"""`revloop alert list|seen`: what you should know now, and putting it away."""

from typing import Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened
from state.errors import NotFound

alert_app = App(
    name="alert",
    help="Show what you should know now, and put it away.",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop alert list\n  revloop alert list --as lee\n  revloop alert seen al_4f21",
)


@alert_app.command(name="list")
def list_(*, common: Options = PLAIN) -> int:
    """Show what waits to be seen, newest first, with the card that was drafted for it."""
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import bullet, line

    with opened(common, sweep=False) as session:
        with session.parts.stores.read(session.tenancy.id) as unit:
            found = unit.alerts.waiting(session.principal.user)
        reader = session.reader
    if common.json:
        print_json({"alerts": [one.model_dump(mode="json") for one in found]})
        return 0
    for one in found:
        card = f"card: revloop inbox, {one.chosen} [{one.action[:11]}]" if one.action else ""
        below = [f"{reader.moment(one.at)}, {one.severity}; revloop alert seen {one.id[:11]}", card]
        show(bullet(one_line(one.text), [text for text in below if text]))
    if not found:
        show(line("Nothing waits to be seen."))
    return 0


@alert_app.command(name="seen")
def seen(
    name: Annotated[str, Parameter(help="The alert's id, or the start of it.")], /, *, common: Options = PLAIN
) -> int:
    """Put one away."""
    from server.cli.printing import print_json, show
    from server.render.layout import line

    with opened(common, sweep=False) as session:
        user, tenancy = session.principal.user, session.tenancy
        with session.parts.stores.begin(tenancy.id) as unit:
            mine = [one.id for one in unit.alerts.waiting(user) if one.id.startswith(name)]
            if len(mine) != 1 or not unit.alerts.see(mine[0], user, tenancy.now):
                raise NotFound(
                    f"{len(mine) or 'No'} alerts of yours begin with {name!r}.", field="alert", value=name,
                    remedy="See `revloop alert list`.",
                )  # fmt: skip
    if common.json:
        print_json({"alert": mine[0], "seen": True})
    else:
        show(line("Put away."))
    return 0
