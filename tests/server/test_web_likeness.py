"""A recipient whose mail domain looks like one we know is marked in words wherever the card is shown."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphs.telling.card import CardOut, LikenessOut
from server.cli import run
from server.render.card_words import alike
from state.governance.action import Status
from state.ids import AccountId
from state.world.resolution.address import WHOLE_DOMAIN, AddressClaim
from tests.server.test_web_inbox import a_mail, cards, status
from tests.site import FIELDSTONE, Site, copied, site_on

SAID = "oakhaven.example looks like 0akhaven.example, is not (its letters look the same)"


@pytest.fixture(scope="module")
def twin(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy in which a customer's own domain is one that a waiting mail's could be taken for."""
    since = datetime(2026, 3, 9, tzinfo=UTC)
    claim = AddressClaim(
        AccountId("oakhaven-hotels"), WHOLE_DOMAIN, since, "@0akhaven.example", is_verified=True
    )
    with site_on(copied(demo_home, tmp_path_factory.mktemp("twin") / "home")) as found:
        with found.home.looking.stores.begin(FIELDSTONE) as unit:
            unit.addresses.note([claim])
        yield found


def suspect(site: Site) -> CardOut:
    """Give the mail that goes to the look-alike."""
    return next(one for one in cards(site) if one.looks_like)


def test_the_page_the_program_and_the_command_line_say_whom_it_looks_like(
    twin: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    card = suspect(twin)
    assert SAID in twin.as_("maya").get(f"/inbox/{card.id}").text
    told = twin.client.get(f"/api/cards/{card.id}", headers=twin.key("maya")).json()["looks_like"]
    assert [(one["domain"], one["like"]) for one in told] == [("oakhaven.example", "0akhaven.example")]
    assert run(["inbox", "--as", "maya", "--home", str(twin.home.settings.home)]) == 0
    assert SAID in " ".join(capsys.readouterr().out.split())


def test_such_a_card_is_left_out_of_an_approval_of_many(twin: Site) -> None:
    card = suspect(twin)
    page = twin.as_("maya").post("/inbox/bulk", row=f"{card.id}|{card.shown}")
    assert "looks like one we know, and is not" in page.text
    assert status(twin, card.id) is Status.PENDING


def test_a_customers_own_domain_looks_like_no_other_customers(twin: Site) -> None:
    assert [one for one in cards(twin) if one.looks_like] == [suspect(twin)]
    assert not a_mail(twin, "Zephyr").looks_like


def test_an_internationalised_domain_is_said_raw_and_as_it_is_shown() -> None:
    one = LikenessOut(
        domain="xn--mller-kva.de", decoded="müller.de", like="muller.de", how="its letters look the same"
    )
    assert alike(one) == (
        "xn--mller-kva.de, shown as müller.de, looks like muller.de, is not (its letters look the same)"
    )
    assert json.loads(one.model_dump_json())["domain"] == "xn--mller-kva.de"
