"""`revloop tick` and `revloop resume`: time goes on, and so do runs whose process died."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.executor import Performed
    from graphs.parts import Tenancy
    from graphs.telling.morning import Came, Live
    from state.world.event import Event

MORNING = time(8)


def tick(*, common: Options = PLAIN) -> int:
    """Move a frozen clock one business day on, to 08:00 there; every armed delay elapses."""
    from graphs.learning.relearning import relearn
    from graphs.planning.orchestrating import advance_due
    from graphs.telling.morning import morning_of
    from graphs.working.scanning import scanner
    from server.cli.demo import scanned
    from server.cli.printing import print_json, show

    with opened(common) as found:
        before = _known(found)
        session, came, calm, on_the_way = moved(found)
        last = {one.action.id: one for one in (*on_the_way, *let_elapse(session))}
        elapsed = tuple(last.values())
        session.house.desk.sweep(session.tenancy, session.principal)
        advance_due(session.house.runner, session.tenancy)
        relearn(session.parts, session.tenancy, scanner(session.tenancy), "daily")
        looked, reports = scanned(session, quiet=common.json)
        with session.parts.stores.read(session.tenancy.id) as unit:
            morning = morning_of(unit, session.tenancy, came, calm, looked)
        fresh = [one for one in reports if any(proposal.action not in before for proposal in one.proposals)]
        reader = session.reader
        if common.json:
            told = [{"action": one.action.id, "status": one.action.status.value} for one in elapsed]
            news = {"came": _told(morning.came), "ended": _told(morning.ended)}
            clock = session.tenancy.now.isoformat()
            print_json({"clock": clock, "elapsed": told, **news, "reports": fresh})
            return 0
    from server.render.ticked import ticked_page

    show(ticked_page(looked, reports, elapsed, morning, before, reader))
    return 0


def _told(came: "Sequence[Came]") -> list[dict[str, str]]:
    return [{"account": one.account, "at": one.at.isoformat(), "text": one.text} for one in came]


def _known(session: Session) -> frozenset[str]:
    from state.governance.action import Status

    with session.parts.stores.read(session.tenancy.id) as unit:
        return frozenset(action.id for action in unit.actions.listed(tuple(Status)))


def next_morning(tenancy: "Tenancy") -> datetime:
    """Find 08:00 of the next business day of the tenant's region."""
    from state.world.business_time import add_business_days, local_day

    company, calendar = tenancy.profile.company, tenancy.profile.calendar
    day = add_business_days(calendar, local_day(tenancy.now, company.zone), 1, company.region)
    return datetime.combine(day, MORNING, ZoneInfo(company.zone)).astimezone(UTC)


def moved(session: Session) -> "tuple[Session, tuple[Event, ...], Live, tuple[Performed, ...]]":
    """Move the clock, and do on the way what may be done only before: a mail in its recipient's office hours.

    Shape: a session at the new time, what came to light, the signals that were live, and what was carried out.
    Raises: InvalidInput for a clock that moves by itself.
    """
    from graphs.perceiving.intake import move_clock
    from graphs.perceiving.outcomes import follow_up
    from graphs.telling.morning import live_signals

    to = next_morning(session.tenancy)
    with session.parts.stores.read(session.tenancy.id) as unit:
        came, calm = unit.events.due(to), live_signals(unit)
    done = let_elapse(session)
    while (at := _released_before(session, to)) is not None:
        session = replace(session, tenancy=move_clock(session.parts, session.tenancy, session.principal, at))
        done += let_elapse(session)
    tenancy = move_clock(session.parts, session.tenancy, session.principal, to)
    follow_up(session.parts, tenancy, session.principal, came)
    return replace(session, tenancy=tenancy), came, calm, done


def _released_before(session: Session, to: datetime) -> datetime | None:
    """Find the next time until which something approved was told to wait; a later one each time."""
    from state.governance.action import Status

    with session.parts.stores.read(session.tenancy.id) as unit:
        waiting = unit.actions.listed((Status.APPROVED,))
    ends = (one.not_before for one in waiting)
    return min((at for at in ends if at is not None and session.tenancy.now < at <= to), default=None)


def let_elapse(session: Session) -> "tuple[Performed, ...]":
    """Carry out what waits for a hold or a delay only, as if the wall clock had passed it."""
    from datetime import timedelta

    from agents.executor import perform
    from graphs.governing.decisions import stamp_of
    from graphs.governing.hands import hands_of
    from graphs.working.leasing import leased
    from state.governance.action import Status

    tenancy, parts = session.tenancy, session.parts
    with parts.stores.read(tenancy.id) as unit:
        armed = [
            one
            for one in unit.actions.listed((Status.PENDING, Status.APPROVED))
            if (one.auto_at or one.release_at)
            and one.expires_at > tenancy.now
            and (one.not_before is None or one.not_before <= tenancy.now)
        ]
        stamp = stamp_of(tenancy, unit, session.principal, "tick")
    done: list[Performed] = []
    for action in armed:
        late = max(filter(None, (action.auto_at, action.release_at, parts.clock.wall()))) + timedelta(
            seconds=1
        )
        hands = replace(hands_of(parts, tenancy), wall=lambda late=late: late)  # type: ignore[misc]  # bound now
        with leased(parts, tenancy.id, action.account, ahead=late - parts.clock.wall()):
            done += perform(hands, [action.id], stamp)
    return tuple(done)


def resume(*, common: Options = PLAIN) -> int:
    """Go on with unfinished runs of dead processes, and carry out what is due."""
    from server.cli.printing import print_json, show

    with opened(common, sweep=False) as session:
        runs = session.house.runner.continue_unfinished(session.tenancy)
        done = session.house.desk.sweep(session.tenancy, session.principal)
    if common.json:
        told = [
            {"action": one.action.id, "status": one.action.status.value, "code": one.code} for one in done
        ]
        print_json({"runs": [run.id for run in runs], "actions": told})
    else:
        from server.render.card_words import counted
        from server.render.layout import line

        due = f"{counted(len(done), 'action')} {'was' if len(done) == 1 else 'were'} due"
        show(line(f"{counted(len(runs), 'run')} went on; {due}."))
        show(*(line(f"  {one.action.id[:11]} {one.action.status.value} {one.text}".rstrip()) for one in done))
    return 0
