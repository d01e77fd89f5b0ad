"""The table against three other tellings of it: by hand, by the independent model, and in the verifier."""

import re
import subprocess
import sys
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest

from state.governance.action import NONE, ROWS, TABLE, Outcome, Status, cells
from state.ledger import verify

SHARED = Path(__file__).parents[3] / "shared"
MOVES = {
    "none": {"draft": "pending"},
    "pending": {
        "approve": "approved", "auto_due": "approved", "cancel": "cancelled", "edit": "cancelled",
        "expire": "expired", "world_changed": "cancelled", "policy_changed": "cancelled",
    },
    "approved": {
        "cancel": "cancelled", "edit": "cancelled", "undo": "pending", "expire": "expired", "stop_on": "pending",
        "world_changed": "pending cancelled", "policy_changed": "pending cancelled",
        "claim": "claimed pending cancelled",
    },
    "claimed": {
        "receipt": "executed", "refused_for_good": "failed ambiguous", "not_done": "approved failed ambiguous",
        "unknown": "ambiguous",
    },
    "ambiguous": {
        "receipt": "executed", "retry_same_key": "claimed", "probe_found": "executed", "probe_absent": "approved",
        "attest_done": "executed", "attest_not_done": "failed",
    },
}  # fmt: skip
"""Read off the page once more, by hand: what may move an action, and nothing else may."""

NAMES = {
    "human_done": "attest_done", "human_not_done": "attest_not_done", "reap": "unknown", "timeout": "unknown",
    "refused": "not_done", "notdone_amb": "not_done", "reclaim": "retry_same_key", "void": "world_changed",
}  # fmt: skip
"""The model's names for ours; the others are equal."""


def moving() -> set[tuple[str, str, str]]:
    return {(event, start, end) for event, start, end in cells() if start != end}


def test_only_what_the_page_says_moves_an_action() -> None:
    by_hand = {
        (event, start, end)
        for start, row in MOVES.items()
        for event, ends in row.items()
        for end in ends.split()
    }
    assert moving() == by_hand


def test_terminal_statuses_absorb() -> None:
    ends = {Status.EXECUTED, Status.FAILED, Status.CANCELLED, Status.EXPIRED}
    assert {start for _, start, _ in moving()} & ends == set()
    assert {status for status in Status if not status.is_open} == ends


def test_every_cell_says_something() -> None:
    assert len(TABLE) == 24
    assert all(TABLE[event][status].outcomes for event in TABLE for status in Status)


def test_only_a_transport_can_report_what_cannot_be() -> None:
    impossible = {
        event for event, row in TABLE.items() for cell in row.values() if Outcome.UNREACHABLE in cell.outcomes
    }
    assert impossible == {"receipt", "refused_for_good", "not_done"}


def test_the_verifier_has_the_same_table() -> None:
    assert verify.ROWS == ROWS
    assert list(Status) == verify.STATUSES


def test_the_verifier_takes_exactly_the_cells_of_the_table() -> None:
    """Ask it, rather than compare its text: from each status, each happening to each status, whatever the outcome."""
    taken = set()
    for event, start, end in product(TABLE, [NONE, *Status], Status):
        for outcome in Outcome:
            verifier = verify.Verifier("t")
            verifier.status["a"] = str(start)
            step: dict[str, object] = {
                "event": event,
                "outcome": outcome.value,
                "from": str(start),
                "to": str(end),
            }
            with suppress(verify.Fault):
                verifier.check_lifecycle("a", step)
                taken.add((event, str(start), str(end)))
    assert taken == cells()


def test_the_verifier_takes_no_step_from_where_an_action_is_not() -> None:
    for event, start, end in cells() - {("draft", NONE, "pending")}:
        verifier = verify.Verifier("t")
        verifier.status["a"] = next(one.value for one in Status if one.value != start)
        outcome = "moved" if start != end else "stays"
        with pytest.raises(verify.Fault, match="not in the lifecycle"):
            verifier.check_lifecycle("a", {"event": event, "outcome": outcome, "from": start, "to": end})


def of_the_model(line: str) -> set[tuple[str, str, str]]:
    name, start, end = line.split()
    name = re.sub(r"_w[ab]$", "", name)
    if (name, start) == ("edit", "approved"):
        return {("edit", "approved", "cancelled"), ("draft", NONE, "pending")}
    return {(NAMES.get(name, name), start, end)}


@pytest.mark.slow
def test_what_the_independent_model_reaches_is_within_the_table() -> None:
    model = SHARED / "lifecycle_model.py"
    if not model.exists():
        pytest.skip("the lifecycle model is not beside this checkout (../shared)")
    command = [sys.executable, str(model), "--cells"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    reached = set().union(*map(of_the_model, lines))
    assert len(lines) > 20
    assert reached - moving() == set()


@pytest.mark.skipif(not (SHARED / "LIFECYCLE.md").exists(), reason="the page is not beside this checkout")
def test_the_arrows_on_the_page_are_the_targets_in_the_table() -> None:
    page = (SHARED / "LIFECYCLE.md").read_text()
    letters = dict(zip("PACMXFKE", Status, strict=True))
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("| ")
    ]
    assert len(rows) == 25
    for name, *found in rows[2:]:
        event = name.replace("refused for good", "refused_for_good").split("(")[0].split()[0]
        for status, text in zip(list(Status)[:4], found, strict=False):
            arrows = {letters[letter] for letter in re.findall(r"→([PACMXFKE])(?![a-z])", text)}
            assert arrows == TABLE[event][status].targets, (event, status)
