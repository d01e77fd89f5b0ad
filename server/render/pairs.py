"""Fold a draft and the sending of it into one entry: the seller decides once."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphs.telling.report import ProposalOut

DRAFTS = frozenset({"draft_email"})
SENDS = frozenset({"send_email"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do, with the sending of what was drafted for it."""

    proposal: ProposalOut
    send: ProposalOut | None = None

    @property
    def decided(self) -> ProposalOut:
        """The proposal that a person decides about."""
        return self.send or self.proposal


def paired(proposals: Sequence[ProposalOut]) -> tuple[Entry, ...]:
    """Join each draft with the sending to the same recipient; order and everything else stay."""
    sends = {one.recipient: one for one in proposals if one.action_type in SENDS and one.recipient}
    drafted = {one.recipient for one in proposals if one.action_type in DRAFTS}
    out = []
    for one in proposals:
        if one.action_type in DRAFTS and one.recipient in sends:
            out.append(Entry(one, sends[one.recipient]))
        elif not (one.action_type in SENDS and one.recipient in drafted):
            out.append(Entry(one))
    return tuple(out)
