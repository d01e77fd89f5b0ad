"""Words from outside are text wherever a page shows them, and templates hold nothing that could run or be swapped."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from server.pages.drawing import STATIC, TEMPLATES
from server.render.card_words import linked
from tests.server.test_web_ask import said, streamed
from tests.site import Person, Site

HOSTILE = "<img src=x onerror=alert(1)> [bold]Kim[/bold] \u202egnp.exe"
PLACE = "/accounts/brightwater-utilities"


@pytest.fixture
def maya(site: Site) -> Person:
    """Give somebody at whose account a person is called something hostile."""
    found = site.as_("maya")
    fact = re.search(r'<option value="(Contact/[^"|]+\|name)"', found.get(PLACE).text)
    assert fact is not None
    assert found.post(f"{PLACE}/correct", fact=fact[1], right=HOSTILE, reason="she wrote so").status == 303
    return found


def is_text(drawn: str) -> bool:
    """Tell whether the hostile words are there, and nothing but words."""
    return "&lt;img src=x" in drawn and not re.search(r"<img src=x|\[bold\]|\u202e", drawn)


def test_a_hostile_name_is_text_on_the_account_and_in_its_brief(maya: Person) -> None:
    assert is_text(maya.get(PLACE).text)
    assert is_text(maya.get(maya.post(f"{PLACE}/prepare").location).text)


def test_what_somebody_types_comes_back_as_text(maya: Person) -> None:
    assert is_text(said(maya, maya.get("/ask/new"), HOSTILE).text)
    assert is_text(str(streamed(maya, maya.get("/ask/new"), HOSTILE)[-1][1]["html"]))
    assert is_text(maya.get(f"/accounts?q={quote(HOSTILE)}").text)


def test_a_text_that_names_a_card_leads_there_and_is_text_all_the_same() -> None:
    drawn = linked(f"{HOSTILE} ac_0123456789abcdef")
    assert '<a href="/inbox/ac_0123456789abcdef">' in drawn
    assert is_text(drawn)


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_a_template_holds_no_script_no_style_and_no_unescaped_text(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|hx-on|javascript:|\|\s*safe\b|autoescape", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"\son\w+=", text)


def test_vendored_files_are_the_ones_of_the_manifest() -> None:
    import hashlib

    manifest = (STATIC / "vendored.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in manifest if line and not line.startswith("#")]
    assert [name for _, name in rows] == ["htmx-4.0.1.min.js"]
    for wanted, name in rows:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == wanted
