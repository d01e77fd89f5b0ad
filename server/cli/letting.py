"""`revloop auto list|on|off`: which kinds of change run by themselves in your records; only you say so."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened

if TYPE_CHECKING:
    from graphs.governing.letting import LetOut, Letting

DONE, WAITS = 0, 3
auto_app = App(
    name="auto",
    help="Say which kinds of change may run by themselves in your own records, and take it back.",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop auto list\n  revloop auto on update_crm --until 2026-04-30\n"
    "  revloop auto on update_crm --yes 1a2b3c4d\n  revloop auto off update_crm\n  revloop auto wrong ac_4f21",
)
Kind = Annotated[str, Parameter(help="Kind of action, as update_crm or forecast_omit.")]


@auto_app.command(name="list")
def list_(*, common: Options = PLAIN) -> int:
    """Show what runs by itself in your records, since when and until when."""
    from server.cli.printing import print_json, show
    from server.render.layout import GREY, line, table

    with opened(common, sweep=False) as session:
        found, reader = _letting(session).listed(), session.reader
    if common.json:
        print_json(found)
        return DONE
    rows = [
        (
            one.action_type,
            "by itself" if one.on else "asks you",
            reader.day(one.since) if one.since else "",
            reader.moment(one.until) if one.until else "",
        )
        for one in found.words
    ]
    show(
        table((("Kind", 2), ("Runs", 1), ("Since", 1), ("Until", 2)), rows),
        line(f"The agent is at {found.level} for changes inside; below L2 a person decides them all.", GREY),
    )
    return DONE


@auto_app.command(name="on")
def on(
    kind: Kind,
    /,
    *,
    until: Annotated[str | None, Parameter(help="Day or time at which it ends by itself.")] = None,
    yes: Annotated[
        str | None, Parameter(help="The code shown under what would change; without it nothing happens.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Show what letting it run would change; with the code shown there, let it."""
    from server.cli.dates import moment

    with opened(common, sweep=False) as session:
        end = moment(until, "until", session.tenancy.profile.company.zone) if until else None
        found = _letting(session).on(kind, end, yes)
    again = f"revloop auto on {kind}" + (f" --until {until}" if until else "")
    return _told(found, again, is_json=common.json)


@auto_app.command(name="off")
def off(kind: Kind, /, *, common: Options = PLAIN) -> int:
    """Take it back at once, with every timer it armed."""
    with opened(common, sweep=False) as session:
        found = _letting(session).off(kind)
    return _told(found, "", is_json=common.json)


@auto_app.command(name="wrong")
def wrong(
    action: Annotated[str, Parameter(help="Id of what ran by itself, or the start of it.")],
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Say that something which ran by itself was wrong; it counts against the agent."""
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import line

    with opened(common, sweep=False) as session:
        found, reached = _letting(session).wrong(action)
    if common.json:
        print_json({"action": found.id, "rungs": [rung.value for rung in reached]})
        return DONE
    show(line(f"Counted against the agent: {one_line(found.summary)} [{found.id[:11]}]"))
    show(*(line(f"The violation ladder reached: {rung.value}") for rung in reached))
    return DONE


def _letting(session: Session) -> "Letting":
    from graphs.governing.letting import Letting

    return Letting(session.parts, session.tenancy, session.principal)


def _told(found: "LetOut", again: str, *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.layout import bullet, line

    if is_json:
        print_json(found)
    else:
        show(*(bullet(text) for text in found.changes))
        if not found.done:
            show(line(f"Nothing has changed yet. To do it: {again} --yes {found.code}"))
        elif found.timers:
            show(line(f"{found.timers} armed timers are gone; see `revloop inbox`."))
        else:
            show(line("Done."))
    return DONE if found.done else WAITS
