"""Which cards may be approved together, each by its own hash, and which want a look of their own.

Invariant: nothing leaves by an approval of many whose recipient, words or amount differ in kind from the others.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from graphs.telling.card import CardOut


def needs_a_look(card: CardOut, among: Sequence[CardOut] = ()) -> str:
    """Say why a card is not approved together with others; empty when it may be. Before others are known, of itself."""
    return next((f"{reason}: approve it by itself" for reason in _reasons(card, among)), "")


def _reasons(card: CardOut, among: Sequence[CardOut]) -> Iterator[str]:
    if not card.recipients:
        return
    if card.rests_on_untrusted:
        yield "rests on text that nobody verified"
    if card.looks_like:
        yield "its mail domain looks like one we know, and is not"
    if card.is_first_to_address:
        yield "first mail to this address"
    if len(card.seats) > 1:
        yield "wants more than one person, as over the amount limit"
    if among and card.template != _usual(among):
        yield "not drawn up from the template of the others"


def _usual(among: Sequence[CardOut]) -> str:
    """Name the template that most of a group use, the first by name among equals."""
    counts = Counter(one.template for one in among if one.recipients)
    return min(counts, key=lambda name: (-counts[name], name), default="")
