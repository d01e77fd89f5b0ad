"""One byte form per value, so that equal values have equal hashes in every process.

Invariant: sorted compact JSON; for strings, integers below 2^53, booleans and ASCII keys it equals RFC 8785.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from typing_extensions import TypeAliasType

Json = TypeAliasType("Json", "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None")
"""Any JSON value; usable as a type of a field."""

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Json) -> bytes:
    """Render a JSON value with sorted keys and no white space; NaN and infinity are refused."""
    return _ENCODER.encode(value).encode()


def digest(value: Json) -> str:
    """Hash the canonical form with SHA-256, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def chained(previous: str, value: Json) -> str:
    """Hash a value onto the digest before it, so that order and completeness are part of the result."""
    return chained_form(previous, canonical_json(value))


def chained_form(previous: str, form: bytes) -> str:
    """Hash a canonical form that is at hand onto the digest before it."""
    return hashlib.sha256(previous.encode() + b"\n" + form).hexdigest()
