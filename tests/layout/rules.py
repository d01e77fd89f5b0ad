"""The rules on Python source: each takes one file and yields what breaks the rule.

Invariant: a rule reads only its argument, so that a planted snippet and the tree are judged alike.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

FILE_LINES = 300
FUNCTION_LINES = 50
WEAK_WORDS = frozenset(
    [
        "manager",
        "helper",
        "util",
        "service",
        "processor",
        "engine",
        "wrapper",
        "handler",
        "common",
        "core",
        "base",
        "misc",
        "data",
        "info",
        "payload",
        "insight",
    ]
)
WEAK_ENDINGS = ("Manager", "Helper", "Util", "Utils")
BROAD = frozenset({"Exception", "BaseException"})
QUERIES = frozenset({"select", "update", "delete", "text"})
MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})

EDGES = {
    "tools/gateway.py": "tool call",
    "server/ticks.py": "worker tick",
    "agents/llm/client.py": "model call",
}
"""The three edges that may catch anything, because each turns it into an entry and a refusal."""


class Finding(NamedTuple):
    """One broken rule at one line."""

    line: int
    message: str


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the repository's root, with forward slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @cached_property
    def comments(self) -> tuple[tuple[int, str], ...]:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return tuple((token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: Source) -> Iterator[Function]:
    """Yield every function and method of a file."""
    for node in source.nodes:
        if isinstance(node, Function):
            yield node


def is_excused(source: Source, first: int, last: int) -> bool:
    """Tell whether a line in the span says why it is long: `# long: reason`."""
    return any(first <= line <= last and re.match(r"# long: \S+", text) for line, text in source.comments)


def long_file(source: Source) -> Iterator[Finding]:
    """Refuse a file of 300 lines or more."""
    lines = source.text.count("\n")
    if lines >= FILE_LINES and not is_excused(source, 1, 10):
        yield Finding(lines, f"{lines} lines, fewer than {FILE_LINES} wanted")


def long_function(source: Source) -> Iterator[Finding]:
    """Refuse a function of more than 50 lines."""
    for function in functions(source):
        end = function.end_lineno or function.lineno
        lines = end - function.lineno + 1
        if lines > FUNCTION_LINES and not is_excused(source, function.lineno, function.body[0].lineno):
            yield Finding(function.lineno, f"{function.name}: {lines} lines, at most {FUNCTION_LINES} wanted")


def weak_name(source: Source) -> Iterator[Finding]:
    """Refuse module and class names that say nothing."""
    if is_weak(source.module):
        yield Finding(1, f"module name {source.module!r}")
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and (is_weak(node.name) or node.name.endswith(WEAK_ENDINGS)):
            yield Finding(node.lineno, f"class name {node.name!r}")


def is_weak(name: str) -> bool:
    """Tell whether the whole name is one of the weak words, singular or plural."""
    word = name.strip("_").lower()
    return word in WEAK_WORDS or word.removesuffix("s") in WEAK_WORDS


def missing_docstring(source: Source) -> Iterator[Finding]:
    """Refuse a module that does not say what it is for."""
    if not (ast.get_docstring(source.tree) or "").strip():
        yield Finding(1, "no module docstring")


def future_annotations(source: Source) -> Iterator[Finding]:
    """Refuse postponed annotations where LangGraph reads them."""
    if not source.path.startswith("graphs/"):
        return
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            yield Finding(node.lineno, "LangGraph introspects the annotations of this module")


def broad_except(source: Source) -> Iterator[Finding]:
    """Refuse catching everything, save at the edges or when it is raised again."""
    if source.path in EDGES:
        return
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and is_broad(node.type) and not raises_again(node):
            yield Finding(node.lineno, "catches everything")
        if isinstance(node, ast.Call) and named(node.func) == "suppress" and any(map(is_broad, node.args)):
            yield Finding(node.lineno, "suppresses everything")


def is_broad(caught: ast.expr | None) -> bool:
    """Tell whether an except clause or one member of its tuple is a catch-all."""
    if isinstance(caught, ast.Tuple):
        return any(map(is_broad, caught.elts))
    return caught is None or named(caught) in BROAD


def raises_again(handler: ast.ExceptHandler) -> bool:
    """Tell whether the handler ends by raising what it caught."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def named(node: ast.expr) -> str:
    """Give the last word of a dotted name, or nothing."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def bare_ignore(source: Source) -> Iterator[Finding]:
    """Refuse a type checker's silence without its code and the reason after it."""
    for line, comment in source.comments:
        if not re.search(r"(type|pyright):\s*ignore", comment):
            continue
        if not re.search(r"(type|pyright): ignore\[[\w, -]+\]\s+# \S+", comment):
            yield Finding(line, "wants `# type: ignore[code]  # reason`")


