"""Who asks over the web, and whether they may: sessions by a single-use link, keys, scopes, and a token per form.

Invariant: every route but the few that tell nothing has a `Requires` among its dependencies; an agent, an auditor and a
key without the scope never decide; a page of another site cannot act with somebody's cookie.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from server.home import Home
from state.errors import Forbidden, TooMany, Unauthenticated
from state.ids import TenantId, UserId, stable_id
from state.ports.credentials import Credential, CredentialKind, Scope
from state.principal import Principal, Role

LINK_LASTS, SESSION_LASTS = timedelta(minutes=10), timedelta(days=14)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD, HEADER = "csrf", "x-csrf"
KEY = "rk_"
ROLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.SELLER: frozenset(("read", "run", "approve")),
    Role.MANAGER: frozenset(("read", "run", "approve")),
    Role.ADMIN: frozenset(("read", "run", "approve", "admin")),
    Role.AUDITOR: frozenset(("read",)),
    Role.AGENT: frozenset(("read", "run")),
}
"""What a role may at most; a credential may hold less."""


@dataclass(frozen=True)
class Caller:
    """Whoever asks, as far as it was proved."""

    principal: Principal
    name: str
    scopes: frozenset[Scope]
    credential: Credential
    csrf: str
    """What the forms of this session carry; empty for a key."""

    @property
    def tenant(self) -> TenantId:
        """The company asked about."""
        return self.principal.tenant

    def may(self, scope: Scope) -> bool:
        """Tell whether a control is worth showing."""
        return scope in self.scopes


def fingerprint(secret: str) -> str:
    """Hash a secret of 256 random bits; such a one needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_of(secret: str) -> str:
    """Derive the token of a session's forms; it gives nothing of the session away."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def issue(  # noqa: PLR0913 - the parts of one row
    home: Home,
    tenant: TenantId,
    user: UserId,
    kind: CredentialKind,
    scopes: tuple[Scope, ...],
    *,
    lasts: timedelta | None,
    is_owner: bool = False,
    label: str = "",
    since: datetime | None = None,
) -> str:
    """Make a way in and give its secret, which is kept nowhere. Shape: tenant, a dot, 256 random bits.

    `since` is when its holder signed in, where that was earlier.
    """
    prefix = KEY if kind == "key" else ""
    secret = f"{prefix}{tenant}.{secrets.token_urlsafe(32)}"
    wall, hashed = home.clock.wall(), fingerprint(secret)
    made = Credential(
        id=stable_id("cr", tenant, hashed),
        kind=kind,
        hash=hashed,
        user=user,
        scopes=scopes,
        label=label,
        is_owner=is_owner,
        made_at=since or wall,
        expires_at=wall + lasts if lasts else None,
    )
    with home.looking.stores.begin(tenant) as unit:
        unit.credentials.put(made)
    return secret


def found(home: Home, secret: str, kind: CredentialKind) -> tuple[TenantId, Credential]:
    """Look a secret up in its company. Raises: Unauthenticated."""
    tenant, dot, _ = secret.removeprefix(KEY).rpartition(".")
    if dot and (kind == "key") == secret.startswith(KEY):
        with home.looking.stores.read(TenantId(tenant)) as unit:
            credential = unit.credentials.valid(kind, fingerprint(secret), home.clock.wall())
        if credential is not None:
            return TenantId(tenant), credential
    raise Unauthenticated("Please sign in.", remedy="Open the link that `revloop serve` prints.")


def cookie_name(home: Home) -> str:
    """Name the session's cookie; over https the name itself forbids any other path or host."""
    return "__Host-revloop" if is_secure(home) else f"revloop-{fingerprint(str(home.settings.home))[:8]}"


def is_secure(home: Home) -> bool:
    """Tell whether people reach the pages over https."""
    return home.settings.public_url.startswith("https://")


def keep_session(answer: Response, home: Home, secret: str) -> None:
    """Give a browser its session; no script reads it, and another site's form does not send it."""
    answer.set_cookie(
        cookie_name(home), secret, max_age=int(SESSION_LASTS.total_seconds()), httponly=True, samesite="lax",
        secure=is_secure(home), path="/",
    )  # fmt: skip


def forget_cookie(answer: Response, home: Home, name: str) -> None:
    """Take a cookie back as it was given: a browser hears of a `__Host-` one only what is secure."""
    answer.delete_cookie(name, path="/", secure=is_secure(home), httponly=True, samesite="lax")


def too_often(request: Request) -> bool:
    """Count one more attempt to sign in from where this one comes; tell whether it is too many."""
    where = request.client.host if request.client else ""
    return bool(request.app.state.pace.is_over(f"signin {where}"))


def caller_of(request: Request) -> Caller:
    """Find out who asks: a key in the header, else the session's cookie. Raises: Unauthenticated."""
    home: Home = request.app.state.home
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    is_key = scheme.lower() == "bearer"
    secret = token.strip() if is_key else request.cookies.get(cookie_name(home), "")
    tenant, credential = found(home, secret, "key" if is_key else "session")
    with home.looking.stores.read(tenant) as unit:
        company = unit.tenants.company(tenant)
    user = next((one for one in company[1] if one.id == credential.user), None) if company else None
    if user is None:
        raise Unauthenticated("This user is no longer here.", remedy="Ask an admin.")
    principal = Principal(
        tenant=tenant,
        user=user.id,
        role=user.role,
        method="api_key" if is_key else "session",
        channel="api" if is_key else "web",
    )
    scopes = frozenset(credential.scopes) & ROLE_SCOPES[user.role]
    return Caller(principal, user.name, scopes, credential, "" if is_key else csrf_of(secret))


@dataclass(frozen=True)
class Requires:
    """A dependency: only who has this scope passes, and a write proves that it comes from our own page."""

    scope: Scope

    async def __call__(self, request: Request) -> Caller:
        """Let through or refuse. Raises: Unauthenticated, Forbidden, TooMany."""
        caller = await run_in_threadpool(caller_of, request)
        request.state.caller = caller
        if request.method not in SAFE and caller.csrf:
            await require_own_form(request, caller)
        if request.method not in SAFE and request.app.state.pace.is_over(caller.credential.id):
            raise TooMany("Too many writes in a minute.", remedy="Wait a minute.")
        if self.scope not in caller.scopes:
            raise Forbidden(
                f"{caller.name} ({caller.principal.role.value}) may not do this.",
                field="scope",
                value=self.scope,
                remedy="Ask an admin of the company.",
            )
        return caller


async def require_own_form(request: Request, caller: Caller) -> None:
    """Refuse a write whose form is not one of ours. Raises: Forbidden."""
    sent = request.headers.get(HEADER, "")
    if not sent and "form" in request.headers.get("content-type", ""):
        sent = str((await request.form()).get(FIELD, ""))
    is_elsewhere = request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    if is_elsewhere or not hmac.compare_digest(sent.encode(), caller.csrf.encode()):
        raise Forbidden("This form is out of date or not ours.", remedy="Reload the page and try again.")


def is_loopback(request: Request) -> bool:
    """Tell whether the request comes from this machine itself, not through a proxy."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def home_of(request: Request) -> Home:
    """Give the opened home; asynchronous, as it waits for nothing and needs no thread."""
    home: Home = request.app.state.home
    return home


AnyHome = Annotated[Home, Depends(home_of)]
Reading = Annotated[Caller, Depends(Requires("read"))]
Running = Annotated[Caller, Depends(Requires("run"))]
Approving = Annotated[Caller, Depends(Requires("approve"))]
Administering = Annotated[Caller, Depends(Requires("admin"))]
