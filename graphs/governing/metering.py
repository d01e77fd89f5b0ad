"""What budgets and running totals say about a proposal, and what its effect draws on when it begins.

Invariant: read in one statement per loop and again at the claim; what is found spent only tightens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.guardrail import History
from graphs.parts import Tenancy
from state.decision.proposal import Proposal
from state.errors import NotFound
from state.governance.action import Action, Status
from state.governance.approval import GrantKind
from state.governance.budget import (
    Call,
    Cost,
    Draw,
    Line,
    Span,
    Starter,
    draws_of,
    refused_by,
    started_by,
)
from state.governance.effect import Effect
from state.governance.totals import Share, spans_of
from state.governance.verdict import NotBefore, Verdict, strictest
from state.ids import ActionId
from state.money import Money
from state.ports.deciding import Deliberating
from state.ports.running import Run
from state.ports.unit import Unit
from state.world.business_time import local_day, quarter_start
from state.world.record import NodeKind


@dataclass(frozen=True, slots=True)
class Metered:
    """One effect as budgets see it."""

    share: Share
    calls: tuple[Draw, ...]
    """What each attempt draws on."""
    marks: tuple[Draw, ...]
    """What its first attempt adds to running totals."""
    spent: Draw | None
    """The line in the way, where a budget is spent."""

    def drawn(self, attempt: int) -> tuple[Draw, ...]:
        """List what is counted when an attempt begins after so many others."""
        return self.calls if attempt else (*self.calls, *self.marks)

    def unmarked(self, used: Mapping[Line, int], attempt: int) -> Mapping[Line, int]:
        """Take out of running totals what an earlier attempt has added."""
        own = {one.line: one.amount for one in self.marks} if attempt else {}
        return {line: amount - own.get(line, 0) for line, amount in used.items()}


def spans(
    tenancy: Tenancy, about: Deliberating, proposals: Sequence[Proposal], starter: Starter
) -> list[Span]:
    """List every line that judgements about these proposals read."""
    company = about.profile.company
    today = local_day(about.now, company.zone)
    quarter = quarter_start(today, company.fiscal_year_start_month)
    found: dict[Span, None] = {}
    for proposal in proposals:
        cost = _cost(tenancy, proposal.tool)
        call = Call(_owner(proposal, about), proposal.tool, proposal.account, cost, starter)
        own = spans_of(_owner(proposal, about), today, quarter)
        drawn = (Span(one.line, today) for one in draws_of(tenancy.judge.bounds.budget, call, today))
        found |= dict.fromkeys((*own, *drawn))
    return list(found)


def metered(
    tenancy: Tenancy,
    about: Deliberating,
    proposal: Proposal,
    effect: Effect,
    used: Mapping[Line, int],
    starter: Starter,
) -> Metered:
    """Hold one exact effect against its budgets."""
    company = about.profile.company
    today, owner = local_day(about.now, company.zone), _owner(proposal, about)
    share = Share.of(owner, effect, _deal(proposal, about), company.currency)
    call = Call(owner, effect.tool, proposal.account, _cost(tenancy, effect.tool), starter)
    calls = draws_of(tenancy.judge.bounds.budget, call, today)
    return Metered(share, calls, share.draws(today, company.currency), refused_by(calls, used))


def _cost(tenancy: Tenancy, tool: str) -> Cost:
    """Read what a tool declares; one that is not in the catalog is refused before it can cost anything."""
    try:
        return tenancy.gateway.spec(tool).cost
    except NotFound:
        return "EXP"


def _owner(proposal: Proposal, about: Deliberating) -> str:
    """Name in whose name it is done."""
    queue = about.profile.company.queues.unassigned
    return str(proposal.arguments.get("in_name_of") or proposal.owner or queue or about.principal.user)


def _deal(proposal: Proposal, about: Deliberating) -> Money | None:
    """Find what the deal it is about is worth."""
    prefix = f"{NodeKind.OPPORTUNITY.value}/"
    said = (proposal.arguments.get("deal"), proposal.subject)
    names = [str(one).removeprefix(prefix) for one in said if one]
    found = (about.view.deal(name) for name in names)
    return next((deal.amount for deal in found if deal is not None), None)


def starter_of(about: Deliberating) -> Starter:
    """Say who started the loop that is judging."""
    return started_by(about.principal.channel, is_human=about.principal.is_human)


def starter_at(unit: Unit, run: Run | None, action: Action) -> Starter:
    """Say on whose part of the budget an action is carried out: a person's, once one has approved it."""
    if action.grant is not None and action.grant.kind is GrantKind.HUMAN:
        return Starter.PERSON
    found = run or unit.runs.get(action.run)
    if found is None:
        return Starter.SCHEDULE
    return started_by(found.channel, is_human=found.role != "agent")


def under_way(unit: Unit, besides: ActionId | None) -> dict[str, int]:
    """Count other mails by recipient whose claim stands and whose end nobody knows yet."""
    found: dict[str, int] = {}
    for action in unit.actions.listed((Status.CLAIMED, Status.AMBIGUOUS)):
        is_other = action.effect.action_type == "send_email" and action.id != besides
        for address in action.effect.recipients if is_other else ():
            found[address.lower()] = found.get(address.lower(), 0) + 1
    return found


def after(history: History, taken: Sequence[Draw]) -> History:
    """Count what others of the same batch draw on."""
    used = dict(history.used)
    for one in taken:
        used[one.line] = used.get(one.line, 0) + one.amount
    return replace(history, used=used)


def held(verdict: Verdict, spent: Draw | None, now: datetime, zone: str) -> Verdict:
    """Let what a spent budget would allow wait for the next day."""
    if spent is None:
        return verdict
    day = local_day(now, zone) + timedelta(days=1)
    reason = f"The budget for {spent.line} is spent for today ({spent.cap})."
    at = datetime.combine(day, time(0), ZoneInfo(zone))
    return strictest((verdict, NotBefore(rule="budget-cap", reasons=(reason,), at=at)))
