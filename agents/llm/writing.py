"""From a model's words to a draft or an answer: held against what was shown and against every critic.

Invariant: a model's draft raises no objection that the playbook's own does not raise, or it is not used.
"""

from collections.abc import Iterator, Sequence

from agents.critic import criticize
from agents.llm.asking import Read
from agents.llm.checking import Objection, Vocabulary
from agents.llm.schema import ModelDraft, ModelReply
from agents.llm.shown import Excerpts
from state.decision.brief import Operation, Statement
from state.decision.planning import Assessment, Deliberated, Deliberation, Interpretation
from state.decision.proposal import Proposal
from state.evidence import Evidence
from state.ids import stable_id
from state.ports.deciding import Deliberating, Draft
from state.ports.planned import Planned


def draft_read(
    said: ModelDraft, proposal: Proposal, base: Draft, shown: Excerpts, words: Vocabulary, reasoner: str
) -> Read[Draft]:
    """Turn a model's words into a draft; anything wrong with one sentence is wrong with the whole."""
    beside = (base.subject, *(one.text for one in base.statements))
    statements: list[Statement] = []
    wrong: list[str] = []
    for place, one in enumerate(said.sentences):
        cited = shown.cited(one.evidence)
        wrong += _faults(one.text, shown, words, beside)
        name = stable_id("ds", proposal.dedup_key, "model", str(place))
        evidence, operations = _support(one.text, cited, base, shown, words)
        kind = "fact" if words.is_quoted(one.text, cited) else "inferred"
        made = {"id": name, "text": one.text.strip(), "kind": kind}
        statements.append(Statement.model_validate({**made, "evidence": evidence, "operations": operations}))
    wrong += _faults(said.subject, shown, words, beside)
    draft = Draft(
        subject=" ".join(said.subject.split()) or base.subject,
        statements=tuple(statements),
        reasoner=reasoner,
    )
    if not statements:
        wrong.append("the text is empty")
    wrong += _new_findings(draft, base, proposal, shown.about)
    return Read(draft, tuple(dict.fromkeys(wrong)), is_grave=bool(wrong))


def _faults(text: str, shown: Excerpts, words: Vocabulary, beside: Sequence[str]) -> Iterator[str]:
    found = words.objection(text, shown.items, beside)
    if found is not None:
        yield found.text


def _support(
    text: str, cited: tuple[Evidence, ...], base: Draft, shown: Excerpts, words: Vocabulary
) -> tuple[tuple[Evidence, ...], tuple[Operation, ...]]:
    """Give what a sentence rests on: what it cites, or all that was shown where that is not enough."""
    if words.objection(text, cited) is None:
        return cited, ()
    operations = {one.result: one for each in base.statements for one in each.operations}
    return shown.items, tuple(operations.values())


def _new_findings(draft: Draft, base: Draft, proposal: Proposal, about: Deliberating) -> Iterator[str]:
    """Yield what the critics block in the model's words and not in the playbook's."""
    known = _blocking(base, proposal, about)
    yield from (text for rule, text in _blocking(draft, proposal, about).items() if rule not in known)


def _blocking(draft: Draft, proposal: Proposal, about: Deliberating) -> dict[str, str]:
    """Let the critics judge one draft as if it went outside."""
    external = proposal.model_copy(update={"action_type": "send_email", "action_class": 3})
    nothing = Interpretation(happening="", changed="", matters_now="")
    assessed = Assessment(missing=(), contradictory=(), safe_to_decide=True, because="")
    deliberated = Deliberated(
        reasoner=draft.reasoner,
        interpretation=nothing,
        assessment=assessed,
        hypotheses=(),
        decision=Deliberation(proposals=(external,)),
    )
    plan = Planned(iteration=about.iteration, deliberated=deliberated, drafts={proposal.id: draft})
    return {one.rule: one.text for one in criticize(plan, about).findings if one.is_blocking}


def reply_read(
    said: ModelReply, base: Sequence[Statement], shown: Excerpts, words: Vocabulary
) -> Read[tuple[Statement, ...]]:
    """Turn a model's sentences into an answer; those that do not stand are left out."""
    statements: list[Statement] = []
    wrong: list[Objection] = []
    ours = {" ".join(one.text.split()): one for one in base}
    for place, one in enumerate(said.sentences[: shown.limits.statements]):
        text = " ".join(one.text.split())
        cited = shown.cited(one.evidence)
        if shown.strange(one.evidence):
            wrong.append(Objection("it cites an excerpt that is not there", is_grave=False))
        if text in ours:
            statements.append(ours[text])
            continue
        found = _reply_fault(text, one.kind, cited, base, shown, words)
        if found is not None:
            wrong.append(found)
            continue
        is_fact = one.kind == "fact" and words.is_quoted(text, cited)
        kind = "unknown" if one.kind == "unknown" else "fact" if is_fact else "inferred"
        name = stable_id("rp", shown.about.view.situation.digest, "model", str(place), text)
        statements.append(
            Statement.model_validate({"id": name, "text": text, "kind": kind, "evidence": cited})
        )
    texts = tuple(dict.fromkeys(one.text for one in wrong))
    if not statements:
        return Read(None, texts or ("it says nothing",), is_grave=True)
    return Read(tuple(statements), texts, any(one.is_grave for one in wrong))


def _reply_fault(
    text: str,
    kind: str,
    cited: tuple[Evidence, ...],
    base: Sequence[Statement],
    shown: Excerpts,
    words: Vocabulary,
) -> Objection | None:
    """Say why a sentence may not stand; a value computed by code counts beside what it was computed from."""
    if not text or (kind != "unknown" and not cited):
        return Objection("a sentence cites nothing", is_grave=False)
    near = [one.text for one in base if {item.id for item in one.evidence} & {item.id for item in cited}]
    found = words.objection(text, cited, near)
    if found is None:
        return None
    anywhere = words.objection(text, shown.items, [one.text for one in base])
    return Objection(found.text, anywhere is not None and anywhere.is_grave)
