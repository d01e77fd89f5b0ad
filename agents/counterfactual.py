"""Decide again as if nothing unverified had ever been said, and see what of each proposal hangs on it.

Invariant: a pure function of what was looked at; a proposal that was not tested counts as dependent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from state.decision.dependence import FREE, Dependence, dependence
from state.decision.proposal import Proposal
from state.evidence import Trust
from state.ports.deciding import Deliberating, Reasoner
from state.world.detection import detect
from state.world.judgement import Judgement
from state.world.synthesis import synthesize
from state.world.view import AccountView


def vouched(about: Deliberating) -> Deliberating:
    """Look at the account without a single untrusted claim, text or passage; itself where there is none."""
    sure = tuple(one for one in about.recollections if one.trust is not Trust.UNTRUSTED)
    given = (about.judgement, about.around, about.profile)
    view, judgement = about.view.once("vouched", given, lambda: _vouched(about))
    if view.situation is about.view.situation and len(sure) == len(about.recollections):
        return about
    return replace(about, view=view, judgement=judgement, recollections=sure, baseline=None, changes=())


def _vouched(about: Deliberating) -> tuple[AccountView, Judgement]:
    """Judge the account anew, once for each version of it; where nothing is untrusted, it is judged already."""
    situation = about.view.situation.vouched()
    if situation is about.view.situation:
        return about.view, about.judgement
    view = AccountView.of(situation, about.profile.company.verified_domains)
    return view, synthesize(view, detect(view, about.around, about.profile), about.around, about.profile)


def dependences(
    about: Deliberating, proposals: Sequence[Proposal], reasoner: Reasoner
) -> Mapping[str, Dependence]:
    """Test every proposal, deciding again once for all of them.

    Shape: proposal id → what it owes to unverified words.
    """
    if not proposals:
        return {}
    sure = vouched(about)
    if sure is about:
        return {one.id: FREE for one in proposals}
    without = reasoner.candidates(sure)
    return {one.id: dependence(one, place, without) for place, one in enumerate(proposals, start=1)}
