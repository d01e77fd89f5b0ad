"""What is worth noticing about an account: a registry of small pure rules over its view, surroundings and profile.

Invariant: the same view, surroundings and profile give the same signals in the same order; no rule reads a clock.
"""

from dataclasses import dataclass

from state.world.detection.aging import deal_age
from state.world.detection.champion import champion_went_cold, champions
from state.world.detection.commitments import commitment, delivery_of
from state.world.detection.competition import competitor_added, discount_requested
from state.world.detection.deals import (
    close_date_slipped,
    deal_closed,
    deal_stage_moved,
    deal_value_moved,
    slips,
)
from state.world.detection.departures import is_gone
from state.world.detection.inbound import (
    email_opened_multiple,
    form_submitted,
    new_contact_high_fit,
    news_event,
    reply_received,
)
from state.world.detection.meetings import (
    activity_slump,
    meeting_completed,
    meeting_upcoming,
    no_meeting,
    paused_until,
)
from state.world.detection.paper import process_slip_risk
from state.world.detection.people import multi_thread_engagement, stakeholder_changed, stakeholder_gap
from state.world.detection.records import consent_opted_out, duplicate_account
from state.world.detection.renewal import notice_deadline, renewal_window_entered
from state.world.detection.rule import Rule, Silence
from state.world.detection.scene import Scene
from state.world.detection.segment import annual_revenue, open_amount, tier_of
from state.world.detection.sources import source_stale
from state.world.detection.support import support_escalated, support_risk_emerging, support_sev2_aging
from state.world.detection.usage import seat_limit_near, usage_moved
from state.world.profile import Profile
from state.world.signal import Signal
from state.world.surroundings import Surroundings
from state.world.view import AccountView

RULES: tuple[Rule, ...] = (
    notice_deadline,
    close_date_slipped,
    deal_stage_moved,
    deal_value_moved,
    deal_age,
    deal_closed,
    process_slip_risk,
    competitor_added,
    discount_requested,
    stakeholder_changed,
    stakeholder_gap,
    champion_went_cold,
    multi_thread_engagement,
    support_sev2_aging,
    support_risk_emerging,
    support_escalated,
    usage_moved,
    seat_limit_near,
    no_meeting,
    activity_slump,
    meeting_upcoming,
    meeting_completed,
    new_contact_high_fit,
    form_submitted,
    email_opened_multiple,
    commitment,
    reply_received,
    source_stale,
    news_event,
    duplicate_account,
    consent_opted_out,
)
"""RENEWAL_WINDOW_ENTERED runs after them: its severity depends on their risks."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything the rules said: live signals, and what they could not judge."""

    signals: tuple[Signal, ...]
    silences: tuple[Silence, ...]


def survey(view: AccountView, around: Surroundings, profile: Profile) -> Survey:
    """Run every rule, once for the same view, surroundings and profile.

    Shape: signals and silences sorted by name, subject and sub-state; no two signals share an id.
    """
    seen = view.seen_from(profile.company.verified_domains)
    return seen.once("survey", (around, profile), lambda: _surveyed(Scene(seen, around, profile)))


def _surveyed(scene: Scene) -> Survey:
    found = [finding for rule in RULES for finding in rule(scene)]
    signals = {finding.id: finding for finding in found if isinstance(finding, Signal)}
    signals |= {signal.id: signal for signal in renewal_window_entered(scene, tuple(signals.values()))}
    silences = {finding for finding in found if isinstance(finding, Silence)}
    return Survey(
        tuple(sorted(signals.values(), key=lambda one: (one.name, one.subject, one.sub_state))),
        tuple(sorted(silences, key=lambda one: (one.name, one.subject, one.reason, one.text))),
    )


def detect(view: AccountView, around: Surroundings, profile: Profile) -> tuple[Signal, ...]:
    """List the live signals of an account at one clock, sorted by name, subject and sub-state."""
    return survey(view, around, profile).signals


__all__ = [
    "RULES",
    "Scene",
    "Silence",
    "Survey",
    "annual_revenue",
    "champions",
    "delivery_of",
    "detect",
    "is_gone",
    "open_amount",
    "paused_until",
    "slips",
    "survey",
    "tier_of",
]
