"""One request straight into an application, without a socket: a fifth of what a test client costs."""

import asyncio
from collections.abc import Generator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import requests
from schemathesis import Case, Response
from starlette.types import ASGIApp, Message, Scope

HOST = "127.0.0.1:8710"
BASE = f"http://{HOST}"
PATIENCE_SECONDS = 300
"""Only ends what hangs."""


class Caller:
    """Asks one application, on an event loop of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """Close the loop."""
        self._loop.close()

    def __call__(self, case: Case[Any], headers: dict[str, str]) -> Response:
        """Send what a case says, as whoever the headers name."""
        given = case.as_transport_kwargs(base_url=BASE, headers=None)
        sent = MutableHeaders(given.get("headers") or {})
        for name in ("authorization", "cookie", "x-csrf"):
            sent.pop(name, None)
        given["headers"], given["cookies"] = {**sent, "accept-encoding": "identity", **headers}, None
        prepared = requests.Request(**_known(given)).prepare()
        started, body = self._answered(prepared)
        found: dict[str, list[str]] = {}
        for name, value in started["headers"]:
            found.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        return Response(int(started["status"]), found, body, prepared, 0.0, verify=False)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a body as it is; give the status."""
        prepared = requests.Request("POST", f"{BASE}{path}", headers=dict(headers), data=body).prepare()
        return int(self._answered(prepared)[0]["status"])

    def _answered(self, request: requests.PreparedRequest) -> tuple[MutableMapping[str, Any], bytes]:
        return self._loop.run_until_complete(asyncio.wait_for(self._asked(request), PATIENCE_SECONDS))

    async def _asked(self, request: requests.PreparedRequest) -> tuple[MutableMapping[str, Any], bytes]:
        sent = request.body or b""
        assert isinstance(sent, str | bytes), "nothing is streamed"
        body = sent.encode() if isinstance(sent, str) else sent
        arriving: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        came: list[Message] = []
        silent = asyncio.Event()

        async def receive() -> Message:
            if not arriving:
                await silent.wait()
            return arriving.pop()

        async def send(message: Message) -> None:
            came.append(message)

        await self._app(_scope(request), receive, send)
        started = next(one for one in came if one["type"] == "http.response.start")
        return started, b"".join(one.get("body", b"") for one in came)


@contextmanager
def asking(app: ASGIApp) -> Generator[Caller, None, None]:
    """Ask one application while inside."""
    caller = Caller(app)
    try:
        yield caller
    finally:
        caller.close()


class MutableHeaders(dict[str, str]):
    """Headers by their names in small letters."""

    def __init__(self, given: MutableMapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in given.items()})


def _known(given: dict[str, Any]) -> dict[str, Any]:
    names = ("method", "url", "headers", "files", "data", "json", "params", "cookies")
    return {name: given[name] for name in names if name in given}


def _scope(request: requests.PreparedRequest) -> Scope:
    path, _, query = str(request.path_url).partition("?")
    headers = [(b"host", HOST.encode())]
    headers += [(_bytes(name).lower(), _bytes(value)) for name, value in request.headers.items()]
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method,
        "scheme": "http", "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
        "root_path": "", "headers": headers, "client": ("127.0.0.1", 50_000), "server": ("127.0.0.1", 8710),
        "state": {},
    }  # fmt: skip


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1", "replace")
