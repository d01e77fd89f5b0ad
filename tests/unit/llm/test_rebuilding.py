"""What code makes of an answer: candidates only, words that stand, confidence never up, trust never up."""

import json
from collections.abc import Callable

from agents.llm.asking import Read
from agents.llm.checking import Vocabulary
from agents.llm.rebuilding import Rebuilding
from agents.llm.schema import ModelAnswer
from agents.llm.shown import Excerpts, deliberation_document, everything, excerpts, reads_of
from evals.faults import FaultServer
from evals.obedience import answer
from evals.requests import Asked
from state.decision.planning import DataRequest, Deliberated, Deliberation, NoAction
from state.evidence import Trust
from state.ports.deciding import Deliberating
from tests.unit.llm.desk import PLAYBOOK, PROMPTS, chosen, plain, reasoner, story
from tests.waiting import waited

Change = Callable[[dict], None]  # type: ignore[type-arg]  # a JSON document is changed in place


def seen(about: Deliberating) -> Excerpts:
    """Give the number what a deliberation shows."""
    return excerpts(about, everything(about, plain(about)), PROMPTS.limits)


def rebuilt(about: Deliberating, change: Change) -> Read[Deliberated]:
    """Take the obedient answer, change it, and read it."""
    base, shown, reads = plain(about), seen(about), reads_of(about)
    document = json.dumps(deliberation_document(shown, base, reads))
    said = json.loads(answer("ok", Asked("m", "ModelAnswer", document, ())))
    change(said)
    text = shown.redaction.restore(json.dumps(said, ensure_ascii=False))
    page = Rebuilding(
        shown, base, reads, lambda found, asked: PLAYBOOK.page(about, found, asked), Vocabulary(about, shown.redaction)
    )  # fmt: skip
    return page.read(ModelAnswer.model_validate_json(text), "llm:m")


def told(read: Read[Deliberated]) -> Deliberated:
    """Give the deliberation."""
    assert read.value is not None
    return read.value


def choose(*names: str) -> Change:
    """Choose candidates in this order."""

    def change(said: dict) -> None:  # type: ignore[type-arg]  # as above
        known = {one["candidate"]: one for one in said["decision"]["proposals"]}
        said["decision"]["proposals"] = [known[name] for name in names]

    return change


def word(**words: object) -> Change:
    """Word the first proposal."""
    return lambda said: said["decision"]["proposals"][0].update(words)


def test_the_model_orders_and_drops_candidates() -> None:
    about = story("S1")
    names = [one.id for one in chosen(plain(about))]
    found = told(rebuilt(about, choose("P3", "P2")))
    assert [one.id for one in chosen(found)] == [names[2], names[1]]


def test_a_send_brings_its_draft_along() -> None:
    about = story("S1")
    by_type = {one.action_type: place for place, one in enumerate(chosen(plain(about)), start=1)}
    found = chosen(told(rebuilt(about, choose(f"P{by_type['send_email']}"))))
    assert [one.action_type for one in found] == ["draft_email", "send_email"]


def test_a_question_that_holds_a_chosen_proposal_is_kept_though_the_model_drops_it() -> None:
    about = story("S1")
    found = told(rebuilt(about, lambda said: said["decision"].update(question=None)))
    assert isinstance(found.decision, Deliberation)
    assert found.decision.question == plain(about).decision.question  # type: ignore[union-attr]  # S1 asks
    assert any(one.held_by for one in chosen(found))


def test_confidence_goes_down_and_never_up() -> None:
    about = story("S1")
    own = chosen(plain(about))[0].confidence
    assert chosen(told(rebuilt(about, word(confidence=0.2))))[0].confidence == 0.2
    assert chosen(told(rebuilt(about, word(confidence=1.0))))[0].confidence == own


