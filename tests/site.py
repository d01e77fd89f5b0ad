"""A served home for tests: the application on a copy of the demo's home, with wall time that can be moved on."""

import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.testclient import TestClient

from graphs.bootstrap import bootstrap
from graphs.governing.editing import Editing
from graphs.keeping.filing import FileKind
from server.app import Beside, create_app
from server.auth import csrf_of, issue
from server.first_run import first_run_link
from server.home import Home
from state.ids import TenantId, UserId
from state.ports.credentials import SCOPES, Scope
from state.principal import Principal, Role
from state.settings import Settings, read_settings
from tools.instance import instance_of, settled_in

FIELDSTONE = TenantId("fieldstone")
LASTS = timedelta(days=1)
HTML = {"accept": "text/html"}
PART = {"hx-request": "true"}


class Watch:
    """The machine's clock, moved on by as much as a test wants."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self._still: datetime | None = None

    def wall(self) -> datetime:
        """Now, in UTC."""
        return (self._still or datetime.now(UTC)) + self.ahead

    def stand_still(self) -> None:
        """Go on only by what a test adds, however long the machine takes."""
        self._still = datetime.now(UTC)


def copied(demo_home: Path, place: Path) -> Path:
    """Copy the demo's home as if it had always been there."""
    shutil.copytree(demo_home, place)
    place.chmod(0o700)
    known = instance_of(place)
    assert known is not None
    settled_in(place, known.id)
    return place


def put_in_force(home: Path, *kinds: FileKind) -> None:
    """Activate edited files of the sample company, as its admin does."""
    house = bootstrap(read_settings({"home": str(home), "tenant": FIELDSTONE}, {}))
    lee = Principal(tenant=FIELDSTONE, user=UserId("lee"), role=Role.ADMIN)
    editing = Editing(house.parts, house.parts.tenancy(FIELDSTONE), lee)
    assert editing.activate(kinds, "test", editing.activate(kinds, "test", None).code).done
    house.close()


class Site:
    """The application in process, and people who are signed in to it."""

    def __init__(self, app: FastAPI, client: TestClient, watch: Watch) -> None:
        self.app = app
        self._client = client
        self.watch = watch

    @property
    def client(self) -> TestClient:
        """Ask without a cookie of an earlier answer."""
        self._client.cookies.clear()
        return self._client

    @property
    def home(self) -> Home:
        """What it serves."""
        found: Home = self.app.state.home
        return found

    def link(self) -> str:
        """Give a fresh link's secret."""
        return first_run_link(self.home, FIELDSTONE)[1].partition("link=")[2]

    def as_(self, user: str, *, scopes: tuple[Scope, ...] = SCOPES, lasts: timedelta = LASTS) -> "Person":
        """Sign somebody in."""
        secret = issue(self.home, FIELDSTONE, UserId(user), "session", scopes, lasts=lasts)
        return Person(self, secret)

    def key(self, user: str, *, scopes: tuple[Scope, ...] = SCOPES) -> dict[str, str]:
        """Give the header of a fresh API key."""
        secret = issue(self.home, FIELDSTONE, UserId(user), "key", scopes, lasts=None)
        return {"authorization": f"Bearer {secret}"}


class Person:
    """A signed-in browser without JavaScript."""

    def __init__(self, site: Site, secret: str) -> None:
        from server.auth import cookie_name

        self.site = site
        self.csrf = csrf_of(secret)
        self.headers = {"cookie": f"{cookie_name(site.home)}={secret}"}

    def get(self, place: str, **headers: str) -> "Answer":
        """Read a page."""
        found = self.site.client.get(place, headers=self.headers | HTML | headers, follow_redirects=False)
        return Answer(found.status_code, found.text, found.headers.get("location", ""))

    def post(self, place: str, /, **fields: str) -> "Answer":
        """Send a form."""
        return self._send(place, fields, HTML)

    def part(self, place: str, /, **fields: str) -> "Answer":
        """Send a form as a page's script does: a part of the page comes back."""
        return self._send(place, fields, HTML | PART)

    def _send(self, place: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> "Answer":
        sent = {"csrf": self.csrf, **{name.replace("__", "-"): text for name, text in fields.items()}}
        found = self.site.client.post(
            place, data=sent, headers={**self.headers, **headers}, follow_redirects=False
        )
        return Answer(found.status_code, found.text, found.headers.get("location", ""))


class Answer:
    """What came back."""

    def __init__(self, status: int, text: str, location: str) -> None:
        self.status = status
        self.text = text
        self.location = location


def settings_for(home: Path, **named: str) -> Settings:
    """Give the settings of a home."""
    return read_settings({"home": str(home), "port": 8710, **named}, {})


@contextmanager
def site_on(
    home: Path, *, works: bool = False, named: Mapping[str, str] = MappingProxyType({})
) -> Generator[Site, None, None]:
    """Serve a home in process, with more settings where some are named."""
    watch = Watch()
    app = create_app(settings_for(home, **named), Beside(works=works, clock=watch))
    with TestClient(app, base_url="http://127.0.0.1:8710", client=("127.0.0.1", 50_000)) as client:
        yield Site(app, client, watch)
