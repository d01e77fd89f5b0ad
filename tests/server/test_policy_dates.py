"""A policy with a date: on the command line and on the page it is shown with its date, waits, and can be withdrawn."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.server.conftest import Cli
from tests.server.test_web_policy_draft import STRICTER, fresh, in_force, limits, shown
from tests.site import Site, copied, site_on

ROOT = Path(__file__).parents[2]
DAY, SAID = "2026-05-01", "Fri 1 May 08:00 EDT"


@pytest.fixture
def stricter(tmp_path: Path) -> str:
    """Give a policy with a higher border for what runs by itself."""
    text = (ROOT / "policies" / "base.yaml").read_text("utf-8")
    path = tmp_path / "base.yaml"
    path.write_text(text.replace("high_confidence: 0.85", "high_confidence: 0.9"), "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def dating(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy whose policies to come these tests change."""
    with site_on(copied(demo_home, tmp_path_factory.mktemp("dating") / "home")) as found:
        yield found


def test_a_date_is_agreed_on_shown_and_withdrawn_on_the_command_line(
    home: Path, cli: Cli, stricter: str
) -> None:
    asked = ("policy", "activate", stricter, "--from", DAY, "--as", "lee")
    code = cli(*asked, "--json").json["code"]
    done = cli(*asked, "--yes", str(code), "--json")
    assert (done.code, done.json["effective_at"]) == (0, "2026-05-01T08:00:00-04:00")
    version = str(done.json["version"])
    assert f"{version[:12]} counts from {SAID} on" in " ".join(cli("policy", "show").out.split())
    assert cli("policy", "show", "--json").json["version"] != version
    assert cli("policy", "withdraw", version[:12], "--as", "maya").code != 0
    assert cli("policy", "withdraw", version[:12], "--as", "lee").code == 0
    assert cli("policy", "show", "--json").json["to_come"] == []


def dated(page: str) -> dict[str, str]:
    """Take what the form under a draft would send, its date too."""
    form = page[page.index('action="/policy/activate"') :]
    since = re.findall(r'name="since" value="([^"]*)"', form)[0]
    return {**shown(page), "since": unescape(since)}


def test_a_date_is_agreed_on_shown_and_withdrawn_on_the_page(dating: Site) -> None:
    before, lee = in_force(dating), fresh(dating)
    now = shown(limits(lee, STRICTER).text)
    page = lee.post("/policy/draft", layer=now["layer"], text=now["text"], since=DAY).text
    assert f"From {SAID} on." in page
    assert lee.post("/policy/activate", note="soon", **now, since=DAY).status == 409
    found = lee.post("/policy/activate", note="soon", **dated(page))
    assert found.location.startswith("/policy?said=to_come&of=")
    assert f"From {SAID} on" in lee.get("/policy").text
    version = found.location.partition("of=")[2]
    assert dating.as_("lee").post("/policy/withdraw", version=version).status == 403
    assert lee.post("/policy/withdraw", version=version).status == 303
    assert f"From {SAID} on" not in lee.get("/policy").text
    assert in_force(dating) == before
