"""Accounts over the web without JavaScript: the list, one account whole, a day back, a fact put right, the brief."""

import re
from datetime import date

from graphs.telling.portrait import UsageOut, portrait
from server.render.usage_chart import usage_svg
from state.ids import AccountId, NodeKey
from state.ledger.entry import Kind
from state.world.view import AccountView
from tests.site import FIELDSTONE, Site

HEADS = (
    "Risks", "Not known", "What changed", "Proposals", "Timeline", "Contract", "Open deals", "Usage", "Health",
    "Momentum", "Open tickets", "People", "Qualification", "Sources", "Correct a fact", "in one picture",
)  # fmt: skip


def owner_of(site: Site, account: str) -> object:
    """Read who owns an account, past the pages."""
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        situation = unit.situations.load(AccountId(account))
    return situation.value(NodeKey(f"Account/{account}"), "owner")


def test_the_list_finds_by_name_owner_and_nearly_right_names(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    assert "Acme Corp" in maya.get("/accounts").text
    assert "Eastgate" in maya.get("/accounts?q=becker").text
    assert "Oakhaven Hotels" in maya.get("/accounts?q=oakhavn").text
    assert "Eastgate" not in maya.get("/accounts?mine=1").text
    assert "No account fits" in maya.get("/accounts?q=zzzzqq").text


def test_an_account_shows_everything_and_each_statement_opens_its_evidence(looked_at: Site) -> None:
    page = looked_at.as_("maya").get("/accounts/acme-corp")
    assert page.status == 200
    assert not [head for head in HEADS if head not in page.text]
    assert "since the meeting of 29 January" in page.text
    assert page.text.count('<details class="cite">') > 20
    assert re.search(r'class="smooth out"', page.text)
    assert 'href="/inbox/ac_' in page.text


def test_an_account_leads_to_its_crm_record_and_to_what_was_made_here(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    page = maya.get("/accounts/acme-corp").text
    assert 'href="https://crm.fieldstone.example/accounts/acme-corp"' in page
    made = page[page.index("Made here") :]
    assert 'href="/accounts/acme-corp/brief"' in made
    found = re.search(r'href="(/why/ac_\w+)#made"', made)
    assert found is not None
    assert "What was made" in maya.get(found[1]).text


def test_a_day_back_nothing_later_is_told(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    page = maya.get("/accounts/acme-corp?as_of=2026-02-01").text
    assert "end of 2026-02-01" in page
    assert "SUP-4412" not in page
    assert "80 seats" not in page
    assert "Correct a fact" not in page
    assert maya.get("/accounts/acme-corp?days=-37").text.count("end of 2026-02-01") == 1


def test_a_day_that_is_none_or_to_come_is_refused_on_the_page(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    for day in ("2027-01-01", "tomorrow", "1999-01-01"):
        found = maya.get(f"/accounts/acme-corp?as_of={day}")
        assert found.status in (404, 422)
        assert 'role="alert"' in found.text
    assert maya.get("/accounts/nothing").status == 404


def test_a_fact_put_right_counts_at_once_and_the_source_stays_beside_it(site: Site) -> None:
    maya = site.as_("maya")
    place, fact = "/accounts/acme-corp/correct", "Account/acme-corp|owner"
    found = maya.post(place, fact=fact, right="priya", reason="handed over")
    assert found.status == 303
    assert "Put right" in maya.get(found.location).text
    assert owner_of(site, "acme-corp") == "priya"
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        claims = unit.situations.load(AccountId("acme-corp")).claims(NodeKey("Account/acme-corp"), "owner")
    assert {claim.source for claim in claims} >= {"crm", "user"}


def test_a_correction_that_says_nothing_or_cannot_be_is_refused_and_an_auditor_has_no_form(
    looked_at: Site,
) -> None:
    maya, ada = looked_at.as_("maya"), looked_at.as_("ada")
    place = "/accounts/acme-corp/correct"
    for fact, right in (("", "x"), ("Account/acme-corp|owner", " "), ("Account/acme-corp|nonsense", "x")):
        found = maya.post(place, fact=fact, right=right)
        assert found.status == 422
        assert 'role="alert"' in found.text
    assert "reads and corrects nothing" in ada.get("/accounts/acme-corp").text
    assert ada.post(place, fact="Account/acme-corp|owner", right="priya").status == 403
    assert owner_of(looked_at, "acme-corp") == "maya"


def test_each_line_leads_to_the_form_that_puts_it_right_with_its_value_chosen(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    page = maya.get("/accounts/acme-corp").text
    places = re.findall(r'href="(\?wrong=[^"]+)#put-right">Wrong\?', page)
    assert len(places) > 20
    chosen = next(one for one in places if one != "?wrong=1")
    opened = maya.get(f"/accounts/acme-corp{chosen}").text
    assert re.search(r'<details class="fact-right" open>', opened)
    assert re.search(r'<option value="[^"]+\|\w+" selected>', opened)
    assert "Wrong?" not in looked_at.as_("ada").get("/accounts/acme-corp").text
    assert 'href="/accounts/acme-corp?wrong=1#put-right"' in maya.get("/accounts/acme-corp/brief").text


def test_each_offered_field_is_one_that_a_correction_takes(looked_at: Site) -> None:
    from graphs.perceiving.correcting import attribute_of

    with looked_at.home.look(FIELDSTONE) as tenancy:
        with looked_at.home.looking.stores.read(FIELDSTONE) as unit:
            rows = [unit.situations.account(AccountId(name)) for name in ("acme-corp", "redwood-bank")]
        fields = [one for row in rows if row for one in portrait(looked_at.home.looking, tenancy, row).fields]
    assert fields
    assert all(attribute_of(one.subject, one.attribute) == one.attribute for one in fields)


def test_the_brief_prints_now_and_for_a_day_and_preparing_makes_a_new_one(site: Site) -> None:
    maya = site.as_("maya")
    assert "Fieldstone / Acme sync" in maya.get("/accounts/acme-corp/brief").text
    back = maya.get("/accounts/acme-corp/brief?as_of=2026-02-01").text
    assert "<h1>Acme Corp" in back
    assert "SUP-4412" not in back
    done = maya.post("/accounts/harbor-medical/prepare")
    assert (done.status, done.location) == (303, "/accounts/harbor-medical/brief")


def line_of(page: str, words: str) -> str:
    """Cut one line with what may be said of it out of a brief."""
    lines = page.split("<li id=")[1:]
    return next(one.partition("</li>\n")[0] for one in lines if words in one)


def test_each_line_of_a_brief_is_rated_and_put_right(site: Site) -> None:
    maya, place = site.as_("maya"), "/accounts/acme-corp/brief"
    line = line_of(maya.get(place).text, "Sarah Chen")
    name = line[1 : line.index('"', 1)]
    assert 'href="/accounts/acme-corp?wrong=' in line
    assert "Done" not in line
    assert maya.post(f"{place}/lines", good=name).location == f"{place}#{name}"
    assert 'aria-label="Good line" aria-pressed="true"' in line_of(maya.get(place).text, "Sarah Chen")
    maya.post(f"{place}/lines", bad=name)
    assert 'aria-label="Bad line" aria-pressed="true"' in line_of(maya.get(place).text, "Sarah Chen")
    assert 'aria-pressed="true"' not in site.as_("dana").get(place).text
    assert maya.post(f"{place}/lines", good="st_nothing").status == 404
    for page in (site.as_("ada").get(place), maya.get(f"{place}?as_of=2026-02-01")):
        assert "<form" not in page.text


def test_a_promise_is_ticked_off_once_on_its_line_with_an_entry(site: Site) -> None:
    maya, place = site.as_("maya"), "/accounts/oakhaven-hotels/brief"
    maya.post("/accounts/oakhaven-hotels/prepare")
    line = line_of(maya.get(place).text, "promised “the pricing")
    name = line[1 : line.index('"', 1)]
    assert f'name="done" value="{name}">Done' in line
    assert maya.post(f"{place}/lines", done=name).status == 303
    assert "kept</span>" in line_of(maya.get(place).text, "promised “the pricing")
    assert maya.post(f"{place}/lines", done=name).status == 409
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        view = AccountView.of(unit.situations.load(AccountId("oakhaven-hotels")))
        entry = unit.ledger.sealed(unit.ledger.head().seq - 1)[0]
    assert [one.is_open for one in view.promises] == [False]
    assert (entry.entry.kind, entry.entry.user, view.promises[0].key in str(entry.payload)) == (
        Kind.VALIDATION, "maya", True,
    )  # fmt: skip
    assert maya.post(f"{place}/lines", done="st_nothing").status == 404


def test_the_chart_leaves_a_gap_where_nothing_was_reported() -> None:
    usage = UsageOut(
        first=date(2026, 3, 1), values=(10, None, 12, 0), normal=None, low=None, high=None, smooth=(),
        mean_before=None, mean_now=None, window_days=28, seats=0, evidence=(),
    )  # fmt: skip
    drawn = usage_svg(usage)
    daily = re.search(r'class="daily" d="([^"]+)"', drawn)
    assert daily is not None
    assert daily[1].count("M") == 2
    assert "not enough days" in drawn
