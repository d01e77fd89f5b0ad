"""What an account amounts to, as one digest that no order, repetition or late arrival changes.

Invariant: sorted canonical facts and signals at one `now`; when something became known to us is no part of it.
"""

from collections.abc import Iterable
from datetime import datetime

from state.canonical import digest
from state.world.signal import Signal
from state.world.situation import Situation


def content_digest(situation: Situation, signals: Iterable[Signal], now: datetime) -> str:
    """Digest the facts known by `now` and the signals that follow from them."""
    live = sorted(
        [
            one.name, one.subject, one.sub_state, one.severity.value, one.since.isoformat(), one.text,
            ",".join(sorted(item.id for item in one.evidence)),
        ]
        for one in signals
    )  # fmt: skip
    return digest([situation.as_of(now).content_digest, live])
