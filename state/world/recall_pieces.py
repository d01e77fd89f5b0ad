"""Cut texts into pieces that can be found and cited.

Invariant: every word of a text stands in a piece; no piece is longer than the bound; what stands on a cut
stands whole in one of the two pieces, because neighbours overlap.
"""

from collections.abc import Iterator

LONGEST = 1200
"""Units: characters of one piece."""
OVERLAP = 200
"""Units: characters that two neighbours share."""
_ENDS = (". ", "! ", "? ", "\n", "; ", ", ", " ")
"""Where a text may be cut, the best places first."""


def pieces_of(text: str, longest: int = LONGEST, overlap: int = OVERLAP) -> tuple[str, ...]:
    """Cut a text at its empty lines, and a paragraph longer than the bound into overlapping pieces."""
    paragraphs = (part.strip() for part in text.split("\n\n"))
    return tuple(
        piece for paragraph in paragraphs if paragraph for piece in _cut(paragraph, longest, overlap)
    )


def _cut(text: str, longest: int, overlap: int) -> Iterator[str]:
    start = 0
    while len(text) - start > longest:
        end = _end_of(text, start + longest // 2, start + longest)
        yield text[start:end].strip()
        start = _begin_of(text, end - overlap, end)
    yield text[start:].strip()


def _end_of(text: str, least: int, most: int) -> int:
    """Find the last good place to end a piece, else cut hard."""
    for mark in _ENDS:
        found = text.rfind(mark, least, most)
        if found >= 0:
            return found + len(mark)
    return most


def _begin_of(text: str, least: int, most: int) -> int:
    """Begin the next piece at a word."""
    found = text.find(" ", least, most)
    return found + 1 if found >= 0 else least
