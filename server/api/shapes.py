"""What programs get and send: typed shapes, and the failures that every route declares."""

from datetime import datetime

from fastapi import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from graphs.governing.decisions import Decided
from graphs.telling.card import AskedOut, CardOut, HeldOut
from graphs.telling.displaying import PaceOut
from server.problems import MEDIA
from state.governance.action import Action

ResponseTable = dict[int | str, dict[str, object]]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _example(**fields: JsonValue) -> ConfigDict:
    examples: list[JsonValue] = [dict(fields)]
    return ConfigDict(json_schema_extra={"examples": examples})


PROBLEM = "Problem"
PROBLEM_EXAMPLE = {
    "type": "urn:revloop:conflict",
    "title": "conflict",
    "status": 409,
    "detail": "Somebody decided this card first.",
    "code": "conflict",
    "field": "",
    "remedy": "Read it again.",
}


class Problem(BaseModel):
    """A failure. Source: RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    """Stable; programs decide by it."""
    field: str = ""
    remedy: str = ""
    candidates: list[str] = []


class CardList(_Shape):
    """A page of cards, most urgent first."""

    items: tuple[CardOut, ...]
    questions: tuple[AskedOut, ...]
    snoozed: int
    next: str | None
    """Give it as `after` for what follows; None at the end."""
    held: tuple[HeldOut, ...]
    """What waits for a later day; each can be read and decided by its id all the same."""
    pace: PaceOut | None
    """How the caller's approvals came about; None before the first."""


class DecidedOut(_Shape):
    """What a decision came to."""

    action: str
    account: str
    status: str
    code: str
    text: str
    hold_until: datetime | None
    """Wall time until which an approval can be undone."""
    successor: str | None
    """The fresh action of an edit."""
    waits_for: tuple[str, ...]


class Approve(_Shape):
    """A yes to exactly what was shown."""

    model_config = _example(shown="6f1c0e5c…")
    shown: str = Field(min_length=1, max_length=200)
    """The card's own `shown`."""


class FactRight(_Shape):
    """What is right instead of a wrong fact."""

    model_config = _example(subject="Acme renewal", attribute="close_date", value="2026-06-30")
    subject: str = Field(min_length=1, max_length=200)
    attribute: str = Field(min_length=1, max_length=100)
    value: str = Field(min_length=1, max_length=500)


class Reject(_Shape):
    """A no, and why."""

    model_config = _example(reason="wrong time")
    reason: str = Field(min_length=1, max_length=200)
    fact: FactRight | None = None


class Snooze(_Shape):
    """Until when a card is set aside."""

    model_config = _example(until="2026-03-13T08:00:00Z")
    until: AwareDatetime


class Delegate(_Shape):
    """Whose inbox it goes to."""

    model_config = _example(to="dana")
    to: str = Field(min_length=1, max_length=100)


class EditFields(_Shape):
    """New words by field; only fields the card names as editable."""

    model_config = _example(fields={"subject": "Before the renewal"})
    fields: dict[str, str] = Field(min_length=1, max_length=20)


class AnswerOption(_Shape):
    """An option, by number or by its words."""

    model_config = _example(option="1")
    option: str = Field(min_length=1, max_length=200)


class AnsweredOut(_Shape):
    """Which account was decided again."""

    account: str


REFUSALS = {
    300: "More than one thing fits.",
    400: "The request cannot be read.",
    401: "Nobody is signed in.",
    403: "Not allowed, by role, scope or policy.",
    404: "Nothing of that name here.",
    409: "Somebody was first, or it has changed.",
    410: "It was there and was forgotten.",
    413: "Too much at once.",
    422: "The input does not fit.",
    429: "Too often.",
    500: "Nobody foresaw this.",
    503: "The database cannot be used now.",
}
PROBLEMS: ResponseTable = {
    status: {"model": Problem, "description": text, "content": {MEDIA: {}}}
    for status, text in REFUSALS.items()
}
"""Every status that any route may answer besides its own."""


def decided_out(decided: Decided) -> DecidedOut:
    """Lay a decision out."""
    return _laid(decided.action, decided.code, decided.text)


def moved_out(action: Action, code: str) -> DecidedOut:
    """Lay out an action that changed without a decision."""
    return _laid(action, code, "")


def _laid(action: Action, code: str, text: str) -> DecidedOut:
    return DecidedOut(
        action=action.id,
        account=action.account,
        status=action.status.value,
        code=code,
        text=text,
        hold_until=action.release_at,
        successor=action.successor,
        waits_for=tuple(seat.value for seat in action.quorum) if code == "partial" else (),
    )


def tagged(response: Response, card: CardOut) -> str:
    """Set and give a card's ETag: what is shown, and where it stands."""
    tag = f'"{card.shown[:24]}-{card.status}"'
    response.headers["etag"] = tag
    return tag
