"""Homes for graph tests: a small part of the sample company, made once, copied per test."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graphs.bootstrap import House, bootstrap
from graphs.identity import local_principal
from graphs.perceiving.intake import ensure_tenant, take_events
from graphs.runner import argument_of
from state.ids import TenantId, UserId
from state.ports.world import Tenant
from state.principal import Principal, Role
from state.settings import read_settings
from state.world.event import parse_event
from tests.graph.nursery import ROOT, Nursery
from tools.files import load_profile
from tools.sample import STANDING_IN

NURSERY = Nursery()
TENANT = TenantId("fieldstone")
ADMIN = Principal(tenant=TENANT, user=UserId("lee"), role=Role.ADMIN)
ACCOUNTS = (
    "acme-corp",
    "harbor-medical",
    "oakhaven-hotels",
    "fjord-energy",
    "granite-hvac",
    "thornbury-gas",
    "brightwater-utilities",
)


@dataclass(frozen=True)
class Home:
    """A home folder of a test."""

    path: Path

    def house(self, **settings: str) -> House:
        """Open it in this process."""
        return bootstrap(read_settings({"home": str(self.path), "tenant": TENANT, **settings}, {}))

    def drive(self, *arguments: str, env: Mapping[str, str] | None = None) -> "Driven":
        """Run one act in another process, forked from a warm one."""
        out, err = self.path.parent / "driver.out", self.path.parent / "driver.err"
        code = NURSERY.bear([str(self.path), *arguments], env or {}, out, err)
        return Driven(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def drive_fresh(self, *arguments: str, env: Mapping[str, str] | None = None) -> "Driven":
        """Run one act in a process of its own from the first import on."""
        base = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANGGRAPH_STRICT_MSGPACK": "true"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.graph.driver", str(self.path), *arguments],
            capture_output=True,
            text=True,
            env={**base, **(env or {})},
            cwd=ROOT,
            timeout=600,
            check=False,
        )
        return Driven(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Driven:
    """What another process printed."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> dict[str, object]:
        """The last line, read as JSON."""
        loaded: dict[str, object] = json.loads(self.out.strip().splitlines()[-1])
        return loaded


def principal_of(house: House) -> Principal:
    """Give the default user of the sample."""
    tenancy = house.parts.tenancy(TENANT)
    return local_principal(house.settings, tenancy.tenant, tenancy.users)


def waits(house: House) -> list[str]:
    """List the cards and questions that an interrupt of some run waits for."""
    with house.parts.stores.read(TENANT) as unit:
        runs = unit.runs.waiting()
    asked = [one.value for run in runs for one in house.runner.open_interrupts(run)]
    return sorted(argument_of(one, "action") or argument_of(one, "question") for one in asked)


def make_home(path: Path) -> Home:
    """Load a part of the sample company, with the closed deals that ages are compared with."""
    from tests.samples import sampled  # a driver makes no home

    home = Home(path)
    sample = sampled()
    wanted = [
        event
        for event in sample.events
        if event["account"] in (None, *ACCOUNTS) or event["type"] == "deal.closed"
    ]
    house = home.house()
    tenant = Tenant(
        id=TENANT, zone="America/New_York", currency="USD", clock=sample.clock, default_user=UserId("maya"),
        delegations=STANDING_IN,
    )  # fmt: skip
    ensure_tenant(house.parts, tenant, load_profile([ROOT / "profile"]).company.users)
    events = [parse_event(dict(event), TENANT) for event in wanted]
    take_events(house.parts, house.parts.tenancy(TENANT), principal_of(house), events, "sample")
    house.close()
    return home


def copied(home: Home, to: Path) -> Home:
    """Copy a home, as another machine would get it."""
    shutil.copytree(home.path, to)
    return Home(to)
