"""Webhooks: a sender signs, we verify, and what it tells is kept once.

Invariant: nothing is read of a body before its signature fits; whoever is refused learns nothing but that.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Header, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from graphs.perceiving import hooking
from server.api.shapes import PROBLEMS
from server.auth import AnyHome
from server.home import Home
from state.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from state.ids import TenantId
from tools.connectors.envelopes import NotJson, read_json
from tools.connectors.webhook import Genuine, Refusal, verify
from tools.connectors.webhook_secrets import secrets_of

router = APIRouter(tags=["webhooks"])
STATUSES = (401, 409, 413, 422, 503)
Company = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]
Sender = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Heard(BaseModel):
    """What became of a delivery: taken, parked (no account fits yet), early (of a time to come) or known already."""

    event: str
    status: str


@router.post(
    "/webhooks/{tenant}/{connector}",
    status_code=202,
    responses={
        200: {"model": Heard, "description": "It has come before; nothing changed."},
        **{status: PROBLEMS[status] for status in STATUSES},
    },
    response_model=Heard,
)
async def hear(
    request: Request,
    home: AnyHome,
    tenant: Company,
    connector: Sender,
    webhook_id: Annotated[str, Header(max_length=400)] = "",
    webhook_timestamp: Annotated[str, Header(max_length=400)] = "",
    webhook_signature: Annotated[str, Header(max_length=8000)] = "",
) -> JSONResponse:
    """Take one signed event of a sender (Standard Webhooks): the body is one event as `docs/events.md` tells it."""
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": webhook_timestamp,
        "webhook-signature": webhook_signature,
    }
    return await run_in_threadpool(_heard, home, TenantId(tenant), connector, headers, await request.body())


def _heard(
    home: Home, tenant: TenantId, connector: str, headers: Mapping[str, str], body: bytes
) -> JSONResponse:
    known = secrets_of(home.settings.tenant_folder(tenant), connector)
    found = verify(headers, body, known, home.clock.wall(), lambda _: False)
    if isinstance(found, Refusal):
        raise Unauthenticated("No signature of this sender fits.", remedy="See docs/api.md, Webhooks.")
    told = home.act(_received, home, tenant, connector, found, _parsed(body))
    if told.standing == "conflict":
        raise Conflict(
            f"{told.event} has come with another content; both are kept, the first is in force.",
            field="webhook-id",
            value=found.id,
            remedy="Send a correction under an id of its own, with `supersedes`.",
        )
    status = 200 if told.standing == "known" else 202
    return JSONResponse(Heard(event=told.event, status=told.standing).model_dump(), status)


def _received(
    home: Home, tenant: TenantId, connector: str, found: Genuine, raw: Mapping[str, object]
) -> hooking.Told:
    parts = home.house.parts
    try:
        tenancy = parts.tenancy.refresh(tenant)
    except NotFound as error:
        raise Unauthenticated("No signature of this sender fits.") from error
    return hooking.receive(parts, tenancy, connector, found.id, raw)


def _parsed(body: bytes) -> Mapping[str, object]:
    """Read a signed body. Raises: InvalidInput."""
    try:
        raw = read_json(body.decode())
    except (NotJson, UnicodeDecodeError) as error:
        raise InvalidInput(f"The body is no JSON: {error}.", field="body") from error
    if not isinstance(raw, dict):
        raise InvalidInput("The body is no JSON object.", field="body")
    return raw
