"""A person's day as it stands: meetings, what to do next, what ran by itself, and what was not asked.

Invariant: it only reads; no account is looked at anew, so a page that shows it starts nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from graphs.governing.compensating import why_not
from graphs.governing.letting import ran_by_itself
from graphs.parts import Parts, Tenancy
from graphs.telling.agenda import (
    EVERYTHING,
    Head,
    chosen,
    is_before,
    opened_meetings,
    settled,
    work_of,
)
from graphs.telling.assembling import plan_of
from graphs.telling.inbox import is_for
from graphs.telling.narrowing import Narrowing, about_deal
from state.decision.brief import Brief, MeetingHeader
from state.decision.next_items import AccountWork, NextList
from state.decision.planning import NoAction
from state.governance.action import OPEN, Action, Status
from state.ids import ActionId, ProposalId, UserId
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
    why_kept: str
    """Why it cannot be taken back; empty where it can."""


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
    cards: Mapping[ProposalId, ActionId]
    """Which open card a proposal stands on."""
    briefs: frozenset[ProposalId]
    """Proposals to read a brief."""
    waiting: int
    """Cards in the inbox of whoever asks."""
    places: tuple[tuple[str, str], ...]
    """Regions and segments of one's accounts, each pair once."""


def today(
    parts: Parts,
    tenancy: Tenancy,
    principal: Principal,
    minutes: int | None = None,
    of: UserId | None = None,
    within: Narrowing = EVERYTHING,
) -> Today:
    """Collect a person's day from the newest plan of each of their accounts; `of` is a colleague's.

    Shape: `within` narrows what is to be done, not the meetings and what ran.
    """
    whose = principal.model_copy(update={"user": of, "role": Role.SELLER}) if of else principal
    with parts.stores.read(tenancy.id) as unit:
        rows = tuple(unit.situations.accounts())
        mine = [row for row in rows if _concerns(row, whose)]
        plans = _plans(parts, unit, tenancy, mine)
        opened = opened_meetings(parts, unit, tenancy, UserId(whose.user))
        done = unit.actions.listed((Status.EXECUTED,))
        open_ = unit.actions.listed(OPEN)
        waiting = [one for one in open_ if is_before(one, tenancy, whose)]
        over = settled(unit, plans, whose, {one.dedup_key for one in waiting})
        wanted = [one for one in plans if within.takes(one[0])]
        work = [work_of(row, plan, whose, over) for row, plan, _ in wanted]
        if within.deal:
            pairs = zip(wanted, work, strict=True)
            work = [about_deal(parts, unit, tenancy, within.deal, row, one) for (row, *_), one in pairs]
    quiet = [(row, plan.deliberated.decision) for row, plan, _ in wanted]
    silent = [QuietOut(row, said.reasons) for row, said in quiet if isinstance(said, NoAction)]
    return Today(
        meetings=tuple(sorted(_meetings(tenancy, plans), key=lambda one: one.header.starts_at)),
        next=chosen(tenancy, work, minutes, opened),
        ran=_ran(tenancy, whose, rows, done),
        quiet=tuple(silent[:QUIET]),
        quiet_count=len(silent),
        cards=_cards(work, open_),
        briefs=frozenset(one.id for each in work for one in each.proposals if one.action_type == "brief"),
        waiting=sum(is_for(one, tenancy, principal) for one in waiting),
        places=tuple(sorted({(one.region or "", one.segment or "") for one in mine})),
    )


def _cards(work: Sequence[AccountWork], open_: Iterable[Action]) -> dict[ProposalId, ActionId]:
    """Find the card of each proposal: what waits since an earlier plan is the same matter."""
    waiting = {one.dedup_key: one.id for one in open_}
    proposals = (one for each in work for one in each.proposals)
    return {one.id: waiting[one.dedup_key] for one in proposals if one.dedup_key in waiting}


def _concerns(row: AccountRow, principal: Principal) -> bool:
    return principal.role is not Role.SELLER or row.owner in (None, principal.user)


def _plans(parts: Parts, unit: Unit, tenancy: Tenancy, rows: Sequence[AccountRow]) -> tuple[Head, ...]:
    """Read the newest plan of each account; those without one cost nothing of their own."""
    heads = {one.account: one.artifacts for one in unit.runs.heads()}
    judged = [
        (row, kinds)
        for row in rows
        if (kinds := heads.get(row.account)) and any(kind.startswith("rulings.") for kind in kinds)
    ]
    return tuple((row, *plan_of(parts, unit, tenancy, kinds)) for row, kinds in judged)


def _meetings(tenancy: Tenancy, plans: Sequence[Head]) -> list[MeetingOut]:
    found: list[MeetingOut] = []
    for row, plan, _ in plans:
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
        if ran_by_itself(one)
        and local_day(one.created_at, zone) == day
        and (one.owner == principal.user or principal.role is not Role.SELLER)
    ]
    return tuple(
        RanOut(one, names.get(one.account, one.account), why_not(one)) for one in reversed(mine[-RAN:])
    )
