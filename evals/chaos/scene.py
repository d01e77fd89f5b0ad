"""The scene of a fault run: a live company whose clock stands in a file, and the other side behind the gateway."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

from graphs.bootstrap import House, bootstrap, shipped
from graphs.identity import local_principal
from graphs.parts import Tenancies, Tenancy
from graphs.perceiving.intake import ensure_tenant, take_events
from graphs.settling import settle
from state.governance.action import Action
from state.ids import AccountId, TenantId, UserId
from state.ports.tooling import Sent, ToolSpec
from state.ports.world import Tenant
from state.principal import Principal
from state.settings import Settings, read_settings
from state.world.event import parse_event
from tools.egress import Egress
from tools.files import load_profile
from tools.gateway import TenantGateway
from tools.keys import tenant_ring
from tools.sample import company
from tools.styles import styled
from tools.transports import Looked

TENANT = TenantId("fieldstone")
ACCOUNT = AccountId("oakhaven-hotels")
MAIL = "send_email"
CLOCK = "clock"
LAG = timedelta(seconds=5)
"""What the gateway states of the other side; the other side's own window is a little shorter."""
SLOW = timedelta(seconds=60)
"""How long a slow call takes before anything is handed over."""


@dataclass(frozen=True, slots=True)
class FileClock:
    """Time as it stands in a file of the home, the same for every process of a schedule."""

    file: Path

    def wall(self) -> datetime:
        """Read it."""
        return datetime.fromisoformat(self.file.read_text(encoding="ascii"))

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.file.write_text((self.wall() + by).isoformat(), encoding="ascii")


@dataclass(frozen=True)
class RemoteGateway(TenantGateway):
    """The tenant's gateway, save that what leaves goes to the receiver over HTTP and can be looked up there."""

    port: int = 0
    file_clock: FileClock | None = None
    is_keyed: bool = False
    is_slow: bool = False
    stated_lag: timedelta = LAG

    def spec(self, tool: str) -> ToolSpec:
        """Find one tool; what leaves is deduplicated by key where the receiver does that."""
        found = super().spec(tool)
        return replace(found, deduplicates_by_key=self.is_keyed) if found.kind == "outside" else found

    def outside(self, action: Action) -> Sent:
        """Hand it over under its key."""
        if self.is_slow and self.file_clock is not None:
            self.file_clock.move(SLOW)
        try:
            self._asked("POST", action, action.effect.content.encode())
        except ConnectionRefusedError as fault:
            return Sent("not_done", str(fault))
        except (OSError, HTTPException) as fault:
            return Sent("unknown", type(fault).__name__)
        return Sent("receipt", action.effect_key)

    def probe(self, action: Action) -> Looked:
        """Look for its key; a receiver that deduplicates by key is not one that can be looked at."""
        if self.is_keyed:
            return "unknown"
        try:
            found = self._asked("GET", action)
        except (OSError, HTTPException):
            return "unknown"
        return "found" if b"true" in found else "absent"

    def lag(self, action: Action) -> timedelta:
        """Give what is stated of the receiver."""
        return self.stated_lag

    def _asked(self, verb: str, action: Action, body: bytes = b"") -> bytes:
        assert self.file_clock is not None, "made by `remote`"
        connection = HTTPConnection("127.0.0.1", self.port)
        try:
            headers = {"X-At": self.file_clock.wall().isoformat()}
            connection.request(verb, f"/{action.effect_key}", body, headers)
            return connection.getresponse().read()
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Line:
    """How the program is joined to the other side."""

    mail_port: int = 0
    """0: no mail server."""
    http_port: int = 0
    """0: the gateway as it is."""
    is_keyed: bool = False
    is_slow: bool = False
    is_worked: bool = False
    """What is due is done as a worker does it: asked of the queue, taken from it, and given back by the dead."""
    trusts_at_once: bool = False
    """A planted fault: what is not found is believed absent whatever the lag."""


