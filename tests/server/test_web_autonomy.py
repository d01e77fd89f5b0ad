"""What runs by itself, over the web without JavaScript: shown, then let; each act with a sign-in made for it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from state.governance.autonomy import OptIn
from state.ids import UserId
from state.ledger.entry import Kind
from tests.server.test_web_policy_draft import appoint_kim, fresh
from tests.site import FIELDSTONE, Answer, Site, copied, site_on

MAYA = UserId("maya")


@pytest.fixture(scope="module")
def site(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy whose levels and words these tests change."""
    with site_on(copied(demo_home, tmp_path_factory.mktemp("autonomy") / "home")) as found:
        yield found


def words(site: Site) -> list[OptIn]:
    """Read the owners' words past the pages."""
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        return list(unit.autonomy.opt_ins())


def level(site: Site, rank: int = 2) -> str:
    """Read what an admin set for a class; empty where none did."""
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        return next((one.level for one in unit.autonomy.levels() if one.action_class == rank), "")


def code(answer: Answer) -> str:
    """Take the code that the form under what was shown would send."""
    return str(re.findall(r'name="yes" value="([0-9a-f]+)"', answer.text)[0])


def test_an_owner_lets_a_kind_run_after_seeing_it_and_takes_it_back(site: Site) -> None:
    maya, asked = fresh(site, "maya"), {"kind": "update_crm", "until": "2026-04-30"}
    seen = maya.post("/autonomy/on", **asked)
    assert "a person decides → runs by itself" in seen.text
    assert words(site) == []
    assert maya.post("/autonomy/on", **asked, yes=code(seen)).location == "/autonomy?said=on"
    assert [(one.owner, one.action_type, one.until is not None) for one in words(site)] == [
        (MAYA, "update_crm", True)
    ]
    assert "until Thu 30 Apr" in maya.get("/autonomy").text
    assert maya.post("/autonomy/off", kind="update_crm").location == "/autonomy?said=off"
    assert words(site) == []
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        kinds = [one.kind for one in unit.ledger.entries(limit=100_000)]
    assert kinds.count(Kind.OPT_IN) == 2


def test_an_old_session_and_another_code_let_nothing_run(site: Site) -> None:
    asked = {"kind": "update_crm", "until": ""}
    seen = code(fresh(site, "maya").post("/autonomy/on", **asked))
    assert site.as_("maya").post("/autonomy/on", **asked, yes=seen).status == 403
    assert fresh(site, "maya").post("/autonomy/on", **asked, yes="00000000").status == 409
    assert fresh(site, "maya").post("/autonomy/on", kind="send_email").status == 422
    assert "fresh sign-in" in site.as_("maya").get("/autonomy").text
    assert words(site) == []


def test_a_form_of_another_page_lets_nothing_run(site: Site) -> None:
    maya = fresh(site, "maya")
    maya.csrf = "made up"
    assert maya.post("/autonomy/off", kind="update_crm").status == 403
    assert maya.post("/autonomy/on", kind="update_crm").status == 403


def test_an_admin_raises_a_level_after_the_evidence_and_lowers_it_at_once(site: Site) -> None:
    lee = fresh(site)
    seen = lee.post("/autonomy/level", rank="2", level="L2")
    assert "L1 → L2" in seen.text
    assert level(site) == ""
    assert (
        lee.post("/autonomy/level", rank="2", level="L2", yes=code(seen)).location == "/autonomy?said=level"
    )
    assert level(site) == "L2"
    assert lee.post("/autonomy/level", rank="2", level="L1").location == "/autonomy?said=level"
    assert level(site) == "L1"


def test_a_seller_and_an_old_session_set_no_level(site: Site) -> None:
    before = level(site)
    assert fresh(site, "maya").post("/autonomy/level", rank="2", level="L0").status == 403
    assert site.as_("lee").post("/autonomy/level", rank="2", level="L0").status == 403
    assert level(site) == before


def test_a_second_admin_is_wanted_where_there_is_one(site: Site) -> None:
    appoint_kim(site)
    lee, asked = fresh(site), {"rank": "1", "level": "L2"}
    seen = code(lee.post("/autonomy/level", **asked))
    assert lee.post("/autonomy/level", **asked, yes=seen).location == "/autonomy?said=agreed"
    assert level(site, 1) == ""
    kim = fresh(site, "kim")
    assert kim.post("/autonomy/level", **asked, yes=seen).location == "/autonomy?said=level"
    assert level(site, 1) == "L2"


def test_an_owner_names_a_stand_in_an_admin_of_two_agrees_and_the_owner_ends_it(site: Site) -> None:
    appoint_kim(site)
    maya, lee = fresh(site, "maya"), fresh(site)
    asked = {"owner": "maya", "delegate": "priya", "begins": "2026-03-11", "ends": "2026-03-13"}
    assert site.as_("maya").post("/autonomy/standin", **asked).status == 403
    seen = maya.post("/autonomy/standin", **asked)
    assert "approves mails in Maya Ortiz" in seen.text
    assert maya.post("/autonomy/standin", **asked, yes=code(seen)).location == "/autonomy?said=agreed"
    assert "stands in for Maya Ortiz" not in maya.get("/policy").text
    assert lee.post("/autonomy/standin", **asked, yes=code(seen)).location == "/autonomy?said=named"
    assert "Priya Nair stands in for Maya Ortiz" in maya.get("/policy").text
    assert fresh(site, "tom").post("/autonomy/standin/end", owner="maya").status == 403
    assert maya.post("/autonomy/standin/end", owner="maya").location == "/autonomy?said=ended"
    assert "Nobody stands in for me" in maya.get("/autonomy").text
