"""Read the judgements recorded in the last days, for a new policy to be tried on."""

from datetime import timedelta
from typing import Final

from graphs.parts import Parts, Tenancy
from state.governance.rejudging import Recorded
from state.ports.judged import Rulings
from state.ports.preferring import Brought

MOST: Final = 20_000
"""Runs looked back on, newest first."""


def recorded_lately(parts: Parts, tenancy: Tenancy, days: int) -> tuple[Recorded, ...]:
    """List what policy judged in the last days of the tenant's clock, newest run first."""
    since = tenancy.now - timedelta(days=days)
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
    return tuple(found)


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
