"""What `revloop doctor` looks at around the pages: their address, who signs people in, who sends, where spans go."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from server.cli.checking import Check
from server.cli.doctor_outward import ELSEWHERE
from state.errors import RevloopError

if TYPE_CHECKING:
    from state.settings import Settings


def pages(settings: "Settings") -> Iterator[Check]:
    """Say where people reach the pages, and who signs them in there."""
    from urllib.parse import urlsplit

    place = urlsplit(settings.public_url or f"http://{settings.host}:{settings.port}")
    if place.scheme not in ("http", "https") or not place.hostname:
        remedy = "Write REVLOOP_PUBLIC_URL as https://revloop.example.com."
        yield Check(
            "pages", is_sound=False, text=f"{settings.public_url!r} is no address of pages", remedy=remedy
        )
    else:
        is_plain = bool(settings.public_url) and place.scheme == "http"
        remedy = "Over http whoever stands between reads along; put https before it." if is_plain else ""
        yield Check("pages", is_sound=True, text=f"reached at {place.geturl()}", remedy=remedy)
    if settings.oidc_issuer or settings.oidc_client_id:
        yield _provider(settings)


def _provider(settings: "Settings") -> Check:
    from server.oidc import discovered, is_set

    if not is_set(settings):
        text, remedy = (
            "half set: nobody is signed in by it",
            "Set REVLOOP_OIDC_ISSUER and REVLOOP_OIDC_CLIENT_ID.",
        )
        return Check("identity provider", is_sound=False, text=text, remedy=remedy)
    try:
        found = discovered(settings)
    except RevloopError as fault:
        return Check("identity provider", is_sound=False, text=fault.message, remedy=ELSEWHERE)
    remedy = "" if settings.public_url else "Set REVLOOP_PUBLIC_URL: it leads people back there."
    return Check("identity provider", is_sound=True, text=f"{found.issuer} answers", remedy=remedy)


def senders(settings: "Settings") -> Iterator[Check]:
    """Say who may send webhooks to each company; a secret that others can read refuses its sender."""
    from tools.connectors.webhook_secrets import FOLDER
    from tools.connectors.webhook_secrets import senders as named

    for place in sorted(settings.home.glob(f"tenants/*/{FOLDER}")):
        name = f"senders of {place.parent.name}"
        try:
            told = ", ".join(f"{one} ({number})" for one, number in named(place.parent).items())
        except RevloopError as fault:
            yield Check(name, is_sound=False, text=fault.message, remedy=fault.remedy)
        else:
            yield Check(name, is_sound=True, text=f"webhooks, with secrets in force: {told or 'none'}")


def spans(settings: "Settings") -> Iterator[Check]:
    """Say where spans go, where they go anywhere."""
    if not settings.telemetry_url:
        return
    from urllib.parse import urlsplit

    from state.governance.destination import PORTS, Refused
    from tools.egress import Bounds, Egress

    place = urlsplit(settings.telemetry_url)
    port = place.port or PORTS.get(place.scheme, 443)
    made = Egress(settings.named_hosts, Bounds(seconds=3)).opened(place.hostname or "", port, is_secure=False)
    if isinstance(made, Refused):
        text = f"collector at {place.hostname or settings.telemetry_url!r}: {made.reason}"
        yield Check("spans", is_sound=False, text=text, remedy=ELSEWHERE)
        return
    made.close()
    yield Check("spans", is_sound=True, text=f"collector at {place.hostname}, reachable")
