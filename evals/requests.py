"""What a request to a model must look like: authorised, strict, closed, and without anybody's address."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from state.canonical import Json

PATH = "/v1/chat/completions"
ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
ROLES = frozenset({"system", "user", "assistant"})
_OPEN = "an object of the schema is not closed"
_LOOSE = "a field of the schema is not required"


@dataclass(frozen=True)
class Asked:
    """A request that can be answered."""

    model: str
    schema: str
    """The name of the asked form."""
    document: str
    """The first user message."""
    texts: tuple[str, ...]
    """All messages."""


def faults_of(
    path: str, headers: Mapping[str, str], body: str, key: str
) -> tuple[Asked | None, tuple[str, ...]]:
    """Read a request and list everything that is wrong with it."""
    try:
        read = json.loads(body)
    except ValueError:
        return None, ("the body is not JSON",)
    if not isinstance(read, dict):
        return None, ("the body is not an object",)
    wrong = [*_head(path, headers, key), *_form(read), *_messages(read)]
    if wrong:
        return None, tuple(wrong)
    texts = tuple(str(one["content"]) for one in read["messages"])
    user = next(str(one["content"]) for one in read["messages"] if one["role"] == "user")
    return Asked(read["model"], read["response_format"]["json_schema"]["name"], user, texts), ()


def _head(path: str, headers: Mapping[str, str], key: str) -> Iterator[str]:
    given = {name.lower(): value for name, value in headers.items()}
    if path != PATH:
        yield f"{path} is not {PATH}"
    if given.get("authorization") != f"Bearer {key}":
        yield "the key is missing or wrong"
    if "application/json" not in given.get("content-type", ""):
        yield "the content type is not JSON"


def _form(read: Mapping[str, Json]) -> Iterator[str]:
    if not isinstance(read.get("model"), str) or not read["model"]:
        yield "no model is named"
    if read.get("tools") or read.get("stream"):
        yield "tools or a stream were asked for"
    form = read.get("response_format")
    inner = form.get("json_schema") if isinstance(form, Mapping) else None
    if not isinstance(form, Mapping) or form.get("type") != "json_schema" or not isinstance(inner, Mapping):
        yield "no JSON schema is asked for"
        return
    if inner.get("strict") is not True:
        yield "the schema is not strict"
    yield from dict.fromkeys(_schema(inner.get("schema")))


def _schema(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        properties = value.get("properties")
        if value.get("type") == "object" or isinstance(properties, Mapping):
            if value.get("additionalProperties") is not False:
                yield _OPEN
            named = properties if isinstance(properties, Mapping) else {}
            required = value.get("required", [])
            if not isinstance(required, list) or set(named) != {str(one) for one in required}:
                yield _LOOSE
        for inner in value.values():
            yield from _schema(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _schema(inner)


def _messages(read: Mapping[str, Json]) -> Iterator[str]:
    messages = read.get("messages")
    if not isinstance(messages, Sequence) or isinstance(messages, str) or not messages:
        yield "there are no messages"
        return
    roles = []
    for one in messages:
        if not isinstance(one, Mapping) or not isinstance(one.get("content"), str):
            yield "a message has no text"
            continue
        roles.append(one.get("role"))
        if ADDRESS.search(str(one["content"])):
            yield "a message holds an e-mail address"
    if not set(roles) <= ROLES or roles[:2] != ["system", "user"]:
        yield f"the roles are {roles}"
