"""What a model is shown: numbered excerpts and the playbook's first version, redacted, outsiders' text fenced.

Invariant: equal input gives the same document byte for byte; the trust of whatever a model words from it is the
least trust in it, and never above `model`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from agents.llm.prompts import PromptLimits
from agents.llm.redaction import Redaction
from state.canonical import Json
from state.decision.brief import Brief, Statement
from state.decision.planning import DataRequest, Deliberated, Deliberation
from state.decision.proposal import Proposal
from state.evidence import Evidence, Trust, least_trust
from state.ids import stable_id
from state.ports.deciding import Deliberating, Draft

MOST_READS = 2
"""How often data may be asked for before deciding; the graph holds to the same."""
MOST_OFFERED = 3
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Excerpts:
    """Evidence by number, from 1."""

    items: tuple[Evidence, ...]
    redaction: Redaction
    texts: Mapping[str, str]
    """Evidence id → the passage, where it is longer than the value."""
    mark: str
    """Of the fences; outsiders cannot know it."""
    limits: PromptLimits
    about: Deliberating

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Evidence id → number."""
        return {item.id: number for number, item in enumerate(self.items, start=1)}

    @property
    def trust(self) -> Trust:
        """Trust of whatever is worded from these."""
        return least_trust((*(item.trust for item in self.items), Trust.MODEL))

    @property
    def least(self) -> tuple[Evidence, ...]:
        """The first of the least trusted excerpts: words made from all of them rest on it too."""
        if self.trust is not Trust.UNTRUSTED:
            return ()
        return next(((item,) for item in self.items if item.trust is Trust.UNTRUSTED), ())

    def cited(self, numbers: Iterable[int]) -> tuple[Evidence, ...]:
        """Resolve numbers; those that were never given out are left out."""
        known = (self.items[n - 1] for n in dict.fromkeys(numbers) if 0 < n <= len(self.items))
        return tuple(known)

    def strange(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """List numbers that were never given out."""
        return tuple(n for n in dict.fromkeys(numbers) if not 0 < n <= len(self.items))

    def numbered(self, evidence: Iterable[Evidence]) -> list[int]:
        """Name evidence by its numbers."""
        return sorted({self.numbers[item.id] for item in evidence if item.id in self.numbers})

    def text(self, text: str, evidence: Sequence[Evidence] = (), most: int = 0) -> str:
        """Redact a text, shorten it, and fence it when any of its evidence was written by outsiders."""
        hidden = self.redaction.hide(_BLANKS.sub(" ", text).strip())
        short = hidden if not most or len(hidden) <= most else f"{hidden[: most - 1]}…"
        is_outside = bool(evidence) and least_trust(item.trust for item in evidence) is Trust.UNTRUSTED
        return f"⟦untrusted {self.mark}⟧ {short} ⟦end {self.mark}⟧" if is_outside else short

    def listed(self) -> list[Json]:
        """Write the numbered list."""
        return [self._shown(number, item) for number, item in enumerate(self.items, start=1)]

    def _shown(self, number: int, item: Evidence) -> Json:
        text = self.texts.get(item.id) or (f"{item.value}: {item.quote}" if item.quote else item.value)
        return {
            "n": number,
            "source": item.source,
            "field": item.field,
            "age_days": item.age_days(self.about.now),
            "trust": item.trust.value,
            "text": self.text(text, (item,), self.limits.excerpt_chars),
        }

    def statements(self, statements: Iterable[Statement]) -> list[Json]:
        """Write sentences with the numbers they cite."""
        return [
            {"text": self.text(one.text, one.evidence), "kind": one.kind, "evidence": self.numbered(one.evidence)}
            for one in statements
        ]  # fmt: skip


def excerpts(about: Deliberating, first: Iterable[Evidence], limits: PromptLimits) -> Excerpts:
    """Give numbers to evidence, once each, in the order given, up to the limit."""
    items = tuple({item.id: item for item in first}.values())[: limits.excerpts]
    redaction = Redaction.of(about)
    texts: dict[str, str] = {one.evidence.id: one.text for one in about.recollections}
    mark = stable_id("m", about.principal.tenant, about.view.situation.digest)[-8:]
    return Excerpts(items, redaction, texts, mark, limits, about)


def everything(about: Deliberating, base: Deliberated) -> Iterator[Evidence]:
    """Yield what a deliberation rests on, the most telling first."""
    decision, judgement = base.decision, about.judgement
    if isinstance(decision, Deliberation):
        yield from (item for one in decision.proposals for item in one.evidence[:6])
        if decision.question is not None:
            yield from decision.question.evidence
    if base.brief is not None:
        yield from (item for one in base.brief.statements() for item in one.evidence)
    yield from (one.evidence for one in about.recollections)
    yield from judgement.posture_evidence
    yield from known(about)
    yield from (item for one in base.hypotheses for item in one.evidence)
    if isinstance(decision, Deliberation):
        yield from (item for one in decision.proposals for item in one.evidence[6:])


def known(about: Deliberating) -> Iterator[Evidence]:
    """Yield what the judgement of an account rests on."""
    judgement = about.judgement
    yield from (item for one in judgement.signals for item in one.evidence)
    yield from (item for one in judgement.contradictions for item in one.sides)
    yield from (item for one in judgement.unknowns for item in one.evidence)
    yield from (item for one in about.changes for item in one.evidence)
    yield from (item for one in judgement.people for item in one.evidence)


def reads_of(about: Deliberating) -> dict[str, DataRequest]:
    """List what may be read before deciding, by id: threads of this account, named by code."""
    done = sum(one.evidence.source == "tool" for one in about.recollections)
    if done >= MOST_READS:
        return {}
    tickets = [one.identifier for one in about.view.open_tickets][:MOST_OFFERED]
    mails = [one.identifier for one in about.view.mails if one.is_inbound][-MOST_OFFERED:]
    offered = [
        *(("support.get_thread", {"ticket": name}) for name in tickets),
        *(("mail.get_thread", {"mail": name}) for name in mails),
    ]
    return {
        f"R{place}": DataRequest(tool=tool, arguments=arguments, reason="", cost_class="MED")
        for place, (tool, arguments) in enumerate(offered, start=1)
    }


def deliberation_document(
    shown: Excerpts, base: Deliberated, reads: Mapping[str, DataRequest]
) -> Mapping[str, Json]:
    """Write what a deliberation shows."""
    about, decision = shown.about, base.decision
    proposals = decision.proposals if isinstance(decision, Deliberation) else ()
    question = decision.question if isinstance(decision, Deliberation) else None
    reading, assessment = base.interpretation, base.assessment
    return {
        "account": shown.text(about.view.name),
        "now": about.now.isoformat(),
        "asked_for": about.intent,
        "reading": {
            "happening": shown.text(reading.happening, about.judgement.posture_evidence),
            "changed": shown.text(reading.changed, [item for one in about.changes for item in one.evidence]),
            "matters_now": shown.text(reading.matters_now, [i for one in proposals[:1] for i in one.evidence]),
        },
        "assessment": {
            "missing": [shown.text(one) for one in assessment.missing],
            "contradictory": [shown.text(one.text, one.sides) for one in about.judgement.contradictions],
            "safe_to_decide": assessment.safe_to_decide,
            "because": shown.text(assessment.because),
        },
        "hypotheses": [
            {"text": shown.text(one.text, one.evidence), "likelihood": one.likelihood} for one in base.hypotheses
        ],
        "evidence": shown.listed(),
        "candidates": [_candidate(shown, f"P{n}", one) for n, one in enumerate(proposals, start=1)],
        "question": None
        if question is None
        else {
            "topic": question.topic,
            "text": shown.text(question.text, question.evidence),
            "options": [shown.text(one) for one in question.options],
        },
        "reads": [
            {"id": name, "what": f"{one.tool} {shown.text(' '.join(one.arguments.values()))}"}
            for name, one in reads.items()
        ],
        "page": _page(shown, base.brief),
    }  # fmt: skip


def _candidate(shown: Excerpts, name: str, one: Proposal) -> Json:
    return {
        "id": name,
        "kind": one.action_type,
        "urgency": one.urgency,
        "worth": shown.text(one.expected_value.arithmetic),
        "confidence": one.confidence,
        "waits_for_question": one.held_by is not None,
        "description": shown.text(one.description, one.evidence),
        "context_summary": shown.text(one.context_summary, one.evidence),
        "why_now": shown.text(one.why_now, one.evidence),
        "evidence": shown.numbered(one.evidence),
    }


def _page(shown: Excerpts, brief: Brief | None) -> list[Json]:
    if brief is None:
        return []
    return [{"section": one.id, "sentences": shown.statements(one.statements)} for one in brief.sections]


def draft_document(shown: Excerpts, proposal: Proposal, base: Draft) -> Mapping[str, Json]:
    """Write what a draft shows; a draft and its send show the same."""
    return {
        "account": shown.text(shown.about.view.name),
        "outcome": shown.text(proposal.expected_outcome.text),
        "why_now": shown.text(proposal.why_now, proposal.evidence),
        "evidence": shown.listed(),
        "draft": {"subject": shown.text(base.subject), "sentences": shown.statements(base.statements)},
    }


def reply_document(shown: Excerpts, question: str, base: Sequence[Statement]) -> Mapping[str, Json]:
    """Write what an answer shows."""
    return {
        "account": shown.text(shown.about.view.name),
        "now": shown.about.now.isoformat(),
        "asked": shown.text(question),
        "evidence": shown.listed(),
        "known": shown.statements(base),
    }
