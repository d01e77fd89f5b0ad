"""The order of proposals: as the rows and their values have it, inside a band moved by what was learned.

Invariant: while too little is decided it is the plain order, and the odds are none.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from state.decision.learning import odds, sampled
from state.decision.preferences import Preferences
from state.decision.proposal import Proposal
from state.decision.ranking import Before, rank
from state.ids import AccountId, TenantId
from state.ports.deciding import Deliberating
from state.world.business_time import add_business_days, local_day


def ordered(about: Deliberating, proposals: Sequence[Proposal], earlier: Before) -> tuple[Proposal, ...]:
    """Order proposals, best first."""
    names, known = _names(about), _known(about, proposals)
    if known is None:
        return rank(proposals, names, earlier)
    return rank(proposals, names, earlier, sampled(proposals, known, *place_of(about)))


def odds_of(about: Deliberating, ranked: Sequence[Proposal], earlier: Before) -> dict[str, str]:
    """Say how likely each proposal stood where it stands. Shape: by proposal id; empty where nothing was drawn."""
    names, known = _names(about), _known(about, ranked)
    if known is None:
        return {}
    return odds(ranked, known, *place_of(about), lambda worth: rank(ranked, names, earlier, worth))


def _known(about: Deliberating, proposals: Sequence[Proposal]) -> Preferences | None:
    """Give what may move this order; None where too little is decided, or where there is nothing to move."""
    known = about.preferences
    return known if known is not None and known.has_order and len(proposals) > 1 else None


def place_of(about: Deliberating) -> tuple[str, TenantId, date]:
    """Name what a draw is fixed by besides the card: the account's tier, the company, and its business day."""
    company = about.profile.company
    today = local_day(about.now, company.zone)
    day = add_business_days(about.profile.calendar, today, 0, company.region)
    return about.judgement.tier, about.principal.tenant, day


def _names(about: Deliberating) -> Mapping[AccountId, str]:
    return {AccountId(about.view.identifier): about.view.name}
