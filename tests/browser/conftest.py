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
    """A home served on a port of this machine, which can go down and come back."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.watch = Watch()
        self.port = 0
        self.up()

    def up(self) -> None:
        """Serve, on the same port as before; the work is done beside."""
        opened: list[Home] = []
        beside = Beside(
            clock=self.watch, opened=opened.append, is_ending=lambda: bool(servers and servers[0].should_exit)
        )
        app = create_app(settings_for(self.place), beside)
        self.listening = socket.socket()
        self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listening.bind(("127.0.0.1", self.port))
        self.port = self.listening.getsockname()[1]
        servers = [uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))]
        self.server = servers[0]
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.listening]}, daemon=True
        )
        self.thread.start()
        until(lambda: self.server.started, "the server began")
        self.home = opened[0]

    def down(self) -> None:
        """End it."""
        self.server.should_exit = True
        self.thread.join()
        self.listening.close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def cookie(self, user: str, label: str = "") -> tuple[str, str]:
        """Sign somebody in. Shape: the cookie's value, and the token of its forms."""
        secret = issue(self.home, FIELDSTONE, UserId(user), "session", SCOPES, lasts=LASTS, label=label)
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
    found = Served(copied(demo_home, tmp_path_factory.mktemp("served") / "home"))
    yield found
    found.down()


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
        self.is_expected: Callable[[str], bool] = lambda text: "409 (Conflict)" in text
        """What a browser may complain of: a refusal that a test asks for."""

    def open(self, user: str = "maya", place: str = "/inbox", *, scripts: bool = True, width: int = 1280,
             scheme: str = "light", label: str = "") -> Page:  # fmt: skip
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
                [{"name": name, "value": self.served.cookie(user, label)[0], "url": self.served.url}]
            )
        page = context.new_page()
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.on("request", lambda asked: self._inside(asked.url))
        page.goto(self.served.url + place)
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and not self.is_expected(text):
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
