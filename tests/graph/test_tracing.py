"""A tracer's key in the environment enables nothing: a graph runs, and nobody is called."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

RUN = """
import sys
from state.settings import quiet_environment
if sys.argv[1] == "quiet":
    quiet_environment()
from langgraph.graph import StateGraph
builder = StateGraph(dict)
builder.add_node("one", lambda state: {"said": 1})
builder.set_entry_point("one")
assert builder.compile().invoke({})
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
"""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[str]]]:
    """Stand where traces would be sent, and write down who calls."""
    called: list[str] = []

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            called.append(self.path)
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815  # http.server calls it so

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server names it so
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", called
        server.shutdown()


@pytest.mark.parametrize("way", ["quiet", "as it comes"])
def test_a_tracers_key_sends_nothing_and_would_without_the_guard(
    collector: tuple[str, list[str]], way: str
) -> None:
    url, called = collector
    given = {"LANGSMITH_API_KEY": "lsv2_pt_x", "LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true"}
    keep = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    subprocess.run(
        [sys.executable, "-c", RUN, way], check=True, timeout=120,
        env={**keep, **given, "LANGSMITH_ENDPOINT": url, "LANGCHAIN_ENDPOINT": url},
    )  # fmt: skip
    assert bool(called) is (way != "quiet")
