"""Is it alive, can it work, and what has it done: for probes and for Prometheus."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from server.api.shapes import PROBLEMS
from server.auth import AnyHome, Reading
from server.metrics import page
from server.shield import Counts

router = APIRouter(tags=["operation"])
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Standing(BaseModel):
    """How the server is."""

    status: str


@router.get("/health")
def health() -> Standing:
    """Say that the process answers."""
    return Standing(status="ok")


@router.get("/ready", responses={503: PROBLEMS[503]})
def ready(home: AnyHome) -> Standing:
    """Say that the database answers too."""
    home.tenants()
    return Standing(status="ready")


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={status: PROBLEMS[status] for status in (401, 403, 503)},
)
def metrics(request: Request, home: AnyHome, caller: Reading) -> PlainTextResponse:
    """Count, in Prometheus' text format; the company's numbers are those of whoever asks."""
    counts: Counts = request.app.state.counts
    return PlainTextResponse(page(home, caller, counts), media_type=PROMETHEUS)
