"""Answers prepared beforehand: objection sheet, battle cards and case studies, matched by the account's words."""

import re
from collections.abc import Iterator
from itertools import islice

from agents.playbook.brief.lines import Line, Part, clip
from agents.playbook.brief.sheet import NOT_CONFIGURED, Sheet, of_document
from state.world.knowledge import KnowledgeDocument
from state.world.recall import bm25, words_of

SHOWN = 2
ANSWER_WORDS = 20
RECENT = 6
_FAVOURABLE = frozenset({"expansion", "intro", "praise"})
_ENTRY = re.compile(
    r"^\*\*[\"“](?P<said>[^\"”]+)[\"”]\*\*[ \t]*\n(?P<answer>(?:(?!\n\s*\n).)+)", re.MULTILINE | re.DOTALL
)
_NUMBERED = re.compile(r"^1\. (?P<text>.+(?:\n {2,}.+)*)", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_PLAIN = frozenset(
    "the and for with our not has have was are you your from this that who what they will been days day is of in"
    " to on by at it as an no be we us or one more than can where all but out new before after next call".split()
)


def answers(sheet: Sheet) -> Part:
    """Choose the prepared objections whose words come closest to what was said and what is at risk."""
    documents = sheet.knowledge("objections")
    if not documents:
        return NOT_CONFIGURED
    entries = [(document, *entry) for document in documents for entry in _entries(document)]
    scored = bm25(
        _query(sheet), [_words(f"{said} {said} {answer}") for _, said, answer in entries], rarest=12
    )
    ranked = sorted(range(len(entries)), key=lambda index: (-scored[index], index))
    chosen = [entries[index] for index in ranked[:SHOWN] if scored[index] >= 0.6 * max(scored) > 0]
    return tuple(_answer(document, said, answer) for document, said, answer in chosen)


def _entries(document: KnowledgeDocument) -> Iterator[tuple[str, str]]:
    for match in _ENTRY.finditer(document.text):
        yield match["said"].strip().rstrip("."), " ".join(match["answer"].split())


def _query(sheet: Sheet) -> list[str]:
    """Take what the customer said lately and what the risks are called."""
    newest_first = reversed(sheet.view.readings)
    heard = (one for one in newest_first if one.speaker == "them" and one.topic not in _FAVOURABLE)
    said = [one.quote for one in islice(heard, RECENT)][::-1]
    named = [signal.name.replace("_", " ").lower() for signal in sheet.risks]
    tickets = [f"open ticket not solved {sheet.ticket.subject}"] if sheet.ticket else []
    steps = [step.step.replace("_", " ") for step in sheet.view.paper_steps if step.status != "finished"]
    return _words(" ".join([*said, *named, *tickets, *steps]))


def _words(text: str) -> list[str]:
    return [word.rstrip("s") for word in words_of(text) if word not in _PLAIN and len(word) > 2]


def _answer(document: KnowledgeDocument, said: str, answer: str) -> Line:
    text = f"“{said}”: {_first(answer)}"
    return Line(text, "inferred", (of_document(document, said, answer),))


def _first(text: str) -> str:
    """Keep whole sentences up to the limit, at least one."""
    kept: list[str] = []
    for sentence in _SENTENCE.split(text):
        if kept and len(" ".join([*kept, sentence]).split()) > ANSWER_WORDS:
            break
        kept.append(sentence)
    return clip(" ".join(kept), ANSWER_WORDS + 4)


def rival_question(sheet: Sheet) -> Line | None:
    """Take the first question of the battle card of a competitor the customer named."""
    profile = sheet.about.profile.competitors
    signal = sheet.about.judgement.signal("COMPETITOR_ADDED")
    if profile is None or signal is None:
        return None
    named = f"{signal.text} {signal.sub_state}".casefold()
    rival = next((one for one in profile.competitors if one.name.casefold() in named), None)
    card = next((doc for doc in sheet.about.knowledge if rival and doc.id == rival.battle_card), None)
    found = None if card is None else _NUMBERED.search(card.text)
    if card is None or found is None:
        return None
    question = " ".join(found["text"].split())
    return Line(
        f"Ask: {clip(question, ANSWER_WORDS)}", "inferred", (of_document(card, "Questions to ask", question),)
    )


def proof(sheet: Sheet) -> Line | None:
    """Offer the case study that comes closest to the account's trade and words."""
    studies = [document for document in sheet.knowledge("case_study") if document.is_customer_safe]
    trade = " ".join(filter(None, (sheet.view.text("industry"), sheet.view.text("segment"))))
    scores = bm25(_words(trade), [_words(document.text) for document in studies])
    best = max(range(len(studies)), key=lambda index: (scores[index], -index), default=None)
    if best is None or not scores[best]:
        return None
    study = studies[best]
    return Line(f"Proof at hand: {study.title}.", "inferred", (of_document(study, study.title, study.title),))
