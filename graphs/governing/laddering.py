"""What follows when an agent tries what it should not: each rung with its entry and an alert to every admin.

Invariant: a rung is reached in the transaction of the violation; nothing here steps down again.
"""

from collections.abc import Sequence
from datetime import timedelta

from agents.guardrail import AGENT
from graphs.governing.authority import admins_of, disarm
from graphs.parts import Tenancy
from state.canonical import Json
from state.decision.proposal import Proposal
from state.governance.action import Action, Status
from state.governance.autonomy import LEVELLED, LevelSet, Pause
from state.governance.ladder import Breach, Rung, Violation, rung_for
from state.governance.policy import Level
from state.governance.verdict import Deny, Verdict
from state.ids import UserId, stable_id
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.alerting import Alert
from state.ports.unit import Unit

SHADOW: Level = "L0"
LADDER = UserId("ladder")
RULE, WHY = "shadow-shows-only", "The agent was taken to L0 after violations."


def denied(
    tenancy: Tenancy, run: str, proposal: Proposal, verdict: Verdict, hits: Sequence[str]
) -> Violation | None:
    """Say whether a denial counts as a violation: a rule that the ladder names is among its reasons."""
    counted = [rule for rule in hits if rule in tenancy.judge.bounds.ladder.rules]
    if not isinstance(verdict, Deny) or not counted:
        return None
    return Violation(
        id=stable_id("vi", tenancy.id, run, proposal.id),
        agent=AGENT,
        action_type=proposal.action_type,
        breach=Breach.DENIED,
        at=tenancy.now,
        subject=proposal.id,
        detail=counted[0],
    )


def mismatched(tenancy: Tenancy, action: Action) -> Violation:
    """Count that a transport was about to do something else than was approved."""
    detail = f"attempt {action.attempt} would have sent something else than was approved"
    return _of_action(tenancy, action, Breach.MISMATCH, detail)


def reverted(tenancy: Tenancy, action: Action) -> Violation:
    """Count that what ran by itself was wrong."""
    return _of_action(tenancy, action, Breach.REVERTED, "marked wrong by a person")


def _of_action(tenancy: Tenancy, action: Action, breach: Breach, detail: str) -> Violation:
    return Violation(
        id=stable_id("vi", tenancy.id, action.id, breach.value, detail),
        agent=AGENT,
        action_type=action.action_type,
        breach=breach,
        at=tenancy.now,
        subject=action.id,
        detail=detail,
    )


def climb(unit: Unit, tenancy: Tenancy, stamp: Stamp, found: Sequence[Violation]) -> tuple[Rung, ...]:
    """Count violations, each once, and do what the ladder says; give the rungs that were reached anew."""
    reached: list[Rung] = []
    ladder = tenancy.judge.bounds.ladder
    for one in found:
        if not unit.autonomy.note(one):
            continue
        counted = unit.autonomy.violations(one.agent, tenancy.now - timedelta(days=ladder.window_days))
        before = rung_for(ladder, [other for other in counted if other.id != one.id], one.action_type)
        now = rung_for(ladder, counted, one.action_type)
        for rung in Rung:
            if Rung.NONE.rank < rung.rank <= now.rank and _takes(unit, tenancy, stamp, one, rung, before):
                _tell(unit, tenancy, stamp, one, rung, len(counted))
                reached.append(rung)
    return tuple(reached)


def _takes(unit: Unit, tenancy: Tenancy, stamp: Stamp, one: Violation, rung: Rung, before: Rung) -> bool:
    """Do what a rung says; say whether that is new. A person who stepped back up is stepped down again."""
    match rung:
        case Rung.PAUSE:
            return unit.autonomy.pause(Pause(one.agent, one.action_type, tenancy.now, one.detail))
        case Rung.SHADOW:
            return _shadowed(unit, tenancy, stamp, one)
        case Rung.STOP:
            if unit.actions.stop().is_on:
                return False
            reason = f"violations of {one.agent}: {one.detail}"
            unit.actions.switch(is_on=True, stamp=stamp, key=stamp.trace, reason=reason)
            return True
        case _:
            return rung.rank > before.rank


def _shadowed(unit: Unit, tenancy: Tenancy, stamp: Stamp, one: Violation) -> bool:
    known = {row.action_class: row.level for row in unit.autonomy.levels() if row.agent == one.agent}
    above = [rank for rank in LEVELLED if known.get(rank) != SHADOW]
    for rank in above:
        unit.autonomy.set_level(LevelSet(one.agent, rank, SHADOW, tenancy.now, LADDER))
    if above:
        open_ = unit.actions.listed((Status.PENDING, Status.APPROVED))
        disarm(unit, tenancy, stamp, [action for action in open_ if action.action_class > 1], RULE, WHY)
    return bool(above)


_WORDS = {
    Rung.WARN: "tried what it should not",
    Rung.PAUSE: "does not begin {kind} any more; go on with: revloop level resume {kind}",
    Rung.SHADOW: "is at L0 now; raise it with: revloop level set",
    Rung.STOP: "made the stop switch go on; see: revloop stop status",
}


def _tell(unit: Unit, tenancy: Tenancy, stamp: Stamp, one: Violation, rung: Rung, count: int) -> None:
    payload: dict[str, Json] = {
        "act": "rung",
        "rung": rung.value,
        "agent": one.agent,
        "action_type": one.action_type,
        "breach": one.breach.value,
        "violation": one.id,
        "subject": one.subject,
        "detail": one.detail,
        "violations": count,
    }
    unit.ledger.append([EntryDraft(Kind.ROLE, stamp, payload)])
    said = _WORDS[rung].format(kind=one.action_type)
    text = f"The agent {one.agent} {said} ({one.action_type}: {one.breach.value}, {one.detail})."
    unit.alerts.put(
        [
            Alert(
                id=stable_id("al", tenancy.id, one.id, rung.value, admin),
                person=admin,
                kind="ladder",
                matter=f"ladder|{one.agent}|{one.action_type}|{rung.value}",
                severity="high",
                at=tenancy.now,
                text=text,
            )
            for admin in sorted(admins_of(tenancy))
        ]
    )
