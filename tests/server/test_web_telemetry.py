"""What a request did, for whoever runs the server: off by default, from the request to the ledger, and nothing else."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server.app import Beside, create_app, telling_of
from server.telemetry import ANSWERED
from state.ports.clock import WallClock
from tests.server.test_web_inbox import a_mail
from tests.site import FIELDSTONE, Site, Watch, copied, settings_for

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@dataclass
class Collector:
    """A collector on this machine: what it was sent."""

    url: str
    got: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Listen on the loopback."""
    found = Collector("")

    class Post(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Post)
    found.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def approved(home: Path, **settings: str) -> tuple[dict[str, str], int]:
    """Approve a card on a served home. Shape: the answer's headers, the ledger's head before."""
    watch, asked = Watch(), settings_for(home).model_copy(update=settings)
    app = create_app(asked, Beside(works=False, clock=watch))
    with TestClient(app, base_url="http://127.0.0.1:8710", client=("127.0.0.1", 50_000)) as client:
        site = Site(app, client, watch)
        card, key = a_mail(site), site.key("maya")
        with site.home.looking.stores.read(FIELDSTONE) as unit:
            before = unit.ledger.head().seq
        headers = key | {"traceparent": f"00-{TRACE}-{PARENT}-01"}
        found = client.post(f"/api/cards/{card.id}/approve", json={"shown": card.shown}, headers=headers)
        assert found.status_code == 200, found.text
        return dict(found.headers), before


def test_by_default_nothing_is_told(
    demo_home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    telling, exporter = telling_of(settings_for(tmp_path), WallClock())
    assert (telling.is_on, exporter) == (False, None)
    headers, _ = approved(copied(demo_home, tmp_path / "home"))
    assert ANSWERED not in headers
    assert capfd.readouterr().err == ""


def test_a_request_leads_from_its_trace_to_its_entries_and_names_nobody(
    demo_home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], collector: Collector
) -> None:
    home = copied(demo_home, tmp_path / "home")
    port = collector.url.split(":")[2].partition("/")[0]
    told = {"log": "json", "telemetry_url": collector.url, "inside_hosts": f"127.0.0.1:{port}"}
    headers, before = approved(home, **told)
    log = capfd.readouterr().err
    (line,) = [found for found in map(json.loads, log.splitlines()) if found["method"] == "POST"]
    assert headers[ANSWERED] == line["trace"] == TRACE
    assert (line["route"], line["status"], line["tenant"]) == ("/api/cards/{name}/approve", 200, "fieldstone")
    assert next(one["seq"] for one in line["entries"]) == before + 1
    assert {one["kind"] for one in line["entries"]} >= {"APPROVAL"}
    (span,) = [one for batch in collector.got for one in spans(batch) if one["name"].startswith("POST")]
    assert (span["traceId"], span["parentSpanId"]) == (TRACE, PARENT)
    assert [number(event) for event in span["events"]] == [one["seq"] for one in line["entries"]]
    assert "rk_" not in log + json.dumps(collector.got)
    assert "@" not in log + json.dumps(collector.got)


def spans(batch: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = batch["resourceSpans"][0]["scopeSpans"][0]["spans"]
    return found


def number(event: dict[str, Any]) -> int:
    told = {one["key"]: one["value"] for one in event["attributes"]}
    return int(told["revloop.ledger.seq"]["intValue"])


def test_an_address_inside_that_no_admin_named_gets_nothing(
    demo_home: Path, tmp_path: Path, collector: Collector
) -> None:
    approved(copied(demo_home, tmp_path / "home"), telemetry_url=collector.url)
    assert collector.got == []
