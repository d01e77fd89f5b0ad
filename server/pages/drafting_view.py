"""A draft of another policy: one layer's text in place of what is in force, what it changes, what it would have done.

Invariant: looking changes nothing; a draft with an error in it is never compared, tried or put in force.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff

from graphs.governing.activating import Activating, ActivationOut
from graphs.governing.rejudging import recorded_lately
from graphs.keeping.configuring import judge_of
from graphs.parts import Parts, Tenancy
from server.auth import Caller
from server.cli.dates import moment
from server.freshness import in_person
from server.home import Home
from server.pages.policy_view import Tried, named_limit, names_of, tried_on
from state.errors import InvalidInput, NotFound
from state.governance.catalogue import FactType
from state.governance.facts import LEVELS, POLICY_FACTS
from state.governance.policy import AllowRule, Layer, in_order
from state.governance.rejudging import rejudged
from state.governance.review import PolicyFinding
from tools.policies import wrong_with
from tools.policy_text import layer_of, text_of

NEW = "new"
TEMPLATE = """\
layer: team
applies_to: east
description: What it is for.
rules:
  - id: example-needs-manager
    kind: require
    roles: [owner, manager]
    reason: One plain sentence that the seller reads.
    when: {fact: action.external, op: eq, value: true}
"""
OPERATORS = {
    "eq": "is", "ne": "is not", "lt": "is less than", "le": "is at most", "gt": "is more than", "ge": "is at least",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """What an admin works on: a layer by its title with its text, or a kept policy by its version."""

    layer: str = ""
    text: str = ""
    kept: str = ""
    since: str = ""
    """From when on it counts; empty: at once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a draft would change."""

    shown: ActivationOut
    findings: tuple[PolicyFinding, ...]
    """What is odd about it and no error."""
    lines: tuple[tuple[str, str], ...]
    """Mark (+ - or a blank) and text of each line that is written otherwise."""
    dry: Tried


def layers_of(board: Activating, draft: Draft) -> tuple[Layer, ...]:
    """Put a draft in place of what is in force; an empty text takes its layer away. Raises: InvalidInput, NotFound."""
    if draft.kept:
        return board.kept(draft.kept).layers
    here = board.tenancy.layers
    others = tuple(one for one in here if one.title != draft.layer)
    if draft.layer != NEW and len(others) == len(here):
        raise NotFound(
            f"No layer is called {draft.layer!r}.", field="layer", value=draft.layer, remedy="Choose one."
        )
    if not draft.text.strip():
        return others
    return in_order((*others, layer_of(draft.text, draft.layer)))


def sound(layers: Sequence[Layer]) -> tuple[PolicyFinding, ...]:
    """Refuse what has an error, and give what is merely odd. Raises: InvalidInput."""
    found = wrong_with(layers)
    errors = [one for one in found if one.is_error]
    if errors:
        first, more = errors[0], f" ({len(errors) - 1} more to mend.)" if len(errors) > 1 else ""
        told = f"{first.source}, {first.field}: {first.problem}{more}"
        raise InvalidInput(told, field=first.field, value=first.value[:80], remedy=first.remedy)
    return found


def seen(home: Home, caller: Caller, draft: Draft, days: int) -> Seen:
    """Say what a draft changes and what it would have done. Raises: InvalidInput, NotFound, Forbidden."""
    return home.act(_seen, home, caller, draft, days)


def _seen(home: Home, caller: Caller, draft: Draft, days: int) -> Seen:
    parts = home.house.parts
    tenancy = parts.tenancy.refresh(caller.tenant)
    board = Activating(parts, tenancy, caller.principal)
    layers = layers_of(board, draft)
    findings = sound(layers)
    return Seen(
        shown=board.activate(layers, "", None, since_of(board, draft)),
        findings=findings,
        lines=tuple(_lines(tenancy.layers, layers)),
        dry=_dry(parts, tenancy, layers, days),
    )


def _dry(parts: Parts, tenancy: Tenancy, layers: Sequence[Layer], days: int) -> Tried:
    run = rejudged(judge_of(layers, tenancy.day), recorded_lately(parts, tenancy, days))
    return tried_on(run, "", days, names_of(parts, tenancy.id))


def _lines(old: Sequence[Layer], new: Sequence[Layer]) -> Iterator[tuple[str, str]]:
    """Compare both as text, layer by layer."""
    before, after = {one.title: one for one in old}, {one.title: one for one in new}
    for title in dict.fromkeys((*before, *after)):
        first, second = (
            text_of(one).splitlines() if one else [] for one in (before.get(title), after.get(title))
        )
        told = [
            line for line in unified_diff(first, second, lineterm="", n=1) if line[:3] not in ("---", "+++")
        ]
        if told:
            yield "@", title
        yield from ((" ", "…") if line.startswith("@@") else (line[:1], line[1:]) for line in told)


def put_in_force(home: Home, caller: Caller, draft: Draft, note: str, yes: str) -> ActivationOut:
    """Activate what was shown, or record the first yes. Raises: Forbidden, InvalidInput, NotFound, Conflict."""
    return home.act(_put, home, caller, draft, note, yes)


def _put(home: Home, caller: Caller, draft: Draft, note: str, yes: str) -> ActivationOut:
    parts = home.house.parts
    board = Activating(parts, parts.tenancy.refresh(caller.tenant), in_person(home, caller))
    layers = layers_of(board, draft)
    sound(layers)
    return board.activate(layers, note, yes, since_of(board, draft))


def since_of(board: Activating, draft: Draft) -> datetime | None:
    """Read the date of a draft, in the company's zone. Raises: InvalidInput."""
    return moment(draft.since, "from", board.tenancy.profile.company.zone) if draft.since else None


