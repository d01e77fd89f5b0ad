"""Named slots: the only things a template may hold, each filled from the situation with its evidence.

Invariant: a slot without a value leaves its sentence out; nothing is guessed, and no text is evaluated.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agents.playbook.scene import Scene
from state.decision.brief import Operation
from state.errors import InvalidInput
from state.evidence import Evidence
from state.world.detection.wording import counted, day_text
from state.world.knowledge import KnowledgeDocument

_SLOT = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_]*)?")


@dataclass(frozen=True, slots=True)
class Said:
    """The text of a slot or sentence, and what it rests on."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True)
class Stage:
    """A scene with what only the row or the proposal knows."""

    scene: Scene
    target_seat_share: Decimal = Decimal(1)
    owner: str | None = None
    """User id."""
    sender: str | None = None
    """In whose name; the record's owner, when a delegate acts."""
    document: KnowledgeDocument | None = None
    """What we may give to customers on the subject's request."""
    filled: dict[str, "Said | None"] = field(default_factory=dict, compare=False)
    """Slots already filled on this stage."""


Slot = Callable[[Stage], Said | None]


def slots_of(template: str) -> tuple[str, ...]:
    """List the slot names of a template.

    Raises: ValueError for a brace that is no slot.
    """
    rest = _SLOT.sub("", template)
    if "{" in rest or "}" in rest:
        raise ValueError(f"{template!r} holds a brace that is not a slot")
    names = tuple(_SLOT.findall(template))
    wrong = next((name for name in names if not _NAME.fullmatch(name)), None)
    if wrong is not None:
        raise ValueError(f"{{{wrong}}} is not the name of a slot")
    return names


def check_template(template: str, known: Mapping[str, Slot], where: str) -> None:
    """Refuse a template with an unknown slot.

    Raises: InvalidInput naming place, slot and the nearest known names.
    """
    try:
        names = slots_of(template)
    except ValueError as error:
        raise InvalidInput(
            f"{where}: {error}.", field=where, value=template, remedy="Write {deal.name}."
        ) from None
    for name in names:
        if name not in known:
            near = ", ".join(
                sorted(other for other in known if other.partition(".")[0] == name.partition(".")[0])
            )
            raise InvalidInput(
                f"{where}: no slot is called {{{name}}}.",
                field=where,
                value=name,
                remedy=f"Known here: {near or 'none'}.",
            )


def fill(template: str, stage: Stage, known: Mapping[str, Slot]) -> Said | None:
    """Fill a template; None when a slot has no value. What begins with a slot keeps its case."""
    found: dict[str, Said] = {}
    for name in slots_of(template):
        if name not in stage.filled:
            stage.filled[name] = known[name](stage)
        said = stage.filled[name]
        if said is None or not said.text:
            return None
        found[name] = said
    text = _SLOT.sub(lambda match: found[match.group(1)].text, template)
    return Said(
        text,
        unique(item for said in found.values() for item in said.evidence),
        tuple(dict.fromkeys(operation for said in found.values() for operation in said.operations)),
    )


def first_filled(lines: Sequence[str], stage: Stage, known: Mapping[str, Slot]) -> Said | None:
    """Take the first alternative whose slots all have values."""
    return next((said for line in lines if (said := fill(line, stage, known)) is not None), None)


def sentence(said: Said) -> Said:
    """Begin with a capital letter."""
    return Said(said.text[:1].upper() + said.text[1:], said.evidence, said.operations)


def unique(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Keep each citation once, in order."""
    return tuple({item.id: item for item in evidence}.values())


def said(text: str | None, evidence: Iterable[Evidence] = (), *operations: Operation) -> Said | None:
    """Say a text; an empty one is nothing."""
    return None if not text else Said(text, tuple(evidence), operations)


def day(when: date | None, evidence: Iterable[Evidence]) -> Said | None:
    """Say a date, as everywhere."""
    return None if when is None else Said(day_text(when), tuple(evidence))


def days_said(count: int, cited: tuple[Evidence, ...], stage: Stage) -> Said:
    """Say a number of days up to today, with how it was counted."""
    inputs = (*(item.id for item in cited), stage.scene.today.isoformat())
    return Said(counted(count, "day"), cited, (Operation(name="days", inputs=inputs, result=str(count)),))
