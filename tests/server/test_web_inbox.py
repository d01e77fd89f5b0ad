"""The inbox over the web without JavaScript: every act of a card, and what is refused."""

import re
from datetime import timedelta

import pytest

from graphs.governing.together import needs_a_look
from graphs.telling.card import CardOut
from graphs.telling.inbox import inbox
from server.deciding import word_changes
from server.upkeep import Upkeep
from state.governance.action import Status
from state.ids import ActionId, UserId
from state.ports.alerting import Alert
from state.principal import Principal, Role
from tests.fakes.drafts import NOW
from tests.site import FIELDSTONE, HTML, Person, Site


def cards(site: Site, user: str = "maya") -> tuple[CardOut, ...]:
    """Read what waits for somebody, past the pages."""
    who = Principal(tenant=FIELDSTONE, user=UserId(user), role=Role.SELLER)
    with site.home.look(FIELDSTONE) as tenancy:
        return inbox(site.home.looking, tenancy, who).cards


def a_mail(site: Site, account: str = "") -> CardOut:
    """Take a mail that waits, of an account where it matters."""
    return next(
        one
        for one in cards(site)
        if one.tool == "email.send"
        and one.status == "pending"
        and (account in one.account_name if account else one.account != "brightwater-utilities")
    )


def a_task(site: Site) -> CardOut:
    """Take a card that waits and reaches nobody outside."""
    return next(one for one in cards(site) if one.in_name_of is None and one.status == "pending")


def status(site: Site, name: str) -> Status:
    """Read how an action stands."""
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        return unit.actions.get(ActionId(name)).status


def sent(site: Site) -> list[str]:
    """Read the mails that have left."""
    outbox = site.home.settings.tenant_folder(FIELDSTONE) / "outbox"
    return [path.read_text(encoding="utf-8") for path in sorted(outbox.glob("*.eml"))]


def approve(person: Person, card: CardOut, shown: str = "", *, part: bool = False) -> tuple[int, str, str]:
    """Press approve."""
    send = person.part if part else person.post
    found = send(f"/inbox/{card.id}/approve", shown=shown or card.shown)
    return found.status, found.text, found.location


def test_a_card_shows_the_exact_mail_the_raw_address_and_the_rule(site: Site) -> None:
    card = a_mail(site)
    page = site.as_("maya").get(f"/inbox/{card.id}").text
    assert card.recipients[0] in page
    assert card.summary.replace("'", "&#39;") in page
    assert card.verdict.reasons[0].replace("'", "&#39;") in page
    value = card.expected_value
    assert '<span class="soft">$740 to $14,000</span>' in page
    assert f"{value.arithmetic}<br>$740 to $14,000 in 8 of 10 cases; the gain rests on {value.basis}" in page
    assert value.basis.startswith("a prior, no case yet")


def test_approving_without_javascript_leaves_when_the_hold_is_over_and_not_before(site: Site) -> None:
    maya, card, before = site.as_("maya"), a_mail(site), len(sent(site))
    code, _, location = approve(maya, card)
    assert code == 303
    assert "Approved" in maya.get(location).text
    last = maya.get(f"/inbox/next?just={card.id}&said=approved").text
    assert 'class="split opened"' in last, "a phone shows what was just done, and its undo"
    upkeep = Upkeep(site.home, site.app.state.counts)
    upkeep.round()
    assert (status(site, card.id), len(sent(site))) == (Status.APPROVED, before)
    site.watch.ahead = timedelta(minutes=1)
    upkeep.round()
    assert status(site, card.id) is Status.EXECUTED
    assert len(sent(site)) == before + 1
    assert card.recipients[0] in sent(site)[-1] or any(card.recipients[0] in mail for mail in sent(site))


def test_an_approval_can_be_undone_while_it_is_held(site: Site) -> None:
    maya, card = site.as_("maya"), a_mail(site)
    assert card.id in maya.get("/today").text
    approve(maya, card)
    assert card.account not in re.findall(r'<strong><a href="/accounts/([^"]+)"', maya.get("/today").text)
    assert "Taken back" in maya.get(maya.post(f"/inbox/{card.id}/undo").location).text
    assert status(site, card.id) is Status.PENDING


