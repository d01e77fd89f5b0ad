"""What was believed of an account on a day, field by field, and why; recorded nowhere."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from graphs.parts import Parts, Tenancy
from graphs.telling.assembling import cited
from graphs.telling.report import CitedOut
from graphs.telling.retrospect import sight_at
from state.errors import NotFound
from state.ports.world import AccountRow
from state.world.beliefs import Belief, beliefs_of, fields_of
from state.world.situation import Situation

LISTED = 12


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BeliefOut(_Out):
    """One claim: true since when, known since when, by whom, and what took its place."""

    subject: str
    name: str
    field: str
    value: str
    valid_from: datetime
    recorded_at: datetime
    trust: str
    is_in_force: bool
    superseded_by: str | None
    superseded_value: str | None
    superseded_at: datetime | None
    reason: str
    evidence: CitedOut


class HistoryOut(_Out):
    """What was believed of an account by a moment."""

    account: str
    name: str
    as_of: datetime
    situation: dict[str, str | int]
    field: str | None
    beliefs: tuple[BeliefOut, ...]


def believed(
    parts: Parts, tenancy: Tenancy, row: AccountRow, field: str | None = None, at: datetime | None = None
) -> HistoryOut:
    """List the claims on a field, or on everything that is told as a change. Raises: NotFound."""
    now = at or tenancy.now
    with parts.stores.read(tenancy.id) as unit:
        sight = sight_at(parts, unit, tenancy, row.account, now)
    wanted = None if field is None else field_named(sight.situation, field)
    found = beliefs_of(sight.situation, wanted)
    return HistoryOut(
        account=row.account,
        name=sight.view.name,
        as_of=now,
        situation=sight.situation.reference,
        field=wanted,
        beliefs=tuple(_told(one, now) for one in found),
    )


def field_named(situation: Situation, words: str) -> str:
    """Find the field a person means: `amount`, `close on`, `close date`. Raises: NotFound with what can be asked."""
    known = fields_of(situation)
    wanted = words.strip().casefold().replace("-", "_").replace(" ", "_")
    for name in (wanted, f"{wanted}_on", f"{wanted.removesuffix('_date')}_on", f"{wanted}s"):
        if name in known:
            return name
    near = [name for name in known if wanted and wanted in name] or list(known)
    listed = ", ".join(near[:LISTED]) + (f" and {len(near) - LISTED} more" if len(near) > LISTED else "")
    raise NotFound(
        f"Nothing is recorded as {words!r}.", field="field", value=words, remedy=f"Ask for one of: {listed}."
    )


def _told(one: Belief, now: datetime) -> BeliefOut:
    return BeliefOut(
        subject=one.subject,
        name=one.name,
        field=one.attribute,
        value=one.value,
        valid_from=one.valid_from,
        recorded_at=one.recorded_at,
        trust=one.trust.value,
        is_in_force=one.is_in_force,
        superseded_by=one.superseded_by,
        superseded_value=one.superseded_value,
        superseded_at=one.superseded_at,
        reason=one.reason,
        evidence=cited(one.evidence, now),
    )
