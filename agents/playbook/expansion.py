"""How much could be added and what it costs at list: seats somebody asked for, promised or is about to need.

Invariant: a price is units × list price, or there is none; no discount, no guess.
"""

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from agents.playbook.scene import Scene, source_of
from state.canonical import digest
from state.decision.brief import Operation
from state.evidence import Evidence, Trust
from state.ids import EventId, EvidenceId, stable_id
from state.money import Money
from state.ports.deciding import Deliberating
from state.world.profile import Profile
from state.world.view import Deal, Form, Mail, Note, Promise, ReadingNode, Subscription

ROUND_TO = 10
_UNITS = re.compile(r"\b(?P<n>\d{1,5})[\s-](?:\w{1,30}\s)?(?:seats?|licen[cs]es?|users?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offer:
    """Units of one product at list price."""

    units: int
    product: str
    unit_price: Money
    evidence: tuple[Evidence, ...]
    """What the units and the product rest on; the price list comes last."""
    counting: tuple[Operation, ...] = ()
    """How the units were worked out, where nobody named them."""

    @property
    def amount(self) -> Money:
        """Units: per year."""
        return self.unit_price.times(self.units)

    @property
    def operation(self) -> Operation:
        """How the amount was computed."""
        price = self.evidence[-1].id
        return Operation(name="product", inputs=(str(self.units), price), result=str(self.amount))


def offer(
    profile: Profile, units: int | None, product: str | None, evidence: tuple[Evidence, ...]
) -> Offer | None:
    """Price units at list; None where the list has no such product."""
    known = product_id(profile, product)
    if profile.prices is None or known is None or not units or units < 1:
        return None
    price = profile.prices.list_price(known)
    if price is None:
        return None
    return Offer(units, known, price, (*evidence, price_evidence(profile, known, price)))


def product_id(profile: Profile, name: str | None) -> str | None:
    """Find a product by id or name, ignoring case; without a name, the only one sold."""
    products = profile.company.products
    if name is None:
        return products[0].id if len(products) == 1 else None
    wanted = name.casefold()
    return next((one.id for one in products if wanted in (one.id.casefold(), one.name.casefold())), None)


def product_name(profile: Profile, product: str) -> str:
    """Name a product as customers know it."""
    return next((one.name for one in profile.company.products if one.id == product), product)


def price_evidence(profile: Profile, product: str, price: Money) -> Evidence:
    """Cite the price list."""
    prices = profile.prices
    sealed = digest(None if prices is None else prices.model_dump(mode="json"))
    confirmed = date.min if prices is None else prices.confirmed_on
    return Evidence(
        id=EvidenceId(stable_id("ev", "profile", "prices", product, sealed)),
        source="profile",
        record="prices",
        field=product,
        value=format(price.amount.normalize(), "f"),
        observed_at=datetime.combine(confirmed, time(), UTC),
        hash=sealed,
        trust=Trust.ADMIN,
        event=EventId(f"profile:prices:{sealed[:12]}"),
    )


def asked(about: Deliberating) -> ReadingNode | None:
    """Find the latest expansion a buyer spoke of that was not taken back since."""
    said = about.view.readings_of("expansion")
    spoken = [node for node in said if node.speaker == "them"]
    noted = [node for node in said if node.speaker == "us"]
    latest = max(spoken or noted, key=lambda node: (node.at, node.key), default=None)
    if latest is None or any(node.at > latest.at for node in about.view.readings_of("expansion_withdrawn")):
        return None
    return latest


def sought_by(scene: Scene) -> str | None:
    """Give the raw address of who spoke of the expansion."""
    node = asked(scene.about)
    said_in = source_of(scene.view, node)
    match said_in:
        case Mail() | Form():
            return said_in.sender
        case Note():
            return next(iter(said_in.texts("participants")), None)
        case _:
            return None


def expansion_deal(about: Deliberating) -> Deal | None:
    """Find the open expansion deal that nobody took back since it was last touched."""
    taken_back = [node.at for node in about.view.readings_of("expansion_withdrawn")]
    deals = (deal for deal in about.view.open_deals if deal.text("kind") == "expansion")
    return next((deal for deal in deals if not taken_back or deal.last_changed > max(taken_back)), None)


def expansion_offer(scene: Scene, target_share: Decimal) -> Offer | None:
    """Size the expansion: seats spoken of, else what brings seat use down to the target share.

    Units: seats per year; a need worked out by us is rounded up to ten.
    """
    about, contract = scene.about, scene.contract
    product = None if contract is None else contract.product
    node = asked(about)
    if node is not None and node.number("seats"):
        return offer(
            about.profile, node.number("seats"), product, (*node.cite("seats"), *_product_of(contract))
        )
    limit = about.judgement.signal("SEAT_LIMIT_NEAR")
    used, seats = seats_used(about), None if contract is None else contract.seats
    if limit is None or used is None or not seats or contract is None:
        return None
    wanted = math.ceil(used / target_share / ROUND_TO) * ROUND_TO - seats
    found = offer(
        about.profile, wanted, product, (*limit.evidence, *contract.cite("seats"), *_product_of(contract))
    )
    inputs = (str(wanted + seats), *(item.id for item in contract.cite("seats")))
    counting = (Operation(name="difference", inputs=inputs, result=str(wanted)),)
    return None if found is None else replace(found, counting=counting)


def _product_of(contract: Subscription | None) -> tuple[Evidence, ...]:
    return () if contract is None else contract.cite("product")


def seats_used(about: Deliberating) -> int | None:
    """Read the latest day of the seat series."""
    series = about.view.series("seats_used")
    return None if series is None or not series.points else next(reversed(series.points.values()))


def promised_offer(scene: Scene) -> Offer | None:
    """Price what we promised to price: the seats in the promise's words, the product of deal or contract."""
    promise = scene.as_(Promise)
    if promise is None:
        return None
    deal, contract = scene.deal, scene.contract
    named = _named_product(scene.about.profile, promise.deliverable)
    product = named or (deal.text("product") if deal else None) or (contract.product if contract else None)
    cited = promise.cite("seats", "deliverable")
    return offer(
        scene.about.profile, promise.number("seats") or _units_in(promise.deliverable), product, cited
    )


def _units_in(text: str) -> int | None:
    match = _UNITS.search(text)
    return None if match is None else int(match["n"])


def _named_product(profile: Profile, text: str) -> str | None:
    words = text.casefold()
    return next((one.id for one in profile.company.products if one.name.casefold() in words), None)
