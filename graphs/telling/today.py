"""A person's day as it stands: meetings, what to do next, what ran by itself, and what was not asked.

Invariant: it only reads; no account is looked at anew, so a page that shows it starts nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from graphs.parts import Parts, Tenancy
from graphs.telling.agenda import opened_meetings
from graphs.telling.assembling import plan_of
from state.decision.brief import Brief, MeetingHeader
from state.decision.next_items import AccountWork, NextList, next_items
from state.decision.planning import NoAction
from state.governance.action import Action, Status
from state.ids import UserId
from state.ports.planned import Planned
from state.ports.unit import Unit
from state.ports.world import AccountRow
from state.principal import Principal, Role
from state.world.business_time import local_day

AHEAD = timedelta(days=2)
RAN = 30
"""Actions that ran by themselves, at most."""
QUIET = 8


@dataclass(frozen=True, slots=True)
class MeetingOut:
    """A meeting that comes, with the first lines of its brief."""

    account: AccountRow
    header: MeetingHeader
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RanOut:
    """Something that was done without asking."""

    action: Action
    account_name: str


@dataclass(frozen=True, slots=True)
class QuietOut:
    """An account at which nothing is to be done, and why."""

    account: AccountRow
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """One person's day."""

    meetings: tuple[MeetingOut, ...]
    next: NextList
    ran: tuple[RanOut, ...]
    quiet: tuple[QuietOut, ...]
    quiet_count: int


def today(parts: Parts, tenancy: Tenancy, principal: Principal, minutes: int | None = None) -> Today:
    """Collect a person's day from the newest plan of each of their accounts."""
    with parts.stores.read(tenancy.id) as unit:
        rows = tuple(unit.situations.accounts())
        plans = _plans(parts, unit, tenancy, [row for row in rows if _concerns(row, principal)])
        opened = opened_meetings(parts, unit, tenancy, UserId(principal.user))
        done = unit.actions.listed((Status.EXECUTED,))
    limits = tenancy.profile.judgement.next
    work = [_work(row, plan, principal) for row, plan in plans]
    quiet = [(row, plan.deliberated.decision) for row, plan in plans]
    silent = [QuietOut(row, said.reasons) for row, said in quiet if isinstance(said, NoAction)]
    return Today(
        meetings=tuple(sorted(_meetings(tenancy, plans), key=lambda one: one.header.starts_at)),
        next=next_items(
            [one for one in work if one.proposals or one.question],
            minutes,
            most=limits.items,
            per_account=limits.per_account,
            grouped_from=tenancy.profile.judgement.grouped_from,
            opened=opened,
        ),
        ran=_ran(tenancy, principal, rows, done),
        quiet=tuple(silent[:QUIET]),
        quiet_count=len(silent),
    )


def _concerns(row: AccountRow, principal: Principal) -> bool:
    return principal.role is not Role.SELLER or row.owner in (None, principal.user)


def _plans(
    parts: Parts, unit: Unit, tenancy: Tenancy, rows: Sequence[AccountRow]
) -> tuple[tuple[AccountRow, Planned], ...]:
    """Read the newest plan of each account; those without one cost nothing of their own."""
    heads = {one.account: one.artifacts for one in unit.runs.heads()}
    judged = [
        (row, kinds)
        for row in rows
        if (kinds := heads.get(row.account)) and any(kind.startswith("rulings.") for kind in kinds)
    ]
    return tuple((row, plan_of(parts, unit, tenancy, kinds)[0]) for row, kinds in judged)


def _work(row: AccountRow, plan: Planned, principal: Principal) -> AccountWork:
    mine = tuple(proposal for proposal in plan.proposals if proposal.owner == principal.user)
    question = plan.question if plan.question and plan.question.owner in (None, principal.user) else None
    return AccountWork(row.account, row.name, mine, question)


def _meetings(tenancy: Tenancy, plans: Sequence[tuple[AccountRow, Planned]]) -> list[MeetingOut]:
    found: list[MeetingOut] = []
    for row, plan in plans:
        brief = plan.deliberated.brief
        if brief is not None and brief.meeting is not None:
            left = brief.meeting.starts_at - tenancy.now
            if -timedelta(hours=1) < left <= AHEAD:
                found.append(MeetingOut(row, brief.meeting, _first_lines(brief)))
    return found


def _first_lines(brief: Brief) -> tuple[str, ...]:
    section = next((one for one in brief.sections if one.statements), None)
    return tuple(one.text for one in section.statements[:3]) if section else ()


def _ran(
    tenancy: Tenancy, principal: Principal, rows: Sequence[AccountRow], done: Sequence[Action]
) -> tuple[RanOut, ...]:
    """List today's acts that nobody approved, newest first."""
    zone = tenancy.profile.company.zone
    day = local_day(tenancy.now, zone)
    names = {row.account: row.name for row in rows}
    mine = [
        one
        for one in done
        if not one.approvals
        and local_day(one.created_at, zone) == day
        and (one.owner == principal.user or principal.role is not Role.SELLER)
    ]
    return tuple(RanOut(one, names.get(one.account, one.account)) for one in reversed(mine[-RAN:]))
