"""`revloop policy activate|rollback|history`: which policy is in force, and how another one takes effect."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened
from state.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphs.governing.activating import Activating, ActivationOut, KeptOut
    from graphs.parts import Tenancy
    from server.render.words import Reader
    from state.governance.policy import Layer
    from state.settings import Settings

DONE, WAITS = 0, 3
Yes = Annotated[
    str | None, Parameter(help="The code shown under what would change; without it nothing happens.")
]
Note = Annotated[str, Parameter(help="Why; it stands in the ledger.")]


def activate(
    folder: Annotated[
        str | None, Parameter(help="A policy file or folder; else the company's files.")
    ] = None,
    /,
    *,
    version: Annotated[str | None, Parameter(help="A policy of `policy history` instead of files.")] = None,
    since: Annotated[
        str | None,
        Parameter(name="--from", help="Day or time to come from which on it counts; else at once."),
    ] = None,
    note: Note = "",
    yes: Yes = None,
    common: Options = PLAIN,
) -> int:
    """Show what a policy would change; with the code shown there, put it in force. Only an admin may."""
    from server.cli.dates import moment

    with opened(common, sweep=False) as session:
        board = _board(session)
        effective = moment(since, "from", session.tenancy.profile.company.zone) if since else None
        if version is not None:
            kept = board.kept(version)
            layers: Sequence[Layer] = kept.layers
            note = note or kept.note
        else:
            layers = _read(session, folder)
        found = board.activate(layers, note, yes, effective)
    place = f" --version {found.version[:12]}" if version else f" {folder}" if folder else ""
    place += f" --from {since}" if since else ""
    return _told(found, f"revloop policy activate{place}", yes, is_json=common.json)


def rollback(*, note: Note = "", yes: Yes = None, common: Options = PLAIN) -> int:
    """Show what going back to the policy before would change; with the code shown there, go back."""
    with opened(common, sweep=False) as session:
        board = _board(session)
        before = board.before()
        found = board.activate(before.layers, note or f"back to {before.version[:12]}", yes)
    return _told(found, "revloop policy rollback", yes, is_json=common.json)


def withdraw(
    version: Annotated[str, Parameter(help="Start of the version that is to come.")],
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Take back the date of a policy that has not come into force yet."""
    from graphs.governing.effecting import Effecting
    from server.cli.printing import print_json, show
    from server.render.layout import line

    with opened(common, sweep=False) as session:
        kept = Effecting(session.parts, session.tenancy, session.principal).withdraw(version)
    if common.json:
        print_json({"version": kept.version, "state": "asked"})
    else:
        show(line(f"{kept.version[:12]} does not come into force by itself any more."))
    return DONE


def history(*, common: Options = PLAIN) -> int:
    """List the policies that were in force or asked for."""
    from server.cli.printing import print_json, show
    from server.render.layout import table

    with opened(common, sweep=False) as session:
        found, reader = _board(session).history(), session.reader
    if common.json:
        print_json({"policies": [one.model_dump(mode="json") for one in found]})
        return DONE
    rows = [
        (
            one.version[:12],
            one.state.replace("_", " "),
            _date(one, reader),
            f"{reader.person(one.asked_by)}, {reader.day(one.asked_at)}",
            one.note,
        )
        for one in found
    ]
    show(table((("Version", 0), ("State", 0), ("In force", 1), ("Asked for by", 2), ("Note", 3)), rows))
    return DONE


def _date(one: "KeptOut", reader: "Reader") -> str:
    if one.effective_at is not None:
        return f"from {reader.moment(one.effective_at)}"
    return reader.day(one.activated_at) if one.activated_at else ""


def _board(session: Session) -> "Activating":
    from graphs.governing.activating import Activating

    return Activating(session.parts, session.tenancy, session.principal)


def _read(session: Session, folder: str | None) -> "Sequence[Layer]":
    """Read files and refuse what is wrong with them. Raises: InvalidInput."""
    from graphs.bootstrap import folders
    from tools.policies import check, load_layers, policy_files

    place = Path(folder) if folder else folders(session.settings, session.tenancy.id, "policies")[0]
    paths = policy_files(place) if place.is_dir() else (place,)
    wrong = [one for one in check(paths) if one.is_error]
    if wrong:
        raise InvalidInput(
            f"{wrong[0]} ({len(wrong)} to mend)", field="policy", value=wrong[0].value[:80],
            remedy="See `revloop policy check`; nothing was activated.",
        )  # fmt: skip
    return load_layers(paths)


def _told(found: "ActivationOut", again: str, yes: str | None, *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import bullet, line

    if is_json:
        print_json(found)
        return DONE if found.done else WAITS
    show(*(bullet(one_line(text)) for text in found.changes))
    show(*(bullet(one_line(text), mark="→") for text in found.open_actions))
    show(line(_next(found, again, yes)))
    return DONE if found.done else WAITS


def _next(found: "ActivationOut", again: str, yes: str | None) -> str:
    if found.done and found.effective_at is not None:
        return (
            f"To come: {found.version[:12]}, from {found.effective_at:%Y-%m-%d %H:%M} on;"
            f" take it back with: revloop policy withdraw {found.version[:12]}"
        )
    if found.done:
        return (
            f"In force: {found.version[:12]}. It was {found.was[:12]}; go back with: revloop policy rollback"
        )
    if yes is not None:
        return (
            "Your yes is recorded. It allows more, so it needs a second admin:"
            f" revloop policy activate --version {found.version[:12]} --yes {found.code} --as NAME"
        )
    return f"Nothing has changed yet. To do it: {again} --yes {found.code}"


def is_edited(settings: "Settings", tenancy: "Tenancy") -> bool:
    """Say whether the company's files say something else than the policy in force, or cannot be read."""
    from graphs.bootstrap import folders
    from state.errors import RevloopError
    from state.governance.policy import policy_version
    from tools.policies import load_layers, policy_files

    try:
        paths = policy_files(folders(settings, tenancy.id, "policies")[0])
        return policy_version(load_layers(paths)) != policy_version(tenancy.layers)
    except RevloopError:
        return True
