"""`revloop preferences show|set|forget`: how texts are written in your name; kept only because you said so."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened
from state.errors import InvalidInput

if TYPE_CHECKING:
    from graphs.governing.preferring import Preferred
    from server.render.words import Reader

preferences_app = App(
    name="preferences",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop preferences show\n"
    '  revloop preferences set sign-off="Kind regards," tone=warm\n'
    "  revloop preferences set meeting-minutes=15 length=short\n  revloop preferences forget tone",
)


@preferences_app.command
def show(*, common: Options = PLAIN) -> int:
    """Show what is kept of how you write, and since when."""
    from graphs.governing.preferring import preferences_of

    with opened(common, sweep=False) as session:
        found, reader = preferences_of(session.parts, session.tenancy, session.principal), session.reader
    return _told(found, reader, is_json=common.json)


@preferences_app.command(name="set")
def set_(
    *said: Annotated[str, Parameter(help="name=value: tone, sign-off, meeting-minutes, length.")],
    common: Options = PLAIN,
) -> int:
    """Say how to write for you: the greeting's tone, the line above your name, the length of talks and of the brief."""
    from graphs.governing.preferring import prefer

    pairs = [one.partition("=") for one in said]
    if not pairs or not all(equals and name.strip() for name, equals, _ in pairs):
        raise InvalidInput(
            "Nothing was said." if not pairs else "Write name=value.", field="said", value=" ".join(said),
            remedy='For example: revloop preferences set sign-off="Kind regards," tone=warm',
        )  # fmt: skip
    with opened(common, sweep=False) as session:
        values = {name: value for name, _, value in pairs}
        found, reader = prefer(session.parts, session.tenancy, session.principal, values), session.reader
    return _told(found, reader, is_json=common.json)


@preferences_app.command
def forget(
    *names: Annotated[str, Parameter(help="What to forget; nothing named: everything.")],
    common: Options = PLAIN,
) -> int:
    """Forget what you said; nothing of it stays."""
    from graphs.governing.preferring import forget as drop

    with opened(common, sweep=False) as session:
        found, reader = drop(session.parts, session.tenancy, session.principal, names), session.reader
    return _told(found, reader, is_json=common.json)


def _told(found: "Preferred", reader: "Reader", *, is_json: bool) -> int:
    from server.cli.printing import print_json
    from server.cli.printing import show as shown
    from server.render.inert import one_line
    from server.render.layout import GREY, labelled, line

    if is_json:
        print_json(
            {"user": found.user, "changed": list(found.changed), **found.stated.model_dump(mode="json")}
        )
        return 0
    kept = found.stated.style.model_dump(exclude_none=True)
    if not kept:
        shown(line(f"Nothing is kept of how {reader.person(found.user)} writes.", GREY))
        return 0
    shown(line(f"How texts are written for {reader.person(found.user)}"))
    shown(
        labelled(
            (
                name.replace("_", " "),
                f"{one_line(str(value))} (said {reader.day(found.stated.said_at[name])})",
            )
            for name, value in kept.items()
        )
    )
    shown(line("You said so yourself; `revloop preferences forget` takes it back.", GREY))
    return 0
