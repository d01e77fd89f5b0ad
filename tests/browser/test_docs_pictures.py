"""The pictures of docs: each page still shows what its picture shows; under a flag the pictures are taken again."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.conftest import Windows
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.apart]
PICTURES = ROOT / "docs" / "pictures"
PAGES = tuple(ROOT / "docs" / name for name in ("seller.md", "admin.md", "engineer.md"))
IS_WRITING = os.environ.get("REVLOOP_WRITE_PICTURES") == "1"
MOST_BYTES = 200_000
WIDTH = 1040
CLIP: FloatRect = {"x": 0, "y": 0, "width": WIDTH, "height": 640}
Act = Callable[[Page], None]


def nothing(_: Page) -> None:
    """Take the page as it opens."""


def open_card(page: Page) -> None:
    """Open the card of a mail."""
    page.locator("a.row", has_text="Oakhaven").first.click()
    expect(page.locator("#card")).to_contain_text("Oakhaven")


def ask(page: Page) -> None:
    """Ask two things."""
    for count, text in enumerate(("who matters at Granite?", "and what changed there?"), start=1):
        page.locator("#text").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator("#turns .rating")).to_have_count(count)
    page.evaluate("window.scrollTo(0, 0)")


def find(page: Page) -> None:
    """Type a few letters into the palette."""
    page.keyboard.press("Control+k")
    page.locator("#palette-text").fill("a")
    expect(page.locator("#palette [data-place^='/accounts/']").first).to_be_visible()


def ask_policy(page: Page) -> None:
    """Ask whether a mail would go out."""
    page.get_by_label("Action").select_option("send_email")
    page.get_by_role("button", name="Ask the policy").click()
    expect(page.locator("#test [role=status]")).to_be_visible()


def why(page: Page) -> None:
    """Open what stands behind something that ran by itself."""
    page.get_by_role("link", name="Why?").first.click()
    expect(page.locator("h1")).to_be_visible()


@dataclass(frozen=True)
class Picture:
    """One picture, where it is taken, and what must be on it."""

    name: str
    place: str
    shows: tuple[str, ...]
    act: Act = nothing
    user: str = "maya"


TAKEN = (
    Picture("today", "/today", ("Next", "Not asked", "Meetings", "Done by itself today", "Next morning")),
    Picture("inbox", "/inbox", ("Approve", "If nothing", "Reaches", "Oakhaven"), open_card),
    Picture("account", "/accounts/acme-corp", ("Acme Corp", "Deals", "People")),
    Picture("ask", "/ask/new", ("who matters at Granite?", "and what changed there?", "New conversation"), ask),
    Picture("palette", "/today", ("Acme Corp", "account"), find),
    Picture("policy", "/policy", ("What each kind of action may do", "What a person decides", "Limits"), user="lee"),
    Picture("allowed", "/policy", ("Ask the policy", "Every fact that is not named"), ask_policy, "lee"),
    Picture("why", "/today", ("Proposed by",), why),
)  # fmt: skip


@pytest.mark.parametrize("picture", TAKEN, ids=lambda one: one.name)
def test_a_page_of_the_docs_shows_what_its_picture_does(windows: Windows, picture: Picture) -> None:
    page = windows.open(picture.user, picture.place, width=WIDTH)
    picture.act(page)
    for text in picture.shows:
        expect(page.get_by_text(text).first).to_be_visible()
    file = PICTURES / f"{picture.name}.png"
    if IS_WRITING:
        page.screenshot(path=str(file), animations="disabled", clip=CLIP)
    assert file.stat().st_size < MOST_BYTES


def test_every_picture_stands_in_the_docs_and_every_page_in_the_readme() -> None:
    told = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert {f"pictures/{one.name}.png" in told for one in TAKEN} == {True}
    assert {path.stem for path in PICTURES.glob("*.png")} == {one.name for one in TAKEN}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"(docs/{page.name})" in readme for page in PAGES)
    assert all(_is_there(page, link) for page in PAGES for link in _links(page.read_text(encoding="utf-8")))


def _links(text: str) -> list[str]:
    return [part.partition(")")[0] for part in text.split("](")[1:]]


def _is_there(page: Path, link: str) -> bool:
    return (page.parent / link).exists()
