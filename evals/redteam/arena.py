"""One home with two parties and an oracle of its own: triggers that write down commits in their order."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from graphs.bootstrap import House, bootstrap
from graphs.perceiving.intake import ensure_tenant
from state.governance.action import Action
from state.governance.effect import Effect, effect_hash, rest_hash
from state.governance.guard import GuardContext
from state.governance.happening import Approve
from state.governance.verdict import Allow
from state.ids import AccountId, ActionId, ProposalId, RunId, TenantId, TraceId, UserId
from state.ledger.entry import ClockSource, Stamp
from state.ports.acting import Change
from state.ports.world import Tenant
from state.principal import Principal, Role, User
from state.settings import read_settings

ONE, OTHER = TenantId("racer"), TenantId("bystander")
OWNER, ADMIN, WORKER = UserId("olga"), UserId("ann"), "worker"
ACCOUNT = AccountId("account")
EFFECT = Effect(
    "send_email", "email.send", {"to": "contact:lee"}, ("lee@out.example",), external=True, content="x"
)
SEEN = """
CREATE TABLE seen (n INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT NOT NULL, name TEXT NOT NULL);
CREATE TRIGGER saw_claim AFTER INSERT ON transitions WHEN NEW.to_status = 'claimed' AND NEW.from_status != 'claimed'
  BEGIN INSERT INTO seen (what, name) VALUES ('claim', NEW.action); END;
CREATE TRIGGER saw_approval AFTER INSERT ON transitions WHEN NEW.event = 'approve' AND NEW.to_status = 'approved'
  BEGIN INSERT INTO seen (what, name) VALUES ('approval', NEW.action); END;
CREATE TRIGGER saw_first AFTER INSERT ON stops
  BEGIN INSERT INTO seen (what, name) VALUES (CASE NEW.is_on WHEN 1 THEN 'stop' ELSE 'release' END, NEW.tenant); END;
CREATE TRIGGER saw_switch AFTER UPDATE ON stops WHEN NEW.key != OLD.key
  BEGIN INSERT INTO seen (what, name) VALUES (CASE NEW.is_on WHEN 1 THEN 'stop' ELSE 'release' END, NEW.tenant); END;
"""


@dataclass
class Arena:
    """One home with its parties; each has connections of its own."""

    file: Path
    claimer: House
    stopper: House
    fence: int = 0
    effects: list[str] = field(default_factory=list)
    """What a transport was given, by action."""

    def stamp(self, tenant: TenantId, user: UserId, role: Role, command: str) -> Stamp:
        """Say who acts and when."""
        wall = self.claimer.parts.clock.wall()
        principal = Principal(tenant=tenant, user=user, role=role)
        return Stamp.of(principal, at=wall, wall=wall, clock=ClockSource.SYSTEM, trace=TraceId(command))

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What the triggers saw, in the order of commits."""
        with closing(sqlite3.connect(self.file)) as raw:
            return [(what, name) for what, name in raw.execute("SELECT what, name FROM seen ORDER BY n")]


@contextmanager
def arena(*, plant: str = "") -> Generator[Arena, None, None]:
    """Open one home twice, with two companies and the oracle's triggers in it."""
    with TemporaryDirectory(prefix="revloop-race-") as folder:
        home = Path(folder) / "home"
        settings = read_settings({"home": str(home), "tenant": ONE}, {})
        claimer, stopper = bootstrap(settings), bootstrap(settings)
        for name in (ONE, OTHER):
            users = (
                User(id=OWNER, name="Olga", email="olga@in.example", role=Role.SELLER),
                User(id=ADMIN, name="Ann", email="ann@in.example", role=Role.ADMIN),
            )
            tenant = Tenant(id=name, zone="UTC", currency="USD", clock=None, default_user=OWNER)
            ensure_tenant(claimer.parts, tenant, users)
        file = Path(settings.database_url.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(file)) as raw:
            raw.executescript(SEEN + plant)
        found = Arena(file, claimer, stopper)
        _take_account(found)
        try:
            yield found
        finally:
            for house in (claimer, stopper):
                house.close()


def _take_account(found: Arena) -> None:
    wall = found.claimer.parts.clock.wall()
    with found.claimer.parts.stores.begin(ONE) as unit:
        lease = unit.actions.acquire(ACCOUNT, WORKER, wall + timedelta(days=1), wall)
    assert lease is not None, "an empty home has no other worker"
    found.fence = lease.fence


def guard_at(wall: datetime, action: Action) -> GuardContext:
    """Everything but the switch lets it through."""
    return GuardContext(
        now=wall, wall=wall, policy_version="p", verdict=Allow(rule="r"), outgoing=Allow(rule="r"),
        rest_facts=action.rest_facts, attempts_allowed=3,
    )  # fmt: skip


def approved(place: Arena, number: int) -> Action:
    """Draft a mail and approve it under the epoch in force."""
    wall = place.claimer.parts.clock.wall()
    action = drafted(number, wall)
    person = Principal(tenant=ONE, user=OWNER, role=Role.SELLER)
    yes = Change(action.id, Approve(person, action.card_hash), guard_at(wall, action), key="approve")
    with place.claimer.parts.stores.begin(ONE) as unit:
        stamp = place.stamp(ONE, OWNER, Role.SELLER, f"draft-{number}")
        unit.actions.draft([action], stamp)
        return unit.actions.apply([yes], stamp)[0].result.action


def drafted(number: int, wall: datetime) -> Action:
    """Draft a mail of that number."""
    effect = replace(EFFECT, content=f"mail {number}")
    return Action(
        id=ActionId(f"ac_race{number:05d}"), tenant=ONE, account=ACCOUNT, proposal=ProposalId("p"), run=RunId("r"),
        action_type="send_email", action_class=3, owner=OWNER, dedup_key=f"key-{number}", origin_trusted=True,
        summary="A mail", effect=effect, effect_hash=effect_hash(effect), created_at=wall,
        expires_at=wall + timedelta(days=1), situation_version=1, situation_digest="d", rest_hash=rest_hash({}),
        policy_version="p",
    )  # fmt: skip
