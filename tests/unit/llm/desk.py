"""Ask the model reasoner over real HTTP, with the fault server as the model."""

from functools import cache

from agents.llm.prompts import load_prompts
from agents.llm.reasoner import ModelReasoner
from agents.playbook import PlaybookReasoner
from agents.playbook.brief import compose_brief
from evals.faults import DEFAULT_KEY, FaultServer
from state.decision.planning import Deliberated, Deliberation
from state.decision.proposal import Proposal
from state.evidence import Evidence
from state.governance.destination import named_by
from state.ports.deciding import Deliberating
from state.ports.egress import WayOut
from state.settings import Settings
from tests.conftest import ROOT
from tests.unit.playbook.desk import BOOK, fieldstone
from tests.waiting import waited
from tools.egress import Egress
from tools.files import load_model, read_text

PLAYBOOK = PlaybookReasoner(BOOK, compose_brief)
PROMPTS = load_prompts([ROOT / "prompts"], load_model, read_text)
BUDGET = 20.0
"""Units: seconds of one call in tests."""


def reasoner(server: FaultServer, *, key: str = DEFAULT_KEY, budget: float = BUDGET) -> ModelReasoner:
    """Point a model reasoner at a server."""
    return at(server.url, key=key, budget=budget)


def at(
    url: str, *, key: str = DEFAULT_KEY, budget: float = BUDGET, way: WayOut | None = None
) -> ModelReasoner:
    """Point a model reasoner at an address."""
    settings = Settings(
        home=ROOT,
        reasoner="llm",
        model_url=url,
        model_key=key,
        model_fast="small",
        model_standard="usual",
        model_timeout_seconds=budget,
    )
    return ModelReasoner.of(settings, PLAYBOOK, PROMPTS, way or Egress(named_by(url)))


@cache
def story(name: str, intent: str = "prep") -> Deliberating:
    """Look at an account of the sample company, once."""
    company = fieldstone()
    return company.about(company.of(name), intent="prep" if intent == "prep" else "scan")


def said(server: FaultServer, about: Deliberating, *, budget: float = BUDGET) -> Deliberated:
    """Let the server's model decide."""
    return waited(reasoner(server, budget=budget).deliberate(about))


def plain(about: Deliberating) -> Deliberated:
    """Let the playbook decide."""
    return waited(PLAYBOOK.deliberate(about))


def chosen(deliberated: Deliberated) -> tuple[Proposal, ...]:
    """List the proposals."""
    decision = deliberated.decision
    return decision.proposals if isinstance(decision, Deliberation) else ()


def known_evidence(about: Deliberating, base: Deliberated) -> set[str]:
    """Collect everything that may be cited: what the playbook cites and what the judgement rests on."""
    found: list[Evidence] = [item for one in chosen(base) for item in one.evidence]
    found += [item for one in base.hypotheses for item in one.evidence]
    found += [item for one in about.judgement.signals for item in one.evidence]
    found += [item for one in about.judgement.people for item in one.evidence]
    found += [item for one in about.judgement.unknowns for item in one.evidence]
    found += [item for one in about.judgement.contradictions for item in one.sides]
    found += [item for one in about.changes for item in one.evidence]
    found += about.judgement.posture_evidence
    if base.brief is not None:
        found += [item for one in base.brief.statements() for item in one.evidence]
    if isinstance(base.decision, Deliberation) and base.decision.question is not None:
        found += base.decision.question.evidence
    return {item.id for item in found}
