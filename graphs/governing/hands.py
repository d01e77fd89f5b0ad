"""Give the executor what it works with, from the parts of this process."""

from collections.abc import Mapping, Sequence

from agents.executor import Ground, Hands
from graphs.channels import Request, SituationRef
from graphs.deliberating import gather, recorded_findings
from graphs.governing.judging import history_of, judge_again
from graphs.governing.laddering import climb, mismatched
from graphs.governing.metering import after, starter_at
from graphs.keeping.timing import watch
from graphs.parts import Parts, Tenancy
from graphs.perceiving.merging import merge_approved
from graphs.perceiving.world import receive
from graphs.planning.heeding import heed
from state.decision.proposal import Proposal
from state.errors import Conflict
from state.governance.action import Action
from state.governance.budget import Draw
from state.ids import AccountId, ActionId, UserId
from state.ledger.entry import Stamp
from state.ports.acting import Lease
from state.ports.deciding import Deliberating
from state.ports.planned import Criticized, Planned
from state.ports.running import Run
from state.ports.tooling import Sent
from state.ports.unit import Unit
from state.world.event import Event


def hands_of(parts: Parts, tenancy: Tenancy) -> Hands:
    """Bind an executor to one tenant in this process."""

    def lease(account: str) -> Lease | None:
        return parts.leases.get((tenancy.id, AccountId(account)))

    def ground(unit: Unit, actions: Sequence[Action]) -> Mapping[ActionId, Ground]:
        watch(parts, unit, tenancy)
        taken: list[Draw] = []
        found: dict[ActionId, Ground] = {}
        for action in actions:
            one = ground_of(parts, tenancy, unit, action, taken)
            taken.extend(() if one.spent else one.draws)
            found[action.id] = one
        return found

    def record(unit: Unit, events: Sequence[Event]) -> None:
        told = [event for event in events if not heed(unit, tenancy, event)]
        receive(unit, told, tenancy.profile, tenancy.now)
        for event in told:
            merge_approved(unit, tenancy, event)

    def delegates(owner: UserId) -> tuple[UserId, ...]:
        found = tenancy.stand_in(owner)
        return () if found is None else (found,)

    def note(sent: Sent) -> None:
        parts.effects_left += sent.kind != "not_done"

    def breached(unit: Unit, action: Action, sent: Sent, stamp: Stamp) -> None:
        climb(unit, tenancy, stamp, [mismatched(tenancy, action)])

    return Hands(
        tenant=tenancy.id,
        stores=parts.stores,
        gateway=tenancy.gateway,
        worker=parts.worker,
        lease=lease,
        ground=ground,
        record=record,
        now=lambda: tenancy.now,
        wall=parts.clock.wall,
        crash_point=parts.crash_point,
        delegates=delegates,
        breached=breached,
        has_left=note,
    )


def ground_of(
    parts: Parts, tenancy: Tenancy, unit: Unit, action: Action, taken: Sequence[Draw] = ()
) -> Ground:
    """Judge a stored action again at the head of its account's situation, after what others of its batch draw on."""
    planned, findings = recorded_plan(parts, unit, tenancy, action)
    proposal = proposal_of(planned, action)
    about = seen_now(parts, unit, tenancy, action)
    run = parts.documents.get((tenancy.id, action.run))
    starter = starter_at(unit, run if isinstance(run, Run) else None, action)
    history = after(history_of(tenancy, unit, about, [proposal], starter, action.id), taken)
    again = judge_again(tenancy, about, action, planned, proposal, findings, history)
    return Ground(again.verdict, again.outgoing, again.rest, again.policy_version, again.draws, again.spent)


def seen_now(parts: Parts, unit: Unit, tenancy: Tenancy, action: Action) -> Deliberating:
    """Look at an action's account as it stands. Raises: Conflict where the account is gone."""
    row = unit.situations.account(action.account)
    if row is None:
        raise Conflict(f"account {action.account} of action {action.id} is gone")
    request = Request(
        tenant=tenancy.id,
        run=action.run,
        account=action.account,
        intent="scan",
        user=action.owner,
        role="seller",
        channel="claim",
        method="local",
        trace="",
        thread=str(action.thread),
    )
    reference = SituationRef(account=row.account, version=row.version, digest=row.digest)
    return gather(parts, unit, tenancy, request, reference, now=tenancy.now)


def recorded_plan(parts: Parts, unit: Unit, tenancy: Tenancy, action: Action) -> tuple[Planned, Criticized]:
    """Find the plan of the action's run that holds its proposal, and the findings on it."""
    kinds = {kind: artifact for artifact, kind in unit.runs.artifacts_of(action.run)}
    for kind, artifact in sorted(kinds.items(), reverse=True):
        if not kind.startswith(("planned.", "mended.")):
            continue
        planned = parts.document(unit, tenancy.id, artifact, Planned)
        if any(proposal.id == action.proposal for proposal in planned.proposals):
            findings = kinds.get(f"findings.{planned.iteration}")
            return planned, recorded_findings(parts, unit, tenancy.id, findings)
    raise Conflict(f"the plan behind action {action.id} is gone", remedy="Reject it and ask again.")


def proposal_of(planned: Planned, action: Action) -> Proposal:
    """Give the proposal an action carries out."""
    return next(proposal for proposal in planned.proposals if proposal.id == action.proposal)
