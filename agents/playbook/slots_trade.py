"""Slots of deals, contracts, offers, prices and competitors."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from agents.playbook.expansion import Offer, expansion_offer, offer, product_name, promised_offer
from agents.playbook.slots import Said, Slot, Stage, day, days_said, said
from agents.playbook.slots_account import user_said
from agents.playbook.subject_facts import discount_of
from state.world.signal import Signal
from state.world.view import ReadingNode


def _deal_amount(stage: Stage) -> Said | None:
    deal = stage.scene.deal
    return (
        None
        if deal is None or deal.amount is None
        else said(str(deal.amount), deal.cite("amount", "currency"))
    )


def _deal_text(attribute: str) -> Slot:
    def fill(stage: Stage) -> Said | None:
        deal = stage.scene.deal
        return None if deal is None else said(deal.text(attribute), deal.cite(attribute))

    return fill


def _deal_close(stage: Stage) -> Said | None:
    deal = stage.scene.deal
    return None if deal is None else day(deal.close_on, deal.cite("close_on"))


def _deal_name(stage: Stage) -> Said | None:
    deal = stage.scene.deal
    return None if deal is None else said(deal.name, deal.cite("name") or deal.cite("opened_on", "stage"))


def _deal_id(stage: Stage) -> Said | None:
    return None if stage.scene.deal is None else said(stage.scene.deal.identifier)


def _deal_owner(stage: Stage) -> Said | None:
    deal = stage.scene.deal
    return None if deal is None else user_said(stage, deal.owner)


def _deal_age(stage: Stage) -> Said | None:
    deal = stage.scene.deal
    age = None if deal is None else deal.age_days(stage.scene.today)
    return None if deal is None or age is None else days_said(age, deal.cite("opened_on"), stage)


def _days_to_close(stage: Stage) -> Said | None:
    deal = stage.scene.deal
    if deal is None or deal.close_on is None:
        return None
    return days_said((deal.close_on - stage.scene.today).days, deal.cite("close_on"), stage)


def _discount(stage: Stage) -> Said | None:
    deal = stage.scene.deal
    percent = None if deal is None else discount_of(stage.scene, deal)
    if deal is None or percent is None:
        return None
    spoken = stage.scene.view.readings_of("discount_request")
    return said(
        plain_number(percent),
        (
            *deal.cite("discount_requested_percent"),
            *(item for node in spoken for item in node.cite("percent")),
        ),
    )


def plain_number(value: Decimal) -> str:
    """Write a number without trailing zeros."""
    return format(value.normalize(), "f")


def _latest_not_before(stage: Stage) -> ReadingNode | None:
    nodes = stage.scene.view.readings_of("not_before")
    return max(nodes, key=lambda node: (node.at, node.key), default=None)


def _not_before(stage: Stage) -> Said | None:
    node = _latest_not_before(stage)
    return None if node is None else day(node.day("not_before"), node.cite("not_before"))


def _not_before_iso(stage: Stage) -> Said | None:
    node = _latest_not_before(stage)
    on = None if node is None else node.day("not_before")
    return None if node is None or on is None else said(on.isoformat(), node.cite("not_before"))


def _not_before_month(stage: Stage) -> Said | None:
    found = _not_before(stage)
    return None if found is None else Said(found.text.partition(" ")[2], found.evidence)


def _contract_day(attribute: str) -> Slot:
    def fill(stage: Stage) -> Said | None:
        contract = stage.scene.contract
        return None if contract is None else day(contract.day(attribute), contract.cite(attribute))

    return fill


def _contract_left(stage: Stage) -> Said | None:
    contract = stage.scene.contract
    if contract is None or contract.ends_on is None:
        return None
    return days_said((contract.ends_on - stage.scene.today).days, contract.cite("ends_on"), stage)


def _contract_seats(stage: Stage) -> Said | None:
    contract = stage.scene.contract
    return (
        None if contract is None or not contract.seats else said(str(contract.seats), contract.cite("seats"))
    )


def _contract_id(stage: Stage) -> Said | None:
    return None if stage.scene.contract is None else said(stage.scene.contract.identifier)


def _part(found: Offer | None, read: str, stage: Stage) -> Said | None:
    if found is None:
        return None
    if read == "amount":
        return Said(str(found.amount), found.evidence, (found.operation,))
    texts = {
        "units": str(found.units),
        "unit_price": str(found.unit_price),
        "product": product_name(stage.scene.about.profile, found.product),
        "product_id": found.product,
    }
    return Said(texts[read], found.evidence, found.counting if read == "units" else ())


def _expansion(read: str) -> Slot:
    return lambda stage: _part(expansion_offer(stage.scene, stage.target_seat_share), read, stage)


def _promised(read: str) -> Slot:
    return lambda stage: _part(promised_offer(stage.scene), read, stage)


def _listed(read: str) -> Slot:
    """Name the product of deal or contract and its list price."""

    def fill(stage: Stage) -> Said | None:
        node = stage.scene.deal or stage.scene.contract
        if node is None:
            return None
        return _part(
            offer(stage.scene.about.profile, 1, node.text("product"), node.cite("product")), read, stage
        )

    return fill


def _competitor(stage: Stage) -> Said | None:
    signals = [signal for signal in stage.scene.signals if signal.name == "COMPETITOR_ADDED"]
    for signal in signals:
        name = signal.numbers.get("competitor") or _competitor_in(stage, signal)
        if name:
            return Said(name, signal.evidence)
    return None


def _competitor_in(stage: Stage, signal: Signal) -> str | None:
    profile = stage.scene.about.profile.competitors
    words = " ".join((signal.text, signal.sub_state, *(item.value for item in signal.evidence))).casefold()
    known = () if profile is None else profile.competitors
    return next(
        (one.name for one in known if any(n.casefold() in words for n in (one.name, *one.aliases))), None
    )


def _battle_card(stage: Stage) -> Said | None:
    profile, named = stage.scene.about.profile.competitors, _competitor(stage)
    if profile is None or named is None:
        return None
    rival = next((one for one in profile.competitors if one.name == named.text), None)
    card = next((doc for doc in stage.scene.about.knowledge if rival and doc.id == rival.battle_card), None)
    return None if card is None else said(card.title, named.evidence)


TRADE: Final[Mapping[str, Slot]] = {
    "deal.id": _deal_id,
    "deal.name": _deal_name,
    "deal.stage": _deal_text("stage"),
    "deal.forecast": _deal_text("forecast_category"),
    "deal.amount": _deal_amount,
    "deal.close_on": _deal_close,
    "deal.days_to_close": _days_to_close,
    "deal.age": _deal_age,
    "deal.owner": _deal_owner,
    "deal.discount": _discount,
    "deal.not_before": _not_before,
    "deal.not_before_iso": _not_before_iso,
    "deal.not_before_month": _not_before_month,
    "contract.id": _contract_id,
    "contract.ends_on": _contract_day("ends_on"),
    "contract.notice_on": _contract_day("notice_on"),
    "contract.days_left": _contract_left,
    "contract.seats": _contract_seats,
    "expansion.seats": _expansion("units"),
    "expansion.amount": _expansion("amount"),
    "expansion.unit_price": _expansion("unit_price"),
    "expansion.product": _expansion("product"),
    "expansion.product_id": _expansion("product_id"),
    "promise.units": _promised("units"),
    "promise.amount": _promised("amount"),
    "promise.unit_price": _promised("unit_price"),
    "promise.product": _promised("product"),
    "list.product": _listed("product"),
    "list.unit_price": _listed("unit_price"),
    "competitor.name": _competitor,
    "competitor.card": _battle_card,
}
