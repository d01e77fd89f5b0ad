"""Read the cases from their files and fill a label's slots from a cast."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.case import Case, Dataset, Gate
from state.errors import InvalidInput
from tools.files import load_model

FOLDER = Path(__file__).parent / "datasets"
MONTHS = "January February March April May June July August September October November December".split()
SHIFT = "cast.shift_days"
"""Slot that says by how many days this cast is moved."""
_SLOT = re.compile(r"\{([a-z0-9_.-]+)(?::([a-z]+))?\}")


class _Cases(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    cases: tuple[Case, ...]


def load(folder: Path = FOLDER) -> Dataset:
    """Read every file of cases and the gate. Raises: NotFound, InvalidInput."""
    files = sorted(path for path in folder.glob("*.yaml") if path.name != "gate.yaml")
    cases = [case for path in files for case in load_model(path, _Cases).cases]
    names = [case.id for case in cases]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput(f"Case {twice} stands twice in {folder}.", remedy="Give it another id.")
    gate = load_model(folder / "gate.yaml", Gate)
    return Dataset(cases=tuple(sorted(cases, key=lambda case: case.id)), gate=gate)


def filled(template: str, slots: Mapping[str, str]) -> str:
    """Put what the cast gave out into a label.

    Shape: `{key}` as it is; `{key:money}` 184,000; `{key:first}` the first word; `{key:month}` July and `{key:day}`
    31 March of a date; `{on.2026-03-31}` a day of the first cast, moved.
    Raises: InvalidInput for an unknown slot.
    """
    return _SLOT.sub(lambda found: _shown(_value(found[1], slots), found[2]), template)


def _value(key: str, slots: Mapping[str, str]) -> str:
    if key.startswith("on."):
        return (date.fromisoformat(key[3:]) + timedelta(days=int(slots[SHIFT]))).isoformat()
    if key not in slots:
        raise InvalidInput(f"The cast has no slot {key!r}.", field="slot", value=key)
    return slots[key]


def _shown(value: str, form: str | None) -> str:
    if form == "money":
        return f"{int(value):,}"
    if form == "first":
        return value.split(maxsplit=1)[0]
    if form in {"month", "day"}:
        there = date.fromisoformat(value)
        month = MONTHS[there.month - 1]
        return month if form == "month" else f"{there.day} {month}"
    return value


def all_filled(templates: Sequence[str], slots: Mapping[str, str]) -> tuple[str, ...]:
    """Fill several."""
    return tuple(filled(one, slots) for one in templates)
