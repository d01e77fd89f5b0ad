"""What was approved, held against what is about to be sent, at the last moment before it is.

Invariant: of sender, recipients, headers, body and files nothing differs, or nothing is sent.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr

from state.governance.effect import Effect

_CALENDAR = b"BEGIN:VCALENDAR"


@dataclass(frozen=True, slots=True)
class Approved:
    """The effect a person or the policy said yes to, as the bytes it stands for."""

    recipients: tuple[str, ...]
    content: bytes

    @classmethod
    def of(cls, effect: Effect) -> "Approved":
        """Read it from the stored effect, not from what was wrapped for the way."""
        return cls(effect.recipients, effect.content.encode())

    def difference(self, sender: str, recipients: Collection[str], content: bytes) -> str | None:
        """Say how what is about to be sent differs; None where it does not."""
        return next(self._differences(sender, recipients, content), None)

    def _differences(self, sender: str, recipients: Collection[str], content: bytes) -> Iterator[str]:
        more = list((Counter(recipients) - Counter(self.recipients)).elements())
        fewer = list((Counter(self.recipients) - Counter(recipients)).elements())
        if more:
            yield f"{more[0]} would get it, and nobody approved that"
        if fewer:
            yield f"{fewer[0]} was approved and would not get it"
        if content != self.content:
            yield _changed(self.content, content)
        if not content.startswith(_CALENDAR) and sender != _from(self.content):
            yield f"{sender or 'nobody'} would be the sender, and nobody approved that"


def _read(content: bytes) -> Message:
    return BytesParser().parsebytes(content)


def _from(content: bytes) -> str:
    return parseaddr(str(_read(content).get("From", "")))[1]


def _changed(approved: bytes, now: bytes) -> str:
    """Name the first part that is not the one that was approved."""
    if approved.startswith(_CALENDAR) or now.startswith(_CALENDAR):
        return "the invitation is not the one that was approved"
    before, after = _read(approved), _read(now)
    heads = _heads(after) - _heads(before) or _heads(before) - _heads(after)
    if heads:
        return f"the header {next(iter(heads))[0]} is not the one that was approved"
    if _files(before) != _files(after):
        return "an attached file is not the one that was approved"
    return "the body is not the one that was approved"


def _heads(message: Message) -> Counter[tuple[str, str]]:
    return Counter((name, str(value)) for name, value in message.items())


def _files(message: Message) -> list[str]:
    parts = [part for part in message.walk() if part.get_content_disposition() == "attachment"]
    return [hashlib.sha256(part.as_bytes()).hexdigest() for part in parts]
