"""`revloop account`: an account's state, now or on a day, what changed there, and what was believed and why."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened
from state.errors import InvalidInput

if TYPE_CHECKING:
    from graphs.telling.overlook import AccountOut
    from state.ports.world import AccountRow

LAST_MEETING = ("last meeting", "meeting")


def account(
    name: Annotated[str, Parameter(help="Name or id of the account.")],
    view: Annotated[
        Literal["show", "diff", "history"],
        Parameter(help="show: its state; diff: what changed; history: what was believed, and why."),
    ] = "show",
    field: Annotated[str | None, Parameter(help="For history: one field, as amount or stage.")] = None,
    /,
    *,
    as_of: Annotated[str | None, Parameter(help="Day to look from, as 2026-02-01.")] = None,
    since: Annotated[
        str | None,
        Parameter(help="For diff: the day to compare with, or 'last meeting', which it is unless said."),
    ] = None,
    picture: Annotated[
        Path | None, Parameter(help="For show: draw the situation into this SVG file.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Show an account."""
    from graphs.telling.retrospect import end_of_day
    from server.cli.dates import day
    from server.cli.preparing import the_account

    _agree(view, field, since, picture)
    with opened(common, sweep=False) as session:
        row, note = the_account(session, name)
        at = end_of_day(session.tenancy, day(as_of, "as_of")) if as_of else None
        if view == "diff":
            return _diff(session, row, since, at, is_json=common.json)
        if view == "history":
            return _history(session, row, field, at, is_json=common.json)
        return _state(session, row, at, picture, note, is_json=common.json)


def _agree(view: str, field: str | None, since: str | None, picture: Path | None) -> None:
    """Refuse options that belong to another view. Raises: InvalidInput."""
    for option, value, wanted in (
        ("--since", since, "diff"),
        ("--picture", picture, "show"),
        ("FIELD", field, "history"),
    ):
        if value is not None and view != wanted:
            raise InvalidInput(
                f"{option} belongs to `{wanted}`.", field=option.strip("-").lower(), value=str(value),
                remedy=f"revloop account NAME {wanted}",
            )  # fmt: skip


def _state(
    session: Session,
    row: "AccountRow",
    at: datetime | None,
    picture: Path | None,
    note: str,
    *,
    is_json: bool,
) -> int:
    from graphs.telling.overlook import overlook
    from server.cli.printing import print_json, show

    state = overlook(session.parts, session.tenancy, row, at)
    if picture is not None:
        _draw(state, picture)
    if is_json:
        print_json(state)
        return 0
    from server.render.account import account_page
    from server.render.layout import GREY, line
    from server.render.situation_picture import picture_table

    if note:
        show(line(note, GREY))
    if picture is None:
        show(account_page(state, session.reader))
        return 0
    show(picture_table(state.picture))
    show(line(f"Drawn in {picture}; any browser opens it.", GREY))
    return 0


def _draw(state: "AccountOut", place: Path) -> None:
    """Write the drawing. Raises: InvalidInput where the folder does not take it."""
    from server.render.situation_picture import situation_svg

    try:
        place.write_text(situation_svg(state.picture), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            f"{place} cannot be written: {error.strerror}.", field="picture", value=str(place),
            remedy="Name a file in a folder that is there and yours.",
        ) from error  # fmt: skip


def _diff(
    session: Session, row: "AccountRow", since: str | None, at: datetime | None, *, is_json: bool
) -> int:
    from graphs.telling.overlook import differences
    from server.cli.printing import print_json, show

    found = differences(session.parts, session.tenancy, row, _start(session, since), at)
    if is_json:
        print_json(found)
        return 0
    from server.render.account import changes_page

    show(changes_page(found, session.reader))
    return 0


def _history(
    session: Session, row: "AccountRow", field: str | None, at: datetime | None, *, is_json: bool
) -> int:
    from graphs.telling.believed import believed
    from server.cli.printing import print_json, show

    found = believed(session.parts, session.tenancy, row, field, at)
    if is_json:
        print_json(found)
        return 0
    from server.render.believed import history_page

    show(history_page(found, session.reader))
    return 0


def _start(session: Session, since: str | None) -> datetime | None:
    if since is None or since.strip().casefold() in LAST_MEETING:
        return None
    from server.cli.dates import day

    zone = ZoneInfo(session.tenancy.profile.company.zone)
    at = datetime.combine(day(since, "since"), time(), zone).astimezone(UTC)
    if at > session.tenancy.now:
        raise InvalidInput(
            f"{since} is after the clock of {session.tenancy.id}.",
            field="since",
            value=since,
            remedy=f"It is {session.reader.moment(session.tenancy.now)}.",
        )
    return at
