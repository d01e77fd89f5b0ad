"""Whether a model's words may stand: they say nothing that what they rest on does not hold, and obey no outsider.

Invariant: an invented address, link, amount or person, and an echoed order, are grave; an ungrounded number is not,
because the sentence is left out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from agents.critic.review import names_of, runs, words_of
from agents.llm.redaction import Redaction
from state.decision.brief import Operation, Statement
from state.decision.grounding import Grounding
from state.decision.mention import values_of
from state.evidence import Evidence, Trust
from state.ids import EventId, EvidenceId, stable_id
from state.ports.deciding import Deliberating

ORDER_WORDS = 4
"""A run of so many words of an outsider's order is an echo of it."""
_LINK = re.compile(r"\bhttps?://\S+|\bwww\.\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+/\S+", re.IGNORECASE)
_PERIL = frozenset({"money", "percent", "address"})


@dataclass(frozen=True, slots=True)
class Objection:
    """What is wrong with a text of the model's."""

    text: str
    is_grave: bool


@dataclass(frozen=True)
class Vocabulary:
    """Judges the model's words about one account."""

    about: Deliberating
    redaction: Redaction

    @cached_property
    def _grounding(self) -> Grounding:
        return Grounding(names_of(self.about))

    @cached_property
    def _orders(self) -> str:
        view = self.about.view
        hidden = [mail.text("hidden_text") or "" for mail in view.mails]
        read = [node.quote for node in view.readings if node.topic == "instruction"]
        return "|".join(f" {' '.join(words_of(text))} " for text in (*hidden, *read) if text)

    def objection(
        self,
        text: str,
        evidence: Sequence[Evidence],
        beside: Iterable[str] = (),
        operations: tuple[Operation, ...] = (),
    ) -> Objection | None:
        """Say what is wrong with a text that rests on evidence and on words of ours."""
        strangers = self.redaction.strangers(text)
        if strangers:
            return Objection(f"{strangers[0]} stands for nobody", is_grave=True)
        ours = tuple(beside)
        links = [one for one in _LINK.findall(text) if not any(one in other for other in ours)]
        if links:
            return Objection(f"the link {links[0]} is in nothing that was shown", is_grave=True)
        if self._orders and any(run in self._orders for run in runs(words_of(text), ORDER_WORDS)):
            return Objection("a sentence repeats an order that stood in a text from outside", is_grave=True)
        return self._ungrounded(text, (*evidence, *map(self._as_evidence, ours)), operations)

    def _ungrounded(
        self, text: str, evidence: tuple[Evidence, ...], operations: tuple[Operation, ...]
    ) -> Objection | None:
        statement = Statement(id="", text=text, kind="fact", evidence=evidence, operations=operations)
        missing = self._grounding.missing_of(statement)
        wrong = (*missing.values, *missing.names)
        if not wrong:
            return None
        perilous = {one.text for one in values_of(text) if one.kind in _PERIL}
        is_grave = any(value in perilous for value in missing.values)
        return Objection(f"“{wrong[0]}” stands in nothing that is cited for it", is_grave)

    def is_quoted(self, text: str, evidence: Iterable[Evidence]) -> bool:
        """Tell whether a sentence stands word for word in what it cites."""
        wanted = f" {' '.join(words_of(text))} "
        held = (one for item in evidence for one in (item.quote or "", item.value))
        return bool(wanted.strip()) and any(wanted in f" {' '.join(words_of(one))} " for one in held)

    def _as_evidence(self, text: str) -> Evidence:
        """Let words of ours ground others; such evidence never leaves this module."""
        return Evidence(
            id=EvidenceId(stable_id("ev", "ours", text)),
            source="ours",
            record="",
            field="",
            value=text,
            observed_at=self.about.now,
            hash="",
            trust=Trust.MODEL,
            event=EventId(""),
        )