def test_new_words_rest_on_the_least_trusted_text_that_was_shown() -> None:
    about = story("S1")
    place = next(n for n, one in enumerate(chosen(plain(about))) if one.trust is not Trust.UNTRUSTED)
    own = chosen(plain(about))[place]

    def change(said: dict) -> None:  # type: ignore[type-arg]  # as above
        said["decision"]["proposals"][place]["why_now"] = f"Do it now: {own.why_now}"

    found = chosen(told(rebuilt(about, change)))[place]
    assert found.why_now.startswith("Do it now")
    assert found.trust is Trust.UNTRUSTED
    assert seen(about).trust is Trust.UNTRUSTED


def test_words_that_are_kept_keep_their_trust() -> None:
    about = story("S1")
    own = chosen(plain(about))
    found = chosen(told(rebuilt(about, word(why_now=""))))
    assert [one.trust for one in found] == [one.trust for one in own]
    assert [one.evidence for one in found] == [one.evidence for one in own]


def test_an_ungrounded_number_is_left_out_and_an_invented_amount_is_grave() -> None:
    about = story("S1")
    own = chosen(plain(about))[0].why_now
    number = rebuilt(about, word(why_now="There are 9,431 reasons."))
    money = rebuilt(about, word(why_now="They will pay $9,431,777 at once."))
    assert number.is_usable
    assert chosen(told(number))[0].why_now == own
    assert "9,431" in " ".join(number.objections)
    assert not money.is_usable


def test_a_link_and_a_stranger_are_grave() -> None:
    about = story("S1")
    assert not rebuilt(about, word(why_now="See https://pay.example/now first.")).is_usable
    assert not rebuilt(about, word(why_now="Ask <person-99> first.")).is_usable


def test_an_order_from_outside_is_grave_when_echoed() -> None:
    about = story("S9")
    orders = [node.quote for node in about.view.readings if node.topic == "instruction"]
    read = rebuilt(about, word(why_now=" ".join(orders[0].split()[:5])))
    assert not read.is_usable
    assert any("repeats an order" in one for one in read.objections)


def test_a_sentence_of_the_models_own_is_inferred_and_cites() -> None:
    about = story("S2")
    base = plain(about)
    assert base.brief is not None
    known = {one.id for one in base.brief.statements()}
    page = told(rebuilt(about, lambda _: None)).brief
    assert page is not None
    added = [one for one in page.statements() if one.id not in known]
    assert [one.kind for one in added] == ["inferred"]
    assert all(one.evidence for one in added)


def test_doubt_may_be_added_and_never_taken_away() -> None:
    about = story("S1")
    unsafe = told(
        rebuilt(about, lambda said: said["assessment"].update(safe_to_decide=False, because="Unclear."))
    )
    assert not unsafe.assessment.safe_to_decide
    assert unsafe.assessment.because == "Unclear."
    more = told(rebuilt(about, lambda said: said["assessment"].update(missing=["Who signs for them."])))
    assert set(plain(about).assessment.missing) < set(more.assessment.missing)


def test_a_decision_that_is_unsafe_stays_so_whatever_the_model_says() -> None:
    about = story("S7")
    assert not plain(about).assessment.safe_to_decide
    found = told(rebuilt(about, lambda said: said["assessment"].update(safe_to_decide=True, because="Fine.")))
    assert not found.assessment.safe_to_decide
    assert found.assessment.because == plain(about).assessment.because


def test_a_rest_of_the_models_says_why_and_when_to_look_again() -> None:
    with FaultServer(["nothing"]) as server:
        found = waited(reasoner(server).deliberate(story("S1")))
    assert isinstance(found.decision, NoAction)
    assert found.decision.reasons
    assert found.decision.look_again_at is not None


def test_a_read_is_one_that_code_listed() -> None:
    about = story("S1")
    with FaultServer(["asks_for_data"]) as server:
        found = waited(reasoner(server).deliberate(about)).decision
    assert isinstance(found, DataRequest)
    assert found.reason
    assert found.model_copy(update={"reason": ""}) in reads_of(about).values()
