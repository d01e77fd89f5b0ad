"""The files a company goes by beside its policy: edit one, see what that changes, put it in force, go back.

Invariant: only `Editing` puts anything in force, with the code of exactly what was shown and a sign-in made for it.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.governing.editing import Editing, EditsOut, FileOut, standing
from graphs.keeping.filing import FileKind
from graphs.keeping.redrafting import draft_files, draft_text, keep_draft
from server.auth import Administering, AnyHome, Caller
from server.freshness import in_person, is_fresh
from server.home import Home
from server.pages.drawing import page
from state.errors import Conflict, Forbidden, InvalidInput, NotFound, RevloopError

router = APIRouter(include_in_schema=False)
REFUSALS = (Conflict, Forbidden, InvalidInput, NotFound)
MEANT = {
    "profile": "people, territories, calendar, prices, signals and borders",
    "playbooks": "what is proposed when, drafts and plans",
    "prompts": "what a model is told",
    "knowledge": "the documents that drafts and answers quote",
}
"""What stands in each kind."""
MOST = 30
"""Changes shown at once; the rest opens."""
Name = Annotated[str, Query(max_length=120)]
Field = Annotated[str, Form(max_length=120)]
Text = Annotated[str, Form(max_length=200_000)]
Note = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody looks at: a file, as typed where it could not be kept, or an earlier content."""

    name: str = ""
    typed: str = ""
    version: str = ""


@router.get("/policy/files")
def files_page(home: AnyHome, caller: Administering) -> HTMLResponse:
    """List the kinds of files, and whether each says what is in force."""
    return page(home, caller, "policy_files.html", home.act(_listed, home, caller))


def _listed(home: Home, caller: Caller) -> dict[str, object]:
    parts = home.house.parts
    tenancy = parts.tenancy.refresh(caller.tenant)
    return {"kinds": standing(parts, tenancy), "meant": MEANT}


@router.get("/policy/files/{kind}")
def kind_page(
    home: AnyHome, caller: Administering, kind: FileKind, name: Name = "", version: Name = "", said: Name = ""
) -> HTMLResponse:  # fmt: skip
    """Show the files of a kind, what an edited one changes, and what was in force before."""
    try:
        context = home.act(_shown, home, caller, kind, Chosen(name=name, version=version))
    except REFUSALS as error:
        return _refused(home, caller, kind, Chosen(), error)
    return page(home, caller, "policy_files_kind.html", context | {"said": said})


def _shown(home: Home, caller: Caller, kind: FileKind, chosen: Chosen) -> dict[str, object]:
    parts = home.house.parts
    tenancy = parts.tenancy.refresh(caller.tenant)
    board = Editing(parts, tenancy, caller.principal)
    here = next(one for one in standing(parts, tenancy) if one.kind == kind)
    names = tuple(draft_files(parts.settings, caller.tenant, kind))
    name = chosen.name or (names[0] if names else "")
    text = chosen.typed or (draft_text(parts.settings, caller.tenant, kind, name) if name else "")
    return {
        "kind": kind, "meant": MEANT[kind], "here": here, "names": names, "name": name, "text": text,
        "past": board.history(kind), "version": chosen.version, "seen": _seen(board, kind, chosen, here),
        "fresh": is_fresh(home, caller), "error": None, "said": "", "is_typed": bool(chosen.typed), "most": MOST,
    }  # fmt: skip


def _seen(board: Editing, kind: FileKind, chosen: Chosen, here: FileOut) -> EditsOut | None:
    """Say what the draft, or going back, would change; files that cannot be read are told as their fault."""
    if chosen.version:
        return board.back(kind, chosen.version, "", None)
    try:
        return board.activate([kind], "", None) if here.is_edited else None
    except RevloopError:
        return None


@router.post("/policy/files/{kind}")
def keep_file(
    home: AnyHome, caller: Administering, kind: FileKind, name: Field = "", text: Text = ""
) -> Response:
    """Keep an edited file as a draft; what cannot be read is shown again as typed."""
    typed = text.replace("\r\n", "\n")
    try:
        keep_draft(home.settings, caller.tenant, kind, name, typed)
    except REFUSALS as error:
        return _refused(home, caller, kind, Chosen(name=name, typed=typed), error)
    return RedirectResponse(f"/policy/files/{kind}?name={name}&said=kept", 303)


def _refused(home: Home, caller: Caller, kind: FileKind, chosen: Chosen, error: RevloopError) -> HTMLResponse:
    try:
        context = home.act(_shown, home, caller, kind, chosen)
    except REFUSALS:
        context = home.act(_shown, home, caller, kind, Chosen())
    return page(home, caller, "policy_files_kind.html", context | {"error": error}, error.status)


@router.post("/policy/files/{kind}/activate")
def activate_files(
    home: AnyHome, caller: Administering, kind: FileKind, yes: Field, note: Note = "", version: Field = ""
) -> Response:
    """Put in force exactly what was shown; what is about who decides waits for a second admin."""
    try:
        done = home.act(_put, home, caller, kind, version, note.strip(), yes)
    except REFUSALS as error:
        return _refused(home, caller, kind, Chosen(version=version), error)
    return RedirectResponse(f"/policy/files/{kind}?said={'activated' if done.done else 'asked'}", 303)


def _put(home: Home, caller: Caller, kind: FileKind, version: str, note: str, yes: str) -> EditsOut:
    parts = home.house.parts
    board = Editing(parts, parts.tenancy.refresh(caller.tenant), in_person(home, caller))
    return board.back(kind, version, note, yes) if version else board.activate([kind], note, yes)
