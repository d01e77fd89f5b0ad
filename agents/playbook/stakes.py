"""What a row puts at stake, and its value: Δp from the profile's effects × the stake − the cost of human time."""

from dataclasses import dataclass
from decimal import Decimal

from agents.playbook.expansion import expansion_deal, expansion_offer, promised_offer
from agents.playbook.rows import Row, Settings
from agents.playbook.scene import Scene
from agents.playbook.slots import unique
from state.decision.proposal import ExpectedValue
from state.decision.value import ceiling, expected_value
from state.evidence import Evidence
from state.ids import NodeKey
from state.money import Money
from state.world.profile.effects import Effect, Stake


@dataclass(frozen=True, slots=True)
class Priced:
    """The value of one proposal and what bounds it."""

    value: ExpectedValue
    minutes: Decimal
    evidence: tuple[Evidence, ...]
    """What the stake rests on."""
    bound_to: NodeKey | None
    """Deal or contract whose acts share one ceiling."""
    most: Decimal | None
    """Units: tenant currency; the ceiling."""


@dataclass(frozen=True, slots=True)
class Wager:
    """An amount at stake, of one kind, on one record."""

    kind: Stake
    amount: Money
    evidence: tuple[Evidence, ...]
    subject: NodeKey | None


def priced(row: Row, scene: Scene, settings: Settings) -> Priced:
    """Value a row's act on a subject; without a stake or a measured effect it is worth minus its cost."""
    wager = stake_of(row.stake, scene, settings)
    effect = _effect(row, "none" if wager is None else wager.kind, scene)
    minutes = Decimal(effect.minutes if effect is not None else row.cost_minutes or 0)
    tool_cost = effect.tool_cost if effect is not None else Decimal(0)
    if wager is None or effect is None or effect.stake == "none":
        value = expected_value(Decimal(0), None, minutes, scene.rate, tool_cost=tool_cost)
        return Priced(value, minutes, (), None, None)
    value = expected_value(
        effect.delta_p, wager.amount, minutes, scene.rate, tool_cost=tool_cost, basis=effect.basis,
        weight=effect.n + scene.about.profile.judgement.learning.prior_decisions,
    )  # fmt: skip
    without = p_without(wager, scene)
    most = None if without is None else ceiling(wager.amount, without)
    return Priced(value, minutes, unique(wager.evidence), wager.subject, most)


def _effect(row: Row, kind: Stake, scene: Scene) -> Effect | None:
    effects = scene.about.profile.effects
    if effects is None:
        return None
    return effects.row(row.action_type, kind, row.play) or effects.row(row.action_type, "none", row.play)


def stake_of(kind: Stake | str, scene: Scene, settings: Settings) -> Wager | None:
    """Find the amount at stake: the contract's yearly value, the open amount, or the uplift alone."""
    match kind:
        case "renewal":
            return _renewal(scene)
        case "new":
            return _deal(scene) or _promised(scene)
        case "expansion":
            return _uplift(scene, settings)
        case "best":
            return _promised(scene) or _deal(scene) or _renewal(scene)
        case _:
            return None


def _renewal(scene: Scene) -> Wager | None:
    contract = scene.contract
    value = None if contract is None else contract.annual_value
    if contract is None or value is None:
        return None
    return Wager("renewal", value, contract.cite("annual_value"), contract.key)


def _deal(scene: Scene) -> Wager | None:
    deal = scene.deal
    if deal is None or deal.amount is None or not deal.is_open:
        return None
    kind: Stake = "new"
    if deal.kind in ("renewal", "expansion"):
        kind = "renewal" if deal.kind == "renewal" else "expansion"
    return Wager(kind, deal.amount, deal.cite("amount"), deal.key)


def _promised(scene: Scene) -> Wager | None:
    """Take what a promised price would bring: uplift for a customer, new business for a prospect."""
    offer = promised_offer(scene)
    if offer is None:
        return None
    kind: Stake = "expansion" if scene.view.status == "customer" else "new"
    return Wager(kind, offer.amount, offer.evidence, scene.subject)


def _uplift(scene: Scene, settings: Settings) -> Wager | None:
    deal = expansion_deal(scene.about)
    if deal is not None and deal.amount is not None:
        return Wager("expansion", deal.amount, deal.cite("amount"), deal.key)
    offer = expansion_offer(scene, settings.target_seat_share)
    return None if offer is None else Wager("expansion", offer.amount, offer.evidence, scene.subject)


def p_without(wager: Wager, scene: Scene) -> Decimal | None:
    """P(outcome) without the act: what the deal's stage says, else the profile's baseline."""
    deal = scene.deal
    if deal is not None and deal.key == wager.subject:
        stage = scene.about.profile.pipeline.pipeline(deal.pipeline).stage(deal.stage or "")
        if stage is not None:
            return stage.probability
    effects = scene.about.profile.effects
    baseline = None if effects is None else effects.baseline(wager.kind)
    return None if baseline is None else baseline.p_without
