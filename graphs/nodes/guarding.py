"""Guard: judge every proposal's exact effect, draft its action, and send each proposal its own way."""

from collections.abc import Sequence
from typing import TypedDict

from graphs.channels import Branches, Card, GuardInput, Request
from graphs.deliberating import gather, principal_of, recorded_findings
from graphs.governing.alerting import alert
from graphs.governing.judging import Before, Judged, history_of, judge_proposal
from graphs.governing.laddering import climb, denied
from graphs.governing.sleeping import said_no
from graphs.governing.superseding import Anew, renewed
from graphs.parts import Parts, Tenancy
from graphs.planning.placing import place
from graphs.times import instant
from state.canonical import Json
from state.decision.proposal import Proposal, Question
from state.governance.action import Action, Status
from state.governance.verdict import Allow, Clarify, Deny, RequireApproval
from state.ids import AccountId, RunId, TenantId, ThreadId, TraceId
from state.ledger.entry import EntryDraft, Kind
from state.ports.acting import Drafted
from state.ports.deciding import Deliberating
from state.ports.judged import Ruled, Rulings, Way, apart
from state.ports.planned import Criticized, Planned
from state.ports.running import Candidate
from state.ports.unit import Unit


class Guarded(TypedDict):
    """Writes: which way every proposal goes."""

    branches: Branches


def guard(parts: Parts, state: GuardInput) -> Guarded:
    """Judge, draft and record in one transaction; denied and held proposals leave a ruling and no action."""
    request = state["request"]
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    now = instant(state["now"])
    with parts.stores.begin(tenancy.id) as unit:
        about = gather(
            parts, unit, tenancy, request, state["situation"], now=now, iteration=state["iteration"]
        )
        planned = parts.document(unit, tenancy.id, state["plan"], Planned)
        found = recorded_findings(parts, unit, tenancy.id, state["findings"])
        free = [proposal for proposal in planned.proposals if proposal.held_by is None]
        judged = _judged(parts, unit, tenancy, about, planned, free, found, request) if free else []
        stamp = tenancy.stamp(principal_of(request), TraceId(request["trace"]))
        wanted = [one.action for one in judged if one.action is not None]
        drafted = {one.action.dedup_key: one for one in unit.actions.draft(wanted, stamp)} if wanted else {}
        anew = _anew(tenancy, unit, about, planned, found, request)
        drafted = renewed(unit, tenancy, stamp, judged, drafted, anew)
        alert(unit, tenancy, stamp, about, judged, drafted)
        drafted = place(unit, tenancy, stamp, request["run"], about.steps, judged, drafted)
        for spent in dict.fromkeys(one.spent for one in judged if one.spent is not None):
            unit.budgets.refuse(spent, stamp)
        rulings = _rulings(about, planned, judged, drafted, request, state["opened"]).model_copy(
            update={"asked": _asked(parts, unit, tenancy, request, planned)}
        )
        breaches = [denied(tenancy, request["run"], one.proposal, one.verdict, one.hits) for one in judged]
        climb(unit, tenancy, stamp, [one for one in breaches if one is not None])
        unit.runs.put_signals(RunId(request["run"]), about.judgement.signals)
        _record(
            parts, unit, tenancy, request, planned, rulings, {"findings": state["findings"], **found.tally()}
        )
    return Guarded(branches=_branches(tenancy, planned, rulings, drafted))


def _judged(
    parts: Parts,
    unit: Unit,
    tenancy: Tenancy,
    about: Deliberating,
    planned: Planned,
    free: Sequence[Proposal],
    found: Criticized,
    request: Request,
) -> list[Judged]:
    past = unit.actions.past(AccountId(request["account"]), [one.dedup_key for one in free])
    history = history_of(tenancy, unit, about, free)
    place = (RunId(request["run"]), ThreadId(request["thread"]), past.stop.epoch)
    noes = said_no(parts, unit, tenancy, about, free, past.rejected)
    judged: list[Judged] = []
    for one in free:
        said = judge_proposal(tenancy, about, planned, one, found, history, place, noes.get(one.dedup_key))
        if said.action is not None and said.action.origin:
            history = history.also(said.action.origin, one.dedup_key)
        judged.append(said)
    return judged


def _anew(
    tenancy: Tenancy,
    unit: Unit,
    about: Deliberating,
    planned: Planned,
    found: Criticized,
    request: Request,
) -> Anew:
    """Judge a proposal as a card of its own, in place of the one that stands there."""

    def judge(one: Judged, before: Before) -> Judged:
        history = history_of(tenancy, unit, about, [one.proposal])
        place = (RunId(request["run"]), ThreadId(request["thread"]), unit.actions.stop().epoch)
        return judge_proposal(tenancy, about, planned, one.proposal, found, history, place, before)

    return judge


def _rulings(
    about: Deliberating,
    planned: Planned,
    judged: Sequence[Judged],
    drafted: dict[str, Drafted],
    request: Request,
    opened: Sequence[str],
) -> Rulings:
    by_proposal = {one.proposal.id: one for one in judged}
    shared, own = apart({one.proposal.id: one.facts for one in judged if one.facts is not None})
    out: list[Ruled] = []
    for proposal in planned.proposals:
        one = by_proposal.get(proposal.id)
        if one is None:
            out.append(_held(proposal))
            continue
        action = drafted[proposal.dedup_key].action if one.action is not None else None
        way = _way(one, action, request["run"], opened)
        out.append(
            Ruled(
                proposal=proposal.id,
                action=action.id if action else None,
                way=way,
                verdict=one.verdict,
                hits=one.hits,
                read=one.read,
                policy_version=one.policy_version,
                facts=own.get(proposal.id, {}),
            )
        )
    return Rulings(
        iteration=planned.iteration,
        now=about.now,
        situation=about.view.situation.reference,
        posture=about.judgement.posture,
        tier=about.judgement.tier,
        shared=shared,
        rulings=tuple(out),
    )


