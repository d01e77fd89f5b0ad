"""Every page in a real browser: drawn for everybody, without a fault that axe knows, and what only some may do."""

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.freshness import BY_LINK
from tests.browser.conftest import Served, Windows
from tests.site import FIELDSTONE

pytestmark = [pytest.mark.browser, pytest.mark.apart]
HERE = Path(__file__).parent
AXE = HERE / "axe-4.14.1.min.js"
PLACES = (
    "/today", "/inbox", "/accounts", "/accounts?q=zzzz", "/accounts/acme-corp", "/accounts/acme-corp?as_of=2026-02-01",
    "/accounts/xenon-labs/brief", "/ask", "/policy?action=send_email&address=x%40routeright.example", "/policy/draft",
    "/policy/files/profile", "/accounts/acme-corp/brief", "/stop", "/autonomy",
)  # fmt: skip


def faults(page: Page) -> list[str]:
    """Ask axe what is wrong with a page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


def in_force(served: Served) -> str:
    """Read which policy counts."""
    with served.home.look(FIELDSTONE) as tenancy:
        return tenancy.judge.version


def test_axe_is_the_file_of_the_manifest_and_is_never_served(windows: Windows, served: Served) -> None:
    digest, name = (HERE / "vendored.txt").read_text(encoding="utf-8").splitlines()[1].split()
    assert (name, digest) == (AXE.name, hashlib.sha256(AXE.read_bytes()).hexdigest())
    page = windows.open(place="/stop", scripts=False)
    assert page.request.get(f"{served.url}/static/{name}").status == 404


def test_axe_sees_a_fault_that_is_planted(windows: Windows) -> None:
    page = windows.open(place="/stop")
    assert faults(page) == []
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert [one.partition(":")[0] for one in faults(page)] == ["button-name"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_has_no_fault_that_axe_knows(
    windows: Windows, served: Served, scheme: str
) -> None:
    page = windows.open("lee", "/today", scheme=scheme, label=BY_LINK)
    found: dict[tuple[str, int], object] = {}
    for place in PLACES:
        page.goto(served.url + place)
        for width in (1920, 1280, 390):
            page.set_viewport_size({"width": width, "height": 860})
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wrong = faults(page) if width < 1920 else []
            if wrong or wider > 0:
                found[place, width] = (wider, wrong)
    assert found == {}


def test_an_open_card_with_its_forms_and_the_helpers_have_no_fault(windows: Windows, served: Served) -> None:
    page = windows.open()
    for key in ("e", "x", "s", "d"):
        page.keyboard.press(key)
        assert faults(page) == []
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 860})
    page.goto(f"{served.url}{page.locator('a.row').first.get_attribute('href')}")
    assert faults(page) == []


def test_an_admin_tries_a_policy_puts_it_in_force_and_goes_back(windows: Windows, served: Served) -> None:
    before = in_force(served)
    page = windows.open("lee", "/policy/draft", label=BY_LINK)
    page.get_by_label("Mail per recipient in 14 days").fill("2")
    page.locator(".limits button").click()
    expect(page.locator("#seen")).to_contain_text("judgements of the last 90 days")
    assert in_force(served) == before
    page.goto(f"{served.url}/policy/draft")
    expect(page.locator("textarea")).to_have_value(re.compile("mail_per_recipient_14d: 2"))
    page.get_by_role("button", name="See what it changes").first.click()
    page.locator("#seen").get_by_label("Why").fill("Two are enough.")
    page.get_by_role("button", name="Put in force now").click()
    expect(page.locator(".notice.good")).to_contain_text("In force")
    assert in_force(served) != before
    page.get_by_role("link", name="Go back", exact=True).click()
    page.locator("#seen").get_by_label("Why").fill("Back again.")
    page.get_by_role("button", name="Put in force now").click()
    expect(page.locator(".notice.good")).to_contain_text("In force")
    assert in_force(served) == before


def test_the_slider_goes_back_to_a_day_and_tells_nothing_later(windows: Windows) -> None:
    page = windows.open(place="/accounts/acme-corp")
    expect(page.get_by_text("SUP-4412").first).to_be_visible()
    slider = page.locator("#days")
    slider.focus()
    for _ in range(37):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-says=days]")).to_have_text("2026-02-01")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Look").first.click()
    expect(page.get_by_role("status").first).to_contain_text("end of 2026-02-01")
    assert "SUP-4412" not in page.content()


def test_a_fact_is_put_right_on_the_page_and_the_source_stays_beside_it(windows: Windows) -> None:
    page = windows.open(place="/accounts/delmar-foods")
    page.keyboard.press("c")
    form = page.locator("form[data-draft]")
    form.get_by_label("Which").select_option("Account/delmar-foods|owner")
    form.get_by_label("What is right").fill("priya")
    form.get_by_label("How you know").fill("She took it over.")
    form.get_by_role("button", name="Put it right").click()
    expect(page.locator(".notice.good")).to_contain_text("Put right")
    expect(page.locator(".page-head")).to_contain_text("Priya Nair")


def test_who_may_only_look_has_no_button_and_a_stranger_no_page(windows: Windows, served: Served) -> None:
    page = windows.open("ada", "/inbox")
    assert page.locator("main form").count() == 0
    assert page.request.get(f"{served.url}/policy/draft").status == 403
    assert windows.open("maya", "/policy").get_by_role("link", name="Change it").count() == 0
    nobody = windows.open("", "/inbox")
    expect(nobody).to_have_url(f"{served.url}/signin")
    secret = served.cookie("maya")[0].replace(f"{FIELDSTONE}.", "another.")
    assert nobody.request.get(
        f"{served.url}/accounts/acme-corp", headers={"cookie": f"x={secret}"}, max_redirects=0
    ).status in (303, 401)
