"""Critics before the act: every validator runs on every plan, every finding is kept, none stops another.

Invariant: findings depend on the plan and on what its reasoner could read, nothing else; they may only tighten.
"""

from collections.abc import Callable, Iterator, Mapping

from agents.critic.business_rule import business_rules
from agents.critic.compliance import compliance
from agents.critic.contradiction import contradictions
from agents.critic.freshness import freshness
from agents.critic.grounded import UNGROUNDED, groundedness
from agents.critic.review import Review
from state.decision.brief import Brief, Section, Statement
from state.decision.finding import Finding, Validator
from state.ports.deciding import Deliberating
from state.ports.planned import Criticized, Planned

VALIDATORS: Mapping[Validator, Callable[[Review], Iterator[Finding]]] = {
    "freshness": freshness,
    "grounding": groundedness,
    "contradiction": contradictions,
    "compliance": compliance,
    "business_rule": business_rules,
}


def criticize(planned: Planned, about: Deliberating) -> Criticized:
    """Run every validator over proposals, drafts and brief.

    Shape: findings in the order of the validators, each once.
    """
    review = Review(planned, about)
    found = (finding for validator in VALIDATORS.values() for finding in validator(review))
    return Criticized(findings=tuple({_identity(finding): finding for finding in found}.values()))


def mended(planned: Planned, found: Criticized) -> Planned:
    """Let no statement of the brief stand as a fact that a critic found without ground: it becomes inferred."""
    brief = planned.deliberated.brief
    loose = {finding.subject for finding in found.findings if finding.rule in UNGROUNDED}
    if brief is None or not loose.intersection(statement.id for statement in brief.statements()):
        return planned
    mended_brief = _marked(brief, loose)
    deliberated = planned.deliberated.model_copy(update={"brief": mended_brief})
    return planned.model_copy(update={"deliberated": deliberated})


def _marked(brief: Brief, loose: set[str]) -> Brief:
    sections = tuple(_section(section, loose) for section in brief.sections)
    return brief.model_copy(update={"sections": sections})


def _section(section: Section, loose: set[str]) -> Section:
    statements = tuple(_statement(statement, loose) for statement in section.statements)
    return section.model_copy(update={"statements": statements})


def _statement(statement: Statement, loose: set[str]) -> Statement:
    stands = statement.id not in loose or statement.kind in ("inferred", "unknown")
    return statement if stands else statement.model_copy(update={"kind": "inferred"})


def _identity(finding: Finding) -> tuple[str, str, str]:
    return (finding.rule, finding.subject, finding.text)


__all__ = ["VALIDATORS", "criticize", "mended"]
