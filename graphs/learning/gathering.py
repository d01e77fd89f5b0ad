"""From what happened to actions to decided proposals: who said what, whether it held, and what came of it.

Invariant: read from the records alone, and the same records give the same cases; an opened image is no outcome.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast, get_args

from agents.guardrail import AGENT
from graphs.governing.hands import proposal_of, recorded_plan
from graphs.learning.observing import Seen, observed
from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.decision.decided import Decided, DecidedProposal, Observed
from state.decision.proposal import Proposal
from state.errors import Conflict, Erased
from state.evidence import Trust
from state.governance.action import Action, Outcome, Status
from state.governance.ladder import Breach
from state.governance.tallying import STILL_RIGHT, is_material
from state.ids import AccountId, ActionId, RunId, stable_id
from state.ports.acting import Transition
from state.ports.running import CrmRecord
from state.ports.unit import Unit
from state.world.view import AccountView

LOOKED_BACK = timedelta(days=90)
"""What was decided within it is read again, for what came of it since."""
OBSERVED: frozenset[str] = frozenset(get_args(Observed))
HEARD: Mapping[str, frozenset[str]] = {
    "reply_received": frozenset({"reply_positive", "reply_neutral", "reply_negative"}),
    "two_way_touch": frozenset({"reply_positive", "reply_neutral", "reply_negative", "meeting_held"}),
    "meeting_held": frozenset({"meeting_held", "meeting_no_show"}),
    "deal_outcome": frozenset({"won", "lost"}),
    "expansion_won": frozenset({"won", "lost", "churned"}),
    "stage_advanced": frozenset({"stage_advanced", "won", "lost"}),
    "renewed": frozenset({"renewed", "churned"}),
}
"""Measure → outcomes that say whether it was met; other measures have none yet."""
RECORDED = frozenset({"expansion_won", "stage_advanced", "renewed"})
"""Measures whose outcome records tell by themselves; not `deal_outcome`: closing the deal is what that action does."""
SILENT = frozenset({"reply_received"})
"""Measures whose day can pass in silence: nothing came, and something would have been seen."""


@dataclass(frozen=True, slots=True)
class _Word:
    """The last decision about an action."""

    decision: Decided
    at: datetime


def gathered(parts: Parts, unit: Unit, tenancy: Tenancy) -> tuple[DecidedProposal, ...]:
    """Read every action that was decided lately."""
    since = tenancy.now - LOOKED_BACK
    taken_back = {
        one.subject: one.at for one in unit.autonomy.violations(AGENT, since) if one.breach is Breach.REVERTED
    }
    found = []
    known: dict[AccountId, tuple[Seen, ...]] = {}
    for action in unit.actions.several(unit.preferences.settled(since)):
        word = _word(unit, action, unit.actions.history(action.id))
        proposal = None if word is None else _proposal(parts, unit, tenancy, action)
        if word is not None and proposal is not None:
            records = known.get(action.account)
            if records is None:
                view = AccountView.of(unit.situations.load(action.account))
                records = known[action.account] = observed(tenancy.profile, view)
            found.append(_case(unit, tenancy, action, proposal, word, taken_back.get(action.id), records))
    return tuple(found)


def _word(unit: Unit, action: Action, steps: Sequence[Transition]) -> _Word | None:
    """Say what was decided; an approval that was taken back says nothing, and an edit speaks for what it replaced."""
    if action.predecessor is not None and action.human_touched:
        return None
    word: _Word | None = None
    for step in steps:
        if step.outcome is not Outcome.MOVED:
            continue
        match step.event:
            case "approve" if step.end is Status.APPROVED:
                word = _Word("approved", step.at)
            case "auto_due" if step.end is Status.APPROVED:
                word = _Word("ran", step.at)
            case "cancel":
                word = _Word("rejected", step.at)
            case "edit":
                word = _Word(_edited(unit, action), step.at)
            case "undo":
                word = None
            case _:
                continue
    return word


def _edited(unit: Unit, action: Action) -> Decided:
    if action.successor is None:
        return "reworked"
    after = unit.actions.get(ActionId(action.successor))
    return "reworked" if is_material(action.effect, after.effect) else "edited"


def _proposal(parts: Parts, unit: Unit, tenancy: Tenancy, action: Action) -> Proposal | None:
    """Find what was proposed; a plan that was erased teaches nothing."""
    try:
        planned, _ = recorded_plan(parts, unit, tenancy, action)
    except (Conflict, Erased):
        return None
    return proposal_of(planned, action)


def _case(
    unit: Unit,
    tenancy: Tenancy,
    action: Action,
    proposal: Proposal,
    word: _Word,
    wrong_at: datetime | None,
    seen: Sequence[Seen],
) -> DecidedProposal:
    found = _outcome(unit, tenancy, action, proposal, word, seen)
    outcome, outcome_at, outcome_origin = found if word.decision != "rejected" else (None, None, "")
    return DecidedProposal(
        action=action.id,
        action_type=proposal.action_type,
        action_class=action.action_class,
        segment=_segment(unit, action),
        confidence=_stated(proposal.confidence),
        p_outcome=_stated(proposal.p_outcome),
        decided_at=word.at,
        decision=word.decision,
        reason=_reason(tenancy, action) if word.decision == "rejected" else "",
        was_right=_was_right(tenancy, action, word, wrong_at),
        outcome=outcome,
        outcome_at=outcome_at,
        origin=action.origin,
        outcome_origin=outcome_origin,
    )


def _was_right(tenancy: Tenancy, action: Action, word: _Word, wrong_at: datetime | None) -> bool | None:
    """Judge one decision; what ran by itself is right only when the time to take it back has passed."""
    days = timedelta(days=tenancy.profile.judgement.confidence.not_undone_days)
    if word.decision == "ran":
        if wrong_at is not None and wrong_at <= word.at + days:
            return False
        return True if tenancy.now >= word.at + days else None
    if word.decision == "rejected":
        return action.reason.strip().casefold() == STILL_RIGHT
    return word.decision != "reworked"


def _reason(tenancy: Tenancy, action: Action) -> str:
    """Name the kind of reason; a person's own words are not kept."""
    said = action.reason.strip().casefold()
    return said if said in tenancy.profile.judgement.expiry.reject_reasons else "other"