def settings_of(home: Path, database: str, line: Line) -> Settings:
    """Read nothing from the environment."""
    smtp = f"smtp://127.0.0.1:{line.mail_port}" if line.mail_port else ""
    given = {"home": str(home), "tenant": TENANT, "database": database, "smtp_url": smtp}
    given |= {"inside_hosts": "127.0.0.1"}
    return read_settings({**given, "reasoner": "playbook"}, {})


def warmed() -> Tenancy:
    """Live one whole life before any fork, so that files are read and code is warm; then close all it opened."""
    with TemporaryDirectory(prefix="revloop-warm-") as folder:
        home = Path(folder) / "home"
        made(home, "")
        house = opened(home, "", Line())
        principal, tenancy = principal_of(house), house.parts.tenancy(TENANT)
        report = house.runner.start(principal, ACCOUNT, "prep")
        mail = next(one.action for one in report.proposals if one.action_type == MAIL)
        house.desk.approve(principal, str(mail))
        FileClock(home / CLOCK).move(SLOW)
        house.desk.sweep(house.parts.tenancy.refresh(TENANT), principal)
        house.close()
    settle()
    return tenancy


def opened(home: Path, database: str, line: Line, warm: Tenancy | None = None) -> House:
    """Open the home with its clock, joined to the other side; what was read before the fork is not read again."""
    clock = FileClock(home / CLOCK)
    settings = settings_of(home, database, line)
    house = bootstrap(settings, clock)
    if warm is not None:
        house.parts.tenancy = Tenancies(partial(_loaded, house, clock, line, warm))
    return house


def _loaded(
    house: House, clock: FileClock, line: Line, warm: Tenancy, name: TenantId, _: Tenancy | None
) -> Tenancy:
    """Take the files as they were read, and everything else from this home."""
    with house.parts.stores.read(name) as unit:
        found = unit.tenants.company(name)
    assert found is not None, "made by `made`"
    assert isinstance(warm.gateway, TenantGateway)
    folder = house.settings.tenant_folder(name)
    users = styled(found[1], folder)
    gateway = replace(
        warm.gateway,
        folder=folder,
        keys=tenant_ring(folder).read,
        smtp_url=house.settings.smtp_url,
        egress=Egress(house.settings.named_hosts),
        is_frozen=False,
        clock=clock,
        users=users,
    )
    if line.http_port:
        gateway = remote(gateway, clock, line)
    return replace(warm, tenant=found[0], users=users, gateway=gateway, clock=clock)


def remote(gateway: TenantGateway, clock: FileClock, line: Line) -> RemoteGateway:
    """Put the receiver in place of the transports."""
    own: Mapping[str, object] = {one.name: getattr(gateway, one.name) for one in fields(gateway) if one.init}
    lag = timedelta(0) if line.trusts_at_once else LAG
    more = {"port": line.http_port, "file_clock": clock, "is_keyed": line.is_keyed, "is_slow": line.is_slow}
    return RemoteGateway(**{**own, **more, "stated_lag": lag})  # type: ignore[arg-type]  # its own fields


def principal_of(house: House) -> Principal:
    """Give the default user of the sample."""
    tenancy = house.parts.tenancy(TENANT)
    return local_principal(house.settings, tenancy.tenant, tenancy.users)


def made(home: Path, database: str) -> None:
    """Load one account of the sample company; its clock runs, so that its mail leaves."""
    home.mkdir(mode=0o700, parents=True)
    sample = company()
    (home / CLOCK).write_text(sample.clock.isoformat(), encoding="ascii")
    house = opened(home, database, Line())
    tenant = Tenant(
        id=TENANT, zone="America/New_York", currency="USD", clock=None, default_user=UserId("maya")
    )
    ensure_tenant(house.parts, tenant, load_profile([shipped() / "profile"]).company.users)
    wanted = [one for one in sample.events if one["account"] in (None, ACCOUNT)]
    events = [parse_event(dict(one), TENANT) for one in wanted]
    take_events(house.parts, house.parts.tenancy(TENANT), principal_of(house), events, "sample")
    house.close()
