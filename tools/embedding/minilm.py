"""Vectors by all-MiniLM-L6-v2 on this machine: the mean over a text's tokens, length 1.

Invariant: texts of a batch do not touch each other: padding is masked out of attention and of the mean.
Source: Wang et al., MiniLM, 2020; Reimers and Gurevych, Sentence-BERT, 2019.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from state.errors import Unavailable
from state.ports.memory import Vector
from state.world.recall_fusion import SEMANTIC
from tools.embedding.minilm_network import session_of
from tools.embedding.minilm_weights import (
    INSTALL,
    TOKENIZER,
    WEIGHTS,
    MiniLmFiles,
    find_files,
    tensors_of,
    verified,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

LONGEST = 256
"""Units: tokens; what stands behind them is not read."""
BATCH = 16


class MiniLmEmbedder:
    """`Embedder` by the local model; loaded at the first text."""

    name = "minilm-l6-v2"
    strength = SEMANTIC
    least = 0.2

    def __init__(self, files: MiniLmFiles | None = None) -> None:
        found = files or find_files()
        if found is None:
            raise Unavailable(
                "The local model all-MiniLM-L6-v2 is not installed.", field="embedder", value="minilm",
                remedy=f"{INSTALL}, or set REVLOOP_EMBEDDER=ngrams.",
            )  # fmt: skip
        self._files = found

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Give one vector per text. Raises: Unavailable when the files are not the official ones."""
        read = [one.ids for one in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(read)), key=lambda place: len(read[place]))
        out: list[Vector] = [b""] * len(read)
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            for place, row in zip(places, self._rows([read[place] for place in places]), strict=True):
                out[place] = row.astype("<f4").tobytes()
        return out

    def _rows(self, read: Sequence[Sequence[int]]) -> "NDArray[np.float32]":
        """Run texts of about one length together."""
        import numpy as np

        longest = max(map(len, read))
        ids = np.array([[*one, *[0] * (longest - len(one))] for one in read], dtype=np.int64)
        mask = np.array([[1] * len(one) + [0] * (longest - len(one)) for one in read], dtype=np.int32)
        places = np.broadcast_to(np.arange(longest, dtype=np.int64), ids.shape)
        given = {"ids": ids, "places": places, "kinds": np.zeros_like(ids), "mask": mask}
        (state,) = self._session.run(None, given)
        kept = mask[:, :, None].astype(np.float32)
        means = (np.asarray(state, dtype=np.float32) * kept).sum(axis=1) / kept.sum(axis=1)
        found: NDArray[np.float32] = means / np.linalg.norm(means, axis=1, keepdims=True)
        return found

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        found = Tokenizer.from_str(verified(self._files.tokenizer, TOKENIZER).decode())
        found.no_padding()
        found.enable_truncation(LONGEST)
        return found

    @cached_property
    def _session(self) -> "InferenceSession":
        return session_of(tensors_of(verified(self._files.weights, WEIGHTS)))
