"""Read the judgements recorded in the last days, for a new policy to be tried on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from statistics import median_low
from typing import Final

from graphs.parts import Parts, Tenancy
from state.governance.rejudging import Recorded
from state.ports.judged import Rulings
from state.ports.preferring import Brought

MOST: Final = 20_000
"""Runs looked back on, newest first."""


def recorded_lately(parts: Parts, tenancy: Tenancy, days: int) -> tuple[Recorded, ...]:
    """List what policy judged in the last days of the tenant's clock, newest run first."""
    since, minutes = tenancy.now - timedelta(days=days), _minutes(tenancy)
    found: list[Recorded] = []
    with parts.stores.read(tenancy.id) as unit:
        brought = unit.preferences.brought(since)
        for run in unit.runs.newest(MOST):
            if run.started_at < since:
                continue
            for artifact, kind in unit.runs.artifacts_of(run.id):
                if kind.startswith("rulings."):
                    rulings = Rulings.model_validate(unit.runs.artifact(artifact))
                    found.extend(_judged(rulings, str(run.account)))
    found.extend(_came(one) for one in brought)
    return tuple(replace(one, minutes=minutes.get(str(one.facts.get("action.type")), 0)) for one in found)


def _minutes(tenancy: Tenancy) -> Mapping[str, int]:
    """Say how much time of people's each kind of action usually takes: the middle of what the profile says of it."""
    effects = tenancy.profile.effects
    rows = effects.rows if effects else ()
    kinds = {one.action_type for one in rows}
    return {kind: median_low(one.minutes for one in rows if one.action_type == kind) for kind in kinds}


def _came(one: Brought) -> Recorded:
    """Read a judgement that came with the company's history."""
    ruled = one.ruled
    return Recorded(
        at=one.at,
        account=one.account,
        subject=ruled.action or ruled.proposal,
        verdict=ruled.verdict,
        facts=ruled.facts,
        read=frozenset(ruled.read),
    )


def _judged(rulings: Rulings, account: str) -> list[Recorded]:
    """List the rulings that policy made; what waited for a question or had no effect to judge has read nothing."""
    return [
        Recorded(
            at=rulings.now,
            account=account,
            subject=one.action or one.proposal,
            verdict=one.verdict,
            facts=rulings.facts_of(one),
            read=frozenset(one.read),
        )
        for one in rulings.rulings
        if one.read
    ]
