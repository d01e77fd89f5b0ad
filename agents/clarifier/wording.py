"""Make a drafted mail shorter, or take a discount out of it, without writing a word.

Invariant: every sentence of the result stands in the draft; greeting and signature stay.
"""

import re

NO_STOP = frozenset("inc ltd corp co no nr dr mr mrs ms st jr sr dept approx z.b e.g i.e p.a vs".split())
"""Words after which a full stop ends no sentence."""
_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ0-9“\"])")
_DISCOUNT = re.compile(
    r"\b(?:discounts?|rebates?|rabatte?|price cut)\b|\d\s?(?:%|per ?cent|percent) (?:off|less|lower)|\b(?:off|"
    r"below) (?:the )?list",
    re.IGNORECASE,
)


def shortened(body: str) -> str:
    """Keep the first sentence of each paragraph; where each has but one, leave out the first that is not last.

    Shape: the same text when nothing can go.
    """
    opening, middle, closing = _parts(body)
    first = [_sentences(paragraph)[0] for paragraph in middle]
    if first == middle and len(middle) > 2:
        first = middle[1:]
    return _joined(opening, first, closing)


def without_discount(body: str) -> str:
    """Leave out every sentence that speaks of a discount."""
    opening, middle, closing = _parts(body)
    kept = [
        " ".join(one for one in _sentences(paragraph) if not _DISCOUNT.search(one)) for paragraph in middle
    ]
    return _joined(opening, [one for one in kept if one], closing)


def _parts(body: str) -> tuple[list[str], list[str], list[str]]:
    paragraphs = [part.strip() for part in body.strip().split("\n\n") if part.strip()]
    if len(paragraphs) < 3:
        return [], paragraphs, []
    return paragraphs[:1], paragraphs[1:-1], paragraphs[-1:]


def _sentences(paragraph: str) -> list[str]:
    out: list[str] = []
    for piece in _END.split(paragraph):
        last = out[-1].rstrip(".").rpartition(" ")[2].casefold() if out else ""
        if out and last in NO_STOP:
            out[-1] = f"{out[-1]} {piece}"
        else:
            out.append(piece)
    return out or [paragraph]


def _joined(*parts: list[str]) -> str:
    return "\n\n".join(paragraph for part in parts for paragraph in part)