def test_a_card_that_changed_or_was_decided_elsewhere_answers_409_with_the_reason(site: Site) -> None:
    maya, card = site.as_("maya"), a_task(site)
    code, text, _ = approve(maya, card, shown="0" * 64)
    assert code == 409
    assert 'role="alert"' in text
    maya.post(f"/inbox/{card.id}/reject", reason="wrong time")
    code, text, _ = approve(maya, card, part=True)
    assert code == 409
    assert "withdrawn already" in text
    assert "Too late: it was withdrawn." in text
    assert status(site, card.id) is Status.CANCELLED


@pytest.mark.parametrize("shown", ["", "|", f"|{'0' * 64}"])
def test_a_row_of_several_without_the_hash_of_what_was_shown_approves_nothing(site: Site, shown: str) -> None:
    card = next(one for one in cards(site) if not needs_a_look(one, [one]) and one.status == "pending")
    page = site.as_("maya").post("/inbox/bulk", row=card.id + shown)
    assert "Left out" in page.text
    assert 'class="split opened"' in page.text, "a phone shows what came of each row"
    assert status(site, card.id) is Status.PENDING


def test_a_mail_in_somebodys_name_is_for_its_owner_alone(site: Site) -> None:
    card = a_mail(site)
    code, text, _ = approve(site.as_("dana"), card)
    assert code == 403
    assert 'role="alert"' in text
    assert status(site, card.id) is Status.PENDING


def test_a_rejection_puts_a_wrong_fact_right_at_once(site: Site) -> None:
    maya = site.as_("maya")
    card = a_mail(site, "Brightwater")
    page = maya.get(f"/inbox/{card.id}").text
    fact = re.search(r'<option value="([^"|]+\|name)"', page)
    assert fact is not None
    assert maya.post(f"/inbox/{card.id}/reject", reason="because").status == 422
    asked = {"reason": "wrong fact", "fact": fact[1], "right": "Daniel Kimball"}
    assert maya.post(f"/inbox/{card.id}/reject", **asked).status == 303
    assert "Daniel Kimball" in site.client.get(f"/api/accounts/{card.account}", headers=site.key("maya")).text
    assert status(site, card.id) is Status.CANCELLED


def test_a_card_set_aside_is_counted_and_no_longer_listed(site: Site) -> None:
    maya, card = site.as_("maya"), a_task(site)
    assert maya.post(f"/inbox/{card.id}/snooze", until="2026-03-01T08:00").status == 422
    answer = maya.post(f"/inbox/{card.id}/snooze", until="2026-03-12T08:00")
    assert answer.status == 303
    page = maya.get("/inbox").text
    assert "1 card set aside" in page
    assert f'data-row="{card.id}"' not in page


def test_handing_over_moves_the_card_and_nothing_else(site: Site) -> None:
    maya, card = site.as_("maya"), a_task(site)
    assert maya.post(f"/inbox/{card.id}/delegate", to="nobody").status == 404
    assert maya.post(f"/inbox/{card.id}/delegate", to="priya").status == 303
    assert card.id in {one.id for one in cards(site, "priya")}


def test_an_edit_shows_its_words_and_waits_for_its_own_approval(site: Site) -> None:
    maya, card = site.as_("maya"), a_mail(site)
    answer = maya.post(f"/inbox/{card.id}/edit", field__subject="Something else in the subject")
    assert answer.status == 303
    page = maya.get(answer.location).text
    assert "<ins>" in page
    assert "<del>" in page
    assert status(site, card.id) is Status.CANCELLED
    fixed = maya.post(f"/inbox/{a_mail(site).id}/edit", field__recipient="someone@else.example")
    assert fixed.status == 422


def test_an_answer_is_recorded_and_the_question_is_gone(site: Site) -> None:
    maya = site.as_("maya")
    page = maya.get("/inbox").text
    question = re.search(r'action="/inbox/questions/(qu_\w+)"', page)
    assert question is not None
    assert maya.post(f"/inbox/questions/{question[1]}", option="1").status == 303
    assert question[1] not in maya.get("/inbox").text


def test_the_stop_is_one_form_away_and_every_page_says_so(lone_site: Site) -> None:
    site = lone_site
    maya = site.as_("maya")
    assert maya.post("/stop", reason="wrong price list").status == 303
    assert "The stop switch is on" in maya.get("/inbox").text
    code, text, _ = approve(maya, a_mail(site))
    assert code in (403, 409)
    assert 'role="alert"' in text


