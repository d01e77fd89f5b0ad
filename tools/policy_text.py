"""A policy layer as the text of its file, and the text as a layer again.

Invariant: what was written reads back as the same policy, to the byte of its hash.
"""

import re
from collections.abc import Iterator, Mapping

import yaml

from state.canonical import Json
from state.governance.policy import Layer
from tools.files import validate_located
from tools.plain_yaml import parse_located

WIDTH = 110
NAMED = ("caps", "thresholds")
_DECIMAL = re.compile(r"-?[0-9]{1,17}\.[0-9]{1,17}")
_NUMBER = re.compile(r"-?[0-9]{1,17}(\.[0-9]{1,17})?")


def layer_of(text: str, origin: str) -> Layer:
    """Read one policy file's text. Raises: InvalidInput naming line, field, value and remedy."""
    return validate_located(parse_located(text, origin), Layer)


def text_of(layer: Layer) -> str:
    """Write a layer as its file; what is as usual is left out."""
    told = layer.model_dump(mode="json", exclude_defaults=True)
    bounds, rules = told.pop("bounds", {}), told.pop("rules", ())
    head = _yaml(told, flow=False) + "".join(_bounds(bounds))
    return head + ("rules:\n" + "\n".join(_item(_plain(rule)) for rule in rules) if rules else "")


def _bounds(bounds: Mapping[str, Json]) -> Iterator[str]:
    """Write the limits, a named one to a line, so that a change is one line."""
    if bounds:
        yield "bounds:\n"
    for name, value in bounds.items():
        is_plain = name in NAMED or not isinstance(value, dict | list)
        text = _yaml({name: _amounts(value) if name in NAMED else value}, flow=False if is_plain else None)
        yield "".join(f"  {line}\n" for line in text.splitlines())


def _item(rule: Json) -> str:
    """Write one rule of the list, with a line between it and the next."""
    first, *rest = _yaml(rule).splitlines()
    return "\n".join((f"  - {first}", *(f"    {line}" for line in rest))) + "\n"


def _yaml(value: Json, *, flow: bool | None = None) -> str:
    return str(
        yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=flow)
    )


def _plain(value: Json) -> Json:
    """Write decimals as numbers, as people do."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return float(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else value


def _amounts(named: Json) -> Json:
    """Write named limits as numbers: whatever they hold is one."""
    return {name: _number(value) for name, value in named.items()} if isinstance(named, dict) else named


def _number(value: Json) -> Json:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return value
    return float(value) if "." in value else int(value)
