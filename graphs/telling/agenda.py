"""What a person should do next, over the latest plan of every account that concerns them."""

from collections.abc import Collection, Sequence

from graphs.governing.letting import ran_by_itself
from graphs.parts import Parts, Tenancy
from graphs.runner import Runner
from graphs.telling.assembling import latest_plan
from graphs.telling.narrowing import Narrowing, about_deal, require_known
from graphs.working.scanning import Progress, scan
from state.decision.next_items import AccountWork, NextList, next_items
from state.governance.action import OPEN, Action, Status
from state.ids import ActionId, NodeKey, ProposalId, UserId
from state.ports.judged import Rulings
from state.ports.planned import Planned
from state.ports.unit import Unit
from state.ports.world import AccountRow
from state.principal import Principal
from state.world.record import NodeKind

LOOKED_BACK = 400
"""Runs among which the briefs that a person has opened are found."""
EVERYTHING = Narrowing()
Head = tuple[AccountRow, Planned, Rulings]
"""An account with its newest plan and what policy said about it."""


def agenda(
    runner: Runner,
    tenancy: Tenancy,
    principal: Principal,
    minutes: int | None,
    *,
    within: Narrowing = EVERYTHING,
    progress: Progress | None = None,
) -> NextList:
    """Scan what moved, then choose what fits the free minutes: own items, best first, and what was left out.

    Raises: InvalidInput for a region or a segment that no account has.
    """
    parts = runner.parts
    with parts.stores.read(tenancy.id) as unit:
        everything = tuple(unit.situations.accounts())
    require_known(within, everything)
    looked = scan(runner, tenancy, [row for row in everything if within.takes(row)], progress)
    with parts.stores.read(tenancy.id) as unit:
        plans = [(one.account, *latest_plan(parts, unit, tenancy, one.run)) for one in looked]
        waiting = [one for one in unit.actions.listed(OPEN) if is_before(one, tenancy, principal)]
        over = settled(unit, plans, principal, {one.dedup_key for one in waiting})
        work = [work_of(row, plan, principal, over) for row, plan, _ in plans]
        if within.deal:
            pairs = zip(plans, work, strict=True)
            work = [about_deal(parts, unit, tenancy, within.deal, row, one) for (row, *_), one in pairs]
        opened = opened_meetings(parts, unit, tenancy, UserId(principal.user))
    return chosen(tenancy, work, minutes, opened)


def chosen(
    tenancy: Tenancy, work: Sequence[AccountWork], minutes: int | None, opened: Sequence[NodeKey]
) -> NextList:
    """Choose what to do of what waits, as the profile bounds it."""
    limits = tenancy.profile.judgement.next
    return next_items(
        [one for one in work if one.proposals or one.question],
        minutes,
        most=limits.items,
        per_account=limits.per_account,
        grouped_from=tenancy.profile.judgement.grouped_from,
        opened=opened,
    )


def settled(
    unit: Unit, plans: Sequence[Head], principal: Principal, waiting: Collection[str]
) -> frozenset[ProposalId]:
    """Find what its person has decided on or set aside, and what may not be; a draft goes with its sending."""
    mine = {str(one.id): one for _, plan, _ in plans for one in plan.proposals if one.owner == principal.user}
    ruled = [(mine[one.proposal], one) for *_, all_ in plans for one in all_.rulings if one.proposal in mine]
    named = {ActionId(one.action): proposal for proposal, one in ruled if one.action}
    actions = unit.actions.several(tuple(named)) if named else ()
    ended = [named[one.id] for one in actions if one.dedup_key not in waiting and not ran_by_itself(one)]
    ended += [proposal for proposal, one in ruled if one.verdict.kind == "deny"]
    return frozenset(name for one in ended for name in (one.id, ProposalId(one.arguments.get("draft", ""))))


def is_before(one: Action, tenancy: Tenancy, principal: Principal) -> bool:
    """Tell whether it waits now, and not for somebody else's yes beside theirs."""
    is_awake = one.snoozed_until is None or one.snoozed_until <= tenancy.now
    has_agreed = any(yes.user == principal.user for yes in one.approvals)
    return one.status is Status.PENDING and is_awake and not has_agreed


def work_of(
    row: AccountRow, plan: Planned, principal: Principal, over: Collection[ProposalId]
) -> AccountWork:
    """Collect what waits for one person at an account."""
    mine = tuple(one for one in plan.proposals if one.owner == principal.user and one.id not in over)
    question = plan.question if plan.question and plan.question.owner in (None, principal.user) else None
    return AccountWork(row.account, row.name, mine, question)


def opened_meetings(parts: Parts, unit: Unit, tenancy: Tenancy, user: UserId) -> Sequence[NodeKey]:
    """List the meetings whose brief a person has opened."""
    found: list[NodeKey] = []
    for run in unit.runs.newest(LOOKED_BACK):
        if run.intent == "prep" and run.user == user and run.status != "running":
            planned, _ = latest_plan(parts, unit, tenancy, run.id)
            brief = planned.deliberated.brief
            if brief is not None and brief.meeting is not None:
                found.append(NodeKey(f"{NodeKind.MEETING.value}/{brief.meeting.id}"))
    return found
