"""Another policy: write one layer, see what it changes and would have done, put it in force, go back.

Invariant: only `Activating` puts anything in force, with the code of exactly what was shown and a sign-in made for it.
"""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.governing.effecting import Effecting
from server.auth import Administering, AnyHome, Caller
from server.freshness import in_person, is_fresh
from server.home import Home
from server.pages.drafting_fields import with_exception, with_limits
from server.pages.drafting_view import Draft, draft_context, put_in_force, seen
from server.pages.drawing import page
from state.errors import Conflict, Forbidden, InvalidInput, NotFound
from state.governance.policy import Layer

router = APIRouter(include_in_schema=False)
REFUSALS = (Conflict, Forbidden, InvalidInput, NotFound)
Short = Annotated[str, Query(max_length=120)]
Name = Annotated[str, Form(max_length=120)]
Text = Annotated[str, Form(max_length=200_000)]
Note = Annotated[str, Form(max_length=200)]
Days = Annotated[int, Form(ge=1, le=365)]
Back = Annotated[int, Query(ge=1, le=365)]


@router.get("/policy/draft")
def draft_page(
    home: AnyHome, caller: Administering, layer: Short = "base", kept: Short = "", days: Back = 90
) -> HTMLResponse:
    """Show a layer as text and as fields; a kept policy with what it would change."""
    draft = Draft(kept=kept) if kept else Draft(layer=layer)
    return drawn(home, caller, draft, days, is_seen=bool(kept))


def drawn(home: Home, caller: Caller, draft: Draft, days: int, *, is_seen: bool) -> HTMLResponse:
    """Draw the draft; with what it changes, or why it cannot be."""
    context = draft_context(home, caller, draft, days) | {"fresh": is_fresh(home, caller)}
    if not is_seen:
        return page(home, caller, "policy_draft.html", context)
    try:
        context["seen"] = seen(home, caller, draft, days)
    except REFUSALS as error:
        return page(home, caller, "policy_draft.html", context | {"error": error}, error.status)
    return page(home, caller, "policy_draft.html", context)


@router.post("/policy/draft")
def try_draft(
    home: AnyHome, caller: Administering, layer: Name = "", text: Text = "", days: Days = 90, kept: Name = "",
    since: Name = "",
) -> HTMLResponse:  # fmt: skip
    """Say what a text, or a kept policy, would change and would have done; from a date on where one is given."""
    return drawn(home, caller, _draft(layer, text, kept, since), days, is_seen=True)


def _draft(layer: str, text: str, kept: str, since: str) -> Draft:
    if kept:
        return Draft(kept=kept, since=since)
    return Draft(layer=layer, text=text.replace("\r\n", "\n"), since=since)


@router.post("/policy/draft/limits")
async def limits(request: Request, home: AnyHome, caller: Administering) -> Response:
    """Write a layer with other limits, and say what that would change."""
    return await run_in_threadpool(_written, home, caller, await _fields(request), with_limits)


@router.post("/policy/draft/exception")
async def exception(request: Request, home: AnyHome, caller: Administering) -> Response:
    """Write a layer in which a rule does not hold for a while, and say what that would change."""
    return await run_in_threadpool(_written, home, caller, await _fields(request), with_exception)


async def _fields(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: str(value)[: 200_000 if name == "text" else 300] for name, value in form.items()}


def _written(
    home: Home, caller: Caller, values: Mapping[str, str], write: Callable[[Layer, Mapping[str, str]], str]
) -> Response:
    draft = Draft(layer=values.get("layer", ""), text=values.get("text", "").replace("\r\n", "\n"))
    context = draft_context(home, caller, draft, 90) | {"fresh": is_fresh(home, caller)}
    chosen = context["chosen"]
    try:
        if not isinstance(chosen, Layer):
            raise NotFound("Choose a layer first.", field="layer", value=draft.layer)
        text = write(chosen, values)
    except REFUSALS as error:
        return page(home, caller, "policy_draft.html", context | {"error": error}, error.status)
    return drawn(home, caller, Draft(layer=draft.layer, text=text), 90, is_seen=True)


@router.post("/policy/activate")
def activate(
    home: AnyHome, caller: Administering, yes: Name, note: Note = "", layer: Name = "", text: Text = "",
    kept: Name = "", since: Name = "",
) -> Response:  # fmt: skip
    """Put in force exactly what was shown; what allows more waits for a second admin."""
    draft = _draft(layer, text, kept, since)
    try:
        done = put_in_force(home, caller, draft, note.strip(), yes)
    except REFUSALS as error:
        context = draft_context(home, caller, draft, 90) | {"fresh": is_fresh(home, caller), "error": error}
        return page(home, caller, "policy_draft.html", context, error.status)
    came = "asked" if not done.done else "to_come" if done.effective_at else "activated"
    return RedirectResponse(f"/policy?said={came}&of={done.version}", 303)


@router.post("/policy/withdraw")
def withdraw(home: AnyHome, caller: Administering, version: Name) -> Response:
    """Take back the date of a policy that has not come into force yet."""

    def withdrawn() -> None:
        parts = home.house.parts
        tenancy = parts.tenancy.refresh(caller.tenant)
        Effecting(parts, tenancy, in_person(home, caller)).withdraw(version)

    home.act(withdrawn)
    return RedirectResponse(f"/policy?said=withdrawn&of={version}", 303)
