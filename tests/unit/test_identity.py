"""That a worker has ended is proven by its process or its machine, never by time that has passed."""

import os
import subprocess
import sys

import pytest

from graphs.identity import is_gone, worker_id
from state.governance.happening import Proof


def test_a_living_process_is_not_gone() -> None:
    assert is_gone(worker_id()) is None


def test_an_ended_process_is_gone_and_a_zombie_too() -> None:
    code = "from graphs.identity import worker_id; print(worker_id(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        assert is_gone(name) is None
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert is_gone(name) is Proof.PROCESS_GONE, "nobody has asked for its end yet"
    assert is_gone(name) is Proof.PROCESS_GONE


HOST, BOOT, PID, STARTED = range(4)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({HOST: "elsewhere", PID: "4194305"}, None),
        ({HOST: "elsewhere", BOOT: "another"}, None),
        ({BOOT: "another"}, Proof.REBOOTED),
        ({PID: "4194305"}, Proof.PROCESS_GONE),
        ({STARTED: "1"}, Proof.PROCESS_GONE),
    ],
)
def test_each_part_of_the_name_counts_and_of_another_host_nothing_is_known(
    changed: dict[int, str], told: Proof | None
) -> None:
    parts = [changed.get(place, part) for place, part in enumerate(worker_id().split("|"))]
    assert is_gone("|".join(parts)) is told
