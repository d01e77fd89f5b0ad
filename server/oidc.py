"""Sign in with the company's own identity provider: OpenID Connect, code flow with PKCE, state and nonce.

Invariant: a user of ours is found by an address that the provider says it verified, and by nothing else; no answer of
the provider is believed that its published keys did not sign for this client, for this sign-in, and lately.
Source: OpenID Connect Core 1.0, RFC 7636 (PKCE), RFC 9700 (security of OAuth 2.0).
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

import jwt
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from server.auth import SESSION_LASTS, AnyHome, forget_cookie, is_secure, issue, keep_session, too_often
from server.first_run import address_of
from server.home import Home
from state.errors import Forbidden, NotFound, TooMany, Unauthenticated, Unavailable
from state.governance.destination import Refused
from state.ids import TenantId
from state.ports.credentials import SCOPES
from state.principal import User
from state.settings import Settings
from tools.egress import Bounds, Egress, Fetched

router = APIRouter(include_in_schema=False)
COOKIE, LABEL = "revloop-oidc", "oidc"
BACK = "/signin/oidc/back"
LASTS = timedelta(minutes=10)
ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
"""Signatures with a published key only; a shared secret or none at all proves nothing here."""
LEEWAY_SECONDS = 60
MOST_BYTES = 256 * 1024
Text = Annotated[str, Query(max_length=4000)]


@dataclass(frozen=True)
class Begun:
    """One sign-in under way, as its browser keeps it."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier."""
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    @property
    def cookie(self) -> str:
        """What the browser keeps."""
        return f"{self.state}.{self.nonce}.{self.verifier}"

    @classmethod
    def of(cls, cookie: str) -> "Begun":
        """Read it back. Raises: Unauthenticated."""
        parts = cookie.split(".")
        if len(parts) != 3 or not all(parts):
            raise _again("This sign-in began elsewhere, or too long ago.")
        return cls(*parts)


@dataclass(frozen=True)
class Provider:
    """What the provider says of itself."""

    issuer: str
    authorize: str
    token: str
    keys: str


def is_set(settings: Settings) -> bool:
    """Tell whether people sign in with a provider."""
    return bool(settings.oidc_issuer and settings.oidc_client_id)


@router.get("/signin/oidc")
async def begin(request: Request, home: AnyHome) -> Response:
    """Lead to the provider. Raises: NotFound where none is set, TooMany, Unavailable."""
    _require_set(home, request)
    provider = await run_in_threadpool(discovered, home.settings)
    begun = Begun()
    asked = {
        "response_type": "code",
        "client_id": home.settings.oidc_client_id,
        "redirect_uri": address_of(home) + BACK,
        "scope": "openid email",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": begun.challenge,
        "code_challenge_method": "S256",
    }
    answer = RedirectResponse(f"{provider.authorize}?{urlencode(asked)}", 303)
    answer.set_cookie(
        begun_in(home), begun.cookie, max_age=int(LASTS.total_seconds()), httponly=True, samesite="lax",
        secure=is_secure(home), path="/",
    )  # fmt: skip
    return answer


@router.get(BACK)
async def back(
    request: Request, home: AnyHome, code: Text = "", state: Text = "", error: Text = ""
) -> Response:
    """Take the provider's answer and begin a session. Raises: Unauthenticated, Forbidden, Unavailable."""
    _require_set(home, request)
    begun = Begun.of(request.cookies.get(begun_in(home), ""))
    if error or not code or not hmac.compare_digest(begun.state.encode(), state.encode()):
        raise _again("The provider did not sign anybody in.")
    tenant, user = await run_in_threadpool(_signed_in, home, begun, code)
    secret = await run_in_threadpool(_session, home, tenant, user)
    answer = RedirectResponse("/", 303)
    keep_session(answer, home, secret)
    forget_cookie(answer, home, begun_in(home))
    return answer


def begun_in(home: Home) -> str:
    """Name the cookie of a sign-in under way; over https no neighbouring site can plant one of its own."""
    return f"__Host-{COOKIE}" if is_secure(home) else COOKIE


def _require_set(home: Home, request: Request) -> None:
    if not is_set(home.settings):
        raise NotFound("There is no such page.")
    if too_often(request):
        raise TooMany("Too many attempts to sign in.", remedy="Wait a minute.")


