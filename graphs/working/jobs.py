"""What there is to do, read from our own rows, and how it is done.

Invariant: asked again after any loss, the same rows give the same jobs; done twice, a job finds nothing left to do.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from graphs.bootstrap import House
from graphs.commands import Desk
from graphs.identity import is_gone
from graphs.keeping.anchoring import anchor_now, folder_of, is_due
from graphs.keeping.retaining import prune_checkpoints
from graphs.learning.relearning import relearn
from graphs.parts import Parts, Tenancy
from graphs.planning.orchestrating import advance
from graphs.working.scanning import nightly, scan
from graphs.working.turns import Rank
from state.errors import Conflict
from state.governance.action import Action, Status
from state.governance.plan import Plan, PlanId
from state.ids import AccountId, ActionId, SignalId, TenantId
from state.ports.acting import EVERYWHERE
from state.ports.queueing import Job, JobKind, JobQueue, WorkerRow
from state.ports.unit import Unit
from state.principal import Principal
from state.world.batching import Moved, is_ready
from state.world.detection.wording import counted

AHEAD = timedelta(seconds=60)
"""Actions due within this time are asked for ahead, with a delay."""
RETRY_SECONDS = 60
"""What is still due after so long is asked for again."""
SETTLED_AFTER = timedelta(seconds=10)
MOST_ACCOUNTS = 500
MORNING = time(6)
EVERYONE = TenantId(EVERYWHERE)
LEASE = timedelta(seconds=10)
"""How long a worker counts as alive after it was last heard."""
FORGOTTEN_AFTER = timedelta(minutes=10)
CRASH_POINTS = ("job:asking", "job:asked", "job:taken", "job:done")
"""Where a fault run may kill the process: on either side of the gap between our rows and the queue's."""
BUSY = "busy"
"""Another process has the account; the job is asked for again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One job, and how long it may wait."""

    job: Job
    delay_seconds: float = 0.0


def wanted(parts: Parts, tenancy: Tenancy) -> Iterator[Wanted]:
    """List what time and events call for; a tenant with a frozen clock has no schedule of its own, `tick` runs it."""
    wall = parts.clock.wall()
    with parts.stores.read(tenancy.id) as unit:
        actions = unit.actions.due(tenancy.now, wall + AHEAD)
        moved = () if tenancy.is_frozen else tuple(_ready(unit, tenancy))
        left = () if tenancy.is_frozen else (*_left(unit, tenancy, wall), *_unsettled(unit, tenancy, wall))
        plans = () if tenancy.is_frozen else unit.plans.due(tenancy.now)
    yield from (_to_step(tenancy, plan) for plan in plans)
    yield from (_to_act(tenancy, action, wall) for action in actions)
    yield from left
    yield from (_to_loop(tenancy, one) for one in moved)
    if not tenancy.is_frozen:
        yield from _daily(tenancy)


def _to_act(tenancy: Tenancy, action: Action, wall: datetime) -> Wanted:
    at = max((one for one in (action.release_at, action.auto_at) if one is not None), default=wall)
    job = Job(
        kind=JobKind.ACT,
        tenant=tenancy.id,
        subject=action.id,
        number=f"{action.version}.{_window(wall)}",
        account=action.account,
    )
    return Wanted(job, max(0.0, (at - wall).total_seconds()))


def _ready(unit: Unit, tenancy: Tenancy) -> Iterator[Moved]:
    rules = tenancy.profile.judgement.batching
    for one in unit.views.moved(MOST_ACCOUNTS):
        last = unit.runs.latest(one.account)
        known: frozenset[SignalId] = frozenset()
        if last is not None:
            known = frozenset(signal.id for signal in unit.runs.signals_of(last.id))
        started = None if last is None or last.channel != "scan" else last.started_at
        if is_ready(one, rules, tenancy.now, last_loop=started, known=known):
            yield one


