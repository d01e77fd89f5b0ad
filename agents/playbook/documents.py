"""What we may give to customers: the document that answers a request, and citations of its words.

Invariant: only a customer-safe document is ever chosen for a draft.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time

from agents.playbook.rows import ItemDocument
from state.evidence import Evidence, Trust
from state.ids import EventId, EvidenceId, stable_id
from state.ports.deciding import Deliberating
from state.world.knowledge import KnowledgeDocument
from state.world.recall import words_of

MOST_POINTS = 6
_POINT = re.compile(r"^- (.+)$", re.MULTILINE)
_MARKS = re.compile(r"\*\*|__|`")


def document_for(
    items: Sequence[str], wants: str, table: Sequence[ItemDocument], about: Deliberating
) -> KnowledgeDocument | None:
    """Find the customer-safe document that answers a request: by the thing asked for, else by its title's words."""
    safe = [document for document in about.knowledge if document.is_customer_safe]
    for item in items:
        for row in table:
            if row.item == item:
                fits = (one for one in safe if one.kind == row.kind and _has(one.title, row.title_words))
                found = next(fits, None)
                if found is not None:
                    return found
    return next((one for one in safe if set(words_of(one.title)) <= set(words_of(wants))), None)


def _has(title: str, words: Sequence[str]) -> bool:
    return all(word.casefold() in title.casefold() for word in words)


def points_of(document: KnowledgeDocument) -> str:
    """Quote the first bullet points of a document as plain lines."""
    points = [_MARKS.sub("", match.group(1)).strip() for match in _POINT.finditer(document.text)]
    return "\n".join(f"- {point}" for point in points[:MOST_POINTS])


def knowledge_evidence(document: KnowledgeDocument, words: str) -> Evidence:
    """Cite words of a document."""
    return Evidence(
        id=EvidenceId(stable_id("ev", "knowledge", document.id, document.hash, words)),
        source="knowledge",
        record=document.id,
        field="text",
        value=words,
        quote=words,
        observed_at=datetime.combine(document.updated, time(), UTC),
        hash=document.hash,
        trust=Trust.ADMIN,
        event=EventId(f"knowledge:{document.id}"),
    )
