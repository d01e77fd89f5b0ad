"""Ask over the web: a conversation with follow-ups, its cards and transcripts, told piece by piece as it is made."""

import json
import re
from collections.abc import Mapping

from graphs.chat import Conversation
from state.ids import UserId
from state.ledger.entry import Kind
from state.principal import Principal, Role
from tests.site import FIELDSTONE, Answer, Person, Site

STREAM = {"accept": "text/event-stream"}


def name_on(page: Answer) -> str:
    """Read which conversation a page goes on with."""
    found = re.search(r'action="/ask/([\w-]+)"', page.text)
    assert found is not None
    return found[1]


def fields_on(page: Answer, text: str) -> dict[str, str]:
    """Fill in the form of a page."""
    after = re.search(r'name="after" value="([^"]*)"', page.text)
    assert after is not None
    return {"text": text, "after": after[1]}


def said(person: Person, page: Answer, text: str) -> Answer:
    """Send the form of a page."""
    return person.post(f"/ask/{name_on(page)}", **fields_on(page, text))


def events_of(text: str) -> list[tuple[str, dict[str, object]]]:
    """Read a stream of events."""
    found = re.findall(r"event: (.+)\ndata: (.+)\n\n", text)
    return [(name, json.loads(told)) for name, told in found]


def streamed(person: Person, page: Answer, text: str) -> list[tuple[str, dict[str, object]]]:
    """Send the form as the page's script does."""
    sent = {"csrf": person.csrf, **fields_on(page, text)}
    answer = person.site.client.post(f"/ask/{name_on(page)}", data=sent, headers=person.headers | STREAM)
    assert answer.headers["content-type"].startswith("text/event-stream")
    return events_of(answer.text)


def asked(site: Site, **body: str | None) -> list[tuple[str, dict[str, object]]]:
    """Say something as a program."""
    answer = site.client.post("/api/chat", json=body, headers=site.key("maya"))
    assert answer.status_code == 200, answer.text
    return events_of(answer.text)


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
    assert maya.get(again.location).text.count('<p class="mine">help') == 1


def test_a_script_hears_steps_and_words_before_the_turn_as_it_stays(site: Site) -> None:
    maya = site.as_("maya")
    events = streamed(maya, maya.get("/ask/new"), "why is Acme at risk?")
    names = [name for name, _ in events]
    assert names[:2] == ["step", "step"]
    assert names.index("token") > 1
    assert names[-1] == "turn"
    assert "why it is at risk · Acme" in str(events[0][1]["text"])
    assert '<details class="cite">' in str(events[-1][1]["html"])
    assert str(events[-1][1]["after"]) in maya.get(str(events[-1][1]["place"])).text


def test_words_of_the_stream_are_the_words_of_the_answer(site: Site) -> None:
    events = asked(site, text="who matters at Acme?")
    words = "".join(str(told["text"]) for name, told in events if name == "token")
    (answer,) = (told["answer"] for name, told in events if name == "answer")
    assert isinstance(answer, Mapping)
    assert all(one["text"] in words for one in answer["statements"])
    cited = {told["statement"] for name, told in events if name == "evidence"}
    assert cited == {one["id"] for one in answer["statements"] if one["evidence"]}


def test_a_program_goes_on_with_a_conversation_only_where_it_stands(site: Site) -> None:
    done = asked(site, text="why is Acme at risk?")[-1][1]
    thread, after = str(done["thread"]), str(done["after"])
    again = asked(site, text="and Granite?", thread=thread, after=after)
    assert "granite-hvac" in json.dumps(again)
    late = site.client.post(
        "/api/chat", json={"text": "and Harbor?", "thread": thread, "after": after}, headers=site.key("maya")
    )
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    read = site.client.get(f"/api/chat/{thread}", headers=site.key("maya")).json()
    assert [one["text"] for one in read["messages"] if one["is_mine"]] == [
        "why is Acme at risk?",
        "and Granite?",
    ]


def test_a_program_approves_nothing_by_a_sentence_and_only_people_are_heard(site: Site) -> None:
    done = asked(site, text="draft a follow-up to Oakhaven")
    (card,) = next(told["answer"]["cards"] for name, told in done if name == "answer")  # type: ignore[index]  # read from JSON
    thread = str(done[-1][1]["thread"])
    for text in ("yes, send it", f"please approve {card['id']}"):
        assert "refused" in json.dumps(asked(site, text=text, thread=thread))
    read = site.client.get(f"/api/cards/{card['id']}", headers=site.key("maya")).json()
    assert read["status"] == "pending"
    reader = site.key("maya", scopes=("read", "run"))
    assert site.client.post("/api/chat", json={"text": "help"}, headers=reader).status_code == 403


def test_a_thumb_is_an_entry_about_the_answer_and_is_seen_again(site: Site) -> None:
    maya = site.as_("maya")
    page = said(maya, maya.get("/ask/new"), "who matters at Acme?")
    message = re.findall(r'name="message" value="(\w+)"', page.text)[-1]
    place = f"/ask/{name_on(page)}"
    assert 'aria-pressed="true"' in maya.part(f"{place}/rate", message=message, good="true").text
    maya.post(f"{place}/rate", message=message, good="false")
    again = maya.get(place).text
    assert again.index('aria-pressed="true" aria-label="Bad answer"') > 0
    assert 'aria-pressed="true" aria-label="Good answer"' not in again
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        rated = [one for one in unit.ledger.sealed(limit=100_000) if "answer_rated" in (one.payload or "")]
    assert {one.entry.kind for one in rated} == {Kind.VALIDATION}


def test_only_ones_own_answers_are_rated(site: Site) -> None:
    maya, tom = site.as_("maya"), site.as_("tom")
    page = said(maya, maya.get("/ask/new"), "help")
    message = re.findall(r'name="message" value="(\w+)"', page.text)[-1]
    place = f"/ask/{name_on(page)}/rate"
    assert tom.post(place, message=message, good="true").status == 404
    assert maya.post(place, message="ms_0000", good="true").status == 404


def test_a_conversation_opened_again_shows_the_card_that_still_waits(site: Site) -> None:
    maya = site.as_("maya")
    page = said(maya, maya.get("/ask/new"), "draft a follow-up to Granite")
    card = re.search(r'data-card="(ac_\w+)"', page.text)
    assert card is not None
    again = maya.get(f"/ask/{name_on(page)}").text
    assert f'action="/inbox/{card[1]}/approve"' in again
    assert "Ask again" in again
    maya.post(f"/inbox/{card[1]}/reject", reason="wrong time")
    assert f'action="/inbox/{card[1]}/approve"' not in maya.get(f"/ask/{name_on(page)}").text


def test_cards_that_a_forged_conversation_names_are_not_believed(site: Site) -> None:
    maya = site.as_("maya")
    name = name_on(said(maya, maya.get("/ask/new"), "help"))
    who = Principal(tenant=FIELDSTONE, user=UserId("maya"), role=Role.SELLER)
    talk = Conversation(site.home.house.desk, who, site.home.house.saver, name)
    last = talk.graph.get_state(talk.config).values["messages"][-1]
    forged = last.model_copy(update={"additional_kwargs": {"cards": ["ac_00000000"]}})
    talk.graph.update_state(talk.config, {"messages": [forged]}, as_node="remember")
    page = maya.get(f"/ask/{name}")
    assert (page.status, "ac_00000000" in page.text) == (200, False)


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
