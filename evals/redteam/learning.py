"""Whether learning can widen what is allowed: proofs over all requests, and streams of decisions over many policies.

Invariant: what learns is the product's own learner; a stream is compared with the same request without any learning;
the mutant skips the clamp, nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Final

from evals.redteam.stacks import policies, requests
from state.decision.decided import DecidedProposal
from state.decision.learning import learned
from state.decision.preferences import Limits
from state.governance.facts import CONFIDENCE, Facts, policy_confidence
from state.governance.judge import Judge, compile_policy
from state.governance.policy import Layer, Scope
from state.governance.proving.laws import proven_everywhere
from state.governance.verdict import Verdict, is_as_strict
from tools.policies import load_layers, policy_files

POLICIES, STREAMS, LEAST_WIDENED = 200, 20_000, 1_000
EVENTS = 24
LOOKS = (12, EVENTS)
"""After so many decisions it is learned anew."""
SEED = 20
KIND: Final = "update_crm"
BEGIN = datetime(2026, 1, 5, 15, tzinfo=UTC)
LIMITS = Limits(
    prior_decisions=4,
    per_origin=3,
    least_n=10,
    isotonic_from=20,
    rank_share_min=Decimal("0.5"),
    raise_at_most=Decimal("0.10"),
    border=Decimal("0.85"),
)
"""Loose on purpose: much is claimed from little, so that a missing clamp shows."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What the solver found over many policies."""

    policies: int
    refuted: tuple[str, ...]
    """Laws that broke, with the request."""
    mutants: int
    """Policies for which an unclamped confidence was refuted."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """What streams of decisions did."""

    streams: int
    widened: int
    mutants: int
    """Streams that widen when the confidence is not clamped."""


def shipped_layers() -> tuple[Layer, ...]:
    """Read the shipped policy."""
    return load_layers(policy_files(Path(__file__).parents[2] / "policies"))


def proved(count: int, seed: int = SEED) -> Proved:
    """Prove every law for the shipped policy and this many random ones, and look for the mutant in each."""
    shipped = shipped_layers()
    stacks = [shipped, *policies(shipped[0], seed, count)]
    refuted: list[str] = []
    mutants = 0
    for layers in stacks:
        refuted += [f"{p.law}: {p.exception.request}" for p in proven_everywhere(layers) if p.exception]
        loose = proven_everywhere(layers, clamp=lambda unlearned, calibrated: calibrated)
        mutants += any(proof.law == "learning" and not proof.holds for proof in loose)
    return Proved(len(stacks), tuple(refuted), mutants)


def streamed(count: int, seed: int = SEED, over: int = 20) -> Streamed:
    """Let confidence be learned from random decisions, half on the shipped policy and half on random ones."""
    shipped = shipped_layers()
    scope = Scope(team="north")
    first = compile_policy(shipped)
    made = [compile_policy(layers, scope) for layers in policies(shipped[0], seed, over)]
    judges = [judge for one in made for judge in (first, one)]
    chance = Random(seed)
    widened = mutants = 0
    for judge, facts in islice(zip(cycle(judges), requests(seed), strict=False), count):
        is_wider, is_mutant_wider = _one(judge, facts, chance)
        widened += is_wider
        mutants += is_mutant_wider
    return Streamed(count, widened, mutants)


def _one(judge: Judge, facts: Facts, chance: Random) -> tuple[bool, bool]:
    """Run one stream: whether it widened anything, and whether it would without the clamp."""
    unlearned = Decimal(chance.randint(30, 90)) / 100
    before = _verdict(judge, facts, unlearned)
    cases = _stream(unlearned, chance)
    is_wider = is_mutant_wider = False
    for count in LOOKS:
        calibrated = learned(cases[:count], LIMITS, resamples=0).confidence(KIND, unlearned)
        clamped = policy_confidence(unlearned, calibrated)
        is_wider = is_wider or not is_as_strict(_verdict(judge, facts, clamped), before)
        if calibrated is not None and calibrated > unlearned:
            loose = _verdict(judge, facts, calibrated)
            is_mutant_wider = is_mutant_wider or not is_as_strict(loose, before)
    return is_wider, is_mutant_wider


def _stream(stated: Decimal, chance: Random) -> list[DecidedProposal]:
    """Make decisions on one kind of action that is right as often as it happens to be, some of one shady source."""
    likely = chance.random()
    return [
        DecidedProposal(
            action=f"ac_{number}",
            action_type=KIND,
            action_class=2,
            confidence=stated if chance.random() < 0.7 else Decimal(chance.randint(30, 99)) / 100,
            p_outcome=Decimal("0.5"),
            decided_at=BEGIN + timedelta(hours=number),
            decision="approved",
            was_right=chance.random() < likely,
            origin="or_shady" if chance.random() < 0.1 else "",
        )
        for number in range(EVENTS)
    ]


def _verdict(judge: Judge, facts: Facts, confidence: Decimal) -> Verdict:
    return judge(Facts({**facts.values, CONFIDENCE: confidence})).verdict


def table() -> tuple[list[str], bool]:
    """Prove and stream in full: the lines, and whether learning stayed bounded and the mutant was seen."""
    found, run = proved(POLICIES), streamed(STREAMS)
    lines: Sequence[str] = [
        f"  policies proved for every request        {found.policies:>7,}",
        f"  laws refuted                             {len(found.refuted):>7,}",
        f"  policies that refute an unclamped mutant {found.mutants:>7,}",
        f"  streams of {EVENTS} decisions                  {run.streams:>7,}",
        f"  streams that widened anything            {run.widened:>7,}",
        f"  streams that widen an unclamped mutant   {run.mutants:>7,}  (≥ {LEAST_WIDENED:,})",
        *(f"  refuted {one}" for one in found.refuted[:5]),
    ]
    is_sound = not found.refuted and run.widened == 0 and run.mutants >= LEAST_WIDENED and found.mutants > 0
    return list(lines), is_sound
