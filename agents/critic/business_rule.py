"""Business rules: prices by the list, discounts by the matrix, no selling into a fire, no loose ends in a text.

Invariant: a price or discount that the list does not explain never leaves.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from agents.critic.offers import REDUCTION, amounts_after, offers_in
from agents.critic.prices import is_listed, is_listed_percent
from agents.critic.review import Drafted, Review, found, leaves
from agents.guardrail import COMMERCIAL, SERVICE_SLOTS
from state.decision.finding import Finding
from state.decision.mention import values_of
from state.decision.proposal import Proposal
from state.decision.subject_line import claims_to_answer
from state.world.profile.prices import Prices

UNLISTED = "price_not_listed"
_APPROVERS = {
    "seller": "the owner",
    "manager": "owner and manager",
    "deal_desk": "owner, manager and deal desk",
}
_PLACEHOLDER = re.compile(
    r"\{\{|\}\}|\[\[|\]\]|<placeholder|\{[a-z][a-z_.]{0,40}\}|<[a-z_]{2,30}>"
    r"|\[(?:your|insert|first name|last name|name|company|date|amount|recipient)\b[^\]]*\]|\b(?:TBD|lorem ipsum)\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(?:I|we)(?:[’']ll| will| shall)\s+(?!not\b)(?:\w+\s+)?(?:send|deliver|provide|share|fix|solve|ship|prepare)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:once|when|as soon as|before|after|if|until|today|tomorrow|by the end)\b", re.IGNORECASE
)
_ON_RECORD = frozenset({"annual_value", "amount"})


def business_rules(review: Review) -> Iterator[Finding]:
    """Check the words and arguments of every proposal."""
    for drafted in review.drafted:
        yield from _prices(review, drafted)
        yield from _loose_ends(review, drafted)
    for proposal in review.proposals:
        yield from _discount(review, proposal)
        yield from _selling(review, proposal)


def _finding(proposal: Proposal, rule: str, text: str, *, is_blocking: bool) -> Finding:
    return found(
        "business_rule", rule, proposal.id, text, is_blocking=is_blocking, evidence=proposal.evidence
    )


def _is_strict(proposal: Proposal) -> bool:
    """Tell whether a wrong price stops it: what leaves, and every quote."""
    return leaves(proposal) or proposal.action_type == "draft_quote"


def granted(proposal: Proposal) -> tuple[Decimal, ...]:
    """Read the discount that a proposal itself asks approval for."""
    raw = proposal.arguments.get("discount_percent") or proposal.arguments.get("percent")
    try:
        percent = Decimal(raw) if raw else Decimal(0)
    except InvalidOperation:
        return ()
    return (percent,) if percent.is_finite() and 0 < percent <= 100 else ()


def _prices(review: Review, drafted: Drafted) -> Iterator[Finding]:
    proposal, prices = drafted.proposal, review.about.profile.prices
    wrong = _unlisted(review, drafted, prices) if prices is not None else _unconfigured(drafted)
    for text in (*wrong, *offers_in(drafted.text, is_granted=bool(granted(proposal)))):
        yield _finding(proposal, UNLISTED, text, is_blocking=_is_strict(proposal))


def _amounts(drafted: Drafted) -> Iterator[tuple[str, Decimal, str]]:
    """List what is named as money: currency, amount, and how it is written."""
    for one in drafted.mentions:
        if one.kind == "money":
            currency, _, raw = one.value.partition(" ")
            yield currency, Decimal(raw), one.text
    yield from (("USD", amount, text) for amount, text in amounts_after(drafted.text))


def _unconfigured(drafted: Drafted) -> Iterator[str]:
    if any(_amounts(drafted)):
        yield "It names a price and no price list is configured; an admin adds prices.yaml."


def _unlisted(review: Review, drafted: Drafted, prices: Prices) -> Iterator[str]:
    units = _units(drafted.proposal, [one.value for one in drafted.mentions if one.kind == "number"])
    ours, currencies = _own_amounts(drafted), _own_currencies(review)
    for currency, amount, written in _amounts(drafted):
        is_own = amount in ours and currency in currencies
        is_list = currency == prices.currency and is_listed(amount, units, granted(drafted.proposal), prices)
        if not is_own and not is_list:
            yield f"{written} does not follow from the price list; use list price, or ask for the discount first."
    yield from _reductions(drafted, prices)


def _own_currencies(review: Review) -> frozenset[str]:
    """Name the currencies that the account's contracts and deals are in, and the tenant's own."""
    view = review.about.view
    said = (one.text("currency") for one in (*view.subscriptions, *view.deals))
    return frozenset((review.about.profile.company.currency, *(currency for currency in said if currency)))


def _units(proposal: Proposal, numbers: list[str]) -> frozenset[int]:
    """Collect the counts a price may be multiplied by: those in the text and in the arguments."""
    given = (proposal.arguments.get(name, "") for name in ("units", "seats"))
    return frozenset(int(one) for one in (*numbers, *given) if one.isdecimal() and int(one) > 0)


def _own_amounts(drafted: Drafted) -> frozenset[Decimal]:
    """Read the amounts of contracts and deals that the draft cites from a system of record."""
    cited = [item for statement in drafted.draft.statements for item in statement.evidence]
    values = (
        item.value
        for item in (*cited, *drafted.proposal.evidence)
        if item.field in _ON_RECORD and item.source == "crm"
    )
    return frozenset(Decimal(value) for value in values if re.fullmatch(r"\d+(\.\d+)?", value))


def _reductions(drafted: Drafted, prices: Prices) -> Iterator[str]:
    given = granted(drafted.proposal)
    for text in (drafted.draft.subject, *(statement.text for statement in drafted.draft.statements)):
        percents = [one for one in values_of(text) if one.kind == "percent"] if REDUCTION.search(text) else []
        for percent in (Decimal(one.value) for one in percents):
            if not is_listed_percent(percent, given, prices):
                yield f"A reduction of {percent:f} % is neither a term of the price list nor granted; leave it out."


def _discount(review: Review, proposal: Proposal) -> Iterator[Finding]:
    prices = review.about.profile.prices
    for percent in granted(proposal):
        if prices is None or percent > prices.discounts[-1].up_to_percent:
            text = f"Nobody may grant {percent:f} %; no step of the discount matrix reaches that far."
            yield _finding(proposal, UNLISTED, text, is_blocking=_is_strict(proposal))
        elif prices.approver(percent) != "seller" or prices.needs_four_eyes(percent):
            who = _APPROVERS[prices.approver(percent)]
            eyes = " and a second person" if prices.needs_four_eyes(percent) and who == "the owner" else ""
            text = f"A discount of {percent:f} % is above what a seller may give; {who}{eyes} must approve."
            yield _finding(proposal, "discount_above_matrix", text, is_blocking=False)


def _selling(review: Review, proposal: Proposal) -> Iterator[Finding]:
    if proposal.action_type not in COMMERCIAL or proposal.arguments.get("purpose") in SERVICE_SLOTS:
        return
    view = review.about.view
    if view.status == "churned":
        text = f"{view.name} has churned; no selling mail goes there. Close out what is open instead."
        yield _finding(proposal, "commercial_to_churned", text, is_blocking=leaves(proposal))
    limits = review.about.profile.signals.support_risk_emerging
    worst = [ticket.severity for ticket in view.open_tickets if ticket.severity <= 2]
    if worst.count(1) >= limits.open_sev1 or len(worst) >= limits.open_sev2:
        text = f"{len(worst)} serious tickets are open; solve them before selling anything."
        yield _finding(proposal, "commercial_during_fire", text, is_blocking=leaves(proposal))


def _loose_ends(review: Review, drafted: Drafted) -> Iterator[Finding]:
    proposal, blocking = drafted.proposal, drafted.leaves
    hole = _PLACEHOLDER.search(drafted.text)
    if hole is not None:
        text = f"“{hole.group()}” is a placeholder that nobody filled; fill it or take the sentence out."
        yield _finding(proposal, "placeholder_unresolved", text, is_blocking=blocking)
    if claims_to_answer(drafted.draft.subject) and not proposal.arguments.get("in_reply_to"):
        text = "The subject pretends to be an answer, and it answers no mail; drop the prefix."
        yield _finding(proposal, "fake_reply", text, is_blocking=blocking)
    for statement in drafted.draft.statements:
        if _PROMISE.search(statement.text) and not _is_dated(statement.text):
            text = "It promises something without a day; name the day or do not promise."
            yield _finding(proposal, "promise_without_date", text, is_blocking=False)
    yield from _rivals(review, drafted)


def _is_dated(text: str) -> bool:
    """Tell whether a text names a day, or what the day depends on."""
    return bool(_CONDITION.search(text)) or any(
        one.kind in ("date", "month", "time") for one in values_of(text)
    )


def _rivals(review: Review, drafted: Drafted) -> Iterator[Finding]:
    profile = review.about.profile.competitors
    said = {
        name.casefold()
        for one in review.about.view.readings
        if one.speaker == "them"
        for name in (*one.texts("names"), one.text("name") or "")
    }
    for rival in profile.competitors if profile is not None else ():
        names = (rival.name, *rival.aliases)
        named = any(
            re.search(rf"(?<!\w){re.escape(name)}(?!\w)", drafted.text, re.IGNORECASE) for name in names
        )
        if named and said.isdisjoint(name.casefold() for name in names):
            text = f"It names {rival.name}, and the customer did not; leave competitors out."
            yield _finding(drafted.proposal, "competitor_named", text, is_blocking=drafted.leaves)
