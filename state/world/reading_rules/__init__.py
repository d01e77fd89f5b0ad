"""The grammar of readings: how a text is cut into sentences, whose words they are, and what each rule finds in one.

Invariant: a rule looks at one bounded sentence with bounded patterns, so reading is linear in the length of a text.
"""

from state.world.reading_rules.found import Found, Origin, Sentence, Speaker, Topic
from state.world.reading_rules.items import items_in
from state.world.reading_rules.orders import hidden_order, order
from state.world.reading_rules.ruleset import read
from state.world.reading_rules.sentences import fresh_part, sentence_spans
from state.world.reading_rules.voices import Sides, Voice, straightened, voices

__all__ = [
    "Found",
    "Origin",
    "Sentence",
    "Sides",
    "Speaker",
    "Topic",
    "Voice",
    "fresh_part",
    "hidden_order",
    "items_in",
    "order",
    "read",
    "sentence_spans",
    "straightened",
    "voices",
]
