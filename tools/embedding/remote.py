"""Vectors from an OpenAI-compatible endpoint that an admin has set: the only embedder whose texts leave.

Invariant: only the set address is called, by the one way out; an answer is read no further than it may be long.
"""

import json
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from state.errors import InvalidInput, Unavailable
from state.governance.destination import Named, Refused, named_by
from state.ports.memory import Vector
from state.world.recall_fusion import SEMANTIC
from tools.egress import Bounds, Egress

BATCH = 64
LONGEST_ANSWER = 16_000_000
"""Units: bytes."""


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore")

    index: int
    embedding: Annotated[list[float], Field(min_length=1, max_length=8192)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    data: list[_Item]


class RemoteEmbedder:
    """`Embedder` by HTTP."""

    strength = SEMANTIC
    least = 0.2

    def __init__(
        self, url: str, key: str, model: str, timeout_seconds: float = 30.0, named: Named = frozenset()
    ) -> None:
        place = urlsplit(url)
        if place.scheme not in {"http", "https"} or not place.hostname:
            raise InvalidInput(
                "The address for embeddings cannot be read.", field="embedding_url", value=url,
                remedy="Set REVLOOP_EMBEDDING_URL to an OpenAI-compatible base address.",
            )  # fmt: skip
        self.name = f"openai:{model}"
        self._host = place.hostname
        self._address = f"{url.rstrip('/')}/embeddings"
        self._key, self._model = key, model
        self._egress = Egress(
            named | named_by(url), Bounds(content_bytes=LONGEST_ANSWER, seconds=timeout_seconds, redirects=0)
        )

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Ask in batches. Raises: Unavailable saying what came instead."""
        batches = (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))
        return [vector for batch in batches for vector in self._asked(list(batch))]

    def _asked(self, texts: list[str]) -> list[Vector]:
        content = self._said(texts)
        try:
            items = sorted(_Answer.model_validate_json(content).data, key=lambda item: item.index)
        except ValidationError as error:
            raise self._failed("its answer has another form") from error
        widths = {len(item.embedding) for item in items}
        if [item.index for item in items] != list(range(len(texts))) or len(widths) != 1:
            raise self._failed("its answer does not hold one vector per text")
        return [_unit(item.embedding) for item in items]

    def _said(self, texts: list[str]) -> bytes:
        body = json.dumps({"model": self._model, "input": texts, "encoding_format": "float"})
        headers = {"Authorization": f"Bearer {self._key}"}
        answer = self._egress.post(self._address, body.encode(), "application/json", headers)
        if isinstance(answer, Refused):
            raise self._failed(answer.reason)
        if answer.status != 200:
            raise self._failed(f"it answered {answer.status}")
        return answer.content

    def _failed(self, because: str) -> Unavailable:
        return Unavailable(
            f"The embeddings of {self._host} failed: {because}.", field="embedding_url", value=self._host,
            remedy="Check address, key and model, or set REVLOOP_EMBEDDER=ngrams.",
        )  # fmt: skip


def _unit(values: list[float]) -> Vector:
    import numpy as np

    row = np.asarray(values, dtype=np.float64)
    length = float(np.linalg.norm(row))
    if not np.isfinite(length) or not length:
        raise Unavailable("An embedding has no direction.", field="embedding_url", remedy="Check the model.")
    return (row / length).astype("<f4").tobytes()
