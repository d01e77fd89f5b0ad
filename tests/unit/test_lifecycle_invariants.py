"""I1 to I7 and L hold on every walk, and each planted weakness is found by a walk.

Equivalent alone, so shown one by one in test_lifecycle_guards: the claim's `stop_on` (its epoch is older anyway),
`human` and auto's `internal` (each covers the other), `effect` (nothing here tampers), hold and fence (they order
work; the key and the table keep I1).
"""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.governance.action import cells
from state.governance.guard import ABSENT_RULES, AUTO_RULES, CLAIM_RULES, RETRY_RULES, Rulebook
from state.governance.lifecycle import RULES
from tests.unit.lifecycle_world import Broken, walk

WALKS = st.lists(st.integers(0, 99_999), max_size=60)


@given(choices=WALKS, external=st.booleans(), keyed=st.booleans())
def test_the_invariants_hold_on_every_walk(choices: list[int], external: bool, keyed: bool) -> None:
    walk(choices, external=external, keyed=keyed, rules=RULES)


ELSEWHERE = {
    ("draft", "none", "pending"),
    ("expire", "approved", "expired"),
    ("refused_for_good", "claimed", "ambiguous"),
    ("refused_for_good", "claimed", "failed"),
    ("world_changed", "approved", "cancelled"),
    ("world_changed", "pending", "cancelled"),
}
"""Moves that no walk makes; test_lifecycle_steps makes them one by one."""


def walks(count: int, rules: Rulebook, reached: set[tuple[str, str, str]] | None = None) -> Counter[str]:
    """Walk at random with a fixed seed; count how each walk ended."""
    found: Counter[str] = Counter()
    for seed in range(count):
        draw = random.Random(seed)
        choices = [draw.randrange(100_000) for _ in range(60)]
        try:
            world = walk(choices, external=seed % 2 == 0, keyed=seed % 4 < 2, rules=rules)
            found[world.action.status] += 1
            if reached is not None:
                reached |= world.reached
        except Broken as broken:
            found[str(broken).split()[0]] += 1
            return found
    return found


def test_the_walks_reach_every_end_by_cells_of_the_table_alone() -> None:
    reached: set[tuple[str, str, str]] = set()
    assert set(walks(600, RULES, reached)) == {"executed", "failed", "cancelled", "expired"}
    assert reached <= cells()
    assert {cell for cell in cells() if cell[1] != cell[2]} - reached <= ELSEWHERE


def without(code: str, **books: tuple[object, ...]) -> Rulebook:
    """Take one rule out of some lists."""
    weak = {
        name: tuple(rule for rule in rules if getattr(rule, "code", "") != code)
        for name, rules in books.items()
    }
    return replace(RULES, **weak)  # type: ignore[arg-type]  # lists of rules by name


PLANTED = [
    ("I7", without("epoch", claim=CLAIM_RULES)),
    ("I3", without("rest", claim=CLAIM_RULES)),
    ("I3", without("policy", claim=CLAIM_RULES)),
    ("I3", without("expired", claim=CLAIM_RULES)),
    ("I3", without("denied", claim=CLAIM_RULES)),
    ("I6", without("untouched", auto=without("armed", auto=AUTO_RULES).auto)),
    (
        "I5",
        replace(
            RULES,
            claim=tuple(rule for rule in CLAIM_RULES if rule.code != "human"),
            auto=tuple(rule for rule in AUTO_RULES if rule.code != "internal"),
        ),
    ),
    ("I4", without("quiesced", absent=ABSENT_RULES)),
    ("I1", without("keyed", retry=RETRY_RULES)),
]


@pytest.mark.parametrize(
    ("invariant", "weak"), PLANTED, ids=lambda each: each if isinstance(each, str) else ""
)
def test_each_planted_weakness_breaks_its_invariant_on_some_walk(invariant: str, weak: Rulebook) -> None:
    assert invariant in walks(1500, weak)
