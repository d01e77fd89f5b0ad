"""From a model's answer to a deliberation: code takes each proposal from the playbook's candidates.

Invariant: recipient, tool, arguments, value, class, dates and p_outcome are the candidate's; confidence is never
above it; a question and what waits for it are never lost; words the model may not use give way to the playbook's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from agents.llm.asking import Read
from agents.llm.checking import Objection, Vocabulary
from agents.llm.schema import (
    ModelAnswer,
    ModelChoice,
    ModelDataRequest,
    ModelDeliberation,
    ModelNoAction,
    ModelQuestion,
)
from agents.llm.shown import Excerpts
from agents.playbook.brief.page import page_words
from agents.playbook.timing import data_border, next_border
from state.decision.brief import Brief, Section, Statement
from state.decision.planning import (
    Assessment,
    DataRequest,
    Deliberated,
    Deliberation,
    Hypothesis,
    Interpretation,
    NoAction,
)
from state.decision.proposal import Proposal, Question
from state.decision.question import word_count
from state.evidence import Evidence
from state.ids import stable_id

FIRST_SECTION = "first_lines"
Compose = Callable[[Sequence[Proposal], Question | None], Brief | None]


@dataclass
class Rebuilding:
    """One answer being read."""

    shown: Excerpts
    base: Deliberated
    reads: Mapping[str, DataRequest]
    compose: Compose
    words: Vocabulary
    objections: list[str] = field(default_factory=list)
    is_grave: bool = False

    def read(self, answer: ModelAnswer, reasoner: str) -> Read[Deliberated]:
        """Rebuild; what was left out on the way is objected to."""
        decision, chosen = self._decision(answer.decision)
        question = decision.question if isinstance(decision, Deliberation) else None
        brief = self.compose(chosen, question) if self.base.brief is not None else None
        value = Deliberated(
            reasoner=reasoner,
            interpretation=self._interpretation(answer),
            assessment=self._assessment(answer),
            hypotheses=(*self.base.hypotheses, *self._hypotheses(answer)),
            decision=decision,
            brief=None if brief is None else self._added(brief, answer),
        )
        return Read(value, tuple(self.objections), self.is_grave)

    @property
    def _candidates(self) -> Mapping[str, Proposal]:
        decision = self.base.decision
        found = decision.proposals if isinstance(decision, Deliberation) else ()
        return {f"P{place}": one for place, one in enumerate(found, start=1)}

    def _object(self, where: str, wrong: Objection | str) -> None:
        found = Objection(wrong, is_grave=True) if isinstance(wrong, str) else wrong
        self.objections.append(f"{where}: {found.text}")
        self.is_grave = self.is_grave or found.is_grave

    def _stands(self, where: str, text: str, evidence: Sequence[Evidence], *beside: str) -> bool:
        wrong = self.words.objection(text, evidence, beside)
        if wrong is None:
            return True
        if wrong.is_grave:
            anywhere = self.words.objection(text, (*evidence, *self.shown.items), (*beside, *self._told))
            wrong = replace(wrong, is_grave=anywhere is not None and anywhere.is_grave)
        self._object(where, wrong)
        return False

    def _cited(self, where: str, numbers: Sequence[int]) -> tuple[Evidence, ...]:
        strange = self.shown.strange(numbers)
        if strange:
            self._object(where, Objection(f"there is no excerpt {strange[0]}", is_grave=False))
        return self.shown.cited(numbers)

    def _decision(
        self, said: ModelDataRequest | ModelDeliberation | ModelNoAction
    ) -> tuple[Deliberation | DataRequest | NoAction, tuple[Proposal, ...]]:
        """Give the decision, and the chosen candidates in the playbook's words."""
        match said:
            case ModelDataRequest():
                if said.read in self.reads:
                    reason = self._kept("decision.reason", said.reason, "The model asked to read it first.")
                    return self.reads[said.read].model_copy(update={"reason": reason}), ()
                self._object("decision.read", f"{said.read!r} is not among the listed reads")
                return self.base.decision, ()
            case ModelNoAction():
                return self._rest(said.reasons), ()
            case ModelDeliberation():
                return self._chosen(said)

    def _chosen(self, said: ModelDeliberation) -> tuple[Deliberation | NoAction, tuple[Proposal, ...]]:
        candidates, choices = self._candidates, {one.candidate: one for one in said.proposals}
        for name in choices:
            if name not in candidates:
                self._object("decision.proposals", f"{name!r} is not among the listed candidates")
        wanted = _with_drafts([candidates[name] for name in choices if name in candidates], candidates)
        question = self._question(said.question, wanted)
        names = {one.id: name for name, one in candidates.items()}
        worded = tuple(self._worded(one, choices.get(names[one.id])) for one in wanted)
        if not worded and question is None:
            return self._rest([]), ()
        return Deliberation(proposals=worded, question=question), wanted

    def _question(self, said: ModelQuestion | None, wanted: Sequence[Proposal]) -> Question | None:
        """Keep the question when it was asked for or when a chosen proposal waits for it."""
        decision = self.base.decision
        known = decision.question if isinstance(decision, Deliberation) else None
        if known is None or (said is not None and said.topic != known.topic):
            if said is not None:
                wrong = f"{said.topic!r} is not a topic that may be asked about"
                self._object("decision.question", Objection(wrong, is_grave=False))
            return known
        if said is None:
            return known if any(one.held_by == known.id for one in wanted) else None
        limit = self.shown.about.profile.judgement.question.words_max
        fits = 0 < word_count(said.text) <= limit
        if fits and self._stands("question", said.text, known.evidence, known.text, *known.options):
            return known.model_copy(update={"text": said.text})
        return known

    def _worded(self, own: Proposal, choice: ModelChoice | None) -> Proposal:
        """Take the model's words where they stand; whatever it worded rests on the least of what it was shown."""
        if choice is None:
            return own
        where = f"proposal {choice.candidate}"
        cited = self._cited(where, choice.evidence)
        ours = (own.description, own.context_summary, own.why_now, own.expected_outcome.text)
        beside = (*ours, own.expected_value.arithmetic)
        new: dict[str, object] = {}
        for name in ("description", "context_summary", "why_now"):
            text: str = getattr(choice, name).strip()
            fits = name != "context_summary" or len(text) <= self.shown.limits.summary_chars
            is_new = bool(text) and text not in ours
            if fits and is_new and self._stands(f"{where} {name}", text, own.evidence, *beside):
                new[name] = text
        if new:
            rest = {item.id: item for item in (*own.evidence, *cited, *self.shown.least)}
            new["evidence"] = tuple(rest.values())
        return own.model_copy(update={**new, "confidence": min(own.confidence, choice.confidence)})

    def _rest(self, reasons: Sequence[str]) -> NoAction:
        """Do nothing, for reasons that stand, and look again at the next border."""
        if isinstance(self.base.decision, NoAction):
            known, look = self.base.decision.reasons, self.base.decision.look_again_at
        else:
            look = self._border()
            known = ("The model chose none of the candidates.",)
        kept = [one for one in reasons if one.strip() and self._general("decision.reasons", one)]
        return NoAction(reasons=tuple(dict.fromkeys((*kept, *known))), look_again_at=look)

    def _border(self) -> datetime | None:
        """Look again at the first border still to come, else when the first candidate is to be decided."""
        coming = next_border(self.shown.about)
        found = coming[0] if coming is not None else data_border(self.shown.about)
        ends = (one.decide_by or one.expires_at for one in self._candidates.values())
        return found or min(ends, default=None)

    def _general(self, where: str, text: str) -> bool:
        """Judge a sentence that cites nothing itself against everything shown."""
        return self._stands(where, text, self.shown.items, *self._told)

    @property
    def _told(self) -> Iterator[str]:
        """Yield the playbook's own sentences; computed values stand in them."""
        reading, assessment = self.base.interpretation, self.base.assessment
        yield from (reading.happening, reading.changed, reading.matters_now, assessment.because)
        yield from (*assessment.missing, *assessment.contradictory)
        yield from (one.text for one in self.base.hypotheses)
        yield from (one for each in self._candidates.values() for one in (each.description, each.why_now))
        if self.base.brief is not None:
            yield from (one.text for one in self.base.brief.statements())

    def _kept(self, where: str, text: str, known: str) -> str:
        return text.strip() if text.strip() and self._general(where, text) else known

    def _interpretation(self, answer: ModelAnswer) -> Interpretation:
        said, known = answer.interpretation, self.base.interpretation
        return Interpretation(
            happening=self._kept("interpretation.happening", said.happening, known.happening),
            changed=self._kept("interpretation.changed", said.changed, known.changed),
            matters_now=self._kept("interpretation.matters_now", said.matters_now, known.matters_now),
        )

    def _assessment(self, answer: ModelAnswer) -> Assessment:
        """Add what the model misses; it may call a decision unsafe, never safe."""
        said, known = answer.assessment, self.base.assessment
        is_stricter = known.safe_to_decide and not said.safe_to_decide
        because = self._kept("assessment.because", said.because, known.because)
        return Assessment(
            missing=self._joined("assessment.missing", known.missing, said.missing),
            contradictory=self._joined("assessment.contradictory", known.contradictory, said.contradictory),
            safe_to_decide=known.safe_to_decide and said.safe_to_decide,
            because=because if is_stricter or known.safe_to_decide else known.because,
        )

    def _joined(self, where: str, known: Iterable[str], said: Iterable[str]) -> tuple[str, ...]:
        kept = [one.strip() for one in said if one.strip() and self._general(where, one)]
        return tuple(dict.fromkeys((*known, *kept[: self.shown.limits.statements])))

    def _hypotheses(self, answer: ModelAnswer) -> Iterator[Hypothesis]:
        known = {one.text for one in self.base.hypotheses}
        for one in answer.hypotheses[: self.shown.limits.hypotheses]:
            cited = self._cited("hypotheses", one.evidence)
            if one.text.strip() and one.text not in known and self._stands("hypotheses", one.text, cited):
                name = stable_id("hy", self.shown.about.view.situation.digest, one.text)
                yield Hypothesis(id=name, text=one.text.strip(), likelihood=one.likelihood, evidence=cited)

    def _added(self, brief: Brief, answer: ModelAnswer) -> Brief:
        """Add the model's sentences while the page has room; they are inferred, unless a record says them so."""
        limits, form = self.shown.limits, self.shown.about.profile.brief
        sections = {one.id: one for one in brief.sections}
        known = {one.text for one in brief.statements()}
        for said in answer.statements[: limits.statements]:
            cited = self._cited("statements", said.evidence)
            section, text = sections.get(said.section), said.text.strip()
            is_long = len(text.split()) > limits.statement_words
            if section is None or section.id == FIRST_SECTION or not text or text in known or is_long:
                continue
            near = [one.text for one in brief.statements() if _shares(one, cited)]
            if not cited or not self._stands("statements", text, cited, *near):
                continue
            longer = _longer(section, self.statement(text, cited))
            if (
                page_words((*(one for one in sections.values() if one.id != section.id), longer))
                <= form.word_limit
            ):
                sections[section.id] = longer
        kept = tuple(sections[one.id] for one in brief.sections)
        count = sum(len(one.text.split()) for section in kept for one in section.statements)
        return brief.model_copy(update={"sections": kept, "word_count": count})

    def statement(self, text: str, cited: tuple[Evidence, ...]) -> Statement:
        """Make a sentence of the model's."""
        name = stable_id("st", str(self.shown.about.view.identifier), "model", text)
        quoted = self.words.is_quoted(text, cited)
        return Statement(id=name, text=text, kind="fact" if quoted else "inferred", evidence=cited)


def _shares(statement: Statement, cited: Sequence[Evidence]) -> bool:
    """Tell whether a sentence of ours rests on some of the same: what code computed from it counts."""
    return bool({item.id for item in statement.evidence} & {item.id for item in cited})


def _longer(section: Section, statement: Statement) -> Section:
    statements = (*section.statements, statement)
    return section.model_copy(update={"statements": statements, "empty_reason": None})


def _with_drafts(chosen: Sequence[Proposal], candidates: Mapping[str, Proposal]) -> tuple[Proposal, ...]:
    """Put the draft before the send that needs it."""
    known = {str(one.id): one for one in candidates.values()}
    found: dict[str, Proposal] = {}
    for one in chosen:
        draft = known.get(one.arguments.get("draft", ""))
        if draft is not None:
            found.setdefault(str(draft.id), draft)
        found.setdefault(str(one.id), one)
    return tuple(found.values())
