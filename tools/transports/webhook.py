"""A webhook for what one of us is told: one POST of the stored bytes, in the form that Slack's take.

Invariant: what is unclear once the host was reached is unknown, never sent again here; no redirect is followed.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from state.governance.destination import Refused
from state.ports.tooling import Sent
from tools.egress import Egress
from tools.transports.approved import Approved
from tools.transports.parcel import Looked, Parcel
from tools.transports.smtp import mark_of, marked

LATER: Final = frozenset({429, 503})
"""Answers that say: not taken now."""


@dataclass(frozen=True, slots=True)
class WebhookTransport:
    """Posts to the one address that an admin set; it cannot be asked afterwards."""

    url: str = field(repr=False)
    trail: Path
    """Where a mark says what was handed over."""
    egress: Egress

    def deliver(self, parcel: Parcel, approved: Approved) -> Sent:
        """Post it under its name, which a receiver may know it by."""
        return marked(self.trail, parcel, "webhook", lambda: self._posted(parcel, approved))

    def look(self, parcel: Parcel) -> Looked:
        """Say that nothing was handed over, where no mark is; else nobody can tell."""
        return "unknown" if mark_of(self.trail, parcel).exists() else "absent"

    def _posted(self, parcel: Parcel, approved: Approved) -> Sent:
        changed = approved.difference(parcel.sender, parcel.recipients, parcel.content)
        if changed is not None:
            return Sent("refused", changed, is_mismatch=True)
        answer = self.egress.post(self.url, parcel.content, "application/json", {"webhook-id": parcel.name})
        if isinstance(answer, Refused):
            return _unanswered(answer)
        detail = f"the webhook answered {answer.status}"
        if answer.status // 100 == 2:
            return Sent("receipt", detail)
        if answer.status in LATER:
            return Sent("not_done", detail)
        return Sent("refused" if answer.status // 100 == 4 else "unknown", detail)


def _unanswered(refused: Refused) -> Sent:
    """Read why there is no answer: unclear once the host was reached; before that, only its absence passes."""
    if refused.code == "redirect":
        return Sent("refused", refused.reason)
    if refused.has_begun:
        return Sent("unknown", refused.reason)
    return Sent("not_done" if refused.code == "network" else "refused", refused.reason)
