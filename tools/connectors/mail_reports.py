"""Read a delivery report: which address failed, with which status (RFC 3464, RFC 3463)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Final

from tools.connectors.mail_headers import is_address, line_of

MOST: Final = 100
_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY: Final = re.compile(r"\b([45])\d\d\b[ -]")
_GENERIC: Final = {"failed": "5.0.0", "delayed": "4.0.0"}


@dataclass(frozen=True, slots=True)
class Returned:
    """One address that was not reached."""

    address: str
    status: str
    """Enhanced status code, 4.x.x or 5.x.x."""
    diagnostic: str


def returned_of(blocks: Sequence[Message]) -> tuple[Returned, ...]:
    """List the addresses that failed, each once; those that were reached are none."""
    found: dict[str, Returned] = {}
    for block in blocks:
        one = _returned(block)
        if one is not None and len(found) < MOST:
            found.setdefault(one.address.lower(), one)
    return tuple(found.values())


def _returned(block: Message) -> Returned | None:
    address = _address(line_of(block, "final-recipient")) or _address(line_of(block, "original-recipient"))
    action = line_of(block, "action").lower()
    diagnostic = line_of(block, "diagnostic-code")[:500]
    if address is None or action in ("delivered", "relayed", "expanded"):
        return None
    status = _status(line_of(block, "status"), diagnostic, action)
    return None if status is None else Returned(address, status, diagnostic)


def _status(said: str, diagnostic: str, action: str) -> str | None:
    """Take the field's code; where it says nothing but failed, the server's own words may say more."""
    codes = [match[0] for text in (said, diagnostic) for match in _STATUS.finditer(text)]
    if codes and codes[0].startswith("2"):
        return None
    exact = next((code for code in codes if not code.endswith(".0.0") and code[0] != "2"), None)
    if exact is not None:
        return exact
    reply = _REPLY.search(f"{diagnostic} ")
    return next((code for code in codes if code[0] != "2"), None) or (
        f"{reply[1]}.0.0" if reply else _GENERIC.get(action)
    )


def _address(said: str) -> str | None:
    """Read `rfc822; <ed@x.example>`."""
    bare = said.rpartition(";")[2].strip().strip("<>").strip()
    return bare if is_address(bare) else None
