"""The description of the interface for programs: OpenAPI 3.1 with every status, who may ask, and what follows.

Invariant: a failure is described as problem+json and nothing else; whoever a route requires is said where it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from server.api.following import LINKS
from server.api.shapes import PROBLEM, PROBLEM_EXAMPLE
from server.auth import HEADER, Requires
from server.problems import MEDIA
from state.ports.credentials import Scope

STREAM = "text/event-stream"
"""A sequence of events has no schema in OpenAPI 3.1."""
METHODS = frozenset({"get", "put", "post", "delete", "patch"})
SCHEMES: Mapping[str, object] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, as `POST /api/keys` shows it once. A key makes and ends no key.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "revloop",
        "description": "The session of a browser; the cookie's name ends with the installation's mark. "
        f"A write carries the session's token in `{HEADER}` as well.",
    },
}
ABOUT = """\
The same acts as the pages have, for programs. Failures are problem+json (RFC 9457): `code` is stable, `remedy` says \
what to do. A write may carry an `Idempotency-Key`; repeated under the same key it acts once and gives the first \
answer. Lists are read by pages: give `next` as `after`. Money is a string with its currency, times are in UTC."""

Node = dict[str, object]


def named(route: APIRoute) -> str:
    """Name an operation: its first tag and its function, as `cards_approve`."""
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


class Described(FastAPI):
    """An application that describes itself whole."""

    routers: Sequence[APIRouter] = ()
    """What it serves; the framework's own list of routes does not tell what they require."""
    around: Callable[[ASGIApp], ASGIApp] = staticmethod(lambda inner: inner)
    """What stands around every answer, also around that of a failure nobody foresaw."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put it around what the framework puts outermost."""
        return self.around(super().build_middleware_stack())

    def openapi(self) -> Node:
        """Give the description; it is made once."""
        found = cast("Node", super().openapi())
        if "securitySchemes" not in cast("Node", found.get("components", {})):
            complete(found, dict(scopes(self.routers)))
        return found


def scopes(routers: Sequence[APIRouter]) -> Iterator[tuple[str, Scope]]:
    """Say what each operation requires; one that requires nobody is left out."""
    for route in (one for router in routers for one in router.routes):
        if isinstance(route, APIRoute) and route.include_in_schema:
            for one in route.dependant.dependencies:
                if isinstance(one.call, Requires):
                    yield named(route), one.call.scope


def complete(document: Node, required: Mapping[str, Scope]) -> None:
    """Add to a description what the framework does not know."""
    parts = cast("Node", document.setdefault("components", {}))
    parts["securitySchemes"] = dict(SCHEMES)
    schemas = cast("dict[str, Node]", parts.setdefault("schemas", {}))
    schemas[PROBLEM] = {**schemas.get(PROBLEM, {}), "examples": [PROBLEM_EXAMPLE]}
    for leftover in ("HTTPValidationError", "ValidationError"):
        schemas.pop(leftover, None)
    for operation in operations(document):
        name = str(operation["operationId"])
        answers = cast("dict[str, Node]", operation["responses"])
        _as_sent(answers)
        _link(answers, name)
        if name in required:
            operation["security"] = [{"key": [required[name]]}, {"session": [required[name]]}]


def operations(document: Node) -> Iterator[Node]:
    """List every operation of a description."""
    for path in cast("dict[str, dict[str, Node]]", document["paths"]).values():
        yield from (operation for method, operation in path.items() if method in METHODS)


def _as_sent(answers: dict[str, Node]) -> None:
    for answer in answers.values():
        content = cast("Node", answer.get("content", {}))
        if STREAM in content:
            content[STREAM] = {}
        if MEDIA in content:
            answer["content"] = {MEDIA: {"schema": {"$ref": f"#/components/schemas/{PROBLEM}"}}}


def _link(answers: dict[str, Node], operation: str) -> None:
    for link in LINKS:
        if link.of == operation:
            links = cast("Node", answers[link.status].setdefault("links", {}))
            links[link.name] = link.described()
