"""`revloop after FILE --account NAME`: what a meeting came to, cited by line, and kept as a note of the account."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened
from state.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from graphs.perceiving.after_meeting import Heard

BYTES = 1_000_000


def after(
    file: Annotated[
        str,
        Parameter(
            help="Your notes or a transcript as text, or - for standard input.", allow_leading_hyphen=True
        ),
    ],
    /,
    *,
    account: Annotated[str, Parameter(help="Name or id of the account.")],
    with_: Annotated[
        str,
        Parameter(
            name="--with", help="Who took part from outside, by mail address; else the meeting's guests."
        ),
    ] = "",
    on: Annotated[
        str | None,
        Parameter(help="When it was held, as 2026-03-11T15:00; else the end of the meeting just held."),
    ] = None,
    kind: Annotated[
        Literal["notes", "transcript"] | None,
        Parameter(help="Else told by the speakers' names in front of lines."),
    ] = None,
    theirs: Annotated[
        bool, Parameter(negative="", help="The customer wrote it: believed no more than a mail of theirs.")
    ] = False,
    dry_run: Annotated[bool, Parameter(negative="", help="Only show what it says; keep nothing.")] = False,
    common: Options = PLAIN,
) -> int:
    """Say what was decided, promised, objected and left to do, each with its line, and keep the text as a note."""
    from graphs.perceiving.after_meeting import after_meeting
    from server.cli.preparing import the_account
    from server.cli.printing import print_json, show

    text = read_text(file)
    with opened(common) as session:
        row, note = the_account(session, account)
        heard = _heard(session, text, with_, on, kind, is_theirs=theirs, is_kept=not dry_run)
        found = after_meeting(session.parts, session.tenancy, session.principal, row.account, heard)
        reader = session.reader
    if common.json:
        print_json(found)
        return 0
    from server.render.after import after_page
    from server.render.layout import GREY, line

    show(*([line(note, GREY)] if note else []), after_page(found, reader))
    return 0


def _heard(
    session: Session,
    text: str,
    guests: str,
    on: str | None,
    kind: str | None,
    *,
    is_theirs: bool,
    is_kept: bool,
) -> "Heard":
    from graphs.perceiving.after_meeting import Heard
    from state.world.meeting_summary.shape import is_transcript

    is_spoken = is_transcript(text) if kind is None else kind == "transcript"
    return Heard(
        text=text,
        kind="transcript" if is_spoken else "meeting",
        participants=tuple(one.strip().lower() for one in guests.split(",") if one.strip()),
        at=None if on is None else _held_at(session, on),
        is_theirs=is_theirs,
        is_kept=is_kept,
    )


def _held_at(session: Session, on: str) -> datetime:
    from server.cli.dates import moment

    at = moment(on, "on", session.tenancy.profile.company.zone)
    if at > session.tenancy.now:
        raise InvalidInput(
            f"{on} is after the clock of {session.tenancy.id}.", field="on", value=on,
            remedy=f"It is {session.reader.moment(session.tenancy.now)}; give the notes when the meeting is over.",
        )  # fmt: skip
    return at


def read_text(file: str) -> str:
    """Read a small text file or standard input; every line ends alike. Raises: NotFound, InvalidInput."""
    if file != "-" and not Path(file).is_file():
        raise NotFound(
            f"{file} is not a file.", field="file", value=file, remedy="Name your notes, or - to type them."
        )
    content = sys.stdin.buffer.read(BYTES + 1) if file == "-" else Path(file).read_bytes()[: BYTES + 1]
    if len(content) > BYTES:
        raise InvalidInput(
            f"{file} is larger than {BYTES:,} bytes.",
            field="file",
            value=file,
            remedy="Split it where the subject changes.",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{file} is not UTF-8 (byte {error.start}).",
            field="file",
            value=file,
            remedy="Save it as UTF-8 text.",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
