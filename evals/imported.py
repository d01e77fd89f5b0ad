"""Cases on imported companies: real exports that lie beside the project, or the case is unscored with the reason."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from evals.answer import Answer
from evals.asking import ask
from evals.case import Case, Request
from evals.stage import Stage
from evals.world import FixedClock, Opened
from graphs.bootstrap import bootstrap, folders, shipped
from graphs.identity import local_principal
from graphs.perceiving.intake import ensure_tenant, take_events
from state.ids import EventId, TenantId
from state.ports.world import Tenant
from state.principal import Role
from state.settings import Settings
from state.world.event import Event
from state.world.records import DealClosed, DealUpdated, SourceSynced
from tools.connectors.csv_folder import Folder, Reject, events_of
from tools.connectors.mapping import Mapping as Rules
from tools.connectors.tenant_files import profile_of, users_of, write_profile
from tools.files import load_model, load_profile
from tools.sample import Sample

LAST = time(23, 59, 59)
EARLIER = timedelta(days=60)
Change = Callable[[Sequence[Event]], list[Event]]


@dataclass(frozen=True, slots=True)
class Export:
    """A real export: where it lies, how it is read, and the accounts that cases are about."""

    company: str
    folder: str
    mapping: str
    day: date
    under_test: frozenset[str]

    @property
    def tenant(self) -> TenantId:
        """The company it becomes."""
        return TenantId(self.company)

    @property
    def clock(self) -> datetime:
        """The end of its day."""
        return datetime.combine(self.day, LAST, UTC)


MAVEN = Export("maven", "maven_crm", "maven_crm.yaml", date(2017, 8, 31), frozenset({"blackzim", "kan-code"}))
RAVENSTACK = Export(
    "ravenstack", "ravenstack", "ravenstack.yaml", date(2024, 12, 31), frozenset({"a-4c38bc", "a-d40bf7"})
)
EXPORTS: Mapping[str, Export] = {one.company: one for one in (MAVEN, RAVENSTACK)}


def kan_code_older(events: Sequence[Event]) -> list[Event]:
    """Twin 39: the open deals were engaged sixty days earlier."""
    closed = {one.data.deal for one in events if isinstance(one.data, DealClosed) and one.time <= MAVEN.clock}
    return [_older(event) if _is_open(event, closed) else event for event in events]


def _is_open(event: Event, closed: set[str]) -> bool:
    record = event.data
    return isinstance(record, DealUpdated) and record.opened_on is not None and record.deal not in closed


def _older(event: Event) -> Event:
    record = event.data
    assert isinstance(record, DealUpdated), "only deals have an engage date"
    assert record.opened_on is not None, "an undated deal is no older"
    moved = record.model_copy(update={"opened_on": record.opened_on - EARLIER})
    return event.model_copy(
        update={"data": moved, "time": event.time - EARLIER, "recorded_at": event.recorded_at - EARLIER}
    )


CHANGES: Mapping[str, Change] = {"kan_code_older": kan_code_older}


@dataclass
class Imports:
    """Homes of imported companies, each built when first needed."""

    folder: Path
    events: dict[str, dict[str, list[Event]]] = field(default_factory=dict)
    """Company → account → its events; the base home has everybody else."""
    used: int = 0

    def answer(
        self, case: Case, request: Request, flips: Sequence[str]
    ) -> tuple[Answer, dict[str, str]] | str:
        """Answer a case, or say why that cannot be done here."""
        export = EXPORTS.get(case.company)
        if export is None:
            return f"there is no mapping for the export of {case.company} yet"
        place = shipped().parent / "shared" / "data" / export.folder
        if not place.is_dir():
            return f"the export of {case.company} is not beside the project"
        if case.company not in self.events:
            self.events[case.company] = _base(self.folder / case.company, place, export)
        told = [event for key in case.accounts for event in self._changed(export, key, flips)]
        opened = self._open(export, told, case)
        try:
            return ask(opened, request, case.accounts), opened.stage.slots
        finally:
            opened.house.close()
            shutil.rmtree(opened.house.settings.home)

    def _changed(self, export: Export, key: str, flips: Sequence[str]) -> Sequence[Event]:
        events: Sequence[Event] = self.events[export.company][key]
        for name in flips:
            events = CHANGES[name](events)
        return events

    def _open(self, export: Export, events: Sequence[Event], case: Case) -> Opened:
        self.used += 1
        home = self.folder / f"{export.company}-{self.used}"
        shutil.copytree(self.folder / export.company, home)
        clock = FixedClock(export.clock)
        house = bootstrap(Settings(home=home, tenant=export.tenant, reasoner="playbook"), clock)
        tenancy = house.parts.tenancy.refresh(export.tenant)
        take_events(
            house.parts,
            tenancy,
            local_principal(house.settings, tenancy.tenant, tenancy.users),
            events,
            "evals",
        )
        slots = {f"{key}.account": key for key in case.accounts}
        stage = Stage(Sample(export.tenant, export.clock, ()), slots, {})
        return Opened(house, clock, stage, user=tenancy.tenant.default_user, told=tuple(events))


def _base(home: Path, place: Path, export: Export) -> dict[str, list[Event]]:
    """Import everybody but the accounts under test, and give the events of those."""
    rules = load_model(shipped() / "samples" / "mappings" / export.mapping, Rules)
    tables = Folder.open(place, rules)
    users = users_of(tables, rules)
    settings = Settings(home=home, tenant=export.tenant, reasoner="playbook")
    house = bootstrap(settings, FixedClock(export.clock))
    own = settings.tenant_folder(export.tenant)
    write_profile(own / "profile", profile_of(tables, rules, users, export.day), rules.name)
    company = load_profile(folders(settings, export.tenant, "profile")).company
    first = next((user for user in company.users if user.role is Role.SELLER), company.users[0])
    tenant = Tenant(
        id=export.tenant, zone=company.zone, currency=company.currency, clock=export.clock,
        default_user=first.id, folder=str(own),
    )  # fmt: skip
    ensure_tenant(house.parts, tenant, company.users)
    tenancy = house.parts.tenancy.refresh(export.tenant)
    kept: list[Event] = []
    apart: dict[str, list[Event]] = {name: [] for name in sorted(export.under_test)}
    for event in events_of(tables, rules, export.tenant):
        if not isinstance(event, Reject):
            apart.get(str(event.account), kept).append(event)
    kept += [_synced(export, source) for source in rules.sources]
    take_events(house.parts, tenancy, local_principal(settings, tenant, company.users), kept, "evals")
    house.close()
    return apart


def _synced(export: Export, source: str) -> Event:
    return Event(
        id=EventId(f"{source}/source.synced/{export.day}"), tenant=export.tenant, source=source,
        type=SourceSynced.type, time=export.clock, recorded_at=export.clock, data=SourceSynced(feed=source),
    )  # fmt: skip
