"""Every Python file keeps the rules, and every rule is seen to catch its planted fault."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.layout.planted import FAULTS, TWINS, Case, Rule
from tests.layout.rules import RULES, Source
from tests.layout.tree import sources

ROOT = Path(__file__).parents[2]


def broken(rule: Rule, source: Source) -> list[str]:
    """Show each finding as path:line message."""
    return [f"{source.path}:{line} {message}" for line, message in rule(source)]


def pairs(cases: dict[Rule, list[Case]]) -> list[object]:
    """Give one parameter set per case, named for its rule."""
    return [pytest.param(rule, *case, id=rule.__name__) for rule in cases for case in cases[rule]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    assert [line for source in sources() for line in broken(rule, source)] == []


@pytest.mark.parametrize(("rule", "path", "text"), pairs(FAULTS))
def test_the_rule_catches_its_planted_fault(rule: Rule, path: str, text: str) -> None:
    assert broken(rule, Source(path, text))


@pytest.mark.parametrize(("rule", "path", "text"), pairs(TWINS))
def test_the_rule_lets_the_good_twin_pass(rule: Rule, path: str, text: str) -> None:
    assert broken(rule, Source(path, text)) == []


def test_every_rule_has_a_planted_fault_and_a_good_twin() -> None:
    assert set(FAULTS) == set(TWINS) == set(RULES)


@pytest.mark.parametrize(("word", "is_refused"), [("set_llm_cache", True), ("set_debug", False)])
def test_the_linter_refuses_a_cache_that_knows_no_tenant(word: str, is_refused: bool) -> None:
    code = f'"""Planted."""\n\nfrom langchain_core.globals import {word}\n\n{word}(None)\n'
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "TID251",
        "--stdin-filename",
        "agents/planted.py",
    ]
    ran = subprocess.run([*ruff, "-"], input=code, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ("knows no tenant" in ran.stdout) is is_refused, ran.stderr
