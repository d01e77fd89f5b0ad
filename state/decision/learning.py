"""Learning: from decided proposals to Preferences, and from Preferences to an order.

Invariant: it cannot see policy; what it learns only lowers a confidence, raises a border, or moves what stands in one
band. No source that nobody verified moves a prior, and each moves a posterior by its cap at most.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from math import sqrt
from random import Random

from state.decision.calibration import RESAMPLES, Pair, fit, scored
from state.decision.decided import DecidedProposal, counted
from state.decision.preferences import (
    EVERY,
    Border,
    Calibrated,
    Limits,
    Measured,
    Posterior,
    Preferences,
)
from state.decision.proposal import Proposal
from state.decision.ranking import score
from state.ids import TenantId, stable_id

LAPLACE = "Laplace: one right and one wrong"
FROM_ALL = "all kinds together, verified sources alone"
FROM_KIND = "this kind in every segment, verified sources alone"
ODDS_DRAWS = 64
_Z = 1.96
_PLACES, _FINE = Decimal("0.0001"), Decimal("0.000001")
Worth = Callable[[Proposal], Decimal]


def learned(decided: Sequence[DecidedProposal], limits: Limits, *, resamples: int = RESAMPLES) -> Preferences:
    """Learn everything anew from all decided proposals; `resamples` is how finely errors are bounded."""
    kept = counted(list(decided), limits.per_origin)
    return Preferences(
        decided=len(decided),
        counted=len(kept),
        until=kept[-1].decided_at if kept else None,
        limits=limits,
        posteriors=posteriors(kept, limits),
        calibrations=(
            *calibrations(kept, limits, "confidence", resamples),
            *calibrations(kept, limits, "p_outcome", resamples),
        ),
        borders=borders(kept, limits),
    )


def posteriors(kept: Sequence[DecidedProposal], limits: Limits) -> tuple[Posterior, ...]:
    """Count right and wrong, each kind from a prior of all kinds, each segment from one of its kind.

    Source: hierarchical Beta-Bernoulli; empirical priors of a stated weight, Laplace's at the top.
    """
    settled = [one for one in kept if one.was_right is not None]
    sound = [one for one in settled if not one.origin]
    top = _posterior(EVERY, EVERY, settled, (Decimal(1), Decimal(1)), LAPLACE)
    found, of_all = [top], _share(sound, Decimal("0.5"))
    for kind in sorted({one.action_type for one in settled}):
        mine = [one for one in settled if one.action_type == kind]
        found.append(_posterior(kind, EVERY, mine, _prior(of_all, limits), FROM_ALL))
        of_kind = _share([one for one in sound if one.action_type == kind], of_all, limits.prior_decisions)
        for segment in sorted({one.segment for one in mine if one.segment}):
            here = [one for one in mine if one.segment == segment]
            found.append(_posterior(kind, segment, here, _prior(of_kind, limits), FROM_KIND))
    return tuple(found)


def _posterior(
    kind: str, segment: str, cases: Sequence[DecidedProposal], prior: tuple[Decimal, Decimal], source: str
) -> Posterior:
    right = sum(one.was_right is True for one in cases)
    wrong = len(cases) - right
    return Posterior(
        action_type=kind,
        segment=segment,
        right=right,
        wrong=wrong,
        alpha=prior[0] + right,
        beta=prior[1] + wrong,
        prior=source,
    )


def _prior(share: Decimal, limits: Limits) -> tuple[Decimal, Decimal]:
    weight = Decimal(limits.prior_decisions)
    held = min(max(share, _PLACES), 1 - _PLACES)
    return (weight * held).quantize(_PLACES), (weight * (1 - held)).quantize(_PLACES)


def _share(cases: Sequence[DecidedProposal], prior: Decimal, weight: int = 2) -> Decimal:
    """Give the share that was right, held to a prior that weighs so many decisions."""
    right = sum(one.was_right is True for one in cases)
    return ((right + prior * weight) / (len(cases) + weight)).quantize(_PLACES)


def calibrations(
    kept: Sequence[DecidedProposal], limits: Limits, measured: Measured, resamples: int = RESAMPLES
) -> tuple[Calibrated, ...]:
    """Fit and measure one of the two numbers for each kind of action that has cases."""
    fitting = partial(fit, least_n=limits.least_n, isotonic_from=limits.isotonic_from)
    found = []
    for kind in sorted({one.action_type for one in kept}):
        mine = [one for one in kept if one.action_type == kind]
        pairs = _pairs(mine, measured)
        card = scored(pairs, f"{measured}:{kind}", fitting, resamples)
        if card is not None:
            found.append(
                Calibrated(
                    measured=measured,
                    action_type=kind,
                    curve=fitting(pairs),
                    card=card,
                    is_selected=measured == "p_outcome" and all(one.was_done for one in mine if one.outcome),
                )
            )
    return tuple(found)


def _pairs(cases: Sequence[DecidedProposal], measured: Measured) -> list[Pair]:
    if measured == "confidence":
        return [(float(one.confidence), one.was_right) for one in cases if one.was_right is not None]
    return [(float(one.p_outcome), one.was_met) for one in cases if one.was_met is not None]


def borders(kept: Sequence[DecidedProposal], limits: Limits) -> tuple[Border, ...]:
    """Raise the border of a kind that is surely less often right above it than it promises.

    Shape: only where the upper end of the 95 % interval lies below the border; by the shortfall, bounded.
    Source: Wilson 1927.
    """
    found = []
    for kind in sorted({one.action_type for one in kept}):
        above = [
            one
            for one in kept
            if one.action_type == kind and one.was_right is not None and one.confidence >= limits.border
        ]
        if len(above) < limits.least_n:
            continue
        right = sum(one.was_right is True for one in above)
        short = limits.border - _upper(right, len(above))
        raised = min(short, limits.raise_at_most).quantize(_PLACES)
        if raised > 0:
            found.append(Border(action_type=kind, raised_by=raised, right=right, n=len(above)))
    return tuple(found)


def _upper(right: int, n: int) -> Decimal:
    share = right / n
    spread = _Z * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
    return Decimal(repr((share + _Z * _Z / (2 * n) + spread) / (1 + _Z * _Z / n)))


def sampled(
    proposals: Sequence[Proposal], preferences: Preferences, segment: str, tenant: TenantId, day: date
) -> Worth:
    """Draw for each proposal how likely it is right, and weigh its value by that: the day's order.

    Shape: the same tenant, business day and card always draw the same; a mail is worth what its draft is worth.
    Source: Thompson 1933.
    """
    drawn = {
        one.dedup_key: _draw(
            preferences, one, segment, Random(stable_id("draw", tenant, day.isoformat(), one.dedup_key))
        )
        for one in proposals
    }
    return _worth(proposals, drawn)


def odds(
    proposals: Sequence[Proposal],
    preferences: Preferences,
    segment: str,
    tenant: TenantId,
    day: date,
    order: Callable[[Worth], Sequence[Proposal]],
) -> dict[str, str]:
    """Estimate for each proposal how likely it stands where it stands, over draws like the day's own.

    Shape: proposal id → probability, never 0, in draws of `ODDS_DRAWS` and the day's.
    """
    keys = ":".join(sorted(one.dedup_key for one in proposals))
    chance = Random(stable_id("odds", tenant, day.isoformat(), keys))
    hits = dict.fromkeys((one.id for one in proposals), 1)
    for _ in range(ODDS_DRAWS):
        drawn = {one.dedup_key: _draw(preferences, one, segment, chance) for one in proposals}
        again = order(_worth(proposals, drawn))
        for here, there in zip(proposals, again, strict=True):
            hits[here.id] += here.id == there.id
    return {name: format(Decimal(n) / (ODDS_DRAWS + 1), ".4f") for name, n in hits.items()}


def _draw(preferences: Preferences, proposal: Proposal, segment: str, chance: Random) -> Decimal:
    """Draw a probability, held within what the admin lets the order move."""
    found = preferences.posterior(proposal.action_type, segment)
    drawn = Decimal(repr(chance.betavariate(float(found.alpha), float(found.beta))))
    return max(drawn, preferences.limits.rank_share_min)


def _worth(proposals: Sequence[Proposal], drawn: Mapping[str, Decimal]) -> Worth:
    by_id = {str(one.id): one for one in proposals}

    def worth(proposal: Proposal) -> Decimal:
        first = by_id.get(proposal.arguments.get("draft", ""), proposal)
        plain, share = score(first), drawn[first.dedup_key]
        weighed = plain * share if plain >= 0 else plain * (2 - share)
        return weighed.quantize(_FINE, ROUND_HALF_UP)

    return worth
