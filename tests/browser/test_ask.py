"""Asking in a real browser: words as they come, a card approved from the chat, finding anything, the first steps."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from server.first_run import first_run_link
from tests.browser.conftest import Served, Windows, until
from tests.browser.test_pages import faults
from tests.site import FIELDSTONE

pytestmark = [pytest.mark.browser, pytest.mark.apart]


def say(page: Page, text: str, turns: int) -> None:
    """Say something and wait for the turn as it stays."""
    page.locator("#text").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("#turns .rating")).to_have_count(turns)


def test_a_draft_of_the_chat_is_redirected_approved_there_and_leaves(
    windows: Windows, served: Served
) -> None:
    page = windows.open(place="/ask/new")
    say(page, "draft a follow-up to Oakhaven", 1)
    say(page, "to Noel instead", 2)
    say(page, "shorter", 3)
    assert faults(page) == []
    card = page.locator("#turns .card").last
    expect(card).to_contain_text("noel.price@")
    assert not any("noel.price" in mail for mail in served.sent())
    card.get_by_role("button", name="Approve").first.click()
    expect(page.locator(".notice.good").first).to_contain_text("Approved")
    served.watch.ahead += timedelta(minutes=1)
    until(lambda: any("noel.price" in mail for mail in served.sent()), "the mail left")


def test_a_thumb_stays_and_the_conversation_stands_in_the_list(windows: Windows) -> None:
    page = windows.open(place="/ask/new")
    say(page, "who matters at Granite?", 1)
    page.get_by_role("button", name="Good answer").click()
    expect(page.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("aside")).to_contain_text("who matters at Granite?")
    page.reload()
    expect(page.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#turns .rating")).to_have_count(2)


def test_everything_is_found_by_keyboard(windows: Windows) -> None:
    page = windows.open(place="/ask/new")
    page.keyboard.press("Control+k")
    chosen = page.locator("#palette [aria-selected=true]")
    page.keyboard.type("conversation")
    expect(chosen).to_contain_text("here")
    page.locator("#palette-text").fill("zzzz")
    expect(page.locator("#palette-none")).to_be_visible()
    assert faults(page) == []
    page.locator("#palette-text").fill("grün")
    expect(chosen).to_contain_text("Grünwald")
    expect(page.locator("#palette-text")).to_have_attribute("aria-activedescendant", "found-account-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/gruenwald-aufzuege")


def test_the_first_steps_are_shown_once_to_who_comes_by_the_link(windows: Windows, served: Served) -> None:
    page = windows.open(user="", place="/signin")
    page.goto(f"{served.url}/signin?{first_run_link(served.home, FIELDSTONE)[1].partition('?')[2]}")
    page.wait_for_url("**/today")
    expect(page.locator("#tour")).to_contain_text("1 of 3")
    page.get_by_role("link", name="Show me the inbox").click()
    expect(page.locator("#tour")).to_contain_text("a to approve")
    page.get_by_role("link", name="Back to today").click()
    expect(page.get_by_role("button", name="Next morning")).to_be_visible()
    page.get_by_role("button", name="Done", exact=True).click()
    page.reload()
    expect(page.locator("#tour")).to_be_hidden()
    expect(windows.open(place="/today").locator("#tour")).to_be_hidden()
