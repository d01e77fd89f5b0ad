"""The interface for programs under what its own description allows and does not, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASES = 5000


@pytest.mark.slow
def test_five_thousand_requests_find_no_failure_nothing_undescribed_and_no_open_door(demo_home: Path) -> None:
    asked = [sys.executable, "-m", "tests.fuzz", "--cases", str(CASES), "--home", str(demo_home)]
    found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False, timeout=800)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "planted faults found: 4 of 4" in found.stdout
    assert {"5xx: 0", "undocumented: 0", "let through: 0"} <= set(found.stdout.splitlines())
