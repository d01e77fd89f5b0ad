"""`revloop standin list|name|end`: who stands in for whom, and until when."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened

if TYPE_CHECKING:
    from graphs.governing.standing_in import StandingIn, StandInOut

DONE, WAITS = 0, 3
standin_app = App(
    name="standin",
    help="Name who decides for you while you are away, and take it back.",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop standin list\n  revloop standin name priya --until 2026-03-20\n"
    "  revloop standin name priya --until 2026-03-20 --yes 1a2b3c4d\n"
    "  revloop standin name priya --owner tom --until 2026-03-20 --as lee\n  revloop standin end",
)
Owner = Annotated[
    str | None, Parameter(help="For whom; you, if nobody is named. For somebody else only an admin.")
]


@standin_app.command(name="list")
def list_(*, common: Options = PLAIN) -> int:
    """Show who stands in for whom, now and to come."""
    from server.cli.printing import print_json, show
    from server.render.layout import GREY, line, table

    with opened(common, sweep=False) as session:
        found, reader = _standing(session).listed(), session.reader
    if common.json:
        print_json({"standins": [one.model_dump(mode="json") for one in found]})
        return DONE
    rows = [
        (reader.person(one.owner), reader.person(one.delegate), one.begins.isoformat(), one.ends.isoformat())
        for one in found
    ]
    if rows:
        show(table((("For", 2), ("Stands in", 2), ("From", 1), ("Until", 1)), rows))
    show(line("Each owner names somebody with `revloop standin name`; nobody else is stood in for.", GREY))
    return DONE


@standin_app.command(name="name")
def name(
    delegate: Annotated[str, Parameter(help="Who stands in, by user id.")],
    /,
    *,
    until: Annotated[str, Parameter(help="The last day.")],
    since: Annotated[
        str | None, Parameter(name="--from", help="The first day; today, if none is given.")
    ] = None,
    owner: Owner = None,
    yes: Annotated[
        str | None, Parameter(help="The code shown under what would change; without it nothing happens.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Show what naming somebody would change; with the code shown there, do it."""
    from server.cli.dates import day
    from state.ids import UserId
    from state.principal import Delegation

    with opened(common, sweep=False) as session:
        wanted = Delegation(
            owner=UserId(owner or session.principal.user),
            delegate=UserId(delegate),
            begins=day(since, "from") if since else session.tenancy.today,
            ends=day(until, "until"),
        )
        found = _standing(session).name(wanted, yes)
    whose = f" --owner {wanted.owner}" if owner or yes else ""
    days = f"--from {wanted.begins} --until {wanted.ends}"
    return _told(found, f"revloop standin name {delegate}{whose} {days}", yes, is_json=common.json)


@standin_app.command(name="end")
def end(*, owner: Owner = None, common: Options = PLAIN) -> int:
    """Take it back at once; what was decided meanwhile stays."""
    from server.cli.printing import print_json, show
    from server.render.layout import line
    from state.ids import UserId

    with opened(common, sweep=False) as session:
        found = _standing(session).end(UserId(owner or session.principal.user))
        reader = session.reader
    if common.json:
        print_json({"ended": found.model_dump(mode="json")})
        return DONE
    show(
        line(f"{reader.person(found.delegate)} does not stand in for {reader.person(found.owner)} any more.")
    )
    return DONE


def _standing(session: Session) -> "StandingIn":
    from graphs.governing.standing_in import StandingIn

    return StandingIn(session.parts, session.tenancy, session.principal)


def _told(found: "StandInOut", again: str, yes: str | None, *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import bullet, line

    if is_json:
        print_json(found)
    else:
        show(*(bullet(one_line(text)) for text in found.changes), line(_next(found, again, yes)))
    return DONE if found.done else WAITS


def _next(found: "StandInOut", again: str, yes: str | None) -> str:
    if found.done:
        return "Done."
    if yes is not None:
        return f"Your yes is recorded. It needs an admin besides you: {again} --yes {found.code} --as NAME"
    return f"Nothing has changed yet. To do it: {again} --yes {found.code}"
