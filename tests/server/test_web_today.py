"""Today over the web: what is to be done, narrowed as somebody likes, without what was decided or may not be."""

import re
from functools import partial

from graphs.telling.agenda import settled
from graphs.telling.assembling import plan_of
from state.governance.verdict import Deny
from state.ids import AccountId, UserId
from state.principal import Principal, Role
from tests.site import FIELDSTONE, Person, Site


def test_a_draft_goes_with_its_sending_where_policy_denies_that(looked_at: Site) -> None:
    home, maya = looked_at.home, Principal(tenant=FIELDSTONE, user=UserId("maya"), role=Role.SELLER)
    with home.look(FIELDSTONE) as tenancy, home.looking.stores.read(FIELDSTONE) as unit:
        row = unit.situations.account(AccountId("oakhaven-hotels"))
        assert row is not None
        head = next(one for one in unit.runs.heads() if one.account == row.account)
        plan, rulings = plan_of(home.looking, unit, tenancy, head.artifacts)
        mail = next(one for one in plan.proposals if one.action_type == "send_email")
        no, waiting = (
            Deny(rule="mail-cap-14d", reasons=("Too many.",)),
            {one.dedup_key for one in plan.proposals},
        )
        ruled = [one.model_copy(update={"verdict": no}) for one in rulings.rulings if one.proposal == mail.id]
        denied = rulings.model_copy(update={"rulings": tuple(ruled)})
        assert settled(unit, [(row, plan, rulings)], maya, waiting) <= {""}
        assert settled(unit, [(row, plan, denied)], maya, waiting) >= {mail.id, mail.arguments["draft"]}


def test_a_day_is_narrowed_to_an_account_a_deal_a_region_and_a_segment(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    next_ = partial(_next_names, maya)
    assert next_("") > {"Oakhaven Hotels", "Acme Corp"}
    assert next_("?account=acme") == next_("?account=acme&region=us&segment=enterprise") == {"Acme Corp"}
    assert next_("?deal=redwood+bank+dispatch") == next_("?deal=D-redwood-bank-1") == {"Redwood Bank"}
    assert next_("?account=acme&deal=redwood") == next_("?region=FR") == set()
    page = maya.get("/today?segment=enterprise&minutes=30").text
    assert 'href="/today?minutes=60&amp;segment=enterprise"' in page
    assert "Only segment enterprise" in page


def _next_names(person: Person, asked: str) -> set[str]:
    """Name the accounts that stand under Next and Not asked."""
    page = person.get(f"/today{asked}").text
    listed = page[
        page.index("next-title") : page.index("Nothing to do at") if "Nothing to do at" in page else -1
    ]
    return set(
        re.findall(r'<strong><a href="/accounts/[^"]+">([^<]+)</a>', listed.partition("meet-title")[0])
    )
