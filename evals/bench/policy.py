"""The judge on prepared facts, the proof of a policy, and how much proving costs beside checking."""

import time
from collections.abc import Sequence
from itertools import islice

from evals.bench.table import Line, once
from evals.redteam.learning import shipped_layers
from evals.redteam.stacks import requests
from state.governance.facts import Facts
from state.governance.judge import Judge, compile_policy
from state.governance.proving.laws import proven_everywhere

REQUESTS, ROUNDS, SEED = 2_000, 25, 7
LONGEST_US, RARELY_US = 10.0, 100.0
"""A hundred thousand a second on one core, and ninety-nine of a hundred within a hundred microseconds."""


def measure() -> Sequence[Line]:
    """Measure decisions one after the other on one core, each on its own facts."""
    layers = shipped_layers()
    judge, facts = compile_policy(layers), list(islice(requests(SEED), REQUESTS))
    for one in facts:
        judge(one)
    best = min(once(lambda: _all(judge, facts)).cpu for _ in range(ROUNDS))
    singles = sorted(_single(judge, one) for one in facts for _ in range(5))
    each = best * 1000 / len(facts)
    proof = min(once(lambda: proven_everywhere(layers)).cpu for _ in range(3))
    compiling = min(once(lambda: compile_policy(layers)).cpu for _ in range(5))
    return [
        Line("decision on prepared facts, CPU", each, "µs", LONGEST_US),
        Line("decisions each second and core", 1e6 / each, ""),
        Line("decision, wall, median", singles[len(singles) // 2], "µs"),
        Line("decision, wall, 99 of 100", singles[len(singles) * 99 // 100], "µs", RARELY_US),
        Line("review and compile the shipped policy, CPU", compiling, "ms"),
        Line("prove all laws of the shipped policy, CPU", proof, "ms"),
    ]


def _all(judge: Judge, facts: Sequence[Facts]) -> None:
    for one in facts:
        judge(one)


def _single(judge: Judge, facts: Facts) -> float:
    start = time.perf_counter_ns()
    judge(facts)
    return (time.perf_counter_ns() - start) / 1000