def _left(unit: Unit, tenancy: Tenancy, wall: datetime) -> Iterator[Wanted]:
    """Ask for runs that nobody holds, again whenever they have waited twice as long."""
    for run in unit.runs.unfinished():
        lease = unit.actions.lease(run.account)
        if lease is None or lease.until <= wall or is_gone(lease.owner) is not None:
            doubled = int((tenancy.now - run.started_at) / SETTLED_AFTER).bit_length()
            yield Wanted(_job(tenancy, JobKind.SETTLE, run.id, str(doubled), run.account))


def _unsettled(unit: Unit, tenancy: Tenancy, wall: datetime) -> Iterator[Wanted]:
    """Ask for a look at what was claimed and is not over, once per window: whoever claimed it may be dead."""
    if unit.actions.listed((Status.CLAIMED, Status.AMBIGUOUS)):
        yield Wanted(_job(tenancy, JobKind.SETTLE, "claims", str(_window(wall)), None))


def _window(wall: datetime) -> int:
    return int(wall.timestamp()) // RETRY_SECONDS


def left_undone(parts: Parts, tenancy: Tenancy) -> tuple[Wanted, ...]:
    """List what dead processes left half done at a tenant's accounts."""
    with parts.stores.read(tenancy.id) as unit:
        return tuple(_left(unit, tenancy, parts.clock.wall()))


def _to_loop(tenancy: Tenancy, moved: Moved) -> Wanted:
    minutes = tenancy.profile.judgement.batching.account_loop_minutes
    window = int(tenancy.now.timestamp()) // (minutes * 60)
    number = f"{moved.version}.{window}"
    return Wanted(_job(tenancy, JobKind.LOOP, moved.account, number, moved.account))


def _to_step(tenancy: Tenancy, plan: Plan) -> Wanted:
    window = int(tenancy.now.timestamp()) // RETRY_SECONDS
    return Wanted(_job(tenancy, JobKind.PLAN, plan.id, f"{plan.version}.{window}", plan.account))


def _daily(tenancy: Tenancy) -> Iterator[Wanted]:
    """Ask for today's look once it is six in the tenant's zone; one that was missed is asked for at the next start."""
    local = tenancy.now.astimezone(ZoneInfo(tenancy.profile.company.zone))
    if local.time() >= MORNING:
        yield Wanted(
            _job(tenancy, JobKind.DAILY, tenancy.profile.company.zone, local.date().isoformat(), None)
        )


def settling(tenant: TenantId, dead: str) -> Job:
    """Ask for what a dead process left at a tenant."""
    return Job(kind=JobKind.SETTLE, tenant=tenant, subject=dead.replace(":", "-"), number="1")


def _job(tenancy: Tenancy, kind: JobKind, subject: str, number: str, account: AccountId | None) -> Job:
    return Job(kind=kind, tenant=tenancy.id, subject=subject, number=number, account=account)


def ask(parts: Parts, queue: JobQueue, tenancy: Tenancy) -> None:
    """Ask for what the rows call for; whoever dies between two rows leaves the rest to the next look."""
    for one in wanted(parts, tenancy):
        parts.crash_point("job:asking")
        queue.enqueue(one.job, one.delay_seconds)
        parts.crash_point("job:asked")


def rank_of(job: Job) -> Rank:
    """Say who goes first: an action that a person released, then what happened at an account, then the daily look."""
    return {JobKind.ACT: Rank.PERSON, JobKind.DAILY: Rank.ROUND}.get(job.kind, Rank.WORK)


def do(house: House, job: Job, principal: Principal) -> str:
    """Do one job. Shape: what came of it, or `busy` where another process has the account."""
    house.parts.crash_point("job:taken")
    said = _done(house, job, principal)
    house.parts.crash_point("job:done")
    return said


def _done(house: House, job: Job, principal: Principal) -> str:
    tenancy = house.parts.tenancy.refresh(job.tenant)
    match job.kind:
        case JobKind.LOOP:
            return _looped(house, tenancy, AccountId(job.subject))
        case JobKind.ACT:
            return _acted(house.desk, tenancy, principal, ActionId(job.subject))
        case JobKind.PLAN:
            return _stepped(house, tenancy, PlanId(job.subject))
        case JobKind.SETTLE:
            return _settled(house, tenancy, principal, job.account)
        case JobKind.DAILY:
            return _morning(house, tenancy, principal)


