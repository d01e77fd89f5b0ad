"""What each step of an action leaves in the ledger: one entry per cell, moved or not."""

from collections.abc import Mapping
from dataclasses import replace

from state.canonical import Json
from state.governance.action import NONE, Action, Outcome
from state.governance.happening import Approve, ByPerson, Happening, RefusedForGood
from state.governance.result import Moved, Refused, Result
from state.ledger.entry import EntryDraft, Kind, Stamp

KINDS: Mapping[str, Kind] = {
    "approve": Kind.APPROVAL,
    "auto_due": Kind.GRANT,
    "claim": Kind.CLAIM,
    "retry_same_key": Kind.CLAIM,
    "receipt": Kind.RECEIPT,
    "probe_found": Kind.PROBE,
    "probe_absent": Kind.PROBE,
    "stop_on": Kind.STOP,
}
"""Every other happening is an ACTION entry, every refusal of ours a REFUSED one."""


def of_creation(action: Action, stamp: Stamp) -> EntryDraft:
    """Prove that an action began, and with which exact effect."""
    payload: dict[str, Json] = {
        "event": "draft",
        "outcome": Outcome.MOVED.value,
        "from": NONE,
        "to": action.status.value,
        "proposal": action.proposal,
        "run": action.run,
        "action_type": action.action_type,
        "action_class": action.action_class,
        "effect_hash": action.effect_hash,
        "rest_hash": action.rest_hash,
        "policy_version": action.policy_version,
        "situation": f"{action.situation_version}:{action.situation_digest}",
        "evidence": list(action.evidence),
    }
    if action.predecessor:
        payload["predecessor"] = action.predecessor
    return EntryDraft(Kind.ACTION, stamp, payload, action=action.id)


def of_step(before: Action, happening: Happening, result: Result, stamp: Stamp) -> EntryDraft:
    """Prove what one happening did; a person's own act is stamped with that person."""
    after = result.action
    payload: dict[str, Json] = {
        "event": happening.name,
        "outcome": result.outcome.value,
        "from": before.status.value,
        "to": after.status.value,
        "effect_hash": after.effect_hash,
        "rest_hash": after.rest_hash,
    }
    payload |= {name: value for name, value in _details(before, result).items() if value}
    if isinstance(happening, Approve) and happening.after_ms is not None:
        payload["decided_after_ms"] = happening.after_ms
    kind = KINDS.get(happening.name, Kind.ACTION)
    if isinstance(result, Refused) or (isinstance(happening, RefusedForGood) and happening.is_mismatch):
        kind = Kind.REFUSED
    attempt = after.attempt if after.status.is_open or after.attempt else 0
    return EntryDraft(kind, _stamped(stamp, happening), payload, action=before.id, attempt=attempt)


def _details(before: Action, result: Result) -> dict[str, str]:
    after = result.action
    grant = after.grant or before.grant
    found = {"code": result.code, "text": result.text, "reason": after.reason, "receipt": after.receipt}
    if grant:
        found |= {"grant": grant.kind.value, "approvers": ",".join(grant.approvers)}
        found |= {"policy_version": grant.terms.policy_version, "stop_epoch": str(grant.terms.stop_epoch)}
    if isinstance(result, Moved) and result.created:
        found["successor"] = result.created.id
    if isinstance(result, Refused) and result.other:
        found["other"] = result.other
    return found


def _stamped(stamp: Stamp, happening: Happening) -> Stamp:
    if not isinstance(happening, ByPerson):
        return stamp
    who = happening.principal
    return replace(stamp, user=who.user, method=who.method, channel=who.channel)
