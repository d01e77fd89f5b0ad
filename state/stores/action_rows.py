"""Row forms of an action: columns that queries need, the rest as two JSON texts, one of which never changes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NotRequired, TypedDict

import orjson

from state.canonical import Json
from state.governance.action import Action, Claimer, Status
from state.governance.approval import Approval, Grant, GrantKind, Terms
from state.governance.effect import Effect
from state.governance.verdict import Approver
from state.ids import AccountId, ActionId, EvidenceId, ProposalId, RunId, TenantId, ThreadId, UserId
from state.ledger.entry import instant
from state.principal import Role

TIMES = ("auto_at", "release_at", "not_before", "snoozed_until")
PLAIN = (
    "tenant", "account", "proposal", "run", "action_type", "owner", "assignee", "dedup_key", "thread", "interrupt",
    "origin", "status", "version", "attempt",
)  # fmt: skip
FIXED = (
    "action_class", "summary", "effect", "effect_hash", "situation_version", "situation_digest", "predecessor",
    "armed_epoch",
)  # fmt: skip
MOVING = (
    "rest_hash", "rest_facts", "policy_version", "quorum", "quiesced", "claimers", "grant", "approvals", "successor",
    "reason", "receipt", "human_touched", "in_flight_at_stop", "retry_barred", "evidence", "editors",
)  # fmt: skip


class EffectRow(TypedDict):
    """An effect as JSON."""

    tool: str
    action_type: str
    arguments: Mapping[str, Json]
    recipients: list[str]
    external: bool
    content: str
    attachments: list[str]
    reversible: bool
    compensation: str | None


class GrantRow(TypedDict):
    """A grant as JSON."""

    kind: str
    approvers: list[UserId]
    terms: dict[str, str | int]
    expires_at: str


class ApprovalRow(TypedDict):
    """A partial approval as JSON."""

    user: UserId
    role: str
    terms: dict[str, str | int]
    at: str


class FixedPart(TypedDict):
    """What is drafted and stays."""

    action_class: int
    summary: str
    effect: EffectRow
    effect_hash: str
    situation_version: int
    situation_digest: str
    predecessor: ActionId | None
    armed_epoch: int | None


class MovingPart(TypedDict):
    """What a transition carries beside its columns."""

    rest_hash: str
    rest_facts: Mapping[str, Json]
    policy_version: str
    quorum: list[str]
    quiesced: bool
    claimers: list[dict[str, str | int | bool]]
    grant: GrantRow | None
    approvals: list[ApprovalRow]
    successor: ActionId | None
    reason: str
    receipt: str
    human_touched: bool
    in_flight_at_stop: bool
    retry_barred: bool
    evidence: list[EvidenceId]
    editors: NotRequired[list[UserId]]
    """Not there in a row that was written before anybody could edit."""


def _text(action: Action, names: tuple[str, ...]) -> str:
    return orjson.dumps({name: getattr(action, name) for name in names}).decode()


def moving_of(action: Action) -> dict[str, object]:
    """List the columns a transition carries."""
    times = {name: _written(getattr(action, name)) for name in TIMES}
    return {**times, "attempt": action.attempt, "moving": _text(action, MOVING)}


def row_of(action: Action) -> dict[str, object]:
    """List all columns of a new action."""
    return {
        **{name: getattr(action, name) for name in PLAIN},
        **moving_of(action),
        "action": action.id,
        "origin_trusted": int(action.origin_trusted),
        "created_at": instant(action.created_at),
        "expires_at": instant(action.expires_at),
        "fixed": _text(action, FIXED),
    }


class ActionRow(TypedDict):
    """The columns of an action."""

    tenant: TenantId
    action: ActionId
    account: AccountId
    proposal: ProposalId
    run: RunId
    action_type: str
    owner: UserId
    assignee: UserId | None
    dedup_key: str
    origin_trusted: int
    origin: str
    thread: ThreadId | None
    interrupt: str | None
    created_at: str
    expires_at: str
    fixed: str
    status: str
    version: int
    attempt: int
    auto_at: str | None
    release_at: str | None
    not_before: str | None
    snoozed_until: str | None
    moving: str


def action_of(row: ActionRow) -> Action:
    """Read an action back."""
    fixed: FixedPart = orjson.loads(row["fixed"])
    drafted = Action(
        id=row["action"],
        tenant=row["tenant"],
        account=row["account"],
        proposal=row["proposal"],
        run=row["run"],
        action_type=row["action_type"],
        action_class=fixed["action_class"],
        owner=row["owner"],
        assignee=row["assignee"],
        dedup_key=row["dedup_key"],
        origin_trusted=row["origin_trusted"] == 1,
        origin=row["origin"],
        thread=row["thread"],
        interrupt=row["interrupt"],
        summary=fixed["summary"],
        effect=_effect(fixed["effect"]),
        effect_hash=fixed["effect_hash"],
        created_at=_time(row["created_at"]),
        expires_at=_time(row["expires_at"]),
        situation_version=fixed["situation_version"],
        situation_digest=fixed["situation_digest"],
        predecessor=fixed["predecessor"],
        armed_epoch=fixed["armed_epoch"],
        rest_hash="",
        policy_version="",
    )
    return _moved(drafted, row)


def _moved(drafted: Action, row: ActionRow) -> Action:
    moving: MovingPart = orjson.loads(row["moving"])
    return replace(
        drafted,
        status=Status(row["status"]),
        version=row["version"],
        attempt=row["attempt"],
        auto_at=_read(row["auto_at"]),
        release_at=_read(row["release_at"]),
        not_before=_read(row["not_before"]),
        snoozed_until=_read(row["snoozed_until"]),
        rest_hash=moving["rest_hash"],
        rest_facts=moving["rest_facts"],
        policy_version=moving["policy_version"],
        quorum=tuple(Approver(seat) for seat in moving["quorum"]),
        quiesced=moving["quiesced"],
        claimers=tuple(_claimer(claimer) for claimer in moving["claimers"]),
        grant=_grant(moving["grant"]),
        approvals=tuple(_approval(approval) for approval in moving["approvals"]),
        successor=moving["successor"],
        reason=moving["reason"],
        receipt=moving["receipt"],
        human_touched=moving["human_touched"],
        in_flight_at_stop=moving["in_flight_at_stop"],
        retry_barred=moving["retry_barred"],
        evidence=tuple(moving["evidence"]),
        editors=tuple(moving.get("editors", ())),
    )


def _effect(row: EffectRow) -> Effect:
    return Effect(
        tool=row["tool"],
        action_type=row["action_type"],
        arguments=row["arguments"],
        recipients=tuple(row["recipients"]),
        external=row["external"],
        content=row["content"],
        attachments=tuple(row["attachments"]),
        reversible=row["reversible"],
        compensation=row["compensation"],
    )


def _claimer(row: dict[str, str | int | bool]) -> Claimer:
    return Claimer(
        attempt=int(row["attempt"]),
        worker=str(row["worker"]),
        fence=int(row["fence"]),
        ended=bool(row["ended"]),
        is_clear=bool(row["is_clear"]),
    )


def _terms(row: dict[str, str | int]) -> Terms:
    return Terms(
        str(row["effect_hash"]), str(row["rest_hash"]), str(row["policy_version"]), int(row["stop_epoch"])
    )


def _grant(row: GrantRow | None) -> Grant | None:
    if row is None:
        return None
    return Grant(
        GrantKind(row["kind"]), tuple(row["approvers"]), _terms(row["terms"]), _time(row["expires_at"])
    )


def _approval(row: ApprovalRow) -> Approval:
    return Approval(row["user"], Role(row["role"]), _terms(row["terms"]), _time(row["at"]))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _read(text: str | None) -> datetime | None:
    return _time(text) if text else None


def _written(time: datetime | None) -> str | None:
    return instant(time) if time else None
