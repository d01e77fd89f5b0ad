"""What was believed on a day, and why: every claim on an attribute, with what put it out of force.

Invariant: nothing is left out that was known by then; of the claims on one attribute exactly one is in force, unless
every one was corrected away.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from state.evidence import Evidence, Trust
from state.ids import EventId, NodeKey
from state.world.delta import Delta, shown
from state.world.situation import Situation, standing_of
from state.world.superseding import SUPERSEDES
from state.world.told import TOLD
from state.world.view import Entity

BESIDE = frozenset({"record_type", "currency", SUPERSEDES})
"""Attributes that say how a record was told, not what is believed."""


class Belief(BaseModel):
    """One claim as it stood: what, since when it was true, since when it was known, by whom, and what replaced it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: NodeKey
    name: str
    """The node as a person would call it."""
    attribute: str
    value: str
    valid_from: datetime
    recorded_at: datetime
    trust: Trust
    evidence: Evidence
    is_in_force: bool
    superseded_by: EventId | None = None
    """The event of the claim that took its place."""
    superseded_value: str | None = None
    superseded_at: datetime | None = None
    """When that became known."""
    reason: str = ""
    """Why it is no longer in force, in words; empty while it is."""


def beliefs_of(situation: Situation, field: str | None = None) -> tuple[Belief, ...]:
    """List what was and is believed, newest first; of one field, else of everything that is told as a change."""
    told = situation.as_told()
    corrections = _corrections(situation)
    found = [
        belief
        for key in situation.keys
        for attribute in _attributes(told, key, field)
        for belief in _of(situation, told, key, attribute, corrections)
    ]
    return tuple(sorted(found, key=_place))


def fields_of(situation: Situation) -> tuple[str, ...]:
    """Name the attributes that can be asked for."""
    return tuple(sorted({name for key in situation.keys for name in situation.attributes(key)} - BESIDE))


def _attributes(told: Situation, key: NodeKey, field: str | None) -> Sequence[str]:
    known = told.attributes(key)
    if field is not None:
        return [field] if field in known else []
    wanted = {
        attribute for kind, names in TOLD.items() if kind == key.partition("/")[0] for attribute in names
    }
    return [name for name in known if name in wanted]


def _corrections(situation: Situation) -> dict[str, Delta]:
    """Shape: event → the claim by which a later event replaced it."""
    return {
        str(claim.value): claim
        for key in situation.keys
        for claim in situation.claims(key, SUPERSEDES)
        if claim.value is not None
    }


def _of(
    situation: Situation, told: Situation, key: NodeKey, attribute: str, corrections: Mapping[str, Delta]
) -> Iterator[Belief]:
    """Give the claims on one attribute, each with what took its place."""
    standing = sorted(situation.claims(key, attribute), key=standing_of)
    after = {_name_of(one): other for one, other in pairwise(standing)}
    last = standing[-1] if standing else None
    for claim in told.claims(key, attribute):
        is_corrected = all(_name_of(claim) != _name_of(one) for one in standing)
        by = corrections.get(claim.event) if is_corrected else after.get(_name_of(claim))
        instead = last if is_corrected else by
        yield Belief(
            subject=key,
            name=_called(situation, key),
            attribute=attribute,
            value=shown(claim.value),
            valid_from=claim.valid_from,
            recorded_at=claim.recorded_at,
            trust=claim.trust,
            evidence=claim.evidence(),
            is_in_force=last is not None and _name_of(claim) == _name_of(last),
            superseded_by=None if by is None else by.event,
            superseded_value=None if instead is None or by is None else shown(instead.value),
            superseded_at=None if by is None else by.recorded_at,
            reason="" if by is None else _reason(claim, by, is_corrected=is_corrected),
        )


def _name_of(claim: Delta) -> tuple[str, str]:
    return (claim.event, claim.event_hash)


def _called(situation: Situation, key: NodeKey) -> str:
    node = Entity(situation, key)
    return node.text("name") or node.text("subject") or node.text("title") or node.identifier


def _reason(claim: Delta, by: Delta, *, is_corrected: bool) -> str:
    if is_corrected:
        return f"corrected by {by.source}"
    if by.value == claim.value:
        return f"said again by {by.source}"
    if by.source == "user" and by.source != claim.source:
        return "a person said otherwise"
    return f"replaced by a later word of {by.source}"


def _place(one: Belief) -> tuple[float, str, str, bool, str]:
    return (-one.valid_from.timestamp(), one.subject, one.attribute, not one.is_in_force, one.evidence.id)
