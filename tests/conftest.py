"""What every test shares: nothing phones home, hypothesis repeats itself in CI, the shared data is there."""

import ipaddress
import os
import sys
from collections.abc import Generator, Iterator
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
IS_CI = os.environ.get("CI") == "true"

settings.register_profile(
    "ci", max_examples=100, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("local", max_examples=40, deadline=None)
settings.load_profile("ci" if IS_CI else "local")


WHOLE = (
    *(
        "graph",
        "browser",
        "server/test_cli_usage.py",
        "server/test_cli_accounts.py",
        "server/test_cli_proof.py",
    ),
    *("server/test_web_policy_draft.py", "server/test_web_inbox.py", "server/test_web_ask.py"),
    *("server/test_ravenstack.py", "server/test_cli_import_files.py", "server/test_picture.py"),
)
UNTRACED = tuple(ROOT / "tests" / name for name in WHOLE)
"""Whole runs, other processes and crashes: tracing their lines would triple their time and add few."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Leave whole runs and slow tests out of the coverage, their fixtures too."""
    coverage = getattr(item.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    is_traced = not (item.get_closest_marker("slow") or set(UNTRACED) & {item.path, *item.path.parents})
    if coverage is None or is_traced:
        return (yield)
    coverage.pause()
    try:
        return (yield)
    finally:
        coverage.resume()


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
def server_schema() -> "Iterator[Schema]":
    """Make a schema on PostgreSQL; CI must have a server, a laptop need not."""
    from tests import postgres

    if not postgres.is_there():
        reason = "no PostgreSQL answers on 127.0.0.1:5432 (REVLOOP_TEST_SERVER names another)"
        pytest.fail(reason) if IS_CI else pytest.skip(reason)
    with postgres.own_schema(f"revloop_test_{os.getpid()}") as schema:
        yield schema


@pytest.fixture
def server(server_schema: "Schema") -> "Iterator[Schema]":
    """Lend that schema to one test; it is empty again afterwards."""
    yield server_schema
    server_schema.empty()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home on which `demo --json` has run once; its output stands beside it."""
    from server.cli import run

    home = tmp_path_factory.mktemp("demo") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVLOOP_HOME", str(home))
        printed: list[str] = []
        patch.setattr("sys.stdout", _Kept(printed))
        assert run(["demo", "--once", "--no-browser", "--json"]) == 0
    (home.parent / "demo.json").write_text("".join(printed), encoding="utf-8")
    return home


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
