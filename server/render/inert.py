"""Make text from outside harmless in a terminal or a page, and make what hides in it visible.

Invariant: the result holds no control character but a line break, and no character that is invisible or turns the
reading direction; each of those is written as its code point instead.
"""

import re
import unicodedata
from functools import lru_cache

TAG = re.compile(r"\[(/?)([a-zA-Z#@][^\[\]]{0,80}|)\]")
"""What rich reads as markup: an opening or closing tag in square brackets."""
VISIBLE_FORMAT = frozenset({"\N{SOFT HYPHEN}"})


def inert(text: str) -> str:
    """Strip control characters and rich markup, and write hidden characters as ⟨U+200B⟩."""
    found = _shown(_ESCAPES.sub("", text))
    while (less := TAG.sub(_untagged, found)) != found:
        found = less
    return found


_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)", re.DOTALL)
"""Terminal escape sequences: CSI, OSC with its text, and two-character ones."""


def _shown(text: str) -> str:
    return "".join(map(_char, text.replace("\r\n", "\n").replace("\t", " ")))


def _char(char: str) -> str:
    kind = unicodedata.category(char)
    if char == "\n" or kind[0] not in "CZ" or char == " ":
        return char
    if kind == "Zs":
        return " "
    if kind == "Cc":
        return ""
    return "" if char in VISIBLE_FORMAT else f"⟨U+{ord(char):04X}⟩"


def _untagged(found: re.Match[str]) -> str:
    """Drop a tag that rich would obey; keep any other bracket as it is written."""
    closing, name = found.groups()
    return "" if _is_tag(bool(closing), name) else found.group()


@lru_cache(maxsize=512)
def _is_tag(closing: bool, name: str) -> bool:  # noqa: FBT001 - the two groups of the pattern
    from rich.errors import StyleSyntaxError
    from rich.style import Style

    if closing and not name.strip():
        return True
    if name.startswith(("@", "link")):
        return True
    try:
        Style.parse(name)
    except StyleSyntaxError:
        return False
    return bool(name.strip())


def one_line(text: str, width: int = 0) -> str:
    """Make text inert and put it on one line; longer than `width` it ends in an ellipsis, after a word if it can."""
    flat = " ".join(inert(text).split())
    if not width or len(flat) <= width:
        return flat
    cut = flat[: max(1, width - 1)]
    whole = cut.rpartition(" ")[0] if flat[len(cut)] != " " else cut
    return (whole if len(whole) * 4 > width * 3 else cut).rstrip(" ,;:") + "…"
