"""Every requirement of `docs/trust.toml` is held by tests that exist and are collected, or says what it waits for."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

from tests.layout.tree import ROOT

AREAS = (
    "Who may decide",
    "What an approval covers",
    "Trust of what is read",
    "What leaves",
    "Execution",
    "Learning",
    "Files, keys, caches",
    "Ledger",
    "Tests that cannot pass by accident",
    "Around the lifecycle's table",
)


class Line(TypedDict):
    """One requirement."""

    area: str
    must: str
    tests: Sequence[str]
    later: NotRequired[str]
    short: NotRequired[str]
    instead: NotRequired[str]


@cache
def lines() -> tuple[Line, ...]:
    """Read them."""
    return tuple(tomllib.loads((ROOT / "docs" / "trust.toml").read_text("utf-8"))["line"])


@cache
def collected(file: Path) -> frozenset[str]:
    """List the tests at the top of a file that pytest would run; a file of another name is not looked into."""
    if not file.is_file() or not file.name.startswith("test_"):
        return frozenset()
    found = ast.parse(file.read_text("utf-8")).body
    return frozenset(one.name for one in found if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def missing(found: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Name what is claimed to hold a requirement and is not there."""
    for line in found:
        named = line["tests"]
        assert isinstance(named, list)
        for name in named:
            place, _, test = str(name).partition("::")
            if f"test_{test}" not in collected(ROOT / "tests" / f"{place}.py"):
                yield str(name)


def test_every_requirement_has_tests_that_are_there_or_says_what_it_waits_for() -> None:
    assert list(missing(lines())) == []
    bare = [line["must"] for line in lines() if bool(line["tests"]) == bool(line.get("later"))]
    assert bare == []


def test_every_area_is_there_in_order_and_no_requirement_twice() -> None:
    assert tuple(dict.fromkeys(line["area"] for line in lines())) == AREAS
    musts = [line["must"] for line in lines()]
    assert len(musts) == len({*musts})
    assert all(len(line["tests"]) == len({*line["tests"]}) for line in lines())


def test_a_made_up_test_is_found() -> None:
    made_up = ["layout/test_trust::nobody_wrote_this", "layout/tree::texts", "nowhere/test_x::y"]
    assert list(missing([{"tests": [*made_up, "layout/test_trust::a_made_up_test_is_found"]}])) == made_up


def test_studio_serves_this_machine_alone_and_without_a_tracer() -> None:
    recipe = re.search(r"^studio:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe is not None
    assert "--host 127.0.0.1" in recipe[1]
    assert {"-u LANGSMITH_API_KEY", "-u LANGCHAIN_API_KEY"} <= {*re.findall(r"-u LANG\w+_API_KEY", recipe[1])}
