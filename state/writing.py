"""How a seller wants texts written in his name: only what he said himself, each with the day he said it.

Invariant: a style holds no fact about a customer, widens nothing that policy decides, and is empty until stated.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from state.principal import User

Tone = Literal["plain", "warm", "formal"]
Length = Literal["short", "full"]
SignOff = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069{}@/]{1,60}$")]
"""One line; no address, link or slot."""
Minutes = Annotated[int, Field(ge=5, le=120)]


class WritingStyle(BaseModel):
    """What a seller said; None: nothing said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tone: Tone | None = None
    """How a mail greets: plain Hello, warm Hi, formal Dear."""
    sign_off: SignOff | None = None
    """The line above the name, such as Kind regards."""
    meeting_minutes: Minutes | None = None
    """How long a talk is that a mail proposes."""
    length: Length | None = None
    """Of the page that `prep` prints."""


class Stated(BaseModel):
    """A style with the moment each part of it was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    style: WritingStyle = WritingStyle()
    said_at: dict[str, datetime] = Field(default_factory=dict)


class Writer(User):
    """A user who has said how to write for him."""

    style: WritingStyle
