"""More cards than a day takes: the rest is held back, counted, said why, and can be decided all the same."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphs.telling.attending import may_not_wait
from graphs.telling.inbox import Inbox, inbox, open_inbox
from server.cli import run
from state.ids import UserId
from state.principal import Principal, Role
from tests.site import FIELDSTONE, Site, copied, put_in_force, site_on

ROOT = Path(__file__).parents[2]
PRIYA = Principal(tenant=FIELDSTONE, user=UserId("priya"), role=Role.SELLER)
PER_DAY = 2


@pytest.fixture(scope="module")
def few(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a company that wants two new cards a day."""
    home = copied(demo_home, tmp_path_factory.mktemp("few") / "home")
    folder = home / "tenants" / "fieldstone" / "profile"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = (ROOT / "profile" / "judgement.yaml").read_text(encoding="utf-8")
    assert "\n  cards: 10\n" in told
    told = told.replace("\n  cards: 10\n", f"\n  cards: {PER_DAY}\n")
    (folder / "judgement.yaml").write_text(told, encoding="utf-8")
    put_in_force(home, "profile")
    with site_on(home) as found:
        yield found


def seen(site: Site, *, opens: bool = False) -> Inbox:
    """Read Priya's inbox; `opens` is what a page does."""
    with site.home.look(FIELDSTONE) as tenancy:
        return (open_inbox if opens else inbox)(site.home.looking, tenancy, PRIYA)


def test_the_cards_worth_least_wait_and_the_others_stay_once_shown(few: Site) -> None:
    found = seen(few)
    new = [one for one in found.cards if not may_not_wait(one, "priya")]
    assert len({one.group or one.id for one in new}) == PER_DAY
    assert found.held
    assert {one.id for one in found.held}.isdisjoint(one.id for one in found.cards)
    assert all(one.until > found.as_of and "at most 2 new cards a day" in one.reason for one in found.held)
    seen(few, opens=True)
    assert seen(few).cards == found.cards


def test_page_program_and_command_line_list_what_is_held_back(few: Site) -> None:
    held = [one.id for one in seen(few).held]
    page = few.as_("priya").get("/inbox").text
    assert f"{len(held)} held back" in page
    assert all(f'href="/inbox/{one}"' in page for one in held)
    told = few.client.get("/api/cards", headers=few.key("priya")).json()
    assert [one["id"] for one in told["held"]] == held
    assert not {one["id"] for one in told["items"]} & set(held)


def test_a_held_card_can_be_read_and_decided_by_its_id(few: Site) -> None:
    name, priya = seen(few).held[0].id, few.as_("priya")
    assert priya.get(f"/inbox/{name}").status == 200
    assert priya.post(f"/inbox/{name}/reject", reason="not worth it").status == 303
    assert name not in {one.id for one in seen(few).held}


def test_deciding_makes_no_room_before_the_next_day(few: Site) -> None:
    before = seen(few, opens=True)
    mine = next(one for one in before.cards if not may_not_wait(one, "priya"))
    few.as_("priya").post(f"/inbox/{mine.id}/reject", reason="not worth it")
    after = seen(few, opens=True)
    assert {one.id for one in after.cards} <= {one.id for one in before.cards} - {mine.id}


def test_the_command_line_counts_what_is_held_back(few: Site, capsys: pytest.CaptureFixture[str]) -> None:
    home = str(few.home.settings.home)
    held = [one.id for one in seen(few).held]
    assert run(["inbox", "--json", "--as", "priya", "--home", home]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["held"]] == held
    assert run(["inbox", "--as", "priya", "--home", home]) == 0
    assert f"{len(held)} held back" in capsys.readouterr().out


def test_today_lists_what_ran_by_itself_alone_and_says_of_a_changed_record_why_it_stays(few: Site) -> None:
    priya = few.as_("priya")
    card = next(one for one in seen(few).cards if one.in_name_of is None and one.status == "pending")
    assert priya.post(f"/inbox/{card.id}/approve", shown=card.shown).status == 303
    page = priya.get("/today").text
    assert f"/today/wrong/{card.id}" not in page
    assert "/today/wrong/" in page
    assert "No undo" not in page, "what changed no record has nothing to take back"
    told = few.as_("maya").get("/today").text
    assert told.count("No undo") == told.count("is taken back in the CRM itself, by hand") == 1
