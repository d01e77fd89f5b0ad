"""What would be known without unverified words: the claims of a situation that somebody vouches for.

Invariant: nothing of an untrusted claim is left; a record that is known otherwise keeps only its own id for a name.
"""

from collections.abc import Sequence
from dataclasses import replace

from state.canonical import Json
from state.evidence import Trust
from state.world.log import TRUSTS, Log
from state.world.record import NodeKind

NAMES = frozenset(
    {
        (NodeKind.ACCOUNT.value, "name"),
        (NodeKind.CONTACT.value, "name"),
        (NodeKind.OPPORTUNITY.value, "name"),
        (NodeKind.MEETING.value, "title"),
        (NodeKind.TICKET.value, "subject"),
    }
)
"""What records are called; without it the id stands there, so that a sentence about the record can still be said."""
_UNTRUSTED = TRUSTS.index(Trust.UNTRUSTED)


def vouched(log: Log, rows: Sequence[int]) -> tuple[Log, Sequence[int]]:
    """Leave out every untrusted claim; the same log where there is none.

    Shape: the log with names replaced, and the rows that stay, in ingestion order.
    """
    trusted = [row for row in rows if log.trusts[row] != _UNTRUSTED]
    if len(trusted) == len(rows):
        return log, rows
    known = {log.subjects[row] for row in trusted if row not in log.targets}
    named = {(log.subjects[row], log.attributes[row]) for row in trusted}
    masked = [
        row
        for row in rows
        if log.trusts[row] == _UNTRUSTED
        and (log.subjects[row].partition("/")[0], log.attributes[row]) in NAMES
        and log.subjects[row] in known
        and (log.subjects[row], log.attributes[row]) not in named
    ]
    values: list[Json] = list(log.values)
    for row in masked:
        values[row] = log.subjects[row].partition("/")[2]
    hidden = set(masked)
    made = {row: delta for row, delta in log.made.items() if row not in hidden}
    quotes = {row: text for row, text in log.quotes.items() if row not in hidden}
    return replace(log, values=values, made=made, quotes=quotes), sorted((*trusted, *masked))
