"""Documents an admin writes for sellers, each with the scope that says where its words may appear.

Invariant: only a customer-safe document may appear in a draft.
"""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from state.canonical import digest


class Scope(StrEnum):
    """Where the words of a document may appear."""

    CUSTOMER_SAFE = "customer_safe"
    INTERNAL = "internal"
    LEGAL = "legal"


DRAFTABLE = (Scope.CUSTOMER_SAFE,)
"""The only scopes whose documents may be looked up for words that leave."""

KnowledgeKind = Literal[
    "price_list",
    "discount_matrix",
    "security",
    "data_processing",
    "battle_card",
    "case_study",
    "objections",
    "onboarding",
    "tone",
    "forecast",
    "other",
]


class KnowledgeDocument(BaseModel):
    """One document: front matter and text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")
    title: str = Field(min_length=1, max_length=200)
    scope: Scope
    updated: date
    kind: KnowledgeKind
    text: str = Field(min_length=1)
    """Markdown without the front matter."""

    @property
    def is_customer_safe(self) -> bool:
        """Say whether its words may appear in a draft."""
        return self.scope is Scope.CUSTOMER_SAFE

    @property
    def hash(self) -> str:
        """Name the content, as evidence cites it."""
        return digest(self.model_dump(mode="json"))

    def age_days(self, today: date) -> int:
        """Units: whole days since the last update, never negative."""
        return max(0, (today - self.updated).days)


def sections_of(document: KnowledgeDocument) -> tuple[tuple[str, str], ...]:
    """Cut a document at its headings. Shape: heading (empty before the first) and text, no empty text."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in document.text.splitlines():
        if line.startswith("#"):
            found.append((line.lstrip("#").strip(), []))
        else:
            found[-1][1].append(line)
    cut = ((heading, "\n".join(lines).strip()) for heading, lines in found)
    return tuple((heading, text) for heading, text in cut if text)
