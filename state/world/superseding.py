"""Corrections: an event that supersedes another takes its claims out of force, from the moment the correction is known.

Invariant: a correction stays in force when it is itself corrected, so a chain leaves only its last word; nothing is
deleted, so what was believed before a correction was known can still be asked.
"""

from collections.abc import Collection, Sequence
from itertools import compress

from state.evidence import Trust
from state.ids import AccountId
from state.world.delta import Delta, node_key
from state.world.event import Event
from state.world.log import Log
from state.world.record import NodeKind

SUPERSEDES = "supersedes"
"""The claim by which an event names the one it replaces."""


def in_force(log: Log, known: Sequence[bool]) -> Sequence[int]:
    """List the rows of known events that no known correction of their own source, or of a person, supersedes.

    Shape: `known` holds one flag per event of the log; the rows come in ingestion order.
    """
    heads = log.heads
    if SUPERSEDES not in log.attributes:
        return (
            range(len(log)) if all(known) else list(compress(range(len(log)), map(known.__getitem__, heads)))
        )
    gone: dict[str, set[str]] = {}
    for row, name in enumerate(log.attributes):
        if name == SUPERSEDES and known[heads[row]]:
            gone.setdefault(str(log.values[row]), set()).add(log.sources[heads[row]])
    stands = [
        is_known and not may_correct(gone.get(event), source)
        for is_known, event, source in zip(known, log.events, log.sources, strict=True)
    ]
    return [
        row
        for row, head in enumerate(heads)
        if stands[head] or (known[head] and log.attributes[row] == SUPERSEDES)
    ]


def may_correct(by: Collection[str] | None, source: str) -> bool:
    """Tell whether corrections from these sources reach an event of a source: its own do, and a person's."""
    return by is not None and (source in by or "user" in by)


def correction_in(account: AccountId, event: Event) -> Delta:
    """Say in the log of another account that an event there was corrected, for example because it belonged here."""
    return Delta(
        account, node_key(NodeKind.ACCOUNT, account), SUPERSEDES, event.supersedes, None, event.id, event.hash,
        event.source, account, Trust.UNTRUSTED, event.time, event.recorded_at,
    )  # fmt: skip
