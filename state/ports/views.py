"""The one bounded row per account beside its log: what was live when it was last looked at, and when to look again.

Invariant: the row is moved in the transaction of the event; nothing here loads a situation.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import accumulate
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from state.ids import AccountId
from state.world.batching import Moved
from state.world.event import Event
from state.world.glance import Glance
from state.world.lookout import Border, Live

ROW_BYTES = 8192
"""No row is larger."""
LIVE_BYTES, CROSSING_BYTES = 3000, 800
"""What signals and crossings may take of it, beside a glance; the counters are bounded, as the types of records are."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ViewRow(_Frozen):
    """What is known of an account without its situation."""

    account: AccountId
    version: int = 0
    """Of the situation that was looked at; 0: never."""
    look_at: datetime | None = None
    """UTC; None: at once, because something moved."""
    border: Border | None = None
    """What the look at `look_at` will find, as far as it was foreseen."""
    live: tuple[Live, ...] = ()
    """Signals of the last look, the most severe first, as many as fit; only these are told when they fire or close."""
    left_out: int = 0
    """Signals that did not fit."""
    last: Mapping[str, datetime] = {}
    """Record type → valid time of the newest event of that type."""
    counts: Mapping[str, int] = {}
    """Record type → events folded."""
    glance: Glance | None = None
    """What the next event is held against; None: not known until the next look."""

    @property
    def is_moved(self) -> bool:
        """Something happened since the last look."""
        return self.look_at is None


class Watch(_Frozen):
    """What all accounts of a tenant shared at the last due scan; where it differs, some must be looked at."""

    config: str = ""
    freshness: Mapping[str, str] = {}
    """Source → fresh, stale or not_connected."""
    silent: Mapping[str, date] = {}
    """Feeds silent for several accounts at once → since when."""
    stale_above: int | None = None
    """Units: whole days; older open deals are stale. None: not enough closed deals to say."""
    aging_above: int | None = None


M = TypeVar("M", bound=BaseModel)


def fitting(found: Sequence[M], most: int) -> tuple[M, ...]:
    """Keep as many from the front as fit. Units: bytes of JSON."""
    sizes = accumulate(len(one.model_dump_json().encode()) + 1 for one in found)
    return tuple(one for one, size in zip(found, sizes, strict=True) if size <= most)


class ViewStore(Protocol):
    """View rows of one tenant."""

    def move(self, batch: Sequence[Event]) -> None:
        """Fold admitted events into the rows of their accounts, which are then to be looked at; their glances go."""
        ...

    def get(self, account: AccountId) -> ViewRow | None:
        """Read one row."""
        ...

    def rows(self, accounts: Collection[AccountId]) -> Mapping[AccountId, ViewRow]:
        """Read the rows of some accounts; an account that is new has none."""
        ...

    def due(self, now: datetime, limit: int, after: AccountId | None = None) -> tuple[ViewRow, ...]:
        """List rows to be looked at by `now`, in the order of their accounts."""
        ...

    def due_of(self, accounts: Sequence[AccountId], now: datetime) -> tuple[ViewRow, ...]:
        """List those of some accounts that are to be looked at by `now`, in the order of their ids."""
        ...

    def moved(self, limit: int) -> tuple[Moved, ...]:
        """List accounts that events have moved since the last look, in the order of their ids."""
        ...

    def put(self, row: ViewRow) -> None:
        """Write what a look found. Raises: InvalidInput for a row that is too large."""
        ...

    def put_all(self, rows: Sequence[ViewRow]) -> None:
        """Write several. Raises: InvalidInput for a row that is too large."""
        ...

    def watch(self) -> Watch:
        """Read what all accounts shared at the last due scan."""
        ...

    def keep_watch(self, watch: Watch) -> None:
        """Write it."""
        ...

    def wake_all(self) -> int:
        """Have every account looked at; return how many were asleep."""
        ...

    def wake(self, accounts: Collection[AccountId]) -> int:
        """Have these accounts looked at; return how many were asleep."""
        ...

    def wake_domains(self, domains: Collection[str]) -> int:
        """Have the accounts looked at that have one of these mail domains."""
        ...

    def wake_feed(self, feed: str) -> int:
        """Have the accounts looked at whose series of a feed are at zero."""
        ...

    def wake_deals(self, since: date, until: date) -> int:
        """Have the accounts looked at that have an open deal opened from `since` to `until`, both included."""
        ...
