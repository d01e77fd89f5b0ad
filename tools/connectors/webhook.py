"""Verify a webhook as Standard Webhooks has it: who signed it, when, and whether it has come before.

Invariant: nothing of a body is read before its signature fits; every comparison takes as long for a near miss.
Source: the Standard Webhooks specification, symmetric signatures (v1, HMAC-SHA256).
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

TOLERANCE: Final = timedelta(minutes=5)
MAX_BODY: Final = 256 * 1024
MAX_SIGNATURES: Final = 20
SECRET_BYTES: Final = range(16, 129)
_ID: Final = re.compile(r"[A-Za-z0-9_.:=+/-]{1,180}")
_SECONDS: Final = re.compile(r"[0-9]{1,11}")
Code = Literal["unsigned", "malformed", "too_large", "stale", "early", "forged", "replayed", "not_configured"]


@dataclass(frozen=True, slots=True)
class Genuine:
    """A delivery that its sender signed, within tolerance, for the first time."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """A delivery that is not taken."""

    code: Code
    reason: str


def verify(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    now: datetime,
    has_come: Callable[[str], bool],
) -> Genuine | Refusal:
    """Check one delivery against every secret in force; several are in force while one is being changed.

    Invariant: `has_come` is asked last, so that a forger learns nothing about ids.
    """
    told = {name.lower(): value for name, value in headers.items()}
    name, stamp, signed = (told.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not (name and stamp and signed):
        return Refusal("unsigned", "webhook-id, webhook-timestamp or webhook-signature is missing")
    at = _instant(stamp)
    if at is None or not _ID.fullmatch(name):
        return Refusal("malformed", "webhook-id or webhook-timestamp cannot be read")
    if len(body) > MAX_BODY:
        return Refusal("too_large", f"the body is larger than {MAX_BODY // 1024} KB")
    fault = _forgery(secrets, f"{name}.{stamp}.".encode() + body, signed) or _delay(at, now)
    if fault is not None:
        return fault
    return Refusal("replayed", "this delivery has come before") if has_come(name) else Genuine(name, at)


def _forgery(secrets: Sequence[str], content: bytes, signed: str) -> Refusal | None:
    keys = [key for secret in secrets if (key := key_of(secret)) is not None]
    if not keys:
        return Refusal("not_configured", "no usable secret is configured for this sender")
    return None if _is_signed(keys, content, signed) else Refusal("forged", "no signature fits the body")


def _delay(at: datetime, now: datetime) -> Refusal | None:
    if abs(now - at) <= TOLERANCE:
        return None
    return Refusal("stale" if at < now else "early", "the delivery is more than 5 minutes off")


def signature(key: bytes, name: str, at: datetime, body: bytes) -> str:
    """Sign a delivery as its sender would."""
    return _mac(key, f"{name}.{int(at.timestamp())}.".encode() + body)


def key_of(secret: str) -> bytes | None:
    """Read a secret as it is handed out, `whsec_` and base64; None when it is none."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) in SECRET_BYTES else None


def _mac(key: bytes, content: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def _instant(stamp: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(stamp), UTC) if _SECONDS.fullmatch(stamp) else None
    except (ValueError, OverflowError, OSError):
        return None


def _is_signed(keys: Sequence[bytes], content: bytes, signed: str) -> bool:
    """Compare every signature with every key, all of them each time."""
    given = [one.encode() for one in signed.split(" ")[:MAX_SIGNATURES]]
    fits = [
        hmac.compare_digest(one, wanted)
        for wanted in (_mac(key, content).encode() for key in keys)
        for one in given
    ]
    return any(fits)
