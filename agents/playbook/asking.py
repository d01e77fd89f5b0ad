"""The one question: of all that could be asked, the one whose answer is worth most, if it is worth asking at all.

Invariant: never what the owner has already answered, never past its time, never more than one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from agents.playbook.facts import Facts
from agents.playbook.forming import Formed, stage_of
from agents.playbook.loading import Asked, Playbook
from agents.playbook.owners import ownership
from agents.playbook.rows import Option, QuestionRow
from agents.playbook.scene import Known, Scene
from agents.playbook.slot_catalogue import SLOTS
from agents.playbook.slots import Stage, fill, first_filled, unique
from agents.playbook.stakes import stake_of
from agents.playbook.subject_facts import subject_facts
from agents.playbook.subjects import scenes
from state.decision.planning import Hypothesis
from state.decision.proposal import Proposal, Question
from state.decision.question import Alternative, posterior, value_of_information, word_count
from state.ids import UserId, stable_id
from state.ports.deciding import Deliberating
from state.world.view import Meeting


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question that could be asked, and the explanations between which it decides."""

    question: Question
    hypotheses: tuple[Hypothesis, ...]


def weigh(about: Deliberating, book: Playbook, base: Facts, formed: Sequence[Formed]) -> Weighed | None:
    """Choose the question worth most; None when no answer is worth the seller's time."""
    fired = {one.play.row.id for one in formed} | {one.play.family for one in formed}
    found = [
        weighed
        for asked in book.questions
        if not fired & set(asked.row.suppressed_by)
        for weighed in _weighed(asked, about, book, base, formed)
    ]
    worthy = (one for one in found if one.question.worth > 0)
    return min(worthy, key=lambda one: (-one.question.worth, one.question.id), default=None)


def _weighed(
    asked: Asked, about: Deliberating, book: Playbook, base: Facts, formed: Sequence[Formed]
) -> Iterator[Weighed]:
    row = asked.row
    for scene in scenes(row.subject, about, book.settings):
        facts = {**base, **subject_facts(scene, book.settings, row.topic)}
        seen = asked.test(facts)
        answered = facts.get("question.is_answered")
        expires_at = _expires(scene)
        if seen is None or expires_at <= about.now or (answered is not None and answered.value):
            continue
        owned = ownership("record", scene)
        stage = stage_of(book, scene, owned)
        alternatives = _alternatives(asked, facts, scene, book, formed)
        question = _question(row, stage, facts, seen, alternatives, formed, expires_at)
        if question is not None:
            yield Weighed(question, _hypotheses(row, stage, alternatives))


def _expires(scene: Scene) -> datetime:
    """End with the question's own event: some hours before its meeting, else the usual days."""
    limits, now = scene.about.profile.judgement, scene.about.now
    meeting = scene.as_(Meeting)
    if meeting is not None and meeting.starts_at is not None:
        return meeting.starts_at - timedelta(hours=limits.question.expires_hours_before)
    return now + timedelta(days=limits.expiry.days)


def _alternatives(
    asked: Asked, facts: Mapping[str, Known], scene: Scene, book: Playbook, formed: Sequence[Formed]
) -> tuple[Alternative, ...]:
    cues = [
        (option.id, cue.factor)
        for option in asked.row.options
        for cue, test in zip(option.cues, asked.cues[option.id], strict=True)
        if test(facts) is not None
    ]
    likelihoods = posterior({option.id: option.weight for option in asked.row.options}, cues)
    return tuple(
        Alternative(option.id, likelihoods[option.id], _payoff(option, scene, book, formed))
        for option in asked.row.options
    )


def _payoff(option: Option, scene: Scene, book: Playbook, formed: Sequence[Formed]) -> Decimal:
    """Add up what knowing this gains: the value of its own proposals, and a share of the stake."""
    favoured = [
        one.proposal.expected_value.amount
        for one in formed
        if one.play.row.id in option.favours and one.proposal.action_type != "send_email"
    ]
    kind = {"deal": "new", "contract": "renewal", "uplift": "expansion"}.get(option.stake, "none")
    wager = stake_of(kind, scene, book.settings)
    at_stake = Decimal(0) if wager is None else wager.amount.amount * option.share
    return max(sum(favoured, Decimal(0)), Decimal(0)) + at_stake


def _question(
    row: QuestionRow,
    stage: Stage,
    facts: Mapping[str, Known],
    seen: frozenset[str],
    alternatives: Sequence[Alternative],
    formed: Sequence[Formed],
    expires_at: datetime,
) -> Question | None:
    scene, limits = stage.scene, stage.scene.about.profile.judgement.question
    said = next(
        (
            one
            for line in row.text
            if (one := fill(line, stage, SLOTS)) and word_count(one.text) <= limits.words_max
        ),
        None,
    )
    options = [first_filled(option.text, stage, SLOTS) for option in row.options]
    if said is None or scene.subject is None or any(option is None for option in options):
        return None
    cited = (item for name in sorted(seen) if name in facts for item in facts[name].evidence)
    tenant, account = scene.about.principal.tenant, scene.view.identifier
    return Question(
        id=stable_id("qu", tenant, account, row.topic, scene.subject),
        topic=row.topic,
        subject=scene.subject,
        text=said.text,
        options=(*(option.text for option in options if option is not None), row.other),
        changes=tuple(one.proposal.id for one in formed if waits(one, row.topic)),
        worth=value_of_information(alternatives, scene.rate, limits.cost_seconds),
        owner=None if stage.owner is None else UserId(stage.owner),
        expires_at=expires_at,
        evidence=unique((*cited, *said.evidence)),
    )


def waits(formed: Formed, topic: str) -> bool:
    """Say whether an answer on a topic would change a proposal."""
    row = formed.play.row
    is_send = formed.proposal.action_type == "send_email"
    return topic in row.waits_for or (is_send and topic in row.send_waits_for)


def held(formed: Sequence[Formed], question: Question | None) -> tuple[Proposal, ...]:
    """Let only those proposals wait that the answer would change."""
    if question is None:
        return tuple(one.proposal for one in formed)
    return tuple(
        one.proposal.model_copy(update={"held_by": question.id})
        if waits(one, question.topic)
        else one.proposal
        for one in formed
    )


def _hypotheses(
    row: QuestionRow, stage: Stage, alternatives: Sequence[Alternative]
) -> tuple[Hypothesis, ...]:
    found = []
    for option, alternative in zip(row.options, alternatives, strict=True):
        said = first_filled(option.hypothesis, stage, SLOTS)
        if said is not None:
            likelihood = float(round(alternative.likelihood, 2))
            found.append(
                Hypothesis(
                    id=f"{row.topic}.{option.id}",
                    text=said.text,
                    likelihood=likelihood,
                    evidence=said.evidence,
                )
            )
    return tuple(found)
