"""What the system would have said on an earlier day: decided anew from what was known then, recorded nowhere.

Invariant: nothing recorded or valid after the day is read, and nothing is written, drafted or performed.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.counterfactual import dependences
from agents.critic import criticize, mended
from graphs.governing.judging import history_of, judge_proposal
from graphs.nodes.deciding import DRAFTED
from graphs.nodes.looking import RECALLED, query_of
from graphs.parts import Parts, Tenancy
from graphs.perceiving.world import Sight
from graphs.runner import Runner
from graphs.telling.assembling import report_of
from graphs.telling.report import Report
from state.errors import InvalidInput, NotFound
from state.governance.verdict import Clarify, Deny, Verdict
from state.ids import AccountId, RunId, ThreadId, TraceId, stable_id
from state.ports.deciding import Deliberating, Intent
from state.ports.judged import Ruled, Rulings
from state.ports.planned import Criticized, Planned
from state.ports.running import Run
from state.ports.unit import Unit
from state.principal import Principal
from state.world.timeline import baseline_of, changes


def end_of_day(tenancy: Tenancy, day: date) -> datetime:
    """Find the last instant of a day in the tenant's zone, never after its clock. Raises: InvalidInput."""
    zone = ZoneInfo(tenancy.profile.company.zone)
    begins = datetime.combine(day, time(), zone)
    if begins > tenancy.now:
        raise InvalidInput(
            f"{day.isoformat()} is after the clock of {tenancy.id}.",
            field="as_of",
            value=day.isoformat(),
            remedy=f"It stands at {tenancy.now.astimezone(zone):%Y-%m-%d %H:%M}.",
        )
    ends = datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
    return min(ends.astimezone(UTC), tenancy.now)


def sight_at(parts: Parts, unit: Unit, tenancy: Tenancy, account: AccountId, at: datetime) -> Sight:
    """Look at an account as it was believed to be at an instant. Raises: NotFound when nothing was known."""
    past = parts.sights.past(unit, tenancy.id, account, at)
    if past.is_empty:
        day = at.astimezone(ZoneInfo(tenancy.profile.company.zone))
        raise NotFound(
            f"Nothing was known of {account} on {day:%Y-%m-%d}.",
            field="as_of",
            value=f"{day:%Y-%m-%d}",
            remedy="Choose a later day.",
        )
    return parts.sights.look(unit, tenancy, past, at)


def look_back(
    runner: Runner,
    tenancy: Tenancy,
    principal: Principal,
    account: AccountId,
    at: datetime,
    intent: Intent = "prep",
) -> Report:
    """Decide as of an instant and report it; proposals carry a verdict but no action."""
    parts = runner.parts
    with parts.stores.read(tenancy.id) as unit:
        about = _gathered(parts, unit, tenancy, principal, account, at, intent)
    planned = runner.wait(_said(tenancy, about))
    findings = criticize(planned, about)
    planned = mended(planned, findings)
    with parts.stores.read(tenancy.id) as unit:
        rulings = _judged(tenancy, unit, about, planned, findings)
    name = stable_id("run", tenancy.id, account, at.isoformat(), intent)
    run = Run(
        id=RunId(name),
        thread=ThreadId(name),
        account=account,
        intent=intent,
        user=principal.user,
        role=principal.role.value,
        channel=principal.channel,
        trace_id=TraceId(stable_id("tr", name)),
        started_at=at,
    )
    return report_of(run, tenancy, planned, rulings, {}, ())


async def _said(tenancy: Tenancy, about: Deliberating) -> Planned:
    said = await tenancy.reasoner.deliberate(about)
    planned = Planned(iteration=0, deliberated=said)
    drafts = {
        proposal.id: await tenancy.reasoner.draft(proposal, about)
        for proposal in planned.proposals
        if proposal.action_type in DRAFTED
    }
    hangs_on = dependences(about, planned.proposals, tenancy.playbook)
    return planned.model_copy(update={"drafts": drafts, "dependences": hangs_on})


def _gathered(
    parts: Parts,
    unit: Unit,
    tenancy: Tenancy,
    principal: Principal,
    account: AccountId,
    at: datetime,
    intent: Intent,
) -> Deliberating:
    sight = sight_at(parts, unit, tenancy, account, at)
    baseline = baseline_of(sight.view, sight.around, tenancy.profile)
    found = unit.memory.search(query_of(sight.judgement), account, RECALLED)
    return Deliberating(
        principal=principal,
        intent=intent,
        view=sight.view,
        judgement=sight.judgement,
        around=sight.around,
        profile=tenancy.profile,
        users=tenancy.users,
        knowledge=tenancy.knowledge,
        recollections=tuple(one for one in found if one.evidence.observed_at <= at),
        baseline=baseline,
        changes=changes(sight.view, baseline, tenancy.profile, sight.around),
    )


def _judged(
    tenancy: Tenancy, unit: Unit, about: Deliberating, planned: Planned, findings: Criticized
) -> Rulings:
    free = [proposal for proposal in planned.proposals if proposal.held_by is None]
    history = history_of(tenancy, unit, about, free)
    place = (RunId(""), ThreadId(""), 0)
    out: list[Ruled] = []
    for proposal in planned.proposals:
        if proposal.held_by is not None:
            held = Clarify(
                rule="open-question", reasons=("It waited for the question.",), question=proposal.held_by
            )
            out.append(_ruled(proposal.id, held))
            continue
        judged = judge_proposal(tenancy, about, planned, proposal, findings, history, place)
        out.append(_ruled(proposal.id, judged.verdict))
    return Rulings(
        iteration=0,
        now=about.now,
        situation=about.view.situation.reference,
        posture=about.judgement.posture,
        rulings=tuple(out),
    )


def _ruled(proposal: str, verdict: Verdict) -> Ruled:
    return Ruled(
        proposal=proposal,
        action=None,
        way="deny" if isinstance(verdict, Deny) else "wait",
        verdict=verdict,
        hits=(),
        read=(),
        policy_version="",
    )
