"""How much comes before one person in a day: what is worth least waits for another day, and nothing past its time.

Invariant: an exempt item and one that had its turn are never held; a held one always has a turn that comes before it is
due; with nothing held back everything is shown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that asks for a person: a question, a card, or equal cards as one."""

    name: str
    worth: float
    """In the tenant's currency."""
    due: datetime
    """When deciding would be too late."""
    is_exempt: bool = False
    """Nothing of its kind may wait."""
    had_turn: bool = False
    """It came before the person already."""


def held_back(
    items: Iterable[Item], *, per_day: int, new_today: int, turn: Callable[[int], datetime]
) -> Mapping[str, datetime]:
    """Say which items wait for a later day and until when; `turn` gives the beginning of the n-th day to come.

    Shape: by name; the rest is shown today, `per_day` new ones less those that came already.
    """
    rest = [one for one in items if not (one.is_exempt or one.had_turn)]
    later = sorted(rest, key=lambda one: (-one.worth, one.due, one.name))[max(0, per_day - new_today) :]
    held: dict[str, datetime] = {}
    for one in later:
        until = turn(len(held) // per_day)
        if until < one.due:
            held[one.name] = until
    return held
