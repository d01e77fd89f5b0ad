"""What every test shares: nothing phones home, hypothesis repeats itself in CI, the shared data is there."""

import fcntl
import gc
import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.postgres import Schema

# LangGraph and LangSmith read the environment at import: nothing above imports them.
for key in (
    "LANGSMITH_API_KEY",
    "LANGCHAIN_API_KEY",
    "LANGSMITH_ENDPOINT",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
):
    os.environ.pop(key, None)
os.environ.update(
    LANGSMITH_TRACING="false",
    LANGCHAIN_TRACING_V2="false",
    LANGGRAPH_STRICT_MSGPACK="true",
    ANONYMIZED_TELEMETRY="false",
    OTEL_SDK_DISABLED="true",
)

ROOT = Path(__file__).resolve().parents[1]
YOUNG = 50_000
"""How many new objects the collector waits for. At its 700 it walked all that is imported again and again, which took
a quarter of the collection's time and a sixth of the tests'."""
gc.set_threshold(YOUNG)
IS_CI = os.environ.get("CI") == "true"

settings.register_profile(
    "ci", max_examples=100, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("local", max_examples=40, deadline=None)
settings.load_profile("ci" if IS_CI else "local")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let two runs beside each other make the demo's home once."""
    parser.addoption("--demo-in", default="", help="a folder for the demo's home")


def pytest_collection_finish() -> None:
    """Tell the collector that what is imported and collected by now stays."""
    gc.collect()
    gc.freeze()


FIRST = "web_fuzz chaos scan studio determinism chat actions_machine maven_numbers charts cases".split()
"""Files that take longest: were one begun last, it would run on while the other process has nothing left."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first and leave the rest in order."""
    rank = {f"test_{name}": place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


def stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse each connection and name look-up that would leave the loopback interface."""
    match event, arguments:
        case "socket.connect", (_, (str(host), *_)):
            refuse_outside(host)
        case "socket.getaddrinfo", (str(host), *_):
            refuse_outside(host)
        case _:
            pass


def refuse_outside(host: str) -> None:
    """Raise unless the host is a loopback address or its usual name."""
    try:
        is_inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_inside = host in {"localhost", ""}
    if not is_inside:
        message = f"the suite stays on this machine: {host}"
        raise ConnectionRefusedError(message)


sys.addaudithook(stay_on_this_machine)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio alone."""
    return "asyncio"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of public data sets beside the checkout; CI must have it, a laptop need not."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        reason = "the public data sets are not beside this checkout (../shared/data)"
        pytest.fail(reason) if IS_CI else pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def server_url() -> str:
    """Name the PostgreSQL server; CI must have one, a laptop need not."""
    from tests import postgres

    if not postgres.is_there():
        reason = "no PostgreSQL answers on 127.0.0.1:5432 (REVLOOP_TEST_SERVER names another)"
        pytest.fail(reason) if IS_CI else pytest.skip(reason)
    return postgres.SERVER


@pytest.fixture(scope="session")
def server_schema(server_url: str) -> "Iterator[Schema]":
    """Make a schema there."""
    from tests import postgres

    with postgres.own_schema(f"revloop_test_{os.getpid()}") as schema:
        yield schema


@pytest.fixture
def server(server_schema: "Schema") -> "Iterator[Schema]":
    """Lend that schema to one test; it is empty again afterwards."""
    yield server_schema
    server_schema.empty()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """Give a home on which `demo --json` has run once for all processes of the run; its output stands beside it."""
    base = tmp_path_factory.getbasetemp()
    own = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    place = Path(pytestconfig.getoption("--demo-in") or own)
    place.mkdir(mode=0o700, exist_ok=True)
    with (place / "making").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (place / "demo.json").exists():
            make_demo(place / "home")
    return place / "home"


def make_demo(home: Path) -> None:
    """Run the demo; its output is the last thing written, so that a half-made home is never taken."""
    from server.cli import run

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVLOOP_HOME", str(home))
        printed: list[str] = []
        patch.setattr("sys.stdout", _Kept(printed))
        assert run(["demo", "--once", "--no-browser", "--json"]) == 0
    (home.parent / "demo.json").write_text("".join(printed), encoding="utf-8")


class _Kept:
    """A stream that keeps what is written."""

    encoding = "utf-8"

    def __init__(self, kept: list[str]) -> None:
        self._kept = kept

    def write(self, text: str) -> int:
        """Keep text."""
        self._kept.append(text)
        return len(text)

    def flush(self) -> None:
        """Do nothing."""

    def isatty(self) -> bool:
        """Nobody watches."""
        return False
