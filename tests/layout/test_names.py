"""Our top-level names are ours, what we import we declare, and the suite stays on this machine."""

import socket
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions

import pytest

from tests.conftest import FIRST
from tests.layout.text_rules import foreign_owners, normalized, undeclared
from tests.layout.tree import NAMES, ROOT, imports, sources

COMPANIONS = {"pydantic": "pydantic-core", "fastapi": "starlette", "langgraph": "langgraph-checkpoint"}
"""What a declared distribution pins itself and shows as its own face."""


@cache
def owners() -> Mapping[str, list[str]]:
    """Say which distributions installed each top-level name."""
    return packages_distributions()


def declared(*extras: str) -> frozenset[str]:
    """List the distributions that pyproject.toml names, with these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra_lines = (line for extra in extras for line in project["optional-dependencies"][extra])
    names = frozenset(map(normalized, [*project["dependencies"], *extra_lines]))
    return names | {COMPANIONS[name] for name in names & COMPANIONS.keys()}


DEVELOPING = ("tests/", "evals/web/")
"""What runs with the development tools installed only: `make test`, `make bench-web`."""


def imported(*, by_tests: bool) -> set[str]:
    """List what the packages, or the developer's own, import from outside this repository."""
    chosen = (source for source in sources() if source.path.startswith(DEVELOPING) is by_tests)
    return {name for source in chosen for name in imports(source)} - set(NAMES)


def test_no_other_distribution_installs_our_names() -> None:
    assert list(foreign_owners(NAMES, owners())) == []


def test_a_distribution_that_takes_a_name_is_found() -> None:
    taken = {"agents": ["openai-agents"], "tools": ["revloop"]}
    assert list(foreign_owners(NAMES, taken)) == [("agents", "openai-agents")]


@pytest.mark.parametrize(("by_tests", "extras"), [(False, ()), (True, ("dev", "studio"))])
def test_every_imported_package_is_declared(by_tests: bool, extras: tuple[str, ...]) -> None:
    assert list(undeclared(imported(by_tests=by_tests), owners(), declared(*extras))) == []


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("", ()), ("-dev", ("dev", "studio"))],
    ids=["run", "dev"],
)
def test_every_declared_package_is_locked(lock: str, extras: tuple[str, ...]) -> None:
    lines = (ROOT / f"requirements{lock}.lock").read_text("utf-8").splitlines()
    locked = {normalized(line) for line in lines if "==" in line}
    assert declared(*extras) - locked == set()


def test_an_undeclared_import_is_found() -> None:
    installed = {"yaml": ["PyYAML"], "httpx": ["httpx"], "langgraph": ["langgraph", "langgraph-prebuilt"]}
    names = {"os", "yaml", "httpx", "langgraph", "nowhere"}
    assert list(undeclared(names, installed, frozenset({"pyyaml", "langgraph"}))) == ["httpx", "nowhere"]
    assert normalized("Py_YAML[extra]>=6,<7") == "py-yaml"


def test_a_connection_off_this_machine_is_refused() -> None:
    with socket.socket() as outward, pytest.raises(ConnectionRefusedError, match="stays on this machine"):
        outward.connect(("192.0.2.1", 443))


def test_a_name_off_this_machine_is_not_even_looked_up() -> None:
    with pytest.raises(ConnectionRefusedError, match="stays on this machine"):
        socket.getaddrinfo("example.test", 443)


def test_a_connection_on_this_machine_is_let_through() -> None:
    here = socket.create_server(("127.0.0.1", 0))
    with here, socket.create_connection(here.getsockname()) as inward:
        assert inward.getpeername() == here.getsockname()


@pytest.mark.parametrize("name", FIRST)
def test_every_file_that_is_begun_first_is_there(name: str) -> None:
    assert [*(ROOT / "tests").rglob(f"test_{name}.py")]
