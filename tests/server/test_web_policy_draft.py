"""Another policy over the web: written, tried, put in force by an admin who has just signed in, taken back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from graphs.governing.activating import Activating
from server import freshness
from server.auth import Caller, found, issue
from server.freshness import BY_LINK, FRESH_LASTS, is_fresh
from server.pages import stopping
from state.errors import InvalidInput
from state.governance.policy import Layer, policy_version
from state.ids import UserId
from state.ports.credentials import SCOPES
from state.principal import Principal, Role, User
from tests.site import FIELDSTONE, LASTS, Answer, Person, Site, copied, site_on
from tools.policies import load_layers, policy_files
from tools.policy_text import layer_of, text_of

POLICIES = Path(__file__).parents[2] / "policies"
STRICTER = {"layer": "base", "caps.mail_per_recipient_14d": "2"}
LOOSER = {"layer": "base", "caps.mail_per_recipient_14d": "9"}


@pytest.fixture(scope="module")
def drafting(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy whose policy these tests change, each on top of the one before."""
    with site_on(copied(demo_home, tmp_path_factory.mktemp("drafting") / "home")) as found:
        yield found


def fresh(site: Site, user: str = "lee") -> Person:
    """Sign the home's owner in as an admin by a link, now."""
    secret = issue(
        site.home, FIELDSTONE, UserId(user), "session", SCOPES, lasts=LASTS, label=BY_LINK, is_owner=True
    )
    return Person(site, secret)


def appoint_kim(site: Site) -> None:
    """Make Kim a second admin."""
    kim = User(id=UserId("kim"), name="Kim Ode", email="kim@fieldstone.example", role=Role.ADMIN)
    with site.home.look(FIELDSTONE) as tenancy, site.home.looking.stores.begin(FIELDSTONE) as unit:
        others = [one for one in tenancy.users if one.id != kim.id]
        unit.tenants.create(tenancy.tenant, [*others, kim])


def limits(person: Person, fields: dict[str, str]) -> Answer:
    """Look at other limits."""
    return person.post("/policy/draft/limits", **fields)