def _asked(parts: Parts, unit: Unit, tenancy: Tenancy, request: Request, planned: Planned) -> str | None:
    """Put the question only where no earlier run of the account still waits for its answer."""
    question = planned.question if planned.iteration == 0 else None
    if question is None:
        return None
    for run in unit.runs.waiting():
        if run.account != request["account"] or run.id == request["run"]:
            continue
        for artifact, kind in unit.runs.artifacts_of(run.id):
            if (
                kind == "rulings.0"
                and parts.document(unit, tenancy.id, artifact, Rulings).asked == question.id
            ):
                return None
    return question.id


def _held(proposal: Proposal) -> Ruled:
    verdict = Clarify(
        rule="open-question",
        reasons=("The answer to the open question may change it, so it waits.",),
        question=str(proposal.held_by),
    )
    return Ruled(
        proposal=proposal.id, action=None, way="hold", verdict=verdict, hits=(), read=(), policy_version=""
    )


def _way(judged: Judged, action: Action | None, run: str, opened: Sequence[str]) -> Way:
    if action is None:
        return "deny"
    if action.status is not Status.PENDING or action.run != run or action.id in opened:
        return "wait"
    if isinstance(judged.verdict, Allow):
        return "run" if judged.verdict.delay_minutes == 0 else "wait"
    return "ask" if isinstance(judged.verdict, RequireApproval) else "wait"


def _record(
    parts: Parts,
    unit: Unit,
    tenancy: Tenancy,
    request: Request,
    planned: Planned,
    rulings: Rulings,
    checked: dict[str, Json],
) -> None:
    """Keep rulings and the candidate set with its propensities; an INTENT and a POLICY entry prove them."""
    artifact = parts.keep(unit, tenancy.id, request["run"], f"rulings.{rulings.iteration}", rulings)
    unit.runs.put_candidates(
        RunId(request["run"]),
        [
            Candidate(
                proposal=proposal.id,
                dedup_key=proposal.dedup_key,
                action_type=proposal.action_type,
                rank=rank,
                score=format(proposal.expected_value.amount, "f"),
                propensity=planned.odds.get(proposal.id, "1"),
                verdict=ruled.verdict.kind,
                segment=rulings.tier,
                action=ruled.action,
            )
            for rank, proposal in enumerate(planned.proposals)
            if (ruled := rulings.of(proposal.id)) is not None
        ],
    )
    stamp = tenancy.stamp(principal_of(request), TraceId(request["trace"]))
    denied = [one.proposal for one in rulings.rulings if isinstance(one.verdict, Deny)]
    payload: dict[str, Json] = {
        "run": request["run"],
        "rulings": artifact,
        "policy_version": tenancy.judge.version,
        "proposal_hash": planned.proposal_hash,
        "proposals": len(planned.proposals),
        "denied": denied,
        "checks": checked,
    }
    asked: dict[str, Json] = {
        "run": request["run"],
        "account": request["account"],
        "intent": request["intent"],
        "config": tenancy.config_hash,
    }
    unit.ledger.append([EntryDraft(Kind.INTENT, stamp, asked), EntryDraft(Kind.POLICY, stamp, payload)])


def _branches(tenancy: Tenancy, planned: Planned, rulings: Rulings, drafted: dict[str, Drafted]) -> Branches:
    proposals = {str(proposal.id): proposal for proposal in planned.proposals}
    ways: dict[Way, list[Ruled]] = {"run": [], "ask": [], "wait": [], "hold": [], "deny": []}
    for ruled in rulings.rulings:
        ways[ruled.way].append(ruled)
    asks: list[dict[str, object]] = []
    for ruled in ways["ask"]:
        proposal = proposals[ruled.proposal]
        action = drafted[proposal.dedup_key].action
        asks.append({"action": action.id, "card": approval_card(tenancy, action, proposal, ruled)})
    question = planned.question if rulings.asked else None
    return Branches(
        run_now=[str(one.action) for one in ways["run"]],
        ask_approval=asks,
        question=None if question is None else {"question": question.id, "card": question_card(question)},
        waiting=[str(one.action) for one in ways["wait"]],
    )


def approval_card(tenancy: Tenancy, action: Action, proposal: Proposal, ruled: Ruled) -> Card:
    """Show one action in the HITLRequest shape; exactly one action_request."""
    spec = tenancy.gateway.spec(action.effect.tool)
    decisions = ["approve", "reject"] + (["edit"] if spec.editable else [])
    return Card(
        action_requests=[
            {
                "name": action.effect.tool,
                "args": {
                    "action": action.id,
                    "shown": action.card_hash,
                    "to": list(action.effect.recipients),
                },
                "description": f"{proposal.context_summary} {' '.join(ruled.verdict.reasons)}",
            }
        ],
        review_configs=[{"action_name": action.effect.tool, "allowed_decisions": decisions}],
    )


def question_card(question: Question) -> Card:
    """Show the one question in the HITLRequest shape; it is answered, not approved."""
    return Card(
        action_requests=[
            {
                "name": "ask",
                "args": {"question": question.id, "options": list(question.options)},
                "description": question.text,
            }
        ],
        review_configs=[{"action_name": "ask", "allowed_decisions": ["respond"]}],
    )
