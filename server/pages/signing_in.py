"""Sign in by a single-use link, act as another user of one's own home, and sign out.

Invariant: a link works once, for ten minutes, from this machine; opening it does nothing until the button is pressed;
acting as another user makes no old sign-in new.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.auth import (
    LINK_LASTS,
    SESSION_LASTS,
    AnyHome,
    Reading,
    cookie_name,
    forget_cookie,
    found,
    is_loopback,
    issue,
    keep_session,
    too_often,
)
from server.freshness import BY_LINK
from server.home import Home
from server.oidc import is_set
from server.pages.drawing import fragment, wants_page
from state.errors import Forbidden, NotFound, TooMany, Unauthenticated
from state.ids import TenantId, UserId
from state.ports.credentials import SCOPES, Scope

router = APIRouter(include_in_schema=False)
FIRST_STEPS = "revloop-first"
"""Tells the page to offer the first steps; it opens nothing."""


@router.get("/signin")
def sign_in_page(home: AnyHome, link: str = "") -> HTMLResponse:
    """Show the way in; a link is only used by pressing the button, so that no preview uses it up."""
    return _way_in(home, link)


def _way_in(home: Home, link: str, error: Unauthenticated | None = None) -> HTMLResponse:
    context = {"link": link, "has_provider": is_set(home.settings), "error": error}
    return fragment("signin.html", context, error.status if error else 200)


@router.post("/signin")
def sign_in(request: Request, home: AnyHome, link: Annotated[str, Form()] = "") -> Response:
    """Use the link up and begin a session; a person is told on the page why it did not. Raises: Unauthenticated."""
    try:
        return _begun(request, home, link)
    except Unauthenticated:
        if not wants_page(request):
            raise
        return _way_in(home, "", Unauthenticated("This link works no more, or is not whole."))


def _begun(request: Request, home: Home, link: str) -> Response:
    """Use the link up. Raises: Unauthenticated, Forbidden, TooMany."""
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        raise Forbidden("Sign in from this page.")
    if not is_loopback(request):
        raise Forbidden("The link works on the machine that serves only.", remedy="Use an API key elsewhere.")
    if too_often(request):
        raise TooMany("Too many attempts to sign in.", remedy="Wait a minute.")
    tenant, credential = found(home, link, "link")
    with home.looking.stores.begin(tenant) as unit:
        is_ours = unit.credentials.end(credential.id, home.clock.wall())
    if not is_ours:
        raise Unauthenticated("This link was used already.", remedy="Run `revloop serve` for a new one.")
    who = _Way(tenant, credential.user, credential.scopes, credential.is_owner)
    answer = _with_session(home, who, label=BY_LINK)
    answer.set_cookie(FIRST_STEPS, "1", max_age=int(LINK_LASTS.total_seconds()), samesite="lax", path="/")
    return answer


@dataclass(frozen=True)
class _Way:
    tenant: TenantId
    user: UserId
    scopes: tuple[Scope, ...]
    is_owner: bool


def _with_session(home: Home, who: _Way, *, label: str, since: datetime | None = None) -> Response:
    secret = issue(
        home, who.tenant, who.user, "session", who.scopes, lasts=SESSION_LASTS, is_owner=who.is_owner,
        label=label, since=since,
    )  # fmt: skip
    answer = RedirectResponse("/", 303)
    keep_session(answer, home, secret)
    return answer


@router.post("/signin/as")
def act_as(home: AnyHome, caller: Reading, user: Annotated[str, Form()]) -> Response:
    """Go on as another user of the company: the home's owner may, as with `--as`. Raises: Forbidden, NotFound."""
    if not caller.credential.is_owner:
        raise Forbidden("Only the owner of this installation acts as somebody else.")
    with home.look(caller.tenant) as tenancy:
        known = {str(one.id): one for one in tenancy.users}
    if user not in known:
        raise NotFound(f"no user {user!r} here", field="user", value=user)
    _end(home, caller)
    who = _Way(caller.tenant, known[user].id, SCOPES, is_owner=True)
    return _with_session(home, who, label=caller.credential.label, since=caller.credential.made_at)


@router.post("/signout")
def sign_out(home: AnyHome, caller: Reading) -> Response:
    """End this session."""
    _end(home, caller)
    answer = RedirectResponse("/signin", 303)
    forget_cookie(answer, home, cookie_name(home))
    return answer


def _end(home: Home, caller: Reading) -> None:
    with home.looking.stores.begin(caller.tenant) as unit:
        unit.credentials.end(caller.credential.id, home.clock.wall())
