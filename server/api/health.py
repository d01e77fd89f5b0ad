"""Is it alive, can it work, and what has it done: for probes and for Prometheus."""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from server.api.shapes import PROBLEMS
from server.auth import AnyHome, Reading
from server.home import Home
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
    return PlainTextResponse("\n".join(_lines(home, caller, counts)) + "\n", media_type=PROMETHEUS)


def _lines(home: Home, caller: Reading, counts: Counts) -> Iterator[str]:
    yield "# TYPE revloop_requests_total counter"
    for (method, status), number in sorted(counts.answered.items()):
        yield f'revloop_requests_total{{method="{method}",status="{status}"}} {number}'
    yield "# TYPE revloop_upkeep_rounds_total counter"
    yield f"revloop_upkeep_rounds_total {counts.ticks}"
    yield "# TYPE revloop_upkeep_failures_total counter"
    yield f"revloop_upkeep_failures_total {counts.failures}"
    yield "# TYPE revloop_streams gauge"
    yield f"revloop_streams {counts.streams}"
    with home.looking.stores.read(caller.tenant) as unit:
        stop, seq = unit.actions.stop(), unit.ledger.head().seq
    yield "# TYPE revloop_ledger_entries_total counter"
    yield f'revloop_ledger_entries_total{{tenant="{caller.tenant}"}} {seq}'
    yield "# TYPE revloop_stopped gauge"
    yield f'revloop_stopped{{tenant="{caller.tenant}"}} {int(stop.is_on)}'
