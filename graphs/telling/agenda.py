"""What a person should do next, over the latest plan of every account that concerns them."""

from collections.abc import Callable, Sequence

from graphs.parts import Parts, Tenancy
from graphs.runner import Runner
from graphs.telling.assembling import latest_plan
from graphs.working.scanning import Looked, Progress, plans, scan
from state.decision.next_items import AccountWork, NextList, next_items
from state.ids import NodeKey, UserId
from state.ports.planned import Planned
from state.ports.unit import Unit
from state.ports.world import AccountRow
from state.principal import Principal
from state.world.record import NodeKind

LOOKED_BACK = 400
"""Runs among which the briefs that a person has opened are found."""
Wanted = Callable[[AccountRow], bool]


def agenda(
    runner: Runner,
    tenancy: Tenancy,
    principal: Principal,
    minutes: int | None,
    *,
    only: Wanted | None = None,
    progress: Progress | None = None,
) -> NextList:
    """Scan what moved, then choose what fits the free minutes: own items, best first, and what was left out."""
    with runner.parts.stores.read(tenancy.id) as unit:
        rows = [row for row in unit.situations.accounts() if only is None or only(row)]
    looked = scan(runner, tenancy, rows, progress)
    work = [
        _work(one, plan, principal) for one, plan in zip(looked, plans(runner, tenancy, looked), strict=True)
    ]
    limits = tenancy.profile.judgement.next
    with runner.parts.stores.read(tenancy.id) as unit:
        opened = opened_meetings(runner.parts, unit, tenancy, UserId(principal.user))
    return next_items(
        [one for one in work if one.proposals or one.question],
        minutes,
        most=limits.items,
        per_account=limits.per_account,
        grouped_from=tenancy.profile.judgement.grouped_from,
        opened=opened,
    )


def _work(looked: Looked, plan: Planned, principal: Principal) -> AccountWork:
    mine = tuple(proposal for proposal in plan.proposals if proposal.owner == principal.user)
    question = plan.question if plan.question and plan.question.owner in (None, principal.user) else None
    return AccountWork(looked.account.account, looked.account.name, mine, question)


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
