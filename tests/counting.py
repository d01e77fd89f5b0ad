"""Which lines of the covered packages the tests walk: each statement notes itself as it begins (`-p tests.counting`).

Invariant: only what ran is noted; a line of `except` or `case` counts once its body has begun, so the figure is a lower
bound. `coverage combine` and `coverage report` read what is written here.
Source: docs/decisions/testing.md.
"""

import ast
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import ClassVar, TypedDict

import pytest
from coverage import CoverageData

ROOT = Path(__file__).resolve().parents[1]
COVERED = ("state", "agents", "graphs", "tools")
NOTES = "__lines_begun__"
NAMED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Counting(SourceFileLoader):
    """Loads a module whose statements note that they begin."""

    begun: ClassVar[dict[str, dict[int, int]]] = {}
    """By file, the lines that have begun."""

    def get_code(self, fullname: str) -> CodeType:
        """Compile the source with its notes, past what is kept of the source without."""
        tree = noted(ast.parse(self.get_data(self.path)))
        return compile(tree, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module the place of its notes before its first statement."""
        module.__dict__[NOTES] = self.begun.setdefault(self.path, {})
        super().exec_module(module)


class Finder(MetaPathFinder):
    """Finds the modules of the covered packages."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let them be loaded with notes, and any other as ever."""
        if fullname.partition(".")[0] not in COVERED:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader) and spec.origin:
            spec.loader = Counting(fullname, spec.origin)
        return spec


def noted(tree: ast.Module) -> ast.Module:
    """Put before each statement the note of its lines; a docstring and `__future__` stay at the top."""
    tree.body = _with_notes(tree.body, has_docstring=True)
    return tree


def _with_notes(
    statements: list[ast.stmt], *, led_by: Iterable[int] = (), has_docstring: bool = False
) -> list[ast.stmt]:
    made: list[ast.stmt] = []
    for statement in statements:
        _go_inside(statement)
        is_docstring = has_docstring and statement is statements[0] and _is_text(statement)
        if _is_future(statement):
            led_by = [*led_by, statement.lineno]
        elif not is_docstring:
            decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
            made.append(_note(statement, [*led_by, statement.lineno, *(one.lineno for one in decorators)]))
            led_by = ()
        made.append(statement)
    return made


def _go_inside(statement: ast.stmt) -> None:
    for name in ("body", "orelse", "finalbody"):
        if inner := getattr(statement, name, None):
            setattr(statement, name, _with_notes(inner, has_docstring=isinstance(statement, NAMED)))
    for handler in getattr(statement, "handlers", ()):
        handler.body = _with_notes(handler.body, led_by=[handler.lineno])
    for case in getattr(statement, "cases", ()):
        case.body = _with_notes(case.body, led_by=[case.pattern.lineno])


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


class Place(TypedDict):
    """Where a node stands in its source."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


def _note(statement: ast.stmt, lines: Iterable[int]) -> ast.stmt:
    """Write `__lines_begun__[line] = 1` where the statement stands."""
    row = statement.lineno
    at = Place(lineno=row, col_offset=0, end_lineno=row, end_col_offset=0)
    targets: list[ast.expr] = [
        ast.Subscript(ast.Name(NOTES, ast.Load(), **at), ast.Constant(line, **at), ast.Store(), **at)
        for line in lines
    ]
    return ast.Assign(targets, ast.Constant(1, **at), **at)


def pytest_configure() -> None:
    """Begin before a test is collected. Raises: AssertionError where a conftest of a part was loaded before."""
    early = [name for name in sys.modules if name.partition(".")[0] in COVERED]
    assert not early, f"lines are counted of the whole suite only; already loaded: {early}"
    sys.meta_path.insert(0, Finder())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write down what this process has walked, and that the files it never loaded are there."""
    worker = getattr(session.config, "workerinput", {}).get("workerid", "main")
    data = CoverageData(basename=str(ROOT / f".coverage.{worker}"))
    data.add_lines({file: list(lines) for file, lines in Counting.begun.items()})
    data.touch_files([str(file) for name in COVERED for file in (ROOT / name).rglob("*.py")])
    data.write()
