"""The network written for onnxruntime, on small weights drawn at random, against the same layers by hand."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tools.embedding.minilm_network import HEADS, LAYERS, session_of

Floats = NDArray[np.float32]
WORDS, LONGEST, WIDTH, WIDE = 20, 8, 2 * HEADS, 32


def drawn() -> dict[str, Floats]:
    draw = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (WORDS, WIDTH),
        "embeddings.position_embeddings.weight": (LONGEST, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        **norm("embeddings.LayerNorm"),
    }
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            shapes |= dense(f"{name}.attention.self.{part}", WIDTH, WIDTH)
        shapes |= dense(f"{name}.attention.output.dense", WIDTH, WIDTH) | norm(
            f"{name}.attention.output.LayerNorm"
        )
        shapes |= dense(f"{name}.intermediate.dense", WIDE, WIDTH) | dense(
            f"{name}.output.dense", WIDTH, WIDE
        )
        shapes |= norm(f"{name}.output.LayerNorm")
    return {name: draw.standard_normal(shape).astype(np.float32) * 0.3 for name, shape in shapes.items()}


def dense(name: str, outside: int, inside: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outside, inside), f"{name}.bias": (outside,)}


def norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}


def by_hand(weights: dict[str, Floats], ids: list[int]) -> Floats:
    """One text without padding, a product at a time."""

    def linear(name: str, state: Floats) -> Floats:
        return state @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def normal(name: str, state: Floats) -> Floats:
        centred = state - state.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True))
        return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"], dtype=np.float32)

    table = "embeddings.{}_embeddings.weight".format
    state = (
        weights[table("word")][ids] + weights[table("position")][: len(ids)] + weights[table("token_type")][0]
    )
    state = normal("embeddings.LayerNorm", state)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            linear(f"{name}.attention.self.{part}", state) for part in ("query", "key", "value")
        )
        seen = np.concatenate(
            [
                attended(query[:, at : at + 2], key[:, at : at + 2], value[:, at : at + 2])
                for at in range(0, WIDTH, 2)
            ],
            axis=1,
        )
        state = normal(
            f"{name}.attention.output.LayerNorm", state + linear(f"{name}.attention.output.dense", seen)
        )
        flat = linear(f"{name}.intermediate.dense", state)
        wide = flat * 0.5 * (1 + np.vectorize(math.erf)(flat / math.sqrt(2)))
        state = normal(
            f"{name}.output.LayerNorm", state + linear(f"{name}.output.dense", wide.astype(np.float32))
        )
    return state


def attended(query: Floats, key: Floats, value: Floats) -> Floats:
    scores = np.exp(query @ key.T / math.sqrt(2))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True) @ value, dtype=np.float32)


def test_the_written_network_computes_what_the_layers_say_and_padding_changes_nothing() -> None:
    weights, ids = drawn(), [3, 17, 5, 11]
    expected = by_hand(weights, ids)
    session = session_of(weights)
    for pad in (0, 3):
        length = len(ids) + pad
        given = {
            "ids": np.array([ids + [0] * pad], dtype=np.int64),
            "places": np.arange(length, dtype=np.int64)[None, :],
            "kinds": np.zeros((1, length), dtype=np.int64),
            "mask": np.array([[1] * len(ids) + [0] * pad], dtype=np.int32),
        }
        (found,) = session.run(None, given)
        assert np.asarray(found)[0, : len(ids)] == pytest.approx(expected, abs=2e-4)
