"""What an approval of many leaves out: each reason alone is enough, and what stays inside needs none."""

import pytest

from graphs.governing.together import needs_a_look
from graphs.telling.card import CardOut, LikenessOut
from graphs.telling.inbox import inbox
from state.ids import AccountId
from tests.graph.homes import TENANT, Home, copied, principal_of
from tests.graph.test_loop import prep

ALIKE = LikenessOut(domain="acrne.com", decoded="acrne.com", like="acme.com", how="its letters look the same")


@pytest.fixture(scope="module")
def mail(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> CardOut:
    """Give the card of a mail about which there is nothing to look at."""
    house = copied(base_home, tmp_path_factory.mktemp("together") / "home").house()
    prep(house, AccountId("oakhaven-hotels"))
    found = inbox(house.parts, house.parts.tenancy(TENANT), principal_of(house)).cards
    house.close()
    card = next(one for one in found if one.action_type == "send_email")
    return card.model_copy(update={"is_first_to_address": False, "rests_on_untrusted": False})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"rests_on_untrusted": True}, "nobody verified"),
        ({"is_first_to_address": True}, "first mail"),
        ({"looks_like": (ALIKE,)}, "looks like one we know"),
        ({"seats": ("owner", "manager")}, "more than one person"),
        ({"template": "another"}, "template of the others"),
        ({"recipients": (), "rests_on_untrusted": True, "template": "another"}, ""),
    ],
    ids=lambda each: str(each) if isinstance(each, dict) else "",
)
def test_a_card_that_differs_is_looked_at_by_itself(
    mail: CardOut, changed: dict[str, object], said: str
) -> None:
    card = mail.model_copy(update=changed)
    found = needs_a_look(card, [mail, mail, card])
    assert (said in found) if said else found == ""
    assert mail.template
