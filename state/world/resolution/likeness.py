"""Mail domains that look like one we know and are not: swapped letters, another ending, a known name inside another.

Invariant: a domain that we know never looks like another one of ours, and no name is compared by more than its own
letters: what is seen is what two people with the same screen would take for one another.
Source: Unicode TS 39 (skeletons); the letters below are those of its table that a browser shows in a mail domain.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

_LOOKS = {
    "a": "аαɑ", "b": "вьβ", "c": "сϲ", "d": "ԁđ", "e": "еєҽ", "g": "ɡ", "h": "һнħ", "i": "іıι", "j": "ј", "k": "кκ",
    "l": "ӏł", "m": "м", "n": "пη", "o": "оοø", "p": "рρ", "q": "ԛ", "r": "г", "s": "ѕ", "t": "тτŧ", "u": "цυ",
    "v": "ѵν", "w": "ѡω", "x": "хχ", "y": "уγ",
}  # fmt: skip
_FOREIGN = {char: latin for latin, chars in _LOOKS.items() for char in chars}
"""Letters of other alphabets, and some of Latin, as they look in a to z."""
_FIGURES = str.maketrans("01358", "olesb")
_PAIRS = (("rn", "m"), ("nn", "m"), ("vv", "w"), ("cl", "d"), ("cj", "g"))
"""Letters that together look like another one."""
_SECOND_LEVEL = frozenset({"co", "com", "net", "org", "ac", "gov", "edu"})
"""Second levels under a country's two letters, as in co.uk."""
LEAST_FOR_ENDING, LEAST_FOR_SLIP, LEAST_FOR_PART = 4, 6, 5
"""Shorter names are too often alike by chance: for another ending, one slip of the pen, being a part."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A domain that looks like another one."""

    domain: str
    """Raw, as mail would go to it."""
    like: str
    how: str


@dataclass(frozen=True, slots=True)
class _Name:
    whole: str
    label: str
    """What its owner chose: fieldstone of mail.fieldstone.co.uk."""
    ending: str
    skeleton: str
    above: str
    """What stands before it."""


def likeness(domain: str, known: Collection[str]) -> Likeness | None:
    """Find the known domain that this one could be taken for; None for one that is known or like none.

    Shape: the first by kind of likeness, then by name.
    """
    ours = sorted({one.lower() for one in known})
    if any(_is_within(domain.lower(), one) for one in ours):
        return None
    mine = _name(domain.lower())
    for how, like in _looks(mine, ours):
        return Likeness(domain.lower(), like, how)
    return None


def decoded(domain: str) -> str:
    """Write an internationalised domain as it is shown to readers; what cannot be decoded stays as it is."""
    return ".".join(map(_decoded, domain.lower().split(".")))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def skeleton(label: str) -> str:
    """Write a label as it looks: accents away, foreign letters and figures as the Latin ones they look like."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", label).casefold())
    seen = "".join(_FOREIGN.get(char, char) for char in bare if not unicodedata.combining(char))
    seen = seen.translate(_FIGURES).replace("-", "")
    for pair, one in _PAIRS:
        seen = seen.replace(pair, one)
    return seen.replace("i", "l")


def _is_within(domain: str, known: str) -> bool:
    return domain == known or domain.endswith(f".{known}")


def _looks(mine: _Name, known: Collection[str]) -> Iterator[tuple[str, str]]:
    others = {one: _name(one) for one in known}
    for how, is_like in _KINDS:
        yield from ((how, one) for one, other in others.items() if is_like(mine, other))
    if len(mine.skeleton) >= LEAST_FOR_SLIP:
        near = process.extract(
            mine.skeleton,
            {one: other.skeleton for one, other in others.items() if len(other.skeleton) >= LEAST_FOR_SLIP},
            scorer=OSA.distance,
            score_cutoff=1,
            limit=None,
        )
        yield from (("one letter is off", one) for _, _, one in near)


def _is_same_to_the_eye(mine: _Name, other: _Name) -> bool:
    return mine.label != other.label and mine.skeleton == other.skeleton


def _is_other_ending(mine: _Name, other: _Name) -> bool:
    return mine.label == other.label and mine.ending != other.ending and len(mine.label) >= LEAST_FOR_ENDING


def _is_inside(mine: _Name, other: _Name) -> bool:
    """Say whether the known name is a part of this one: fieldstone-billing.com, fieldstone.com.mail.example."""
    if len(other.label) < LEAST_FOR_PART:
        return False
    parts = {skeleton(part) for part in re.split(r"[-_]", mine.label)}
    is_above = f".{other.whole}." in f".{mine.above}."
    return is_above or (mine.label != other.label and other.skeleton in parts)


_KINDS = (
    ("its letters look the same", _is_same_to_the_eye),
    ("it ends otherwise", _is_other_ending),
    ("that name is only a part of it", _is_inside),
)


@lru_cache(maxsize=20_000)
def _name(domain: str) -> _Name:
    parts = decoded(domain).split(".")
    count = 2 if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL else 1
    above, label = parts[: -count - 1], parts[-count - 1] if len(parts) > count else parts[0]
    return _Name(domain, label, ".".join(parts[-count:]), skeleton(label), ".".join(above))
