"""`revloop level show|set|resume`: how far the agent may go, what speaks for more, and what was paused."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened

if TYPE_CHECKING:
    from graphs.governing.levelling import Levelling, LevelOut, RecordOut

DONE, WAITS = 0, 3
level_app = App(
    name="level",
    help="Show and set how far the agent may go, class by class; only an admin sets it.",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop level show\n  revloop level set 2 L2 --as lee\n"
    "  revloop level set 2 L2 --yes 1a2b3c4d --as lee\n  revloop level resume update_crm --as lee",
)
Yes = Annotated[
    str | None, Parameter(help="The code shown under what would change; without it nothing is raised.")
]


@level_app.command(name="show")
def show_(*, common: Options = PLAIN) -> int:
    """Show the level of each class, how the agent has done, and what is paused."""
    from server.cli.printing import print_json, show
    from server.render.layout import GREY, line, table

    with opened(common, sweep=False) as session:
        found, reader = _levelling(session).shown(), session.reader
    if common.json:
        print_json(found)
        return DONE
    classes = [
        (str(one.action_class), one.level, reader.person(one.by) if one.by else "the policy")
        for one in found.classes
    ]
    most = f"Default {found.default_level}, at most {found.max_level}; paused: {', '.join(found.paused) or 'nothing'}"
    show(table((("Class", 0), ("Level", 0), ("Set by", 1)), classes), line(most, GREY))
    if found.record:
        rows = [(one.action_type, f"{one.right} of {one.decided}", _interval(one)) for one in found.record]
        show(table((("Kind", 2), ("Right as proposed", 2), ("95 % interval", 2)), rows))
    else:
        show(line("Nobody has decided on anything yet, so nothing speaks for more.", GREY))
    return DONE


def _interval(one: "RecordOut") -> str:
    return "" if one.low is None or one.high is None else f"{one.low:.0%} to {one.high:.0%}"


@level_app.command(name="set")
def set_(
    action_class: Annotated[
        int, Parameter(help="1 inside and harmless, 2 changes inside, 3 reaches people.")
    ],
    level: Annotated[str, Parameter(help="L0, L1, L2 or L3.")],
    /,
    *,
    yes: Yes = None,
    common: Options = PLAIN,
) -> int:
    """Lower a level at once, or show what speaks for raising it; with the code shown there, raise it."""
    with opened(common, sweep=False) as session:
        found = _levelling(session).set(action_class, level, yes)
    return _told(found, f"revloop level set {action_class} {level}", yes, is_json=common.json)


@level_app.command(name="resume")
def resume(
    kind: Annotated[str, Parameter(help="Kind of action that was paused.")],
    /,
    *,
    yes: Yes = None,
    common: Options = PLAIN,
) -> int:
    """Show why a kind of action was paused; with the code shown there, let it go on."""
    with opened(common, sweep=False) as session:
        found = _levelling(session).resume(kind, yes)
    return _told(found, f"revloop level resume {kind}", yes, is_json=common.json)


def _levelling(session: Session) -> "Levelling":
    from graphs.governing.levelling import Levelling

    return Levelling(session.parts, session.tenancy, session.principal)


def _told(found: "LevelOut", again: str, yes: str | None, *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import bullet, line

    if is_json:
        print_json(found)
    else:
        show(*(bullet(one_line(text)) for text in found.changes), line(_next(found, again, yes)))
    return DONE if found.done else WAITS


def _next(found: "LevelOut", again: str, yes: str | None) -> str:
    if found.done:
        return f"Done; {found.timers} armed timers are gone." if found.timers else "Done."
    if yes is not None:
        return f"Your yes is recorded. It needs a second admin: {again} --yes {found.code} --as NAME"
    return f"Nothing has changed yet. To do it: {again} --yes {found.code}"
