"""Outcomes that records themselves tell: a deal won, lost or a stage further, a contract renewed, a customer gone.

Invariant: only claims of a system of record, or of a person, count; what an outsider can write tells no outcome here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import cast

from state.decision.decided import Observed
from state.evidence import Trust
from state.ids import NodeKey
from state.world.delta import Delta
from state.world.profile import Profile
from state.world.view import AccountView, Deal

TOLD = {
    ("Opportunity", "outcome"): ("won", "lost"),
    ("Subscription", "status"): ("renewed",),
    ("Account", "status"): ("churned",),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One outcome as a record tells it."""

    outcome: Observed
    at: datetime
    subject: NodeKey

    def is_about(self, subject: str | None) -> bool:
        """Tell whether it is about a deal, a contract, or the whole account that left."""
        return self.outcome == "churned" or self.subject == subject


def observed(profile: Profile, view: AccountView) -> tuple[Seen, ...]:
    """List what an account's records tell, oldest first."""
    entities = (view, *view.deals, *view.subscriptions)
    claims = [claim for one in entities for name in ("outcome", "status") for claim in one.history(name)]
    found = [*_told(claims), *(seen for deal in view.deals for seen in _advanced(profile, deal))]
    return tuple(sorted(found, key=lambda one: (one.at, one.subject)))


def _told(claims: list[Delta]) -> Iterator[Seen]:
    for claim in claims:
        known = TOLD.get((claim.kind.value, claim.attribute), ())
        if claim.value in known and _is_vouched(claim):
            yield Seen(cast("Observed", claim.value), claim.valid_from, claim.subject)


def _advanced(profile: Profile, deal: Deal) -> Iterator[Seen]:
    """List the claims that brought a deal further than the one before."""
    pipeline = profile.pipeline.pipeline(deal.pipeline)
    for old, new in pairwise(deal.history("stage")):
        before, after = pipeline.index_of(str(old.value)), pipeline.index_of(str(new.value))
        if before is not None and after is not None and after > before and _is_vouched(new):
            yield Seen("stage_advanced", new.valid_from, deal.key)


def _is_vouched(claim: Delta) -> bool:
    return claim.trust.rank > Trust.UNTRUSTED.rank
