"""What a person does about a card over the web: the same acts for pages and programs, and what is shown beside them.

Invariant: who asks is the caller's principal; nothing in a request names another one.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agents.executor import Performed
from graphs.governing.decisions import Decided
from graphs.governing.declining import WRONG_FACT, FactOut, facts_of
from graphs.governing.together import needs_a_look
from graphs.perceiving.correcting import correct
from graphs.telling.card import CardOut
from graphs.telling.inbox import Inbox, card_of, open_inbox
from server.auth import Caller
from server.home import Home
from state.canonical import Json
from state.errors import InvalidInput, RevloopError
from state.governance.action import Action
from state.ids import ActionId

REASONS = ("wrong time", "wrong person", "not worth it", "tone", WRONG_FACT, "other")
"""Why a person says no; “already done” is a button of its own."""
FIELDS = "field-"
"""Before the names of the edit form's fields."""
LONG = ("body", "text", "message", "agenda")
"""Fields that are edited in several lines."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the edit form, as the tool's schema declares it."""

    name: str
    title: str
    kind: str
    """area, line, date, number or choice."""
    value: str
    choices: tuple[str, ...]
    most: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of a text beside its earlier form."""

    kind: str
    """same, new or gone."""
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A card with what its controls need."""

    card: CardOut
    fields: tuple[Field, ...]
    facts: tuple[FactOut, ...]
    changes: tuple[tuple[str, tuple[Change, ...]], ...]
    """By field, what an edit changed against the action before it."""
    predecessor: str | None
    successor: str | None
    reason: str


def waiting(home: Home, caller: Caller) -> Inbox:
    """Collect what waits for the caller, who has it before them now."""
    with home.look(caller.tenant) as tenancy:
        return open_inbox(home.looking, tenancy, caller.principal)


def shown(home: Home, caller: Caller, name: str) -> Shown:
    """Show one card with its controls. Raises: NotFound, Ambiguous, Conflict."""
    with home.look(caller.tenant) as tenancy:
        card = card_of(home.looking, tenancy, name)
        facts = facts_of(home.looking, tenancy, card.id)
        with home.looking.stores.read(caller.tenant) as unit:
            action = unit.actions.get(ActionId(card.id))
            before = unit.actions.get(action.predecessor) if action.predecessor else None
        spec = tenancy.gateway.spec(action.effect.tool)
        schemas = (spec.result.model_json_schema(), spec.arguments.model_json_schema())
    return Shown(
        card=card,
        fields=tuple(fields_of(spec.editable, schemas, action.effect.arguments)),
        facts=facts,
        changes=tuple(changes_of(spec.editable, before, action)) if before else (),
        predecessor=action.predecessor,
        successor=action.successor,
        reason=action.reason,
    )


def fields_of(
    editable: Sequence[str], schemas: Sequence[Mapping[str, Json]], values: Mapping[str, Json]
) -> Iterator[Field]:
    """Make the edit form from the tool's own schema: what it does not mark editable has no field."""
    for name in editable:
        if name not in values:
            continue
        schema = next((one for one in (_property(whole, name) for whole in schemas) if one), {})
        choices, most = schema.get("enum"), schema.get("maxLength")
        yield Field(
            name=name,
            title=str(schema.get("title", name.replace("_", " "))).lower(),
            kind=_kind(name, schema),
            value=str(values[name] if values[name] is not None else ""),
            choices=tuple(map(str, choices)) if isinstance(choices, list) else (),
            most=most if isinstance(most, int) else None,
        )


