"""A text that is longer than a field may be: its event holds the beginning and a mark, and the whole stands beside it.

Invariant: the mark names the SHA-256 of the whole, so that what is kept beside an event is what the event was cut from.
"""

import hashlib

from pydantic import BaseModel, ConfigDict

from state.ids import EventId

FIELD_BYTES = 64 * 1024
WHOLE_BYTES = 10 * 1024 * 1024
"""A text that is longer is not kept whole."""
KIND = "text.whole"


class Whole(BaseModel):
    """One text, whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: EventId
    field: str
    text: str

    @property
    def seal(self) -> str:
        """What the mark in the event names."""
        return seal_of(self.text)


def seal_of(text: str) -> str:
    """Hash a text as its mark does."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def cut(text: str, limit: int = FIELD_BYTES) -> str:
    """Keep the beginning of a text that is too long, and say in it what is missing."""
    whole = text.encode("utf-8", "surrogatepass")
    if len(whole) <= limit:
        return text
    mark = f"\n\n[Cut here: the text has {len(whole):,} bytes. SHA-256 of the whole: {seal_of(text)}]"
    return whole[: limit - len(mark)].decode("utf-8", "ignore") + mark
