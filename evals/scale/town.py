"""A town whose clock runs, on either database: settled, so that only what happens from now on calls for a loop."""

import secrets
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from evals.bench.settled import TOWN
from evals.bench.stage import CLOCK_FIELDS, principal_of
from evals.bench.town import account_of, syncs, town
from graphs.bootstrap import House, bootstrap, shipped
from graphs.perceiving.due import due_scan
from graphs.perceiving.intake import Delivery, ensure_tenant, take_events
from graphs.working.scanning import scanner
from state.ids import AccountId
from state.ports.world import Tenant
from state.settings import Settings, read_settings
from state.world.event import Event, parse_event
from tools.files import load_profile

NIGHT_HOUR = 1
BATCHING = {"quiet_seconds": 1, "longest_minutes": 1, "signals": 50, "account_loop_minutes": 1}
"""As often as a profile may say."""


def settings_of(home: Path, database: str, **more: str) -> Settings:
    """Read nothing from the environment."""
    return read_settings({"home": str(home), "tenant": TOWN, "database": database, **more}, {})


def settle(home: Path, database: str, size: int) -> None:
    """Make a home with a town that has been looked at; from now on its clock runs."""
    home.mkdir(mode=0o700, parents=True)
    _describe(home)
    now = datetime.now(UTC).replace(microsecond=0)
    house = bootstrap(settings_of(home, database))
    try:
        users = load_profile([shipped() / "profile"]).company.users
        tenant = Tenant(id=TOWN, clock=now, default_user=users[0].id, **CLOCK_FIELDS)
        ensure_tenant(house.parts, tenant, users)
        principal, tenancy = principal_of(house, TOWN), house.parts.tenancy(TOWN)
        take_events(house.parts, tenancy, principal, [*syncs(TOWN, now), *town(TOWN, size, now)], "town")
        for _ in due_scan(house.parts, tenancy, scanner(tenancy)):
            continue
        ensure_tenant(house.parts, tenant.model_copy(update={"clock": None}), users)
    finally:
        house.close()


def _describe(home: Path) -> None:
    """Let an account have a loop each minute, at a company where it is night: no daily look comes between."""
    folder = home / "profile"
    shutil.copytree(shipped() / "profile", folder)
    for name, change in (("judgement", {"batching": BATCHING}), ("company", {"zone": night()})):
        file = folder / f"{name}.yaml"
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
        file.write_text(yaml.safe_dump({**read, **change}), encoding="utf-8")


def night() -> str:
    """Name a zone in which it is shortly after one."""
    ahead = (NIGHT_HOUR - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"


def told(number: int, account: AccountId) -> Event:
    """Give one thing that happens now: a note of the owner's."""
    at = datetime.now(UTC) - timedelta(seconds=1)
    head = {
        "id": f"now-{number}",
        "account": account,
        "source": "crm",
        "type": "note.added",
        "time": at.isoformat(),
    }
    body = {"note": f"now-{number}", "author": "maya", "text": f"They asked for call {number}."}
    return parse_event({**head, "data": body}, TOWN)


def happen(house: House, numbers: Iterator[int], accounts: int, count: int) -> int:
    """Let as many things happen, each at an account of its own as long as there are. Shape: how many were new."""
    tenancy = house.parts.tenancy.refresh(TOWN)
    events = [told(number, account_of(number % accounts)) for number in islice(numbers, count)]
    taken = take_events(
        house.parts, tenancy, principal_of(house, TOWN), events, "now", delivery=Delivery(is_live=True)
    )
    return taken.counts.new


@contextmanager
def database_on(server: str) -> Generator[str, None, None]:
    """Make a database on a server, gone afterwards; SQLite where none is named."""
    if not server:
        yield ""
        return
    name = f"revloop_scale_{secrets.token_hex(4)}"
    _told(server, f'CREATE DATABASE "{name}"')
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _told(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def folder() -> Generator[Path, None, None]:
    """Lend a folder for a home and the logs beside it."""
    with TemporaryDirectory(prefix="revloop-scale-") as found:
        yield Path(found)


def _told(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
