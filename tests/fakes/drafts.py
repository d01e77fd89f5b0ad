"""Ready-made actions, people and guards for tests of acting; every value is invented."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from state.canonical import Json
from state.governance.action import Action
from state.governance.effect import Effect, effect_hash, rest_hash
from state.governance.guard import GuardContext
from state.governance.happening import Approve, Happening
from state.governance.verdict import Allow
from state.ids import AccountId, ActionId, EvidenceId, ProposalId, RunId, TenantId, TraceId, UserId
from state.ledger.entry import ClockSource, Stamp
from state.ports.acting import Change
from state.principal import Principal, Role

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)
WALL = datetime(2033, 1, 1, tzinfo=UTC)
"""Far from NOW, so that a rule reading the wrong clock is seen."""
TENANT, OTHER = TenantId("tenant-a"), TenantId("tenant-b")
FACTS: Mapping[str, Json] = {"contact.permitted": True, "deal.amount": "96000"}
LEASE_UNTIL = WALL + timedelta(minutes=1)


def person(user: str = "uma", role: Role = Role.SELLER, tenant: TenantId = TENANT) -> Principal:
    """Make a principal."""
    return Principal(tenant=tenant, user=UserId(user), role=role)


UMA, VIC, MAX = person(), person("vic"), person("max", Role.MANAGER)
ROBOT, AUDITOR = person("bot", Role.AGENT), person("ada", Role.AUDITOR)


def stamp(trace: str = "trace-1", *, at: datetime = NOW, wall: datetime = WALL) -> Stamp:
    """Make a stamp of the agent."""
    return Stamp.of(ROBOT, at=at, wall=wall, clock=ClockSource.FROZEN, trace=TraceId(trace))


def effect(*, external: bool = True, body: str = "Hello", to: str = "lee@customer.example") -> Effect:
    """Make a mail, or a row of the CRM."""
    if external:
        arguments: Mapping[str, Json] = {"to": "contact:lee", "body": body}
        return Effect(
            "email.send", "send_email", arguments, (to,), external=True, content=f"To: {to}\n\n{body}"
        )
    return Effect("crm.write_update", "update_crm", {"stage": body}, (), external=False, content=body)


def an_action(
    number: int = 1, *, external: bool = True, body: str = "Hello", facts: Mapping[str, Json] = FACTS
) -> Action:
    """Make a fresh draft owned by Uma; internal ones may run by themselves."""
    what = effect(external=external, body=body)
    return Action(
        id=ActionId(f"ac_{number:03d}"),
        tenant=TENANT,
        account=AccountId("account-1"),
        proposal=ProposalId(f"pr_{number}"),
        run=RunId("run-1"),
        action_type=what.action_type,
        action_class=3 if external else 2,
        owner=UMA.user,
        dedup_key=f"key-{number}",
        origin_trusted=True,
        summary="Follow up.",
        effect=what,
        effect_hash=effect_hash(what),
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
        situation_version=4,
        situation_digest="d4",
        rest_hash=rest_hash(facts),
        rest_facts=facts,
        policy_version="policy-1",
        evidence=(EvidenceId("ev-1"),),
        auto_at=None if external else WALL,
        armed_epoch=None if external else 0,
    )


def guard(action: Action | None = None) -> GuardContext:
    """Make a guard under which everything may go on; locks come from the store."""
    facts = action.rest_facts if action else FACTS
    return GuardContext(
        now=NOW,
        wall=WALL,
        policy_version="policy-1",
        verdict=Allow(rule="r"),
        outgoing=Allow(rule="limits"),
        rest_facts=facts,
        attempts_allowed=2,
    )


def approve(action: Action, who: Principal = UMA) -> Approve:
    """Say yes to exactly this card."""
    return Approve(who, action.card_hash)


def change(action: Action | str, happening: Happening, key: str = "", **facts: object) -> Change:
    """Make a change under the permissive guard, some facts replaced."""
    name = action if isinstance(action, str) else action.id
    permissive = guard() if isinstance(action, str) else guard(action)
    return Change(ActionId(name), happening, replace(permissive, **facts), key or happening.name)  # type: ignore[arg-type]  # tests name guard fields freely
