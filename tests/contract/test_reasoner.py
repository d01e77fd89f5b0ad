"""One contract for whoever decides: playbook, obedient model, and a model that fails in every way."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from evals.faults import FaultServer
from evals.obedience import MODES, Mode
from evals.requests import ADDRESS
from state.decision.brief import Statement
from state.decision.planning import Deliberated, Deliberation, NoAction
from state.ids import NodeKey
from state.ports.deciding import Deliberating, Reasoner
from tests.unit.llm.desk import PLAYBOOK, chosen, known_evidence, plain, reasoner, story
from tests.waiting import waited

STORIES = ("S1", "S2", "S8", "S9", "S13", "S17")
FAILING: tuple[Mode, ...] = tuple(
    mode for mode in MODES if mode not in ("ok", "unknown_evidence", "asks_for_data", "nothing")
)
BUDGET = 1.0
SLOW_SECONDS = 300.0
"""How long a slow model would take: an answer before that did not wait for it."""
"""Units: seconds for the playbook itself on a busy machine."""


@dataclass(frozen=True)
class Spoken:
    """What a reasoner said about a story."""

    about: Deliberating
    base: Deliberated
    told: Deliberated


@pytest.fixture(scope="module", params=["playbook", "llm"])
def who(request: pytest.FixtureRequest) -> Iterator[Reasoner]:
    """Give each of the two."""
    if request.param == "playbook":
        yield PLAYBOOK
        return
    with FaultServer(["ok"]) as server:
        yield reasoner(server, budget=10)
        assert server.faults == []


@pytest.fixture(scope="module", params=STORIES)
def spoken(request: pytest.FixtureRequest, who: Reasoner) -> Spoken:
    """Let a reasoner decide on a story, once; what it said is only read."""
    about = story(request.param)
    return Spoken(about, plain(about), waited(who.deliberate(about)))


def texts(told: Deliberated) -> str:
    """Join everything a reader sees."""
    return told.model_dump_json(exclude={"brief": {"meeting"}})


def test_it_says_who_spoke(spoken: Spoken, who: Reasoner) -> None:
    assert spoken.told.reasoner == who.name
    assert spoken.told.fell_back_because is None


def test_the_same_input_gives_the_same_answer_with_the_same_ids(spoken: Spoken, who: Reasoner) -> None:
    assert waited(who.deliberate(spoken.about)) == spoken.told


def test_every_subject_and_recipient_is_in_the_situation(spoken: Spoken) -> None:
    view = spoken.about.view
    people = {person.key for person in view.contacts}
    graph = view.situation.graph
    for one in chosen(spoken.told):
        assert one.recipient is None or one.recipient in people
        assert one.subject is None or one.subject in graph or NodeKey(one.subject) == view.key


def test_everything_cited_is_known(spoken: Spoken) -> None:
    known = known_evidence(spoken.about, spoken.base)
    cited = [item for one in chosen(spoken.told) for item in one.evidence]
    cited += [item for one in spoken.told.hypotheses for item in one.evidence]
    brief = spoken.told.brief
    cited += [item for one in (brief.statements() if brief else ()) for item in one.evidence]
    assert cited
    assert {item.id for item in cited} <= known


def test_a_question_has_two_to_five_options_and_holds_only_listed_proposals(spoken: Spoken) -> None:
    decision = spoken.told.decision
    question = decision.question if isinstance(decision, Deliberation) else None
    ids = {one.id for one in chosen(spoken.told)}
    held = {one.id for one in chosen(spoken.told) if one.held_by is not None}
    assert held <= (set(question.changes) if question else set())
    if question is not None:
        assert 2 <= len(question.options) <= 5
        assert set(question.changes) & ids == held


def test_a_rest_has_reasons(spoken: Spoken) -> None:
    if isinstance(spoken.told.decision, NoAction):
        assert spoken.told.decision.reasons
    else:
        assert chosen(spoken.told) or isinstance(spoken.told.decision, Deliberation)


def test_the_page_keeps_its_limit(spoken: Spoken) -> None:
    brief = spoken.told.brief
    assert brief is not None
    assert brief.word_count == sum(len(one.text.split()) for one in brief.statements())
    assert brief.word_count <= spoken.about.profile.brief.word_limit


@pytest.mark.parametrize("question", ["why is it at risk?", "who matters?", "what is not known?"])
def test_an_answer_cites_what_it_says(spoken: Spoken, who: Reasoner, question: str) -> None:
    told: tuple[Statement, ...] = waited(who.reply(question, spoken.about))
    assert told
    assert all(one.evidence for one in told if one.kind in ("fact", "contradiction"))


def test_a_draft_says_who_wrote_it_and_names_no_strange_address(spoken: Spoken, who: Reasoner) -> None:
    for one in chosen(spoken.told):
        if one.action_type in ("draft_email", "send_email"):
            draft = waited(who.draft(one, spoken.about))
            assert draft.reasoner == who.name
            assert draft.statements
            assert set(ADDRESS.findall(draft.body)) <= addresses(spoken.about)


def addresses(about: Deliberating) -> set[str]:
    """Collect the addresses of an account and ours."""
    known = {person.address for person in about.judgement.people} | {user.email for user in about.users}
    return known | {one.email for one in about.view.contacts if one.email}


@pytest.mark.parametrize("mode", FAILING)
def test_a_failing_model_gives_way_to_the_playbook_in_time_and_says_so(mode: Mode) -> None:
    about = story("S1")
    with FaultServer([mode], slow_seconds=SLOW_SECONDS) as server:
        who = reasoner(server, budget=BUDGET)
        waited(who.deliberate(story("S13", "scan")))
        started = time.monotonic()
        told = waited(who.deliberate(about))
        taken = time.monotonic() - started
    assert server.faults == []
    assert told.fell_back_because is not None
    assert told.model_copy(update={"fell_back_because": None}) == plain(about)
    assert told.fell_back_because.startswith("The model was asked, but ")
    assert not ADDRESS.search(told.fell_back_because)
    assert taken < SLOW_SECONDS


@pytest.mark.parametrize("mode", MODES)
def test_no_misbehaviour_changes_what_code_decides(mode: Mode) -> None:
    about = story("S1")
    with FaultServer([mode]) as server:
        told = waited(reasoner(server, budget=BUDGET).deliberate(about))
    ours = {one.id: one for one in chosen(plain(about))}
    words = {"description", "context_summary", "why_now", "evidence", "confidence"}
    for one in chosen(told):
        assert one.model_dump(exclude=words) == ours[one.id].model_dump(exclude=words)
        assert one.confidence <= ours[one.id].confidence
    assert set(ADDRESS.findall(texts(told))) <= set(ADDRESS.findall(texts(plain(about))))


@pytest.mark.parametrize("mode", [mode for mode in FAILING if mode != "unknown_candidate"])
def test_a_failing_model_writes_no_draft_and_no_answer(mode: Mode) -> None:
    about = story("S9", "scan")
    proposal = next(one for one in chosen(plain(about)) if one.action_type == "draft_email")
    with FaultServer([mode]) as server:
        who = reasoner(server, budget=BUDGET)
        draft = waited(who.draft(proposal, about))
        told = waited(who.reply("why is it at risk?", about))
    assert draft == waited(PLAYBOOK.draft(proposal, about))
    assert told == waited(PLAYBOOK.reply("why is it at risk?", about))