def draft_context(home: Home, caller: Caller, draft: Draft, days: int) -> dict[str, object]:
    """Collect what the page of a draft shows whatever is asked. Raises: NotFound."""
    with home.look(caller.tenant) as tenancy:
        layers = tenancy.layers
    chosen = next((one for one in layers if one.title == draft.layer), None)
    if chosen is None and draft.layer not in ("", NEW):
        raise NotFound(
            f"No layer is called {draft.layer!r}.", field="layer", value=draft.layer, remedy="Choose one."
        )
    text = draft.text or (text_of(chosen) if chosen else TEMPLATE)
    chosen = _readable(draft.text) or chosen
    return {
        "draft": draft, "text": text, "layers": layers, "new": NEW, "chosen": chosen, "days": days, "seen": None,
        "error": None, "fresh": False, "limits": tuple(limits_of(chosen)) if chosen else (), "levels": LEVELS,
        "exempting": [rule for rule in chosen.rules if not isinstance(rule, AllowRule)] if chosen else [],
        "facts": [one for one in POLICY_FACTS.specs.values() if _is_typed(one.name)], "operators": OPERATORS,
    }  # fmt: skip


def _readable(text: str) -> Layer | None:
    """Read what was typed, for its fields to stand as typed; a text with a fault has none."""
    try:
        return layer_of(text, "draft") if text.strip() else None
    except InvalidInput:
        return None


def _is_typed(name: str) -> bool:
    spec = POLICY_FACTS.specs[name]
    return spec.type is not FactType.DATETIME and not spec.more_is_looser


def limits_of(layer: Layer) -> Iterator[tuple[str, str, str]]:
    """List the limits that have a field of their own. Shape: name of the field, its title, its value."""
    bounds = layer.bounds
    for group, named in (("caps", bounds.caps), ("thresholds", bounds.thresholds)):
        for name, value in named.items():
            most = "at most" if group == "caps" else "at least"
            yield f"{group}.{name}", f"{named_limit(name)}, {most}", f"{value:f}"
    for name, title in (
        ("undo_hold_seconds", "Undo hold, seconds"),
        ("class2_delay_minutes", "Delay at L2, minutes"),
    ):
        value = getattr(bounds, name)
        yield name, title, "" if value is None else str(value)