def _session(home: Home, tenant: TenantId, user: User) -> str:
    return issue(home, tenant, user.id, "session", SCOPES, lasts=SESSION_LASTS, label=LABEL)


def _signed_in(home: Home, begun: Begun, code: str) -> tuple[TenantId, User]:
    settings = home.settings
    provider = discovered(settings)
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": address_of(home) + BACK,
        "client_id": settings.oidc_client_id,
        "code_verifier": begun.verifier,
        **({"client_secret": settings.oidc_client_secret} if settings.oidc_client_secret else {}),
    }
    egress = egress_of(settings)
    form = "application/x-www-form-urlencoded"
    given = _object(
        egress.post(provider.token, urlencode(asked).encode(), form, {"Accept": "application/json"})
    )
    keys = _object(egress.get(provider.keys))
    claims = proved(
        str(given.get("id_token", "")), keys, provider.issuer, settings.oidc_client_id, begun.nonce
    )
    return user_of(home, verified_address(claims))


def egress_of(settings: Settings) -> Egress:
    """Speak to the provider through the one way out."""
    return Egress(settings.named_hosts, Bounds(content_bytes=MOST_BYTES, seconds=10, redirects=0))


def discovered(settings: Settings) -> Provider:
    """Read what the provider says of itself. Raises: Unavailable."""
    issuer = settings.oidc_issuer.rstrip("/")
    told = _object(egress_of(settings).get(f"{issuer}/.well-known/openid-configuration"))
    if str(told.get("issuer", "")).rstrip("/") != issuer:
        raise _unavailable("names another issuer than the one that is set")
    places = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(isinstance(place, str) and place for place in places):
        raise _unavailable("does not say where it is asked")
    return Provider(str(told["issuer"]), *map(str, places))


def _object(answer: Fetched | Refused) -> Mapping[str, object]:
    """Read an answer of the provider. Raises: Unavailable, Unauthenticated where it refuses the code."""
    if isinstance(answer, Refused):
        raise _unavailable(answer.reason)
    if 400 <= answer.status < 500:
        raise _again("The provider refused this sign-in.")
    try:
        told = json.loads(answer.content)
    except ValueError:
        told = None
    if answer.status != 200 or not isinstance(told, dict):
        raise _unavailable(f"answered {answer.status} in no readable form")
    return told


def proved(
    token: str, keys: Mapping[str, object], issuer: str, client: str, nonce: str
) -> Mapping[str, object]:
    """Verify who the provider says it is. Raises: Unauthenticated."""
    try:
        head = jwt.get_unverified_header(token)
        known = [one for one in jwt.PyJWKSet.from_dict(dict(keys)).keys if one.key_id == head.get("kid")]
        if len(known) != 1:
            raise _again("The provider's answer is signed by no key it publishes.")
        claims: Mapping[str, object] = jwt.decode(
            token, known[0].key, algorithms=list(ALGORITHMS), audience=client, issuer=issuer,
            leeway=LEEWAY_SECONDS, options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError) as fault:
        raise _again("The provider's answer cannot be believed.") from fault
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise _again("The provider's answer is for another sign-in.")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client:
        raise _again("The provider's answer is for another client.")
    return claims


def verified_address(claims: Mapping[str, object]) -> str:
    """Read the address that the provider verified. Raises: Forbidden."""
    address = claims.get("email")
    if not isinstance(address, str) or claims.get("email_verified") is not True:
        raise Forbidden("The provider has not verified a mail address of yours.", remedy="Ask your admin.")
    return address.strip().casefold()


def user_of(home: Home, address: str) -> tuple[TenantId, User]:
    """Find the one user with an address. Raises: Forbidden for nobody, and where two companies know it."""
    wanted = home.settings.tenant
    found: list[tuple[TenantId, User]] = []
    for tenant in home.tenants():
        if wanted in ("", tenant.id):
            with home.look(tenant.id) as tenancy:
                found += [(tenant.id, one) for one in tenancy.users if one.email.casefold() == address]
    if len(found) != 1:
        raise Forbidden("No user here has your mail address.", remedy="Ask your admin.")
    return found[0]


def _again(message: str) -> Unauthenticated:
    return Unauthenticated(message, remedy="Sign in again.")


def _unavailable(reason: str) -> Unavailable:
    return Unavailable(
        f"The identity provider cannot be used: {reason}.", remedy="Try again, or ask your admin."
    )
