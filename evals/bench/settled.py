"""A home with a whole town that was looked at once: built the first time, and kept in the temporary folder.

The first `ROUND` accounts are looked at by the due scan itself; the others repeat them, and get the same rows under
their own names, as a first look at a hundred thousand accounts is not what is measured.
"""

import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import state
from evals.bench.stage import CLOCK_FIELDS, principal_of
from evals.bench.town import ROUND, account_of, morning, syncs, town
from evals.bench.watching import told
from graphs.bootstrap import House, bootstrap, shipped
from graphs.perceiving.due import due_among, due_scan
from graphs.perceiving.intake import ensure_tenant, take_events
from graphs.working.scanning import scanner
from state.ids import AccountId, NodeKey, TenantId
from state.ports.views import ViewRow
from state.ports.world import Tenant
from state.principal import Principal
from state.settings import read_settings
from state.world.glance import Glance
from state.world.lookout import Border, Crossing, Live
from state.world.signal import signal_id
from tools.files import load_profile

TOWN = TenantId("town")
CLOCK = morning(date(2026, 3, 10))
SLICE = 4000
FILL_SECONDS = 450.0
"""Of CPU, so that a busy machine makes no smaller town; on a slow one it is smaller, and each line says how large."""


@contextmanager
def settled(size: int) -> Generator[tuple[House, Principal, int], None, None]:
    """Open a copy of the town's home, and remove it afterwards. Shape: with the number of accounts it has."""
    kept = Path(gettempdir()) / f"revloop-town-{size}-{_tables()}"
    if not (kept / "ready").exists():
        shutil.rmtree(kept, ignore_errors=True)
        reached = _build(kept, size)
        (kept / "ready").write_text(str(reached), encoding="utf-8")
    with TemporaryDirectory(prefix="revloop-bench-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(kept / "home", home)
        home.chmod(0o700)
        house = _opened(home)
        try:
            yield house, principal_of(house, TOWN), int((kept / "ready").read_text(encoding="utf-8"))
        finally:
            house.close()


def _tables() -> str:
    """Name the tables as they are now, so that a town of older ones is not opened."""
    found = Path(state.__file__).parent / "stores/migrations/versions/0001_sqlite.sql"
    return sha256(found.read_bytes()).hexdigest()[:8]


def _opened(home: Path) -> House:
    return bootstrap(read_settings({"home": str(home), "tenant": TOWN}, {}))


def _build(kept: Path, size: int) -> int:
    """Fill a home with a town, as large as the time allows. Shape: how many accounts it has."""
    ends = time.process_time() + FILL_SECONDS
    kept.mkdir(mode=0o700, parents=True)
    house = _opened(kept / "home")
    try:
        users = load_profile([shipped() / "profile"]).company.users
        tenant = Tenant(id=TOWN, clock=CLOCK, default_user=users[0].id, **CLOCK_FIELDS)
        ensure_tenant(house.parts, tenant, users)
        principal, tenancy = principal_of(house, TOWN), house.parts.tenancy(TOWN)
        take_events(house.parts, tenancy, principal, syncs(TOWN, CLOCK), "bench")
        reached = 0
        while reached < size and (reached < ROUND or time.process_time() < ends):
            part = town(TOWN, min(SLICE, size - reached), CLOCK, reached)
            take_events(house.parts, tenancy, principal, part, "bench")
            reached += min(SLICE, size - reached)
            told("Filling the town", reached, size)
        _settle(house, reached)
        return reached
    finally:
        house.close()


def _settle(house: House, size: int) -> None:
    """Put every account to sleep but the first round, look at that, and copy its rows.

    Why: the first scan of all finds that it watches sources for the first time, and wakes everybody.
    """
    tenancy = house.parts.tenancy(TOWN)
    for _ in due_among(house.parts, tenancy, scanner(tenancy), ()):
        pass
    never = morning(date(9000, 1, 1))
    for part in _slices(ROUND, size):
        with house.parts.stores.begin(TOWN) as unit:
            unit.views.put_all([ViewRow(account=account_of(number), look_at=never) for number in part])
    looked = sum(1 for _ in due_scan(house.parts, tenancy, scanner(tenancy)))
    assert looked <= ROUND, "only the first round is looked at"
    for part in _slices(ROUND, size):
        with house.parts.stores.begin(TOWN) as unit:
            templates = unit.views.rows([account_of(number) for number in range(ROUND)])
            heads = ((number, unit.situations.account(account_of(number))) for number in part)
            unit.views.put_all(
                [
                    renamed(templates[account_of(number % ROUND)], head.account, head.version)
                    for number, head in heads
                    if head is not None
                ]
            )
        told("Writing its rows", part.stop, size)


def _slices(first: int, end: int) -> Iterator[range]:
    return (range(start, min(start + SLICE, end)) for start in range(first, end, SLICE))


def renamed(row: ViewRow, account: AccountId, version: int) -> ViewRow:
    """Give the row of an account with the same history under another name."""
    border = row.border and Border(
        at=row.border.at, crossings=tuple(_crossings(row.border, row.account, account))
    )
    live = tuple(_live(one, row.account, account) for one in row.live)
    glance = row.glance and Glance.model_validate_json(
        row.glance.model_dump_json().replace(row.account, account)
    )
    changes = {"account": account, "version": version, "border": border, "live": live, "glance": glance}
    return row.model_copy(update=changes)


def _crossings(border: Border, old: AccountId, new: AccountId) -> Iterator[Crossing]:
    return (
        Crossing(name=one.name, subject=NodeKey(one.subject.replace(old, new))) for one in border.crossings
    )


def _live(one: Live, old: AccountId, new: AccountId) -> Live:
    subject = NodeKey(one.subject.replace(old, new))
    name = signal_id(new, one.name, subject, one.sub_state)
    return one.model_copy(update={"id": name, "subject": subject})
