"""Offers that carry no figure: a reduction, a gift or a promise about the price that the list does not hold.

Invariant: what is given away without a number is found as surely as a wrong number; a refusal or a question is none.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from state.decision.mention import values_of

REDUCTION = re.compile(
    r"\b(?:discount|reduction|rebate|rabatt|nachlass|preisnachlass|concession|price cut)s?\b"
    r"|(?:%|percent\b|per cent\b)\s+(?:off|cheaper)\b|\b(?:below|under|less than|off)\s+(?:the\s+)?list\b",
    re.IGNORECASE,
)
"""Words that make a percentage a reduction."""
_OFFERING = re.compile(
    r"\b(?:can|could|will|would|shall|may|offer(?:s|ing)?|give|giving|grant(?:s|ing)?|apply|include[sd]?|get|have"
    r"|receive|happy|glad|pleased|prepared|able|arrange|extend|let me|yours)\b|[’']ll\b",
    re.IGNORECASE,
)
_REFUSING = re.compile(
    r"(?<!at )\bno\b|\b(?:not|never|without|neither|nor|cannot|none|unable|kein|keine|keinen)\b|n[’']t\b",
    re.IGNORECASE,
)
_OFF = re.compile(r"(?:percent|per cent)\s+(?:off|cheaper)\b|(?:nachlass|rabatt)\s+von\b", re.IGNORECASE)
_KINDER = re.compile(
    r"\b(?:special|better|lower|reduced|friendly|sharper)\s+(?:price|rate)s?\b", re.IGNORECASE
)
_UNIT = r"(?:day|week|month|quarter|year|seat|licen[cs]e|user)s?"
_GIFT = re.compile(
    r"\bfree of charge\b|\bat no (?:extra |additional )?(?:cost|charge)\b|\bfor free\b|\bcomplimentary\b|\bgratis\b"
    rf"|\bon the house\b|\bkostenlos\b|\b{_UNIT}\s+free\b|\bfree\s+{_UNIT}\b|\bwaiv(?:e|es|ed|ing)\b"
    r"|\bhalf[- ](?:price|off)\b|\btwo for one\b|\bbuy one\b",
    re.IGNORECASE,
)
_MATCHING = re.compile(
    r"\b(?:match|beat|undercut)(?:es|ing)?\s+(?:\w+[’']?s?\s+){0,3}(?:price|offer|quote|rate)s?\b|\bprice[- ]match",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\b(?:lock|locked|freeze|frozen|guarantee[ds]?)\b[^.!?\n]{0,30}\b(?:price|rate|pricing)s?\b"
    r"|\b(?:price|rate|pricing)s?\b[^.!?\n]{0,30}\b(?:locked|frozen|guaranteed|never (?:rise|increase|go up))\b",
    re.IGNORECASE,
)
_SPELT = re.compile(
    r"\b(?:hundred|thousand|million)\s+(?:us\s+)?(?:dollar|euro|pound|usd|eur|gbp)s?\b", re.IGNORECASE
)
_AFTER = re.compile(r"(?<![\w.,$])(\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(\.\d{1,2})?\s?\$(?![\w$])")
_CLAUSE = re.compile(r"[^.!?\n]+[.!?]?")


def amounts_after(text: str) -> Iterator[tuple[Decimal, str]]:
    """Yield dollar amounts whose sign stands behind, and how they are written."""
    for match in _AFTER.finditer(text):
        yield Decimal(match.group(1).replace(",", "") + (match.group(2) or "")), match.group()


def offers_in(text: str, *, is_granted: bool) -> Iterator[str]:
    """Say, sentence by sentence, what is given away without a figure that the price list could back."""
    for clause in _CLAUSE.findall(text):
        if _SPELT.search(clause):
            yield "It spells an amount out in words; write it in figures, so that it can be checked."
        if _REFUSING.search(clause) or clause.endswith("?"):
            continue
        if not is_granted and _is_blank_reduction(clause):
            yield "It offers a reduction without a figure; name one that the list or an approval backs."
        if _GIFT.search(clause):
            yield "It gives something away; the price list has nothing for free."
        if _MATCHING.search(clause):
            yield "It offers to match another price; only the price list and its approvals make prices."
        if _KEPT.search(clause):
            yield "It promises that a price stays; the price list holds no such promise."


def _is_blank_reduction(clause: str) -> bool:
    if any(one.kind == "percent" for one in values_of(clause)):
        return False
    if _OFF.search(clause):
        return True
    return bool(REDUCTION.search(clause) or _KINDER.search(clause)) and bool(_OFFERING.search(clause))
