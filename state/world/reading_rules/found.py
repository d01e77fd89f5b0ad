"""The input and output of a rule: one sentence with its voice, and what the rule found in it."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from state.canonical import Json

Speaker = Literal["us", "them"]
Origin = Literal["mail_in", "mail_out", "form", "note", "deal_note"]
Topic = Literal[
    "commitment",
    "request",
    "request_withdrawn",
    "expansion",
    "expansion_withdrawn",
    "not_before",
    "call_back",
    "competitor",
    "discount_request",
    "advocacy",
    "opt_out",
    "notice",
    "attendance",
    "instruction",
]
"""Values by topic, beside `by` (address, user id or name of who says it):
commitment {actor_side, actor, deliverable, due_on | None, is_inferred, status, items, seats?} · request {item, items,
wants} · request_withdrawn {item | None, items} · expansion {seats, sites, site_kind, from_month, each | None} ·
expansion_withdrawn {seats | None} · not_before {not_before} · call_back {on} · competitor {name, names} ·
discount_request {percent | None} · advocacy {act} · opt_out {} · notice {} · attendance {attends, who} ·
instruction {act, is_hidden}.
"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as a rule sees it: white space single, quotation marks straight, the speaker's label gone."""

    text: str
    said_on: date
    speaker: Speaker
    by: str
    """Address, user id or name of who says it; empty when the text does not tell."""
    origin: Origin
    side_of: Callable[[str, str], Speaker]
    """(name, deliverable) → whose side a person named in the sentence is on."""

    @property
    def is_question(self) -> bool:
        """Asks; a question promises nothing."""
        return self.text.rstrip("\"') ").endswith("?")

    @property
    def is_theirs(self) -> bool:
        """An outsider's own words, or our note of what an outsider does or wants."""
        return self.speaker == "them" or self.origin in ("note", "deal_note")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing a rule read in a sentence."""

    topic: Topic
    values: dict[str, Json] = dataclasses.field(default_factory=dict)


Rule: TypeAlias = Callable[[Sentence], Found | None]
