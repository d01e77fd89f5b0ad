"""Every tracked text file keeps the rules, and the pages promise only commands that exist."""

from collections.abc import Callable, Iterator

import pytest

from tests.layout import text_rules
from tests.layout.rules import Finding
from tests.layout.tree import ROOT, texts

LOCKS = ("requirements.lock", "requirements-dev.lock")
PAGES = ("README.md", "AGENTS.md")
AGENTS_LINES = 150
GOOD_LOCK = "# `make lock` writes this\nrich==15.0.0 \\\n    --hash=sha256:" + "a" * 64 + "\n"


def page(name: str) -> str:
    """Read a page at the root, or skip when the checkout has none yet."""
    if not (ROOT / name).is_file():
        pytest.skip(f"{name} is not written yet")
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> frozenset[str]:
    """List the commands of the program, or skip when it has none yet."""
    module = pytest.importorskip("server.cli", reason="the command line is not written yet")
    app = getattr(module, "app", None)
    if app is None:
        pytest.skip("server.cli has no `app` yet")
    return frozenset(str(name) for name in app)


@pytest.mark.parametrize("rule", [text_rules.place, text_rules.unfinished])
def test_every_tracked_file_keeps_the_rule(rule: Callable[[str], Iterator[Finding]]) -> None:
    assert {name: found for name, text in texts().items() if (found := list(rule(text)))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "see pypi" + ".org",
        "files.python" + "hosted",
        "at /roo" + "t/x",
        "/hom" + "e/ann/x",
        "/wor" + "k/main",
    ],
)
def test_a_planted_place_is_found(text: str) -> None:
    assert list(text_rules.place(text))


def test_a_planted_mark_is_found_and_a_mastodon_is_not() -> None:
    assert list(text_rules.unfinished("# TO" + "DO later"))
    assert not list(text_rules.unfinished("MASTO" + "DONTIC"))


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_hashes_and_no_address(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert list(text_rules.loose_lock(lock)) == []
    assert "make lock" in lock[:200]


@pytest.mark.parametrize(
    "text",
    [
        "rich==15.0.0\n",
        GOOD_LOCK.replace("==", ">="),
        GOOD_LOCK.replace("a" * 64, "a" * 63),
        GOOD_LOCK + "tzdata @ https://example.test/tzdata.whl \\\n    --hash=sha256:" + "b" * 64 + "\n",
        GOOD_LOCK + "--index-url https://example.test/simple\n",
        GOOD_LOCK + "--find-links wheels\n",
        GOOD_LOCK + "./wheels/rich.whl\n",
    ],
)
def test_a_planted_address_or_missing_hash_is_found(text: str) -> None:
    assert list(text_rules.loose_lock(text))


def test_a_good_lock_passes() -> None:
    assert list(text_rules.loose_lock(GOOD_LOCK)) == []


def test_agents_md_stays_short() -> None:
    assert page("AGENTS.md").count("\n") < AGENTS_LINES


@pytest.mark.parametrize("name", PAGES)
def test_every_make_target_of_a_page_exists(name: str) -> None:
    known = text_rules.targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    assert list(text_rules.unknown_commands(page(name), "make", known)) == []


@pytest.mark.parametrize("name", PAGES)
def test_every_command_of_a_page_exists(name: str) -> None:
    assert list(text_rules.unknown_commands(page(name), "revloop", commands())) == []


def test_a_command_that_does_not_exist_is_found_in_code_only() -> None:
    markdown = "Please make haste.\n```sh\n.venv/bin/revloop fly --now\nrevloop demo\n```\nThen `make hay`."
    assert list(text_rules.unknown_commands(markdown, "revloop", frozenset({"demo"}))) == ["fly"]
    assert list(text_rules.unknown_commands(markdown, "make", frozenset())) == ["hay"]


def test_targets_are_read_from_the_makefile() -> None:
    assert text_rules.targets("A := 1\n.PHONY: x\nx: y ## z\n\techo: hi\n") == {"x"}
