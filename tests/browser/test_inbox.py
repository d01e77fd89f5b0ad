"""Clearing the inbox in a real browser: by keyboard, without JavaScript, in two tabs, on a phone, in the dark."""

import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from server.first_run import first_run_link
from state.ids import ActionId
from tests.browser.conftest import Served, Windows, until
from tests.site import FIELDSTONE

pytestmark = [pytest.mark.browser, pytest.mark.apart]


SETTLED = """before => {
  const card = document.querySelector("#card"), row = document.querySelector("a.row[aria-current]");
  return card && card.dataset.card !== before && row?.dataset.row === (card.dataset.card ?? row?.dataset.row);
}"""
"""Another card is open, and the list says so."""


def row(page: Page, account: str, what: str = "") -> str:
    """Find the id of an account's card in the list."""
    found = page.locator("a.row", has_text=account).filter(has_text=what).first.get_attribute("data-row")
    assert found is not None
    return found


def to_card(page: Page, name: str) -> None:
    """Walk down with j until a card is open, as a seller would."""
    for _ in range(40):
        if page.locator(f"#card[data-card='{name}']").count():
            return
        before = page.locator("#card").get_attribute("data-card")
        page.keyboard.press("j")
        page.wait_for_function(SETTLED, arg=before)
    raise AssertionError(name)


def drawn(page: Page, picture: Path) -> bool:
    """Take a picture; a busy machine's browser may not have one yet."""
    try:
        page.screenshot(path=str(picture))
    except Error:
        return False
    return True


def test_the_link_signs_in_and_shows_the_day(windows: Windows, served: Served) -> None:
    page = windows.open(user="", place="/signin")
    _, link = first_run_link(served.home, FIELDSTONE)
    page.goto(f"{served.url}/signin?{link.partition('?')[2]}")
    page.wait_for_url("**/today")
    expect(page.get_by_role("heading", name="Meetings")).to_be_visible()


def test_a_mail_approved_by_keyboard_leaves_when_the_hold_is_over(windows: Windows, served: Served) -> None:
    page = windows.open()
    name = row(page, "Oakhaven", "Send Elena")
    to_card(page, name)
    page.keyboard.press("a")
    expect(page.locator(".notice.good")).to_contain_text("Approved")
    served.watch.ahead += timedelta(minutes=1)
    until(lambda: any("elena" in mail.lower() for mail in served.sent()), "the mail left")


def test_a_draft_outlives_a_server_that_goes_away_and_the_page_catches_up(
    windows: Windows, served: Served
) -> None:
    page = windows.open("priya")
    windows.is_expected = lambda text: "ERR_" in text or "Failed to fetch" in text
    name = row(page, "Calder")
    page.goto(f"{served.url}/inbox/{name}")
    page.keyboard.press("e")
    page.locator("textarea").first.fill("Half a sentence")
    served.down()
    expect(page.locator("#away")).to_be_visible()
    page.get_by_role("button", name="Show the edited card").click()
    expect(page.locator("textarea").first).to_have_value("Half a sentence")
    served.up()
    expect(page.locator("#away")).to_be_hidden()
    page.reload()
    expect(page.locator("textarea").first).to_have_value("Half a sentence")


def test_approving_works_without_javascript(windows: Windows, served: Served) -> None:
    page = windows.open(scripts=False)
    name = row(page, "Zephyr", "Write to Lena")
    page.goto(f"{served.url}/inbox/{name}")
    page.get_by_role("button", name="Approve and send").click()
    expect(page.locator(".notice.good")).to_contain_text("Approved")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator(".notice.good")).to_contain_text("Taken back")


def test_a_decision_in_one_tab_reaches_another_and_leaves_its_draft_alone(
    windows: Windows, served: Served
) -> None:
    first, second = windows.open(), windows.open()
    name = row(first, "Brightwater")
    for page in (first, second):
        page.goto(f"{served.url}/inbox/{name}")
    second.keyboard.press("e")
    second.locator("textarea").fill("Half a sentence")
    first.keyboard.press("x")
    expect(first.get_by_label("Wrong time")).to_be_focused()
    first.keyboard.press("1")
    first.keyboard.press("Enter")
    expect(first.locator(".notice.good")).to_contain_text("Rejected")
    expect(second.locator("#elsewhere")).to_contain_text("withdrawn")
    expect(second.locator("textarea")).to_have_value("Half a sentence")


def test_a_stale_card_is_refused_in_words(windows: Windows, served: Served) -> None:
    page = windows.open()
    name = row(page, "Delmar")
    page.goto(f"{served.url}/inbox/{name}")
    page.evaluate("document.querySelector('input[name=shown]').value = 'another hash'")
    page.keyboard.press("a")
    expect(page.locator("[role=alert]")).to_be_visible()
    with served.home.looking.stores.read(FIELDSTONE) as unit:
        assert unit.actions.get(ActionId(name)).status.value == "pending"


def test_who_approves_after_a_decision_elsewhere_is_told_and_keeps_what_was_typed(
    windows: Windows, served: Served
) -> None:
    page = windows.open("priya")
    page.goto(f"{served.url}/inbox/{row(page, 'Calder')}")
    page.keyboard.press("e")
    page.locator("textarea").first.fill("Half a sentence")
    decided_elsewhere(page)
    expect(page.locator("#elsewhere")).to_contain_text("withdrawn")
    page.get_by_role("button", name="Approve").first.click()
    expect(page.locator("[role=alert]")).to_contain_text("Too late")
    expect(page.locator("#card")).to_have_attribute("data-status", "cancelled")
    expect(page.locator("#kept textarea")).to_have_value(re.compile("Half a sentence"))
    page.locator("#kept button").click()
    page.reload()
    expect(page.locator("#card")).to_be_visible()
    expect(page.locator("#kept")).to_have_count(0)


def decided_elsewhere(page: Page) -> None:
    """Reject the open card by the interface for programs."""
    place = page.url.replace("/inbox/", "/api/cards/") + "/reject"
    token = page.locator("input[name=csrf]").first.input_value()
    assert page.request.post(place, headers={"x-csrf": token}, data={"reason": "wrong time"}).ok


def test_five_cards_in_a_row_are_approved_without_the_mouse(windows: Windows, served: Served) -> None:
    page, done = windows.open(), list[str]()
    while len(done) < 5:
        name = page.locator("#card").get_attribute("data-card")
        is_open = page.locator("#card[data-status=pending] button[data-key=a]").count() > 0
        page.keyboard.press("a" if is_open else "j")
        page.wait_for_function(SETTLED, arg=name)
        done += [name] if is_open and name else []
    with served.home.looking.stores.read(FIELDSTONE) as unit:
        states = {unit.actions.get(ActionId(name)).status.value for name in done}
    assert len(set(done)) == 5
    assert states <= {"approved", "executed", "claimed"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_the_screen_and_are_drawn(
    windows: Windows, served: Served, tmp_path: Path, width: int, scheme: str
) -> None:
    page = windows.open(width=width, scheme=scheme, place="/today")
    for place in ("/today", "/inbox", "/stop"):
        page.goto(served.url + place)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, (place, wider)
        picture = tmp_path / f"{place.strip('/')}.png"
        until(partial(drawn, page, picture), "a picture")
        assert picture.stat().st_size > 10_000
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(16, 20, 24)") is (scheme == "dark")
