"""Homes for cases: one base home per cast with everybody who is under no test, and a copy of it for each case.

Invariant: a case sees the whole company's sources and closed deals, and of the storied accounts only its own.
"""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from evals.dataset import SHIFT
from evals.stage import Stage
from graphs.bootstrap import House, bootstrap, shipped
from graphs.governing.editing import Editing
from graphs.identity import local_principal
from graphs.parts import Tenancy
from graphs.perceiving.intake import ensure_tenant, take_events
from state.ids import AccountId, TenantId, UserId
from state.ports.world import Tenant
from state.principal import Principal, Role, User
from state.settings import Settings
from state.world.event import Event, parse_event
from tools.files import load_profile
from tools.sample import STANDING_IN, Sample, company
from tools.sample.diary import Raw

HISTORY = "closed-elsewhere"
"""Account that holds the closed deals of the storied accounts in the base home, so that cycles are known."""


@dataclass
class FixedClock:
    """Wall time that moves only when told."""

    at: datetime

    def wall(self) -> datetime:
        """Now, in UTC."""
        return self.at

    def pass_by(self, seconds: int) -> None:
        """Let time go by."""
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Opened:
    """The home of one case, loaded."""

    house: House
    clock: FixedClock
    stage: Stage
    user: str = ""
    """Who asks where a request names nobody of this company."""
    told: tuple[Event, ...] = ()
    """What the sources said, where it is not on the stage."""

    @property
    def tenancy(self) -> Tenancy:
        """The company."""
        return self.house.parts.tenancy(self.stage.sample.tenant)

    def principal(self, user: str) -> Principal:
        """Somebody at the keyboard."""
        settings = self.house.settings.model_copy(update={"user": self.user or user})
        return local_principal(settings, self.tenancy.tenant, self.tenancy.users)

    def account(self, key: str) -> AccountId:
        """Name an account by its cast key."""
        return AccountId(self.stage.slots[f"{key}.account"])

    def events(self) -> tuple[Event, ...]:
        """Say what the sources said of the case's accounts."""
        return self.told or tuple(
            parse_event(dict(raw), self.stage.sample.tenant)
            for events in self.stage.events.values()
            for raw in events
        )


@dataclass
class World:
    """One cast of the company and its base home."""

    sample: Sample
    folder: Path
    users: tuple[User, ...]
    used: int = 0
    slots: dict[str, str] = field(default_factory=dict)

    @classmethod
    def build(cls, seed: int, folder: Path) -> "World":
        """Load everybody who is under no test."""
        sample = company(seed)
        world = cls(sample, folder, (), slots={**sample.slots, SHIFT: str(sample.shift.days)})
        base = folder / "base"
        _profile(base, world.sample, Stage(sample, world.slots, {}))
        clock = FixedClock(sample.clock)
        house = bootstrap(_settings(base), clock)
        world.users = _users(base, frozenset())
        _tenant(house, sample, world.users, sample.clock)
        _take(house, sample, _ordinary(sample))
        house.close()
        return world

    def stage(self, keys: Sequence[str]) -> Stage:
        """Lay out the accounts of a case."""
        events = {key: list(self.sample.events_of(self.slots[f"{key}.account"])) for key in keys}
        return Stage(self.sample, dict(self.slots), events)

    def open(self, stage: Stage, clock: datetime | None = None) -> Opened:
        """Copy the base home and load a case's accounts, at the sample's clock or another."""
        self.used += 1
        home = self.folder / f"case-{self.used}"
        shutil.copytree(self.folder / "base", home)
        if stage.blocked or stage.back:
            _profile(home, self.sample, stage)
        now = clock or self.sample.clock
        wall = FixedClock(self.sample.clock)
        house = bootstrap(_settings(home), wall)
        users = _users(home, frozenset(stage.back))
        _tenant(house, self.sample, users, now)
        with house.parts.stores.begin(self.sample.tenant) as unit:
            for owner in stage.back:
                unit.tenants.set_delegation(self.sample.tenant, UserId(owner), None)
            unit.tenants.set_clock(self.sample.tenant, now)
        house.parts.tenancy.refresh(self.sample.tenant)
        if stage.blocked:
            _activate_profile(house, self.sample.tenant)
        _take(house, self.sample, [raw for events in stage.events.values() for raw in events])
        return Opened(house, wall, stage)

    def close(self, opened: Opened) -> None:
        """Throw a case's home away."""
        opened.house.close()
        shutil.rmtree(opened.house.settings.home)


