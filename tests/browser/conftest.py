"""One served home and one Chromium for all browser tests; each test has a browser context of its own."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from server.app import Beside, create_app
from server.auth import cookie_name, csrf_of, issue
from server.home import Home
from state.ids import UserId
from state.ports.credentials import SCOPES
from tests.conftest import IS_CI
from tests.site import FIELDSTONE, LASTS, Watch, copied, settings_for

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ("--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync")
PATIENCE = 120_000
"""Milliseconds: only a fault waits so long."""


class Served:
    """The address, the opened home behind it and its clock."""

    def __init__(self, url: str, home: Home, watch: Watch) -> None:
        self.url = url
        self.home = home
        self.watch = watch

    def cookie(self, user: str) -> tuple[str, str]:
        """Sign somebody in. Shape: the cookie's value, and the token of its forms."""
        secret = issue(self.home, FIELDSTONE, UserId(user), "session", SCOPES, lasts=LASTS)
        return secret, csrf_of(secret)

    def sent(self) -> list[str]:
        """Read the mails that have left."""
        outbox = self.home.settings.tenant_folder(FIELDSTONE) / "outbox"
        return [path.read_text(encoding="utf-8") for path in outbox.glob("*.eml")]


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; only a fault waits long."""
    for _ in range(1200):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError(what)


@pytest.fixture(scope="module")
def served(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a copy of the demo's home on a port of this machine, work included."""
    home = copied(demo_home, tmp_path_factory.mktemp("served") / "home")
    opened: list[Home] = []
    watch = Watch()
    app = create_app(settings_for(home), Beside(clock=watch, opened=opened.append))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until(lambda: server.started, "the server began")
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", opened[0], watch)
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def chromium(served: Served) -> Iterator[Browser]:
    """Start Chromium; CI must have it, a laptop need not.

    Invariant: it begins after the home is made and ends before other tests: meanwhile this thread runs no other loop.
    """
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is not there: apt-get install chromium"
        pytest.fail(reason) if IS_CI else pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*QUIET, *(["--no-sandbox"] if os.getuid() == 0 else [])]
        )
        yield browser
        browser.close()


class Windows:
    """Opens tabs for people and remembers every complaint of the browser."""

    def __init__(self, chromium: Browser, served: Served) -> None:
        self.chromium = chromium
        self.served = served
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, user: str = "maya", place: str = "/inbox", *, scripts: bool = True, width: int = 1280,
             scheme: str = "light") -> Page:  # fmt: skip
        """Open a page in a browser of its own, signed in; nobody where the user is empty."""
        context = self.chromium.new_context(
            viewport={"width": width, "height": 860},
            java_script_enabled=scripts,
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if user:
            name = cookie_name(self.served.home)
            context.add_cookies(
                [{"name": name, "value": self.served.cookie(user)[0], "url": self.served.url}]
            )
        page = context.new_page()
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.on("request", lambda asked: self._inside(asked.url))
        page.goto(self.served.url + place)
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and "409 (Conflict)" not in text:
            self.complaints.append(text)

    def _inside(self, url: str) -> None:
        if not url.startswith(self.served.url):
            self.complaints.append(f"left this machine: {url}")


@pytest.fixture
def windows(chromium: Browser, served: Served) -> Iterator[Windows]:
    """Open tabs; at the end no browser may have complained, of the content policy least of all."""
    found = Windows(chromium, served)
    yield found
    for context in found.contexts:
        context.close()
    assert found.complaints == []