def test_what_one_should_know_stands_above_the_cards_until_it_is_put_away(site: Site) -> None:
    lee, other = site.as_("lee"), site.as_("tom")
    told = "The usage feed is silent at three accounts."
    one = Alert(
        id="al_1", person=UserId("lee"), kind="signal", matter="m", severity="high", at=NOW, text=told
    )  # fmt: skip
    with site.home.looking.stores.begin(FIELDSTONE) as unit:
        unit.alerts.put([one])
    assert told in lee.get("/inbox").text
    assert told not in other.get("/inbox").text
    assert other.post("/inbox/alerts/al_1").status == 404
    assert lee.post("/inbox/alerts/al_1").status == 303
    assert told not in lee.get("/inbox").text


def test_what_ran_by_itself_can_be_called_wrong_once_and_by_whose_it_is(site: Site) -> None:
    maya = site.as_("maya")
    found = re.search(r'action="/today/wrong/(ac_\w+)"', maya.get("/today").text)
    assert found is not None
    assert site.as_("tom").post(f"/today/wrong/{found[1]}").status == 403
    assert "Noted" in maya.get(maya.post(f"/today/wrong/{found[1]}").location).text
    assert maya.post(f"/today/wrong/{found[1]}").status == 409
    assert maya.post(f"/today/wrong/{a_mail(site).id}").status == 409


def test_the_day_leads_to_the_card_itself_and_a_manager_sees_a_sellers(looked_at: Site) -> None:
    card = a_mail(looked_at, "Oakhaven")
    mine = looked_at.as_("maya").get("/today").text
    assert f'href="/inbox/{card.id}" data-key="1"' in mine
    assert 'href="/accounts/acme-corp/brief">Open the brief' in mine
    assert "task made" in mine
    assert f'href="/inbox/{card.id}" data-key="1"' in looked_at.as_("dana").get("/today?of=maya").text
    own = looked_at.as_("dana").get("/today").text
    assert "in your inbox" in own
    assert card.id not in own
    assert card.id not in looked_at.as_("priya").get("/today?of=maya").text


def test_a_question_that_is_answered_elsewhere_says_so_and_shows_what_waits(looked_at: Site) -> None:
    found = looked_at.as_("maya").get("/inbox/qu_0000000000")
    assert found.status == 200
    assert "does not wait any more" in found.text
    assert "data-row" in found.text


def test_an_empty_inbox_says_so(looked_at: Site) -> None:
    assert "Nothing waits for you" in looked_at.as_("lee").get("/inbox").text or cards(looked_at, "lee")


def test_a_failure_is_a_page_for_people_and_a_problem_for_programs(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    assert "There is no such page" in maya.get("/nowhere").text
    assert "Minutes should be a whole number." in maya.get("/today?minutes=soon").text
    assert "<code>revloop inbox</code>" in maya.get("/why/zzz").text
    spent = looked_at.client.post("/signin", data={"link": "fieldstone.spent"}, headers=HTML)
    assert (spent.status_code, "works no more" in spent.text) == (401, True)
    key = looked_at.key("maya")
    found = looked_at.client.get("/inbox/ac_nothing", headers=key)
    assert found.json()["code"] == "not_found"
    torn = looked_at.client.post(
        "/api/cards/x/approve", content="{", headers=key | {"content-type": "application/json"}
    )
    assert (torn.status_code, torn.json()["detail"]) == (422, "The body is no JSON.")
    odd = maya.get("/today?minutes=0")
    assert (odd.status, "Minutes should be greater than or equal to 1." in odd.text) == (422, True)


def test_every_answer_forbids_what_does_not_come_from_here(looked_at: Site) -> None:
    for place in ("/inbox", "/signin", "/static/revloop.css", "/nowhere", "/health"):
        headers = looked_at.client.get(place, headers=looked_at.key("maya")).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_a_word_diff_puts_both_texts_together_again() -> None:
    old, new = "We meet on Tuesday at ten.", "We meet on Wednesday at ten, in Paris."
    pieces = list(word_changes(old, new))
    assert "".join(one.text for one in pieces if one.kind != "new") == old
    assert "".join(one.text for one in pieces if one.kind != "gone") == new