def _settings(home: Path) -> Settings:
    return Settings(home=home, tenant="fieldstone", reasoner="playbook")


def _tenant(house: House, sample: Sample, users: Sequence[User], clock: datetime) -> None:
    tenant = Tenant(
        id=sample.tenant, zone="America/New_York", currency="USD", clock=clock, default_user=UserId("maya"),
        delegations=tuple(
            one.model_copy(update={"begins": one.begins + sample.shift, "ends": one.ends + sample.shift})
            for one in STANDING_IN
        ),
    )  # fmt: skip
    ensure_tenant(house.parts, tenant, users)


def _take(house: House, sample: Sample, raws: Sequence[Raw]) -> None:
    tenancy = house.parts.tenancy.refresh(sample.tenant)
    principal = local_principal(house.settings, tenancy.tenant, tenancy.users)
    events = [parse_event(dict(raw), sample.tenant) for raw in raws]
    take_events(house.parts, tenancy, principal, events, "evals")


def _ordinary(sample: Sample) -> list[Raw]:
    """Everything but the storied accounts; of those only the closed deals, as somebody else's."""
    storied = {account for accounts in sample.accounts.values() for account in accounts}
    rest = [event for event in sample.events if event["account"] not in storied]
    past = [event for event in sample.events if event["account"] in storied and "/past-" in str(event["id"])]
    name: Raw = {
        "id": f"{HISTORY}/account", "account": HISTORY, "source": "crm", "type": "account.updated",
        "time": "2024-09-10T08:00:00Z", "recorded_at": "2024-09-10T08:00:00Z",
        "data": {"account": HISTORY, "name": "Closed Elsewhere", "status": "prospect", "owner": "jonas"},
    }  # fmt: skip
    return [*rest, name, *({**event, "id": f"{HISTORY}/{event['id']}", "account": HISTORY} for event in past)]


def _activate_profile(house: House, tenant: TenantId) -> None:
    """Put the edited profile in force, as the company's admin does."""
    lee = Principal(tenant=tenant, user=UserId("lee"), role=Role.ADMIN)
    editing = Editing(house.parts, house.parts.tenancy(tenant), lee)
    shown = editing.activate(("profile",), "a case", None)
    assert editing.activate(("profile",), "a case", shown.code).done, (
        "nobody else has to agree to what narrows"
    )


def _users(home: Path, back: frozenset[str]) -> tuple[User, ...]:
    users = load_profile([home / "profile"]).company.users
    here = {"away_from": None, "away_until": None}
    return tuple(user.model_copy(update=here) if user.id in back else user for user in users)


def _profile(home: Path, sample: Sample, stage: Stage) -> None:
    """Write the shipped profile with absences moved as the cast is, and with more domains blocked."""
    folder = home / "profile"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(shipped() / "profile", folder, dirs_exist_ok=True)
    path = folder / "company.yaml"
    users = load_profile([shipped() / "profile"]).company.users
    days = {day for user in users for day in (user.away_from, user.away_until) if day is not None}
    moved = {day.isoformat(): (day + sample.shift).isoformat() for day in days}
    text = path.read_text(encoding="utf-8")
    if moved:
        text = re.sub("|".join(sorted(moved)), lambda found: moved[found.group()], text)
    path.write_text(text, encoding="utf-8")
    rivals = folder / "competitors.yaml"
    more = "".join(f"  - domain: {domain}\n    reason: Not to be approached.\n" for domain in stage.blocked)
    rivals.write_text(rivals.read_text(encoding="utf-8").rstrip("\n") + "\n" + more, encoding="utf-8")
