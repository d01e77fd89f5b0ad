"""What every test shares: nothing phones home, hypothesis repeats itself in CI, the shared data is there."""

import ipaddress
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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


UNTRACED = ROOT / "tests" / "graph"
"""Whole runs, other processes and crashes: tracing their lines would double their time and add few."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the tests of whole runs out of the coverage."""
    for item in items:
        if UNTRACED in item.path.parents:
            item.add_marker(pytest.mark.no_cover)


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