def shown(page: str) -> dict[str, str]:
    """Take what the form under a draft would send."""
    import html

    form = page[page.index('action="/policy/activate"') :]
    found = re.findall(r'<input type="hidden" name="(yes|layer|text|kept)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def in_force(site: Site) -> str:
    """Read which policy counts."""
    with site.home.look(FIELDSTONE) as tenancy:
        return tenancy.judge.version


@pytest.mark.parametrize("layers", [load_layers(policy_files(POLICIES))], ids=["shipped"])
def test_a_layer_written_as_text_reads_back_as_the_same_policy(layers: tuple[Layer, ...]) -> None:
    again = [layer_of(text_of(one), "draft") for one in layers]
    assert policy_version(again) == policy_version(layers)
    with pytest.raises(InvalidInput):
        layer_of(text_of(layers[0]).replace("layer: base", "layer: bass"), "draft")


def test_looking_at_a_draft_says_what_it_changes_and_would_have_done_and_changes_nothing(
    drafting: Site,
) -> None:
    before, lee = in_force(drafting), drafting.as_("lee")
    page = limits(lee, STRICTER).text
    assert "allows nothing new" in page
    assert "Allows less" in page
    assert re.search(r"<strong>[1-9]\d* judgements of the last 90 days", page)
    assert "mail_per_recipient_14d: 2" in page
    assert in_force(drafting) == before


def test_an_old_session_is_told_to_sign_in_freshly_and_puts_nothing_in_force(drafting: Site) -> None:
    before, lee = in_force(drafting), drafting.as_("lee")
    page = limits(lee, STRICTER).text
    assert "revloop signin --as lee" in page
    found = lee.post("/policy/activate", note="stricter", **shown(page))
    assert (found.status, in_force(drafting)) == (403, before)
    late = fresh(drafting)
    drafting.watch.ahead += FRESH_LASTS
    assert late.post("/policy/activate", note="stricter", **shown(page)).status == 403
    assert in_force(drafting) == before


def test_a_key_and_another_code_put_nothing_in_force(drafting: Site) -> None:
    before, lee = in_force(drafting), fresh(drafting)
    sent = shown(limits(lee, STRICTER).text) | {"note": "stricter"}
    assert lee.post("/policy/activate", **(sent | {"yes": "00000000"})).status == 409
    assert lee.post("/policy/activate", **(sent | {"text": sent["text"].replace("L2", "L3")})).status == 409
    by_key = drafting.client.post("/policy/activate", data=sent, headers=drafting.key("lee"))
    assert (by_key.status_code, in_force(drafting)) == (403, before)


def test_an_admin_who_has_just_signed_in_puts_it_in_force_and_goes_back(drafting: Site) -> None:
    before, lee = in_force(drafting), fresh(drafting)
    done = lee.post("/policy/activate", note="two are enough", **shown(limits(lee, STRICTER).text))
    assert done.status == 303
    page = lee.get(done.location).text
    assert "In force." in page
    assert "two are enough" in page
    assert in_force(drafting) != before
    back = lee.get(f"/policy/draft?kept={before}").text
    assert lee.post("/policy/activate", note="back", **shown(back)).status == 303
    assert in_force(drafting) == before


def test_what_allows_more_waits_for_a_second_admin(drafting: Site) -> None:
    appoint_kim(drafting)
    before, lee = in_force(drafting), fresh(drafting)
    looked = limits(lee, LOOSER).text
    assert "a second admin has to agree" in looked
    first = lee.post("/policy/activate", note="more", **shown(looked))
    assert "said=asked" in first.location
    assert "a second admin puts it in force" in lee.get(first.location).text
    assert in_force(drafting) == before
    version = first.location.rpartition("=")[2]
    page = fresh(drafting, "kim").get(f"/policy/draft?kept={version}").text
    assert fresh(drafting, "kim").post("/policy/activate", note="agreed", **shown(page)).status == 303
    assert in_force(drafting) == version


def test_an_exception_ends_on_its_day_and_allows_more_until_then(drafting: Site) -> None:
    rule = "discount-total-needs-manager"
    asked = {"layer": "base", "rule": rule, "fact": "action.type", "op": "eq", "value": "draft_quote"}
    lee = fresh(drafting)
    page = lee.post("/policy/draft/exception", until="2026-04-30", reason="The fair in April.", **asked).text
    assert "allows more" in page
    assert "2026-04-30" in page
    for wrong in ({"until": "soon"}, {"until": "2026-04-30", "reason": "short"}, {"rule": "nothing"}):
        values = {"until": "2026-04-30", "reason": "The fair in April."} | asked | wrong
        found = lee.post("/policy/draft/exception", **values)
        assert found.status == 422
        assert 'role="alert"' in found.text


def test_a_text_with_a_fault_is_refused_where_it_stands_and_kept(drafting: Site) -> None:
    lee = fresh(drafting)
    when = "    when: {fact: action.class, op: eq, value: 1}\n"
    team = f"layer: team\napplies_to: east\nrules:\n  - id: x\n    kind: allow\n    reason: It may be done.\n{when}"
    for text, said in (("layer: [", "line"), (team, "only a base may allow"), ("layer: team", "applies_to")):
        answer = lee.post("/policy/draft", layer="new", text=text)
        assert answer.status == 422
        assert said in answer.text
        assert text.partition("\n")[0] in answer.text
    assert lee.post("/policy/draft", layer="base", text="").status == 422
    assert lee.post("/policy/draft", layer="nothing", text="").status == 404


def test_a_new_layer_narrows_and_can_be_taken_away_again(drafting: Site) -> None:
    lee = fresh(drafting)
    text = (
        "layer: seller\napplies_to: maya\nrules:\n  - id: maya-with-manager\n    kind: require\n"
        "    roles: [owner, manager]\n    reason: Her mails go out with a manager.\n"
        "    when: {fact: action.external, op: eq, value: true}\n"
    )
    page = lee.post("/policy/draft", layer="new", text=text).text
    assert "allows nothing new" in page
    assert lee.post("/policy/activate", note="for a month", **shown(page)).status == 303
    assert "seller maya" in lee.get("/policy").text
    gone = lee.post("/policy/draft", layer="seller maya", text="").text
    assert "allows more" in gone


def test_nobody_but_an_admin_sees_the_way_in(drafting: Site) -> None:
    for user in ("maya", "dana", "ada"):
        assert drafting.as_(user).get("/policy/draft").status == 403
        assert "/policy/draft" not in drafting.as_(user).get("/policy").text


def test_an_address_is_looked_up_with_what_stands_in_its_way(looked_at: Site) -> None:
    ada = looked_at.as_("ada")
    assert "has opted out" in ada.get("/policy?address=nora.blake%40lakeshore.example").text
    assert "on the block list" in ada.get("/policy?address=x%40routeright.example").text
    assert "No contact has this address" in ada.get("/policy?address=x%40nowhere.example").text
    assert ada.get("/policy?address=nobody").status == 422


@pytest.mark.parametrize(("later", "is_still"), [(FRESH_LASTS, False), (FRESH_LASTS / 2, True)])
def test_acting_as_another_makes_no_old_sign_in_new(drafting: Site, later: timedelta, is_still: bool) -> None:
    maya = fresh(drafting, "maya")
    drafting.watch.ahead += later
    answer = drafting.client.post(
        "/signin/as", data={"csrf": maya.csrf, "user": "lee"}, headers=maya.headers, follow_redirects=False
    )
    secret = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    kept = found(drafting.home, secret, "session")[1]
    caller = Caller(
        Principal(tenant=FIELDSTONE, user=UserId("lee"), role=Role.ADMIN), "Lee", frozenset(), kept, ""
    )
    assert is_fresh(drafting.home, caller) is is_still


def test_the_guard_is_the_one_of_the_command_line(looked_at: Site) -> None:
    with looked_at.home.look(FIELDSTONE) as tenancy:
        layers = [one.model_copy(update={"description": "Other words."}) for one in tenancy.layers]
        old = Principal(
            tenant=FIELDSTONE, user=UserId("lee"), role=Role.ADMIN, method="session", channel="web"
        )
        board = Activating(looked_at.home.looking, tenancy, old)
        code = board.activate(layers, "", None).code
        with pytest.raises(Exception, match="fresh sign-in"):
            board.activate(layers, "", code)


def test_an_admin_who_has_just_signed_in_lets_go_of_the_stop_and_an_old_session_does_not(
    drafting: Site,
) -> None:
    appoint_kim(drafting)
    drafting.as_("maya").post("/stop", reason="wrong price list")
    old, lee = drafting.as_("lee"), fresh(drafting)
    assert "/stop/off" not in old.get("/stop").text
    code = re.search(r'name="yes" value="(\w+)"', lee.get("/stop").text)
    assert code is not None
    assert old.post("/stop/off", yes=code[1]).status == 403
    assert lee.post("/stop/off", yes="00000000").status == 409
    assert lee.post("/stop/off", yes=code[1]).status == 303
    assert fresh(drafting, "kim").get("/stop").text.count("Agreed so far: lee") == 1
    again = re.search(r'name="yes" value="(\w+)"', fresh(drafting, "kim").get("/stop").text)
    assert again is not None
    fresh(drafting, "kim").post("/stop/off", yes=again[1])
    assert "Everything is stopped" not in lee.get("/stop").text


def test_it_is_the_sign_in_that_holds_an_old_session_back(
    drafting: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafting.as_("maya").post("/stop", reason="once more")
    old = drafting.as_("lee")
    assert "/stop/off" not in old.get("/stop").text
    for module in (freshness, stopping):
        monkeypatch.setattr(module, "is_fresh", lambda home, caller: True)
    code = re.search(r'name="yes" value="(\w+)"', old.get("/stop").text)
    assert code is not None
    assert old.post("/stop/off", yes=code[1]).status == 303
