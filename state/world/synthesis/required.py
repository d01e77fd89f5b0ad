"""Facts that a stage or an active renewal window requires, and which of them nobody recorded or confirmed lately.

Invariant: a role or a field past its hard age is asked for again, after everything that is absent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from state.evidence import Evidence
from state.ids import NodeKey
from state.world.detection.departures import is_gone
from state.world.detection.paper import tightest
from state.world.detection.wording import counted, day_text
from state.world.judgement import Person
from state.world.synthesis.measures import Outlook
from state.world.synthesis.sources import has_touch_source
from state.world.view import Contact, Deal, Entity


@dataclass(frozen=True, slots=True)
class Stake:
    """A deal or contract that requires facts, and what depends on it."""

    node: Entity
    amount: Decimal
    facts: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A required fact that is absent, or was confirmed too long ago."""

    text: str
    subject: NodeKey
    evidence: tuple[Evidence, ...] = ()
    is_aged: bool = False


def stakes_of(scene: Outlook) -> Iterator[Stake]:
    """Give each open deal and each contract in the active window with the facts it requires, latest stage first."""
    for deal in scene.view.open_deals:
        line = scene.profile.pipeline.pipeline(deal.pipeline)
        index = None if deal.stage is None else line.index_of(deal.stage)
        reached = () if index is None else line.stages[: index + 1]
        facts = tuple(dict.fromkeys(fact for stage in reversed(reached) for fact in stage.required_facts))
        if facts:
            yield Stake(deal, deal.decimal("amount") or Decimal(0), facts, deal.cite("stage", "amount"))
    facts = scene.profile.judgement.unknown.active_window_facts
    for contract in scene.in_active_window:
        worth = contract.decimal("annual_value") or Decimal(0)
        yield Stake(contract, worth, facts, contract.cite("ends_on", "annual_value"))


def missing(scene: Outlook, stake: Stake, fact: str, people: tuple[Person, ...]) -> Iterator[Missing]:
    """Say what is missing of one fact."""
    match fact:
        case "economic_buyer":
            yield from _buyer(scene)
        case "economic_buyer_view":
            yield from _buyer_view(scene, people)
        case "champion":
            yield from _champion(scene, stake)
        case "paper_process":
            yield from _paper(scene, stake)
        case "renewal_intent":
            yield from _intent(scene, stake)
        case _:
            yield from _field(scene, stake, fact)


def _buyer(scene: Outlook) -> Iterator[Missing]:
    buyers = [one for one in scene.view.contacts if one.is_economic_buyer and not is_gone(scene, one)]
    if not buyers:
        yield Missing("Who is the economic buyer?", scene.view.key)
    for buyer in buyers:
        yield from _aged(scene, buyer, "economic buyer")


def _aged(scene: Outlook, person: Contact, role: str) -> Iterator[Missing]:
    claim = person.claim("roles")
    limit = scene.profile.judgement.confirmation.contact_role.hard_days
    if claim is not None and scene.days_since(claim.valid_from) > limit:
        day = day_text(scene.day_of(claim.valid_from))
        text = f"Is {person.name} still the {role}? Last confirmed on {day}."
        yield Missing(text, person.key, person.cite("name", "roles"), is_aged=True)


def _buyer_view(scene: Outlook, people: tuple[Person, ...]) -> Iterator[Missing]:
    if not has_touch_source(scene):
        return
    days = scene.limits.stakeholder_gap.economic_buyer_days
    for person in people:
        if person.subject is None or "economic_buyer" not in person.roles or person.is_unreachable:
            continue
        if person.last_touch is None:
            text = f"What does {person.name}, the economic buyer, think? Nobody has met them."
            yield Missing(text, person.subject, person.evidence)
        elif scene.days_since(person.last_touch) > days:
            day = day_text(scene.day_of(person.last_touch))
            text = f"What does {person.name}, the economic buyer, think now? Last heard on {day}."
            yield Missing(text, person.subject, person.evidence)


def _champion(scene: Outlook, stake: Stake) -> Iterator[Missing]:
    known = [(person, act) for person, act in scene.champions if not is_gone(scene, person)]
    rule = scene.profile.judgement.champion
    if not known:
        yield Missing("Who speaks for us inside?", scene.view.key)
    for person, act in known:
        if act is None:
            yield from _aged(scene, person, "champion")
        elif stake.amount >= rule.unknown_from_amount:
            text = f"Is {person.name} the champion? Inferred from: “{act.quote}”"
            yield Missing(text, person.key, act.cite("text"))


def _paper(scene: Outlook, stake: Stake) -> Iterator[Missing]:
    deal = next((deal for deal in scene.view.open_deals if deal.key == stake.node.key), None)
    if deal is None or not scene.profile.pipeline.paper_process:
        return
    if not any(step.deal == deal.identifier for step in scene.view.paper_steps):
        yield Missing(f"What is left to sign {deal.name}: security, legal, procurement?", deal.key)
        return
    yield from _late_step(scene, deal)


def _late_step(scene: Outlook, deal: Deal) -> Iterator[Missing]:
    found, close_on = tightest(scene, deal), deal.close_on
    if found is None or close_on is None or (close_on - scene.today).days >= found.longest.median_days:
        return
    left, step = (close_on - scene.today).days, found.longest
    text = (
        f"When does {step.title.lower()} begin? It takes {counted(step.median_days, 'day')} at the median"
        f" (n {step.n}) and {counted(left, 'day')} are left."
    )
    yield Missing(
        text, deal.key, tuple(item for one in found.shown_by for item in one.cite("step", "status"))
    )


def _intent(scene: Outlook, stake: Stake) -> Iterator[Missing]:
    """Ask for the intention unless a renewal deal that moved, or a notice, says it."""
    moved = any(deal.kind == "renewal" and len(deal.history("stage")) > 1 for deal in scene.view.deals)
    said = any(one.topic == "notice" and one.speaker == "them" for one in scene.view.readings)
    if not moved and not said and stake.node.day("notice_received_on") is None:
        yield Missing("Will they renew, and at what size? Nobody has said.", stake.node.key)


def _field(scene: Outlook, stake: Stake, fact: str) -> Iterator[Missing]:
    """Any other fact is a field of the deal that a person or the CRM fills."""
    claim, words = stake.node.claim(fact), fact.replace("_", " ")
    limit = scene.profile.judgement.confirmation.qualification_field.hard_days
    if claim is None or claim.value in (None, ""):
        yield Missing(f"Nobody recorded: {words}.", stake.node.key)
    elif scene.days_since(claim.valid_from) > limit:
        day = day_text(scene.day_of(claim.valid_from))
        text = f"Is the {words} still right? Last confirmed on {day}."
        yield Missing(text, stake.node.key, (claim.evidence(),), is_aged=True)
