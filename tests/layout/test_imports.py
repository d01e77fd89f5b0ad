"""Every import contract is seen to break on a planted import, and to hold on the allowed one beside it."""

from pathlib import Path

import pytest

from tests.layout.contracts import Linted, linted
from tests.layout.tree import PACKAGES, ROOT

WINGS = ("world", "decision", "governance", "ledger", "ports", "stores")

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


Planted = tuple[str, str]
"""A module's file and its code."""


def plant(home: Path, planted: str, code: str) -> Path:
    """Write a skeleton of the packages with one planted module."""
    names = (*PACKAGES, "server/cli", *(f"state/{wing}" for wing in WINGS))
    files = dict.fromkeys((f"{name}/__init__.py" for name in names), "")
    files |= {"evals/runner.py": "", "state/money.py": "", "state/stores/schema.py": "", planted: code}
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
        (home / name).parent.joinpath("__init__.py").touch()
    (home / ".importlinter").write_text((ROOT / ".importlinter").read_text())
    return home


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[Planted, Linted]:
    """Say what the linter found, by what was planted."""
    cases = [(planted, code) for planted, code, *_ in (*BROKEN, *ALLOWED)]
    homes = [plant(tmp_path_factory.mktemp("skeleton"), *case) for case in cases]
    return dict(zip(cases, linted(homes), strict=True))


@pytest.mark.parametrize(("planted", "code", "contract"), BROKEN)
def test_a_planted_import_breaks_its_contract(
    planted: str, code: str, contract: str, found: dict[Planted, Linted]
) -> None:
    done = found[planted, code]
    broken = [line for line in done.said.splitlines() if line.endswith(" BROKEN")]
    assert done.code == 1, done.said
    assert any(line.startswith(contract) for line in broken), done.said


@pytest.mark.parametrize(("planted", "code"), ALLOWED)
def test_the_allowed_import_keeps_every_contract(
    planted: str, code: str, found: dict[Planted, Linted]
) -> None:
    done = found[planted, code]
    assert done.code == 0, done.said
