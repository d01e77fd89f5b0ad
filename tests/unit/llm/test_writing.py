"""A model's words for a mail: nothing new in them, and no objection of a critic that the playbook's do not raise."""

import pytest

from agents.llm.asking import Read
from agents.llm.checking import Vocabulary
from agents.llm.schema import ModelDraft, ModelReply, ModelReplySentence, ModelSentence
from agents.llm.shown import Excerpts, excerpts, known
from agents.llm.writing import draft_read, reply_read
from state.decision.brief import Statement
from state.ports.deciding import Deliberating, Draft
from tests.unit.llm.desk import PLAYBOOK, PROMPTS, chosen, plain, story
from tests.waiting import waited


def read(about: Deliberating, *more: str, subject: str = "") -> Read[Draft]:
    """Read the playbook's own draft with sentences added."""
    proposal = next(one for one in chosen(plain(about)) if one.action_type == "draft_email")
    base = waited(PLAYBOOK.draft(proposal, about))
    rests = (*proposal.evidence, *(item for one in base.statements for item in one.evidence))
    shown = excerpts(about, rests, PROMPTS.limits)
    own = [ModelSentence(text=one.text, evidence=shown.numbered(one.evidence)) for one in base.statements]
    new = [ModelSentence(text=text, evidence=[]) for text in more]
    said = ModelDraft(subject=subject or base.subject, sentences=[*own, *new])
    return draft_read(said, proposal, base, shown, Vocabulary(about, shown.redaction), "llm:m")


def test_the_same_words_stand_and_say_who_wrote_them() -> None:
    found = read(story("S1"))
    assert found.is_usable
    assert found.value is not None
    assert found.value.reasoner == "llm:m"


def test_plain_new_words_stand_as_inferred() -> None:
    found = read(story("S1"), "I would be glad to hear from you.")
    assert found.is_usable
    assert found.value is not None
    assert found.value.statements[-1].kind == "inferred"


@pytest.mark.parametrize(
    "text",
    [
        "We can give you 35% off.",
        "It would be $12,345 a year.",
        "Write to other@elsewhere.example.",
        "Read more at https://elsewhere.example/offer today.",
        "The password is swordfish-x for now.",
        "Ask <person-99> about it.",
    ],
)
def test_nothing_new_of_weight_may_be_added(text: str) -> None:
    assert read(story("S1")).is_usable
    assert not read(story("S1"), text).is_usable
    assert not read(story("S1"), subject=text).is_usable


def replied(about: Deliberating, *sentences: ModelReplySentence) -> Read[tuple[Statement, ...]]:
    """Read an answer about an account."""
    base = waited(PLAYBOOK.reply("why is it at risk?", about))
    shown = seen(about)
    return reply_read(ModelReply(sentences=list(sentences)), base, shown, Vocabulary(about, shown.redaction))


def seen(about: Deliberating) -> Excerpts:
    """Give numbers to what an answer may cite."""
    base = waited(PLAYBOOK.reply("why is it at risk?", about))
    return excerpts(about, (*(item for one in base for item in one.evidence), *known(about)), PROMPTS.limits)


def sentence(text: str, *evidence: int, kind: str = "fact") -> ModelReplySentence:
    """Write one sentence of an answer."""
    return ModelReplySentence.model_validate({"text": text, "kind": kind, "evidence": list(evidence)})


def test_an_answer_in_its_own_words_is_inferred_unless_a_record_says_it_so() -> None:
    found = replied(
        story("S1"), sentence("They have gone quiet.", 1), sentence("That is not known.", kind="unknown")
    )
    assert found.value is not None
    assert [one.kind for one in found.value] == ["inferred", "unknown"]


def test_a_sentence_without_a_source_or_with_an_invented_number_is_left_out() -> None:
    found = replied(
        story("S1"), sentence("They are angry."), sentence("9,431 left.", 1), sentence("They wait.", 1)
    )
    assert found.value is not None
    assert [one.text for one in found.value] == ["They wait."]
    assert len(found.objections) == 2


def test_an_answer_with_nothing_left_is_none() -> None:
    assert not replied(story("S1"), sentence("They are angry.")).is_usable


def test_an_unknown_excerpt_is_objected_to_and_dropped() -> None:
    found = replied(story("S1"), sentence("They wait.", 1, 9999))
    assert found.value is not None
    assert found.objections
    assert [item.id for item in found.value[0].evidence] == [seen(story("S1")).items[0].id]