def _segment(unit: Unit, action: Action) -> str:
    candidates = unit.runs.candidates_of(RunId(action.run))
    return next((one.segment for one in candidates if one.proposal == action.proposal), "")


def _stated(value: float) -> Decimal:
    return Decimal(str(value))


def _outcome(
    unit: Unit, tenancy: Tenancy, action: Action, proposal: Proposal, word: _Word, seen: Sequence[Seen]
) -> tuple[Observed | None, datetime | None, str]:
    """Find the first thing heard that says whether the measure was met in time. Shape: outcome, when, its origin."""
    measure, by = proposal.expected_outcome.measure, proposal.expected_outcome.by
    heard = HEARD.get(measure, frozenset())
    told = list(_touched(unit, tenancy, action, proposal))
    if measure in RECORDED:
        told.extend((one.at, one.outcome, "") for one in seen if one.is_about(proposal.subject))
    for at, outcome, origin in sorted(told, key=lambda one: one[:2]):
        if outcome in heard and at >= word.at and at.date() <= by:
            return _against(proposal, outcome), at, origin
    is_over = tenancy.now.date() > by and action.status is Status.EXECUTED
    return ("silence", tenancy.now, "") if measure in SILENT and is_over else (None, None, "")


def _against(proposal: Proposal, heard: Observed) -> Observed:
    """Read what became of a deal by what was aimed at: one that was to be closed as lost, and is, stands as meant."""
    aimed = proposal.expected_outcome
    if aimed.measure != "deal_outcome":
        return heard
    return "record_kept" if heard == aimed.target else "record_changed_back"


def _touched(
    unit: Unit, tenancy: Tenancy, action: Action, proposal: Proposal
) -> Iterator[tuple[datetime, Observed, str]]:
    """List what people and answers told about this action, its deal or its meeting."""
    for row in unit.crm.listed(action.account, "touch"):
        outcome = _told(row)
        if outcome is not None and _is_about(row, action, proposal):
            yield row.at, outcome, _origin(tenancy, row)


def _is_about(row: CrmRecord, action: Action, proposal: Proposal) -> bool:
    """Tell whether what was heard answers this action, or is about the same deal or meeting."""
    answered = _body(row).get("action")
    if answered:
        return answered == action.id and bool(_body(row).get("is_addressee", True))
    return proposal.subject is not None and row.subject == proposal.subject


def _told(row: CrmRecord) -> Observed | None:
    said = str(_body(row).get("outcome", ""))
    return cast("Observed", said) if said in OBSERVED else None


def _origin(tenancy: Tenancy, row: CrmRecord) -> str:
    """Name by a hash whom an unverified outcome counts against; empty where a person or a system of record told it."""
    body = _body(row)
    trust = Trust(str(body.get("trust", Trust.USER.value)))
    if trust.rank > Trust.UNTRUSTED.rank:
        return ""
    return stable_id("or", tenancy.id, "outcome", str(body.get("sender", row.id)))


def _body(row: CrmRecord) -> Mapping[str, Json]:
    return row.body if isinstance(row.body, Mapping) else {}
