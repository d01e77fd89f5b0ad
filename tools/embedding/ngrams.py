"""Vectors without a model: pieces of words, hashed into a fixed number of places.

Invariant: equal texts have equal vectors in every process. What it compares is spelling, never meaning.
Source: Weinberger et al., Feature Hashing for Large Scale Multitask Learning, 2009 (signed hashing).
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from state.ports.memory import Vector
from state.world.recall import words_of
from state.world.recall_fusion import SPELLING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH = 384
SIZES = (3, 4, 5)
_FACTOR = 1_000_003
_MIX = 0x9E3779B1


class NgramEmbedder:
    """`Embedder` by hashed pieces of three to five bytes of each word."""

    name = f"ngrams-{WIDTH}-1"
    strength = SPELLING
    least = 0.2

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Give one vector per text; a text without words stands at the first place."""
        return [_vector(text) for text in texts]


def _vector(text: str) -> Vector:
    import numpy as np

    written = np.frombuffer(f" {' '.join(words_of(text))} ".encode(), dtype=np.uint8)
    sums = np.zeros(WIDTH, dtype=np.float64)
    for size in SIZES:
        if len(written) >= size:
            hashes = _hashes(written, size)
            signs = np.where(hashes & 1, 1.0, -1.0)
            sums += np.bincount((hashes >> 8) % WIDTH, weights=signs, minlength=WIDTH)
    sums = np.sign(sums) * np.sqrt(np.abs(sums))
    length = float(np.sqrt(np.dot(sums, sums)))
    if not length:
        sums[0] = length = 1.0
    return (sums / length).astype("<f4").tobytes()


def _hashes(written: "NDArray[np.uint8]", size: int) -> "NDArray[np.uint32]":
    """Hash each run of bytes; sums wrap around at 32 bits."""
    import numpy as np

    out = np.zeros(len(written) - size + 1, dtype=np.uint32)
    for place, factor in enumerate(_factors(size)):
        out += written[place : len(written) - size + 1 + place].astype(np.uint32) * np.uint32(factor)
    out ^= out >> np.uint32(15)
    out *= np.uint32(_MIX)
    return out ^ (out >> np.uint32(13))


@cache
def _factors(size: int) -> tuple[int, ...]:
    return tuple(pow(_FACTOR, size - place, 2**32) for place in range(size))
