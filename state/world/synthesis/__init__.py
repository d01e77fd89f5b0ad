"""Judgement of one account: what signals and facts add up to, with reasons, evidence, gaps and contradictions.

Invariant: a pure function of view, signals, surroundings and profile; no border is in code.
"""

from collections.abc import Iterable

from state.world.judgement import Judgement
from state.world.profile import Profile
from state.world.signal import Signal
from state.world.surroundings import Surroundings
from state.world.synthesis.case import Case
from state.world.synthesis.contradictions import contradictions_of
from state.world.synthesis.health import health_of
from state.world.synthesis.measures import Outlook
from state.world.synthesis.momentum import momentum_of
from state.world.synthesis.overlays import overlays_of
from state.world.synthesis.people import people_of
from state.world.synthesis.posture import posture_of
from state.world.synthesis.sources import not_connected
from state.world.synthesis.unknowns import unknowns_of
from state.world.view import AccountView


def synthesize(
    view: AccountView, signals: Iterable[Signal], around: Surroundings, profile: Profile
) -> Judgement:
    """Judge one account at one clock."""
    scene = Outlook(view.seen_from(profile.company.verified_domains), around, profile)
    live = tuple(sorted(signals, key=lambda one: (-one.severity.rank, one.name, one.subject, one.sub_state)))
    health = health_of(scene)
    posture, ground = posture_of(Case(scene, live, health))
    people = people_of(scene)
    return Judgement(
        account=view.situation.account,
        now=around.now,
        posture=posture,
        posture_reason=ground.text,
        posture_evidence=ground.evidence,
        momentum=momentum_of(scene),
        health=health,
        tier=scene.tier,
        signals=live,
        people=people,
        unknowns=unknowns_of(scene, posture, health, people),
        contradictions=contradictions_of(scene),
        overlays=overlays_of(scene),
        not_connected=not_connected(scene),
    )


__all__ = ["synthesize"]
