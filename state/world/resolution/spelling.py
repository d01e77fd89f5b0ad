"""Names written so that they compare: case, accents, punctuation and word order away; and how far two are alike."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import product

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from state.world.profile.resolution import Alikeness

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "æ": "ae", "œ": "oe"})
_BARE = str.maketrans({"ø": "o", "å": "a", "æ": "a", "œ": "o", "ł": "l"})
_DOTTED = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b")
JOINING = frozenset({"and", "und", "et", "y", "e", "the"})


def plain(text: str) -> str:
    """Fold case, accents and punctuation away, so that Müller, MUELLER and Mueller Inc. compare.

    Shape: words of a–z and 0–9 (and letters of other scripts) with one space between them.
    """
    return _worded(text.casefold().translate(_SPELT))


def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a name in lower case, accents kept; S.A. is one word."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return tuple(re.findall(r"[^\W_]+", _DOTTED.sub(lambda found: found[0].replace(".", ""), folded)))


def spelt(word: str) -> str:
    """Write one word of `words_of` without accents: ü as ue."""
    return _worded(word.translate(_SPELT))


def _spellings(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Give the ways a name is commonly spelt: Müller is Mueller, or Muller where accents were dropped."""
    return tuple(
        dict.fromkeys(tuple(_worded(word.translate(table)) for word in words) for table in (_SPELT, _BARE))
    )


def _worded(folded: str) -> str:
    bare = "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", bare))


def name_score(left: Sequence[str], right: Sequence[str], limits: Alikeness) -> int:
    """Say how alike two names are, 0 to 100, over all their spellings; see `words_score`.

    Shape: words of `words_of`.
    """
    pairs = product(_spellings(left), _spellings(right))
    return max((words_score(one, other, limits) for one, other in pairs), default=0)


def words_score(left: Sequence[str], right: Sequence[str], limits: Alikeness) -> int:
    """Compare names word by word.

    Invariant: a word that is on one side only, and no slip of the pen of one on the other, keeps the score under
    the limit from which names are alike: Acme Medical is not Acme, and Vantage is not Advantage.
    """
    left, right = _telling(left), _telling(right)
    if not left or not right:
        return 0
    joined = ("".join(left), "".join(right))
    score = max(fuzz.ratio(*joined), fuzz.ratio("".join(sorted(left)), "".join(sorted(right))))
    is_one = _is_slip(*joined, limits) or not any(_unlike(left, right, limits))
    return round(score) if is_one else min(round(score), limits.name_likely - 1)


def _telling(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in JOINING] or list(words)


def _unlike(left: Sequence[str], right: Sequence[str], limits: Alikeness) -> Iterator[str]:
    """List the words that have no partner on the other side."""
    free = list(right)
    for word in left:
        partner = next((one for one in free if one == word), None) or next(
            (one for one in free if _is_slip(word, one, limits)), None
        )
        if partner is None:
            yield word
        else:
            free.remove(partner)
    yield from free


def _is_slip(left: str, right: str, limits: Alikeness) -> bool:
    """Tell whether two words differ by no more than a slip; numbers and first letters must agree."""
    if left == right:
        return True
    digits = [re.findall(r"\d+", word) for word in (left, right)]
    if digits[0] != digits[1] or left[0] != right[0]:
        return False
    length = min(len(left), len(right))
    allowed = 2 if length >= limits.two_slips_from else 1 if length >= limits.one_slip_from else 0
    return int(OSA.distance(left, right)) <= allowed