def patched_mock(source: Source) -> Iterator[Finding]:
    """Refuse mocks: a fake goes through the same bootstrap."""
    for node in source.nodes:
        if isinstance(node, ast.Import) and any("mock" in alias.name.split(".") for alias in node.names):
            yield Finding(node.lineno, "imports mock")
        if isinstance(node, ast.ImportFrom) and imports_mock(node):
            yield Finding(node.lineno, "imports mock")
        if isinstance(node, ast.arg) and node.arg == "mocker":
            yield Finding(node.lineno, "takes a mocker")


def imports_mock(node: ast.ImportFrom) -> bool:
    """Tell whether a from-import brings unittest.mock."""
    return (node.module or "").endswith("mock") or any(alias.name == "mock" for alias in node.names)


def loose_mapping(source: Source) -> Iterator[Finding]:
    """Refuse dict[str, Any] outside connectors."""
    if source.path.startswith(("tools/connectors/", "tests/")):
        return
    for node in source.nodes:
        if not isinstance(node, ast.Subscript) or named(node.value) not in MAPPINGS:
            continue
        if isinstance(node.slice, ast.Tuple) and named(node.slice.elts[-1]) == "Any":
            yield Finding(node.lineno, "a mapping of Any: name its fields, or say object")


def short_test_name(source: Source) -> Iterator[Finding]:
    """Refuse a test whose name is no sentence."""
    if not source.module.startswith("test_"):
        return
    for function in functions(source):
        if function.name.startswith("test_") and len(function.name.split("_")) < 4:
            yield Finding(function.lineno, f"{function.name} is no sentence")


def untenanted_query(source: Source) -> Iterator[Finding]:
    """Refuse a store's query that never names its tenant, unless the function says `# no tenant: reason`."""
    if not source.path.startswith("state/stores/") or "/migrations/" in source.path:
        return
    for function in functions(source):
        end = function.end_lineno or function.lineno
        excused = any(
            function.lineno <= line <= end and re.match(r"# no tenant: \S+", text)
            for line, text in source.comments
        )
        if builds_query(function) and not names_tenant(function) and not excused:
            yield Finding(function.lineno, f"{function.name} builds a query and names no tenant")


def builds_query(function: Function) -> bool:
    """Tell whether a function calls select, update, delete or text by its bare name.

    An insert needs no lint: the tenant column takes no NULL.
    """
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Name) and call.id in QUERIES for call in calls)


def names_tenant(function: Function) -> bool:
    """Tell whether the body uses a tenant: a parameter only taken, or a docstring, does not count."""
    said = function.body[1:] if ast.get_docstring(function) else function.body
    return any(
        "tenant" in word.lower() for statement in said for node in ast.walk(statement) for word in words(node)
    )


def words(node: ast.AST) -> Iterator[str]:
    """Yield the name, attribute, keyword or string a node carries."""
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.keyword(arg=str(word)):
            yield word
        case ast.Constant(value=str(word)):
            yield word
        case _:
            pass


RULES = (
    long_file,
    long_function,
    weak_name,
    missing_docstring,
    future_annotations,
    broad_except,
    bare_ignore,
    patched_mock,
    loose_mapping,
    short_test_name,
    untenanted_query,
)
