"""Lay a run out: one row per way and planted fault, the contests, and what went wrong."""

from collections.abc import Iterator, Sequence

from evals.chaos.contests import Fought
from evals.chaos.enumeration import Outcome
from evals.chaos.running import Ran

SHOWN = 20
HEAD = (
    f"  {'':<44}{'schedules':>10}{'kills':>7}{'twice':>7}{'lost':>6}{'forgotten':>11}{'asked':>7}{'p50 s':>8}"
)


def row(name: str, one: Outcome) -> str:
    """Give one line of numbers."""
    kills = sum(len(ran.deaths) for ran in one.ran)
    return (
        f"  {name:<44}{len(one.ran):>10}{kills:>7}{one.duplicated:>7}{one.lost:>6}{one.forgotten:>11}{one.asked:>7}"
        f"{one.p50:>8.2f}"
    )


def rows(outcomes: Sequence[Outcome], controls: Sequence[Outcome]) -> Iterator[str]:
    """Give the ways, their sum, and the planted faults."""
    yield HEAD
    for one in outcomes:
        yield row(one.name, one)
    yield row("all", Outcome("all", tuple(ran for one in outcomes for ran in one.ran)))
    for one in controls:
        yield row(f"control: {one.name}{'' if one.duplicated else ', NOT CAUGHT'}", one)


def fights(found: Sequence[Fought]) -> Iterator[str]:
    """Give the contests."""
    yield f"  {'':<58}{'effects':>8}  status"
    for one in found:
        wanted = f"more than {one.wanted}" if one.is_control else str(one.wanted)
        said = "" if one.is_as_it_must else f"  WRONG, wanted {wanted}"
        yield f"  {one.name:<58}{one.effects:>8}  {one.status}{said}"


def faults(bad: Sequence[Ran]) -> Iterator[str]:
    """Say what is wrong with a schedule, and how to run it alone."""
    for one in bad[:SHOWN]:
        why = [
            f"{one.duplicated} too many" if one.duplicated else "",
            "lost" if one.lost else "",
            "forgotten" if one.forgotten else "",
            f"never came to {', '.join(one.missed)}" if one.missed else "",
            "" if one.holds else "the ledger does not verify",
            one.fault.strip().splitlines()[-1] if one.fault else "",
        ]
        yield f"  {one.id}: {one.status}, {'; '.join(filter(None, why))}"
        yield f"      python -m evals.chaos --only '{one.id}'"
    if len(bad) > SHOWN:
        yield f"  and {len(bad) - SHOWN} more"
