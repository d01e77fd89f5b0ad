"""A week of the sample company, its people included: what share of what was executed nobody had asked for.

Invariant: who brought an action about stands in its run; a yes to it does not make it a person's.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from evals.metric import Metric, metric
from evals.world import FixedClock
from graphs.bootstrap import House, bootstrap, shipped
from graphs.identity import local_principal
from graphs.parts import Tenancy
from graphs.perceiving.intake import ensure_tenant, move_clock, take_events
from graphs.planning.orchestrating import advance_due
from graphs.telling.inbox import open_inbox
from graphs.telling.morning import live_signals
from graphs.working.scanning import scan, scanner
from state.errors import Conflict, Denied, Forbidden
from state.governance.action import Status
from state.governance.budget import Starter, started_by
from state.ids import AccountId, TenantId, UserId
from state.ports.running import Run
from state.ports.world import Tenant
from state.principal import Principal, Role
from state.settings import Settings
from state.world.business_time import add_business_days, local_day
from state.world.event import parse_event
from tools.files import load_profile
from tools.sample import STANDING_IN, Sample, company

MORNINGS = 5
MORNING = time(8)
MEETING = "MEETING_UPCOMING"
HOLD = timedelta(seconds=60)
"""What passes between a yes and the release."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Week:
    """What was executed, and how often who had brought it about."""

    executed: Counter[Starter]

    @property
    def self_initiated(self) -> Metric:
        """Executed from an event or a schedule ÷ executed."""
        asked = self.executed[Starter.PERSON]
        return metric("self-initiated", [0.0] * asked + [1.0] * (self.executed.total() - asked))


def starter_of(run: Run) -> Starter:
    """Say who brought a run about."""
    return started_by(run.channel, is_human=run.role != Role.AGENT.value)


def lived(progress: Progress | None = None, mornings: int = MORNINGS, accounts: Collection[str] = ()) -> Week:
    """Live the first mornings of the sample company, at all of its accounts or at some."""
    with TemporaryDirectory(prefix="revloop-week-") as folder:
        office = Office.opened(Path(folder) / "home", accounts)
        try:
            for number in range(mornings):
                office.morning(is_first=number == 0)
                if progress is not None:
                    progress(number + 1, mornings)
            return Week(Counter(office.executed()))
        finally:
            office.house.close()


@dataclass(frozen=True)
class Office:
    """The company, its people at their desks: each asks for a page before a meeting, and says yes to what is shown."""

    house: House
    clock: FixedClock
    tenant: TenantId

    @classmethod
    def opened(cls, home: Path, accounts: Collection[str]) -> "Office":
        """Load the company, as the demo does."""
        sample = company()
        clock = FixedClock(sample.clock)
        office = cls(bootstrap(Settings(home=home, tenant=sample.tenant), clock), clock, sample.tenant)
        office._load(sample, accounts)
        return office

    def _load(self, sample: Sample, accounts: Collection[str]) -> None:
        users = load_profile([shipped() / "profile"]).company.users
        tenant = Tenant(
            id=self.tenant, zone="America/New_York", currency="USD", clock=sample.clock,
            default_user=UserId("maya"), delegations=STANDING_IN,
        )  # fmt: skip
        ensure_tenant(self.house.parts, tenant, users)
        wanted = (
            raw
            for raw in (*sample.events, *sample.later)
            if not accounts or raw["account"] in (None, *accounts)
        )
        events = [parse_event(dict(raw), self.tenant) for raw in wanted]
        take_events(self.house.parts, self.tenancy, scanner(self.tenancy), events, "sample")

    @property
    def tenancy(self) -> Tenancy:
        """The company as it is now."""
        return self.house.parts.tenancy.refresh(self.tenant)

    def morning(self, *, is_first: bool) -> None:
        """Do what a clock does by itself, then what people do before nine."""
        if not is_first:
            self._move()
        self._sweep()
        advance_due(self.house.runner, self.tenancy)
        with self.house.parts.stores.read(self.tenant) as unit:
            rows = unit.situations.accounts()
        scan(self.house.runner, self.tenancy, rows)
        for person, account in self._meetings():
            self.house.runner.start(person, account, "prep")
        for person in self._people():
            self._agree(person)
        self.clock.pass_by(round(HOLD.total_seconds()))
        self._sweep()

    def _move(self) -> None:
        tenancy = self.tenancy
        own, calendar = tenancy.profile.company, tenancy.profile.calendar
        day = add_business_days(calendar, local_day(tenancy.now, own.zone), 1, own.region)
        to = datetime.combine(day, MORNING, ZoneInfo(own.zone)).astimezone(UTC)
        self.clock.pass_by(round((to - tenancy.now).total_seconds()))
        move_clock(self.house.parts, tenancy, scanner(tenancy), to)

    def _sweep(self) -> None:
        self.house.desk.sweep(self.tenancy, scanner(self.tenancy))

    def _people(self) -> Iterator[Principal]:
        tenancy = self.tenancy
        for user in tenancy.users:
            settings = self.house.settings.model_copy(update={"user": user.id})
            yield local_principal(settings, tenancy.tenant, tenancy.users)

    def _meetings(self) -> list[tuple[Principal, AccountId]]:
        """List who meets whom soon."""
        people = {one.user: one for one in self._people()}
        with self.house.parts.stores.read(self.tenant) as unit:
            owners = {row.account: row.owner for row in unit.situations.accounts() if row.owner is not None}
            soon = [
                account
                for account, signals in live_signals(unit).items()
                if any(one.name == MEETING for one in signals.values())
            ]
        return [(people[owners[one]], one) for one in soon if owners.get(one) in people]

    def _agree(self, person: Principal) -> None:
        for card in open_inbox(self.house.parts, self.tenancy, person).cards:
            with suppress(Conflict, Denied, Forbidden):  # it is not this person's to say, or policy says no
                self.house.desk.approve(person, card.id)

    def executed(self) -> Iterator[Starter]:
        """Say of each executed action who had brought it about."""
        with self.house.parts.stores.read(self.tenant) as unit:
            for action in unit.actions.listed((Status.EXECUTED,)):
                run = unit.runs.get(action.run)
                assert run is not None, "an action names the run it came of"
                yield starter_of(run)
