"""Preferences in versions: learned anew from what was decided, shown, and gone back from.

Invariant: each version is kept whole and comes with an entry; going back gives the very bytes, and lasts until an
admin lets it learn again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from graphs.governing.authority import require_admin
from graphs.governing.decisions import stamp_of
from graphs.learning.gathering import gathered
from graphs.parts import Parts, Tenancy
from state.canonical import Json, digest
from state.decision.learning import learned
from state.decision.preferences import InForce, KeptPreferences, Limits, Preferences
from state.errors import NotFound
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal

Cause = Literal["sample", "daily", "run"]


@dataclass(frozen=True, slots=True)
class Relearned:
    """What learning came to."""

    kept: KeptPreferences | None
    """The version in force; None where nothing was ever decided."""
    is_new: bool
    is_pinned: bool
    was: int = 0
    """The version before; 0 where there was none."""


def limits_of(tenancy: Tenancy) -> Limits:
    """Read what the admin lets learning do."""
    rules = tenancy.profile.judgement
    return Limits(
        prior_decisions=rules.learning.prior_decisions,
        per_origin=rules.outcomes_per_origin,
        least_n=rules.metric_min_n,
        isotonic_from=rules.learning.isotonic_from,
        rank_share_min=rules.learning.rank_share_min,
        raise_at_most=rules.learning.raise_at_most,
        border=rules.confidence.high,
    )


def relearn(parts: Parts, tenancy: Tenancy, principal: Principal, cause: Cause) -> Relearned:
    """Gather what was decided and learn from all of it; where nothing changed, nothing is written.

    Raises: Forbidden for anybody but an admin, save the daily look.
    """
    if cause == "run":
        require_admin(tenancy, principal)
    with parts.stores.begin(tenancy.id) as unit:
        unit.preferences.put(gathered(parts, unit, tenancy))
        return learned_in(unit, tenancy, principal, cause)


def learned_in(unit: Unit, tenancy: Tenancy, principal: Principal, cause: Cause) -> Relearned:
    """Learn inside a transaction; a version somebody went back to stays until an admin lets it learn."""
    chosen, kept = unit.preferences.chosen(), unit.preferences.in_force()
    was = 0 if chosen is None else chosen.version
    if chosen is not None and chosen.is_pinned and cause != "run":
        return Relearned(kept, is_new=False, is_pinned=True, was=was)
    cases = unit.preferences.decided()
    if not any(one.was_right is not None for one in cases):
        return Relearned(kept, is_new=False, is_pinned=False, was=was)
    document = learned(cases, limits_of(tenancy))
    if kept is not None and document == kept.document:
        unit.preferences.put_in_force(InForce(version=kept.version, is_pinned=False))
        return Relearned(kept, is_new=False, is_pinned=False, was=was)
    after = _kept(unit, tenancy, principal, cause, document)
    _choose(unit, tenancy, principal, InForce(version=after.version, is_pinned=False), was, "learn", after)
    return Relearned(after, is_new=True, is_pinned=False, was=was)


def _kept(
    unit: Unit, tenancy: Tenancy, principal: Principal, cause: Cause, document: Preferences
) -> KeptPreferences:
    newest = max((one.version for one in unit.preferences.versions(1)), default=0)
    after = KeptPreferences(
        version=newest + 1,
        at=tenancy.now,
        by=principal.user,
        cause=cause,
        hash=digest(document.model_dump(mode="json")),
        document=document,
    )
    unit.preferences.keep(after)
    return after


def revert(parts: Parts, tenancy: Tenancy, principal: Principal, version: int) -> Relearned:
    """Go back to an earlier version, byte for byte. Raises: Forbidden, NotFound."""
    require_admin(tenancy, principal)
    with parts.stores.begin(tenancy.id) as unit:
        kept, chosen = unit.preferences.get(version), unit.preferences.chosen()
        if kept is None:
            raise NotFound(
                f"There is no version {version}.", field="version", value=str(version),
                remedy="See `revloop learning history`.",
            )  # fmt: skip
        was = 0 if chosen is None else chosen.version
        wanted = InForce(version=version, is_pinned=True)
        if chosen != wanted:
            _choose(unit, tenancy, principal, wanted, was, "revert", kept)
        return Relearned(kept, is_new=chosen != wanted, is_pinned=True, was=was)


def _choose(
    unit: Unit,
    tenancy: Tenancy,
    principal: Principal,
    wanted: InForce,
    was: int,
    act: str,
    kept: KeptPreferences,
) -> None:
    """Put a version in force, with its entry."""
    unit.preferences.put_in_force(wanted)
    payload: Mapping[str, Json] = {
        "act": act,
        "was": was,
        "version": wanted.version,
        "hash": kept.hash,
        "cause": kept.cause,
        "decided": kept.document.decided,
        "counted": kept.document.counted,
        "pinned": wanted.is_pinned,
    }
    stamp = stamp_of(tenancy, unit, principal, f"learning:{act}:{wanted.version}")
    unit.ledger.append([EntryDraft(Kind.LEARNING, stamp, payload)])
