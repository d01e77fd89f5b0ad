"""What was put before a person, and when: kept on our side, so that no client says how long it was read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from state.ids import ActionId, UserId


@dataclass(frozen=True, slots=True)
class Display:
    """One exact card before one person on one channel."""

    person: UserId
    action: ActionId
    shown: str
    """`Action.card_hash` of what was displayed."""
    channel: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The day on which something first stood in a person's inbox."""

    person: UserId
    item: str
    """A card or a question."""
    unit: str
    """What it counts as: itself, or the equal cards it stands among."""
    day: date
    """Of business."""


class DisplayStore(Protocol):
    """Displays of one tenant."""

    def fresh(self, displays: Sequence[Display]) -> Sequence[Display]:
        """Leave out what was displayed before, in the order given."""
        ...

    def put(self, displays: Sequence[Display], wall: datetime) -> None:
        """Keep displays; the first time of each stays."""
        ...

    def first(self, display: Display) -> datetime | None:
        """Say when it was first displayed, in wall time; None: never on this channel."""
        ...

    def turns(self, person: UserId, items: Collection[str], day: date) -> Sequence[Turn]:
        """List a person's turns of these items, and all of a day, by item."""
        ...

    def take(self, turns: Sequence[Turn]) -> None:
        """Keep turns; the first of each stays."""
        ...
