"""Ask over the web without JavaScript: a conversation with follow-ups, its cards, its transcripts."""

import re

from tests.site import Answer, Person, Site


def name_on(page: Answer) -> str:
    """Read which conversation a page goes on with."""
    found = re.search(r'action="/ask/([\w-]+)"', page.text)
    assert found is not None
    return found[1]


def said(person: Person, page: Answer, text: str, *, part: bool = False) -> Answer:
    """Send the form of a page."""
    after = re.search(r'id="after" value="([^"]*)"', page.text)
    assert after is not None
    send = person.part if part else person.post
    return send(f"/ask/{name_on(page)}", text=text, after=after[1])


def test_a_follow_up_is_understood_and_every_answer_cites(site: Site) -> None:
    maya = site.as_("maya")
    first = said(maya, maya.get("/ask"), "why is Acme at risk?")
    assert first.status == 200
    assert "Sarah Chen" in first.text
    assert '<details class="cite">' in first.text
    second = said(maya, first, "and Granite?")
    assert "Granite HVAC" in second.text
    assert "why is Acme at risk?" in second.text


def test_a_draft_appears_as_the_card_of_the_inbox_and_approves_there(site: Site) -> None:
    maya = site.as_("maya")
    page = said(maya, maya.get("/ask"), "draft a follow-up to Acme")
    card = re.search(r'id="card-\d+-1-1" data-card="(ac_\w+)" data-shown="(\w+)"', page.text)
    assert card is not None
    assert f'action="/inbox/{card[1]}/approve"' in page.text
    assert 'id="card"' not in page.text
    done = maya.post(f"/inbox/{card[1]}/approve", shown=card[2])
    assert done.status == 303
    assert "Approved" in maya.get(done.location).text


def test_a_form_sent_twice_is_said_once(site: Site) -> None:
    maya = site.as_("maya")
    empty = maya.get("/ask/new")
    said(maya, empty, "help")
    again = said(maya, empty, "help")
    assert (again.status, again.location) == (303, f"/ask/{name_on(empty)}")
    assert maya.get(again.location).text.count('<p class="mine">') == 1
    assert said(maya, empty, "help", part=True).status == 200


def test_with_htmx_only_the_turn_comes_back(site: Site) -> None:
    maya = site.as_("maya")
    page = maya.get("/ask")
    turn = said(maya, page, "help", part=True)
    assert "<html" not in turn.text
    assert 'hx-swap-oob="true"' in turn.text
    assert "prep me for" in turn.text


def test_conversations_are_found_by_words_and_opened_again_by_their_owner_alone(site: Site) -> None:
    maya, tom = site.as_("maya"), site.as_("tom")
    first = maya.get("/ask/new")
    said(maya, first, "who matters at Acme?")
    second = maya.get("/ask/new")
    said(maya, second, "who matters at Granite?")
    found = maya.get("/ask?q=matters+granite").text
    assert f'href="/ask/{name_on(second)}"' in found
    assert f'href="/ask/{name_on(first)}"' not in found
    assert "No conversation holds these words" in maya.get("/ask?q=zzzz").text
    assert "who matters at Acme" in maya.get(f"/ask/{name_on(first)}").text
    assert "who matters" not in tom.get(f"/ask/{name_on(first)}").text


def test_an_auditor_looks_on_and_no_number_is_skipped(looked_at: Site) -> None:
    ada, maya = looked_at.as_("ada"), looked_at.as_("maya")
    assert "looks on" in ada.get("/ask").text
    assert ada.post("/ask/talk-1", text="help").status == 403
    assert maya.post("/ask/talk-99999", text="help").status == 404
    assert maya.get("/ask/elsewhere").status == 404