def _property(schema: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    properties = schema.get("properties")
    found = properties.get(name) if isinstance(properties, dict) else None
    if not isinstance(found, dict):
        return {}
    options = found.get("anyOf")
    typed = next((one for one in options if isinstance(one, dict)), {}) if isinstance(options, list) else {}
    return {**found, **typed}


def _kind(name: str, schema: Mapping[str, Json]) -> str:
    if schema.get("enum"):
        return "choice"
    if schema.get("format") == "date":
        return "date"
    if schema.get("type") in {"integer", "number"}:
        return "number"
    return "area" if name in LONG else "line"


def changes_of(
    editable: Sequence[str], before: Action, after: Action
) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Compare an edited action with the one before it, word by word."""
    for name in editable:
        old, new = (str(one.effect.arguments.get(name) or "") for one in (before, after))
        if old != new:
            yield name.replace("_", " "), tuple(word_changes(old, new))


def word_changes(old: str, new: str) -> Iterator[Change]:
    """Say what is new and what is gone between two texts; spaces stay with their words."""
    left, right = _words(old), _words(new)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Change("same", "".join(left[a:b]))
            continue
        if a < b:
            yield Change("gone", "".join(left[a:b]))
        if c < d:
            yield Change("new", "".join(right[c:d]))


def _words(text: str) -> list[str]:
    found: list[str] = []
    word = ""
    for char in text:
        word += char
        if char.isspace():
            found.append(word)
            word = ""
    return [*found, word] if word else found


def approve(home: Home, caller: Caller, name: str, seen: str) -> Decided:
    """Say yes to exactly what was shown; what has no hold is carried out at once. Raises: Conflict, Forbidden."""
    return home.act(_approved, home, caller, name, seen)


def _approved(home: Home, caller: Caller, name: str, seen: str) -> Decided:
    desk = home.house.desk
    decided = desk.approve(caller.principal, name, seen)
    if decided.code == "partial" or decided.action.status.value != "approved":
        return decided
    if decided.hold_until is not None and decided.hold_until > home.clock.wall():
        return decided
    done: Performed = desk.release(caller.principal, decided.action.id)
    return Decided(done.action, done.code, done.text)


def reject(
    home: Home, caller: Caller, name: str, reason: str, fact: tuple[str, str, str] | None = None
) -> Decided:
    """Say no with a reason; a wrong fact is corrected first, so that a value that cannot be is refused.

    Raises: InvalidInput, Conflict, Forbidden.
    """
    if not reason.strip():
        raise InvalidInput("A rejection needs a reason.", field="reason", remedy="Choose one.")

    def act() -> Decided:
        parts = home.house.parts
        if fact is not None:
            tenancy = parts.tenancy.refresh(caller.tenant)
            with parts.stores.read(caller.tenant) as unit:
                account = unit.actions.by_prefix(name).account
            correct(parts, tenancy, caller.principal, account, *fact, reason)
        return home.house.desk.reject(caller.principal, name, reason.strip())

    return home.act(act)


def snooze(home: Home, caller: Caller, name: str, until: datetime) -> Decided:
    """Set a card aside. Raises: InvalidInput for a time that is over, Conflict."""
    with home.look(caller.tenant) as tenancy:
        now = tenancy.now
    if until <= now:
        raise InvalidInput("That time is over.", field="until", remedy="Choose a later one.")
    return home.act(home.house.desk.snooze, caller.principal, name, until)


def done(home: Home, caller: Caller, name: str) -> Decided:
    """Note that the caller did it by hand."""
    return home.act(home.house.desk.done, caller.principal, name)


def undo(home: Home, caller: Caller, name: str) -> Decided:
    """Take an approval back. Raises: Conflict when it has begun."""
    return home.act(home.house.desk.undo, caller.principal, name)


def delegate(home: Home, caller: Caller, name: str, to: str) -> Action:
    """Put a card into a colleague's inbox."""
    return home.act(home.house.desk.delegate, caller.principal, name, to)


def edit(home: Home, caller: Caller, name: str, fields: Mapping[str, str]) -> Decided:
    """Change words of a card; a fresh one waits. Raises: InvalidInput for a field that may not be edited."""
    return home.act(home.house.desk.edit, caller.principal, name, dict(fields))


def answer(home: Home, caller: Caller, question: str, option: str) -> str:
    """Answer the one question; give the account it is about."""
    return home.act(home.house.desk.answer, caller.principal, question, option).account


@dataclass(frozen=True, slots=True)
class RowResult:
    """What came of one row of a bulk approval."""

    account: str
    action: str
    is_done: bool
    text: str


def approve_rows(home: Home, caller: Caller, rows: Sequence[tuple[str, str]]) -> Iterator[RowResult]:
    """Approve several cards, each by its own hash; what needs a look of its own is left out and said."""
    with home.look(caller.tenant) as tenancy:
        cards = [card_of(home.looking, tenancy, name) for name, _ in rows]
    for card, (_, seen) in zip(cards, rows, strict=True):
        reason = needs_a_look(card, cards)
        if reason:
            yield RowResult(card.account_name, card.id, is_done=False, text=reason)
            continue
        try:
            decided = approve(home, caller, card.id, seen)
        except RevloopError as error:
            yield RowResult(card.account_name, card.id, is_done=False, text=error.message)
        else:
            yield RowResult(card.account_name, card.id, is_done=True, text=decided.action.status.value)
