"""Every import contract is seen to break on a planted import, and to hold on the allowed one beside it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.layout.tree import PACKAGES, ROOT

WINGS = ("world", "decision", "governance", "ledger", "ports", "stores")
LINTER = "from importlinter.cli import lint_imports_command; lint_imports_command()"

BROKEN = [
    ("state/money.py", "import tools", "server | evals over graphs"),
    ("agents/critic.py", "import tools", "server | evals over graphs"),
    ("tools/gateway.py", "import agents", "server | evals over graphs"),
    ("graphs/nodes.py", "import server", "server | evals over graphs"),
    ("evals/runner.py", "import server", "server | evals over graphs"),
    ("server/app.py", "import evals", "server | evals over graphs"),
    ("server/cli/demo.py", "import evals", "server | evals over graphs"),
    ("state/ids.py", "import state.world", "each wing of state"),
    ("state/world/event.py", "import state.decision", "each wing of state"),
    ("state/governance/verdict.py", "import state.ledger", "each wing of state"),
    ("state/ports/reasoner.py", "import state.stores", "each wing of state"),
    ("state/world/event.py", "import langgraph.types", "the laws know no framework"),
    ("state/ports/stores.py", "from sqlalchemy import select", "the laws know no framework"),
    ("agents/guardrail.py", "import fastapi", "the laws know no framework"),
    ("graphs/routes.py", "import chromadb", "routing is a law too"),
    ("agents/planner.py", "import openai", "only agents.llm"),
    ("graphs/bootstrap.py", "from langchain_openai import ChatOpenAI", "only agents.llm"),
    ("graphs/nodes.py", "import state.stores", "only the bootstrap chooses stores"),
    ("server/app.py", "from state.stores import schema", "only the bootstrap chooses stores"),
    ("state/decision/learning.py", "import state.governance", "learning never widens autonomy"),
    ("state/decision/learning/__init__.py", "import state.governance", "learning never widens autonomy"),
]

ALLOWED = [
    ("server/cli/evaluation.py", "import evals.runner, evals"),
    ("graphs/routes.py", "import langgraph.types"),
    ("graphs/bootstrap.py", "import state.stores.schema, state.stores, agents, tools"),
    ("state/stores/schema.py", "import sqlalchemy, alembic, langgraph, state.ports, state.world"),
    ("agents/llm/client.py", "import openai, langchain_openai"),
    ("state/decision/learning.py", "import state.world, state.money"),
]


def lint(home: Path, planted: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run our contracts on a skeleton of the packages with one planted module."""
    names = (*PACKAGES, "server/cli", *(f"state/{wing}" for wing in WINGS))
    files = dict.fromkeys((f"{name}/__init__.py" for name in names), "")
    files |= {"evals/runner.py": "", "state/money.py": "", "state/stores/schema.py": "", planted: code}
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
        (home / name).parent.joinpath("__init__.py").touch()
    (home / ".importlinter").write_text((ROOT / ".importlinter").read_text())
    command = [sys.executable, "-c", LINTER, "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, timeout=600)


@pytest.mark.parametrize(("planted", "code", "contract"), BROKEN)
def test_a_planted_import_breaks_its_contract(planted: str, code: str, contract: str, tmp_path: Path) -> None:
    done = lint(tmp_path, planted, code)
    broken = [line for line in done.stdout.splitlines() if line.endswith(" BROKEN")]
    assert done.returncode == 1, done.stdout
    assert any(line.startswith(contract) for line in broken), done.stdout


@pytest.mark.parametrize(("planted", "code"), ALLOWED)
def test_the_allowed_import_keeps_every_contract(planted: str, code: str, tmp_path: Path) -> None:
    done = lint(tmp_path, planted, code)
    assert done.returncode == 0, done.stdout + done.stderr
