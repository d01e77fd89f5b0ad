"""A company's files over the web: kept as a draft, seen, put in force by an admin signed in for it, taken back."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.test_web_policy_draft import appoint_kim, fresh
from tests.site import FIELDSTONE, Person, Site, copied, site_on

PRICES, COMPANY = "/policy/files/profile?name=prices.yaml", "/policy/files/profile?name=company.yaml"


@pytest.fixture(scope="module")
def filing(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy whose files these tests change, each on top of the one before."""
    with site_on(copied(demo_home, tmp_path_factory.mktemp("filing") / "home")) as found:
        yield found


def text_in(page: str) -> str:
    """Take the text of the file out of its form."""
    found = re.search(r'<textarea name="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def kept(person: Person, place: str, old: str, new: str) -> str:
    """Keep a file with something else in it as a draft, and give the page that follows."""
    text, name = text_in(person.get(place).text), place.partition("name=")[2]
    assert old in text
    done = person.post("/policy/files/profile", name=name, text=text.replace(old, new, 1))
    assert done.status == 303, done.text
    return person.get(done.location).text


def say_yes(person: Person, page: str) -> str:
    """Put in force what a page shows, and give the page that follows."""
    sent = dict(re.findall(r'<input type="hidden" name="(yes|version)" value="([^"]*)"', page))
    done = person.post("/policy/files/profile/activate", **sent, note="as the test says")
    return person.get(done.location).text if done.status == 303 else done.text


def price(site: Site) -> str:
    """Read the price that counts."""
    with site.home.look(FIELDSTONE) as tenancy:
        assert tenancy.profile.prices is not None
        return format(tenancy.profile.prices.products[0].amount, "f")


def test_a_draft_changes_nothing_until_an_admin_signs_in_for_it_and_can_be_taken_back(filing: Site) -> None:
    old = filing.as_("lee")
    page = kept(old, PRICES, "amount: 800", "amount: 900")
    assert "profile.prices.products.dispatch.amount: 800 → 900" in page
    assert ("fresh sign-in" in page, "Put in force" in page, price(filing)) == (True, False, "800")
    assert "a draft says something else" in old.get("/policy/files").text
    lee = fresh(filing)
    assert "In force" in say_yes(lee, lee.get(PRICES).text)
    assert price(filing) == "900"
    back = re.search(r'href="(/policy/files/profile\?version=\w+)">go back', lee.get(PRICES).text)
    assert back is not None
    page = lee.get(back[1]).text
    assert "dispatch.amount: 900 → 800" in page
    assert "sign-in" in say_yes(old, page)
    assert price(filing) == "900"
    assert "In force" in say_yes(lee, page)
    assert price(filing) == "800"


def test_who_decides_waits_for_a_second_admin(filing: Site) -> None:
    appoint_kim(filing)
    lee, kim = fresh(filing), fresh(filing, "kim")
    kept(lee, PRICES, "amount: 900", "amount: 800")
    page = kept(lee, COMPANY, "name: Dana Whitfield", "name: Dana Roe")
    assert "for two admins" in page
    assert (page.count("→"), "taken out" in page) == (1, False), (
        "what is the company's own comes with its file"
    )
    assert lee.get("/policy/files").text.count("a draft says something else") == 1
    assert "Your yes is recorded" in say_yes(lee, page)
    with filing.home.look(FIELDSTONE) as tenancy:
        assert "Dana Whitfield" in {one.name for one in tenancy.users}
    page = kim.get(COMPANY).text
    assert "Agreed so far: Lee Park." in page


def test_a_file_with_a_fault_is_refused_where_it_stands_and_kept_as_typed(filing: Site) -> None:
    lee = filing.as_("lee")
    sent = {"name": "calendar.yaml", "text": "regions: what?\n"}
    found = lee.post("/policy/files/profile", **sent)
    assert (found.status, text_in(found.text)) == (422, sent["text"])
    assert "Calendar.yaml" in found.text
    for kind, name in (
        ("profile", "../key"),
        ("profile", "other.yaml"),
        ("knowledge", "../x.md"),
        ("prompts", "a.md"),
    ):
        assert lee.post(f"/policy/files/{kind}", name=name, text="x").status == 422
    assert "what?" not in text_in(lee.get("/policy/files/profile?name=calendar.yaml").text)


def test_nobody_but_an_admin_sees_or_keeps_files(filing: Site) -> None:
    maya = filing.as_("maya")
    assert (maya.get("/policy/files").status, maya.get(PRICES).status) == (403, 403)
    assert maya.post("/policy/files/profile", name="prices.yaml", text="x").status == 403
    assert 'href="/policy/files"' not in maya.get("/policy").text
    assert 'href="/policy/files"' in filing.as_("lee").get("/policy").text