def _looped(house: House, tenancy: Tenancy, account: AccountId) -> str:
    """Go on with what an interrupted run left, then bring the account up to date."""
    house.runner.continue_unfinished(tenancy, account)
    with house.parts.stores.read(tenancy.id) as unit:
        row = unit.situations.account(account)
    if row is None:
        return "the account is gone"
    looked = scan(house.runner, tenancy, [row])
    if not looked:
        return BUSY
    return f"ran {looked[0].run}" if looked[0].is_new else "unchanged"


def _acted(desk: Desk, tenancy: Tenancy, principal: Principal, action: ActionId) -> str:
    try:
        done = desk.carry_out(tenancy, principal, action)
    except Conflict:
        return BUSY
    return ", ".join(one.action.status.value for one in done) or "nothing was due"


def _stepped(house: House, tenancy: Tenancy, plan: PlanId) -> str:
    found = advance(house.runner, tenancy, plan)
    return BUSY if found.is_busy else f"{found.plan.status.value}, {counted(len(found.happened), 'event')}"


def _settled(house: House, tenancy: Tenancy, principal: Principal, account: AccountId | None) -> str:
    """Go on with what was left at one account, or with what a dead process had claimed."""
    if account is not None:
        return counted(len(house.runner.continue_unfinished(tenancy, account)), "run")
    done = house.desk.sweep(tenancy, principal)
    return counted(len(done), "action")


def _morning(house: House, tenancy: Tenancy, principal: Principal) -> str:
    """Look at every account that is due, let what is over expire, put away what is old, and anchor."""
    night = nightly(house.runner, tenancy)
    house.desk.sweep(tenancy, principal)
    with house.parts.stores.begin(tenancy.id) as unit:
        expired = unit.memory.expire(tenancy.now)
    pruned = prune_checkpoints(house.saver, house.parts.clock, house.settings.checkpoint_days)
    anchor(house.parts, tenancy.id, principal)
    learned = relearn(house.parts, tenancy, principal, "daily")
    told = f", learned version {learned.kept.version}" if learned.is_new and learned.kept else ""
    return (
        f"{night.read} read, {counted(len(night.looked), 'loop')}, {counted(expired, 'passage')} expired,"
        f" {counted(pruned, 'thread')} pruned"
        f"{told}"
    )


def anchor(parts: Parts, tenant: TenantId, principal: Principal, *, at_once: bool = False) -> None:
    """Anchor the ledger, when the newest anchor is old or at once; a ledger that was restored is left alone."""
    if folder_of(parts.settings).is_ours(tenant) and (at_once or is_due(parts, tenant)):
        with suppress(Conflict):
            anchor_now(parts, tenant, principal=principal)


def heard_last(parts: Parts) -> Sequence[WorkerRow]:
    """List the workers of this database."""
    with parts.stores.read(EVERYONE) as unit:
        return unit.workers.listed()


def beat(parts: Parts) -> None:
    """Say that this worker is there."""
    wall = parts.clock.wall()
    with parts.stores.begin(EVERYONE) as unit:
        unit.workers.beat(parts.worker, wall, wall + LEASE)


def leave(parts: Parts) -> None:
    """Say that this worker ends; what it had taken is given back by another."""
    with parts.stores.begin(EVERYONE) as unit:
        unit.workers.end(parts.worker)


def dead_workers(parts: Parts) -> tuple[str, ...]:
    """List workers whose lease is over or whose process is gone; the long dead are struck off."""
    wall = parts.clock.wall()
    found = [one for one in heard_last(parts) if one.worker != parts.worker]
    dead = [one for one in found if one.until <= wall or is_gone(one.worker) is not None]
    old = [one.worker for one in dead if one.until + FORGOTTEN_AFTER <= wall]
    if old:
        with parts.stores.begin(EVERYONE) as unit:
            for worker in old:
                unit.workers.end(worker)
    return tuple(one.worker for one in dead)
