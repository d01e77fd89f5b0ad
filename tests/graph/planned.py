"""Homes whose accounts have plans, and what the tests of plans do again and again."""

import json
from datetime import UTC, datetime
from pathlib import Path

from graphs.bootstrap import House
from graphs.parts import Tenancy
from graphs.perceiving.intake import move_clock, take_events
from graphs.planning.explaining import PlanOut, StepOut
from graphs.planning.orchestrating import Advanced, advance_due
from graphs.planning.planning import Planning
from graphs.working.scanning import scan
from state.ids import AccountId
from state.ledger.entry import Kind
from state.principal import Principal
from state.world.event import Event, parse_event
from state.world.view import AccountView
from tests.graph.homes import TENANT, Home, copied, principal_of

HARBOR, YARROW, FJORD = AccountId("harbor-medical"), AccountId("yarrow-homes"), AccountId("fjord-energy")
MORE = ("union-dairy", "westfield-clinics", "yarrow-homes")


def with_plans(base: Home, folder: Path) -> Home:
    """Copy a home and add the accounts of the sample that have plans."""
    from tests.samples import sampled  # a driver makes no home

    home = copied(base, folder / "home")
    house = home.house()
    told = [parse_event(dict(one), TENANT) for one in sampled().events if one["account"] in MORE]
    take_events(house.parts, house.parts.tenancy(TENANT), principal_of(house), told, "plans")
    house.close()
    return home


def tenancy_of(house: House) -> Tenancy:
    return house.parts.tenancy.refresh(TENANT)


def planning(house: House, who: Principal | None = None) -> Planning:
    return Planning(house.runner, tenancy_of(house), who or principal_of(house))


def on(house: House, day: str, hour: int = 15) -> tuple[Advanced, ...]:
    """Move the clock to a day, and bring plans forward."""
    to = datetime.fromisoformat(f"2026-{day}").replace(hour=hour, tzinfo=UTC)
    move_clock(house.parts, tenancy_of(house), principal_of(house), to)
    return advance_due(house.runner, tenancy_of(house))


def looked(house: House, *accounts: AccountId) -> None:
    """Let the scan look at accounts."""
    with house.parts.stores.read(TENANT) as unit:
        rows = [row for row in unit.situations.accounts() if row.account in accounts]
    scan(house.runner, tenancy_of(house), rows)


def started(house: House, account: AccountId = HARBOR, kind: str = "revival") -> PlanOut:
    """Draft, approve and start a plan."""
    plan = planning(house).draft(account, kind)
    planning(house).approve(plan.id)
    return planning(house).activate(plan.id)


def plan(house: House, name: str) -> PlanOut:
    return planning(house).explained(name)


def step(house: House, name: str, which: str) -> StepOut:
    return next(one for one in plan(house, name).steps if one.step == which)


def states(found: PlanOut) -> list[str]:
    return [one.state for one in found.steps]


def told(house: House, account: AccountId) -> dict[str, str]:
    """Read how the situation sees the plans of an account."""
    with house.parts.stores.read(TENANT) as unit:
        view = AccountView.of(unit.situations.load(account))
    return {one.identifier: str(one.text("status")) for one in view.plans}


def said(identifier: str, account: str, source: str = "crm", **data: object) -> Event:
    """Let a source speak of a plan."""
    head = {"id": identifier, "account": account, "source": source, "type": "plan.updated"}
    when = "2026-03-10T11:00:00Z"
    return parse_event({**head, "time": when, "recorded_at": when, "data": data}, TENANT)


def take(house: House, event: Event) -> None:
    take_events(house.parts, tenancy_of(house), principal_of(house), [event], "crm")


def entries(house: House, kind: Kind) -> list[dict[str, object]]:
    with house.parts.stores.read(TENANT) as unit:
        sealed = unit.ledger.sealed(limit=10_000)
    return [json.loads(one.payload or "{}") for one in sealed if one.entry.kind is kind]
