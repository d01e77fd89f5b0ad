"""Checkpoints are opened only where the library was told, before its import, to call nothing that they name."""

import os
import subprocess
import sys

import pytest

CODE = "from graphs.checkpoint import require_strict; require_strict()"


@pytest.mark.parametrize("given", ["", "false", "true"])
def test_without_the_strict_form_nothing_is_opened(given: str) -> None:
    keep = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    ran = subprocess.run(
        [sys.executable, "-c", CODE], env={**keep, "LANGGRAPH_STRICT_MSGPACK": given}, timeout=120,
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ("a crafted checkpoint could call functions" in ran.stderr) is (given != "true")
    assert (ran.returncode == 0) is (given == "true")
