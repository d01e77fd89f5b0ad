"""What new events make newsworthy at once: the same rules over what the row of the account keeps and the new claims.

Invariant: a signal found here is one that a look at the whole account finds at the same clock, with the same severity;
whatever the row cannot tell for certain is left to that look, which is due as soon as an event came.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from state.ids import AccountId
from state.world.delta import Delta
from state.world.detection.competition import competitor_added
from state.world.detection.deals import close_date_slipped, deal_closed, deal_stage_moved, deal_value_moved
from state.world.detection.inbound import form_submitted, reply_received
from state.world.detection.people import stakeholder_changed
from state.world.detection.records import consent_opted_out
from state.world.detection.rule import Rule
from state.world.detection.scene import Scene
from state.world.detection.support import support_escalated, support_risk_emerging
from state.world.event import Event
from state.world.glance import DECIDING, WATCHED, Glance
from state.world.profile import Profile
from state.world.record import NodeKind
from state.world.signal import Signal
from state.world.surroundings import Surroundings
from state.world.view import AccountView

RULES: Mapping[str, tuple[Rule, ...]] = {
    "deal.updated": (close_date_slipped, deal_stage_moved, deal_value_moved, competitor_added),
    "deal.closed": (deal_closed,),
    "ticket.updated": (support_escalated, support_risk_emerging),
    "contact.updated": (stakeholder_changed,),
    "mail.bounced": (stakeholder_changed,),
    "consent.changed": (consent_opted_out,),
    "mail.received": (reply_received, competitor_added),
    "form.submitted": (form_submitted, competitor_added),
    "note.added": (competitor_added,),
}
"""Record type → rules that its events alone can make fire."""
CERTAIN: Mapping[str, frozenset[str]] = {
    "SUPPORT_RISK_EMERGING": frozenset({"open_sev1", "open_sev2"}),
    "STAKEHOLDER_CHANGED": frozenset({"left"}),
}
"""Signals of which only these sub-states can be told without the history."""
NEEDED: Mapping[str, NodeKind] = {
    "COMPETITOR_ADDED": NodeKind.OPPORTUNITY,
    "DEAL_VALUE_DECREASED": NodeKind.OPPORTUNITY,
}
"""Signals that depend on all nodes of a kind."""
_SIGNS_OF_LIFE = ("mail.received", "note.added", "meeting.updated")
TAKEN_BACK: Mapping[str, tuple[str, ...]] = {
    "REPLY_RECEIVED": ("mail.sent", *_SIGNS_OF_LIFE),
    "STAKEHOLDER_CHANGED": _SIGNS_OF_LIFE,
}
"""Signals that a later record of these types may take back."""
READ = frozenset({*WATCHED, NodeKind.INTERACTION, NodeKind.READING})
UNSURE = frozenset({"account.merged", "account.parted", "fact.corrected"})
"""After these the row is made anew from the whole account."""
Told = tuple[Event, Sequence[Delta]]


@dataclass(frozen=True, slots=True)
class Before:
    """An account as its row tells it, before the events."""

    account: AccountId
    glance: Glance | None
    """None: the row must be made anew first."""
    last: Mapping[str, datetime]
    """Record type → valid time of the newest event."""
    is_corrected: bool
    """A person has said how something is."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the events came to."""

    glance: Glance | None
    signals: tuple[Signal, ...] = ()


def detect_arriving(before: Before, batch: Sequence[Told], around: Surroundings, profile: Profile) -> Arrived:
    """Find what these events of one account, in the order of their arrival, make newsworthy."""
    if before.glance is None or any(event.supersedes or event.type in UNSURE for event, _ in batch):
        return Arrived(None)
    known = [told for told in batch if _is_known(before, told)]
    claims = [delta for _, found in known for delta in found if delta.kind in READ]
    if not claims:
        return Arrived(before.glance)
    situation = before.glance.situation(before.account, claims)
    watched = {str(delta.subject) for delta in claims if delta.kind in WATCHED}
    kept = watched - {str(found[0].subject) for _, found in known if _is_partial(before, found)}
    glance = before.glance.with_nodes(situation, sorted(kept)) if kept else before.glance
    fresh = {str(event.id): event for event in _newest(before, [event for event, _ in known])}
    rules = dict.fromkeys(rule for event in fresh.values() for rule in RULES.get(event.type, ()))
    if not rules:
        return Arrived(glance)
    scene = Scene(AccountView.of(situation, profile.company.verified_domains), around, profile)
    found = [one for rule in rules for one in rule(scene)]
    signals = [one for one in found if isinstance(one, Signal) and _is_certain(before, one, fresh)]
    return Arrived(glance, tuple(sorted(signals, key=lambda one: (one.name, one.subject, one.sub_state))))


def _newest(before: Before, events: Sequence[Event]) -> Iterator[Event]:
    """Leave out what comes late: what came in between may not be in the row."""
    last = dict(before.last)
    for event in events:
        if event.time >= last.get(event.type, event.time):
            last[event.type] = event.time
            yield event


def _is_known(before: Before, told: Told) -> bool:
    """Tell whether the row can place an event: its node is kept, is new, or the event says all that matters of it."""
    event, found = told
    if not found or found[0].kind not in WATCHED or found[0].kind is NodeKind.ACCOUNT:
        return True
    glance = before.glance or Glance()
    if found[0].subject in glance.nodes:
        return True
    if before.is_corrected:
        return False
    says = {delta.attribute: delta.value for delta in found}
    if found[0].kind is NodeKind.CONTACT:
        roles = says.get("roles")
        is_deciding = isinstance(roles, list | tuple) and bool(DECIDING & {str(role) for role in roles})
        return event.type == "consent.changed" or is_deciding
    if found[0].kind in glance.left_out:
        return "outcome" in says or {"severity", "status"} <= says.keys()
    return True


def _is_partial(before: Before, found: Sequence[Delta]) -> bool:
    """Tell a deal of which more was said than is known here."""
    glance, delta = before.glance or Glance(), found[0]
    return (
        delta.kind is NodeKind.OPPORTUNITY
        and delta.kind in glance.left_out
        and delta.subject not in glance.nodes
    )


def _is_certain(before: Before, signal: Signal, fresh: Mapping[str, Event]) -> bool:
    """Tell whether these events made it fire, and whether nothing that the row does not hold could speak against it."""
    by = [fresh[cited.event] for cited in signal.evidence if cited.event in fresh]
    if not by or signal.sub_state not in CERTAIN.get(signal.name, {signal.sub_state}):
        return False
    if before.glance is not None and NEEDED.get(signal.name) in before.glance.left_out:
        return False
    later = [before.last.get(kind) for kind in TAKEN_BACK.get(signal.name, ())]
    return all(at is None or at < min(event.time for event in by) for at in later)
