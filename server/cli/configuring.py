"""`revloop config …`: which files are in force, what edited ones would change, and how they take effect."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.policy_activating import DONE, WAITS, Note, Yes
from server.cli.session import Session, opened

if TYPE_CHECKING:
    from graphs.governing.editing import Editing, EditsOut, FileOut
    from graphs.keeping.filing import FileKind

Kind = Literal["profile", "playbooks", "prompts", "knowledge"]
Kinds = Annotated[Kind | None, Parameter(help="Kind of files; else every kind that was edited.")]

config_app = App(
    name="config",
    help="Show which files are in force; activate edited ones.",
    help_epilogue="Examples:\n  revloop config list\n  revloop config diff playbooks\n"
    "  revloop config activate playbooks --yes 1a2b3c4d --as lee",
    help_format="plaintext",
)


@config_app.command(name="list")
def list_(*, common: Options = PLAIN) -> int:
    """List the kinds of files, which version of each is in force, and whether the files say something else."""
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import table

    with opened(common, sweep=False) as session:
        found, policy = _standing(session), session.tenancy.judge.version
    if common.json:
        print_json({"files": [one.model_dump(mode="json") for one in found], "policy": policy})
        return DONE
    rows = [(one.kind, one.version[:12], one_line(said(one))) for one in found]
    rows.append(("policy", policy[:12], "see `revloop policy`"))
    show(table((("Files", 0), ("In force", 0), ("The files", 1)), rows))
    return DONE


@config_app.command
def diff(kind: Kinds = None, /, *, common: Options = PLAIN) -> int:
    """Show what edited files say otherwise than what is in force."""
    from server.cli.printing import show

    with opened(common, sweep=False) as session:
        edited = [one for one in _standing(session) if one.is_edited and kind in (None, one.kind)]
        if not (edited or common.json):
            show("The files say what is in force.")
            return DONE
        found = _board(session).activate(_meant(kind, session), "", None)
    _told(found, _activate(kind), None, is_json=common.json)
    return DONE


@config_app.command
def activate(kind: Kinds = None, /, *, note: Note = "", yes: Yes = None, common: Options = PLAIN) -> int:
    """Put edited files in force with the code shown by `diff`. Only an admin may; who decides is for two."""
    with opened(common, sweep=False) as session:
        found = _board(session).activate(_meant(kind, session), note, yes)
    return _told(found, _activate(kind), yes, is_json=common.json)


@config_app.command
def rollback(
    kind: Kind,
    /,
    *,
    version: Annotated[
        str, Parameter(help="Start of a version of `config history`; else the one before.")
    ] = "",
    note: Note = "",
    yes: Yes = None,
    common: Options = PLAIN,
) -> int:
    """Show what going back to an earlier content would change; with the code shown there, go back."""
    with opened(common, sweep=False) as session:
        found = _board(session).back(kind, version, note, yes)
    again = f"revloop config rollback {kind}{f' --version {version}' if version else ''}"
    return _told(found, again, yes, is_json=common.json)


@config_app.command
def history(kind: Kinds = None, /, *, common: Options = PLAIN) -> int:
    """List what was put in force, the newest first."""
    from graphs.keeping.filing import KINDS
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import table

    with opened(common, sweep=False) as session:
        board, reader = _board(session), session.reader
        found = [one for each in KINDS if kind in (None, each) for one in board.history(each)]
    if common.json:
        print_json({"files": [one.model_dump(mode="json") for one in found]})
        return DONE
    rows = [
        (
            one.kind, one.version[:12], "in force" if one.is_in_force else "was in force",
            f"{reader.person(one.by)}, {reader.day(one.at)}", one_line(one.note),
        )
        for one in found
    ]  # fmt: skip
    show(table((("Files", 0), ("Version", 0), ("State", 0), ("By", 1), ("Note", 1)), rows))
    return DONE


def said(one: "FileOut") -> str:
    """Say how the files stand to what is in force."""
    if one.fault:
        return f"cannot be read, so nothing of them is in force: {one.fault}"
    return "changed, not in effect" if one.is_edited else "say the same"


def _standing(session: Session) -> "Sequence[FileOut]":
    from graphs.governing.editing import standing

    return standing(session.parts, session.tenancy)


def _board(session: Session) -> "Editing":
    from graphs.governing.editing import Editing

    return Editing(session.parts, session.tenancy, session.principal)


def _meant(kind: Kind | None, session: Session) -> "Sequence[FileKind]":
    """Take the kind named, else every one that was edited; one that cannot be read is named by its fault."""
    from graphs.keeping.filing import KINDS

    edited = {one.kind for one in _standing(session) if one.is_edited} if kind is None else {kind}
    return [one for one in KINDS if one in edited] or KINDS


def _activate(kind: Kind | None) -> str:
    return f"revloop config activate{f' {kind}' if kind else ''}"


def _told(found: "EditsOut", command: str, yes: str | None, *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import bullet, line

    if is_json:
        print_json(found)
        return DONE if found.done else WAITS
    show(*(bullet(one_line(text)) for text in found.changes), line(_next(found, command, yes)))
    return DONE if found.done else WAITS


def _next(found: "EditsOut", command: str, yes: str | None) -> str:
    if found.done:
        return "In force: " + ", ".join(f"{name} {version[:12]}" for name, version in found.versions.items())
    again = f"{command} --yes {found.code}"
    if yes is not None:
        return (
            f"Your yes is recorded. It says who decides or what is believed, so it needs a second admin: {again}"
            " --as NAME"
        )
    return f"Nothing has changed yet. To put it in force: {again}"
