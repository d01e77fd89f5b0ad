"""The six layers of all-MiniLM-L6-v2 as a graph that onnxruntime runs on one thread."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tools.embedding.onnx_bytes import FLOAT, INT32, INT64, model, node, tensor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    Floats = NDArray[np.float32]

LAYERS, HEADS = 6, 12
_EPSILON = 1e-12
_FUSED = "com.microsoft"
"""Where onnxruntime keeps attention and layers that add before they normalise as one operator each."""
_TEXTS, _TOKENS = "texts", "tokens"


def session_of(weights: "Mapping[str, Floats]") -> "InferenceSession":
    """Load the network; one thread, because several processes share a machine."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(_written(weights), options, providers=["CPUExecutionProvider"])


def _written(weights: "Mapping[str, Floats]") -> bytes:
    nodes = _opening()
    kept = {name: values for name, values in weights.items() if not name.startswith("pooler.")}
    state = "state"
    for layer in range(LAYERS):
        made, state = _layer(layer, state, kept)
        nodes += made
    sizes = (_TEXTS, _TOKENS)
    return model(
        nodes,
        [tensor(name, values) for name, values in kept.items()],
        {"ids": (INT64, sizes), "places": (INT64, sizes), "kinds": (INT64, sizes), "mask": (INT32, sizes)},
        {state: (FLOAT, (*sizes, "width"))},
        {"": 17, _FUSED: 1},
    )


def _opening() -> list[bytes]:
    """Add up what a token is, where it stands and which text it is of."""
    name = "embeddings"
    gathered = [
        node("Gather", [f"{name}.{table}_embeddings.weight", source], source + ".vector")
        for table, source in (("word", "ids"), ("position", "places"), ("token_type", "kinds"))
    ]
    return [
        *gathered,
        node("Add", ["ids.vector", "places.vector"], "placed"),
        node("Add", ["placed", "kinds.vector"], "whole"),
        node(
            "LayerNormalization",
            ["whole", f"{name}.LayerNorm.weight", f"{name}.LayerNorm.bias"],
            "state",
            epsilon=_EPSILON,
        ),
    ]


def _layer(number: int, state: str, kept: "dict[str, Floats]") -> tuple[list[bytes], str]:
    """Attend, add, widen, add; give the nodes and the name of what comes out."""
    name = f"encoder.layer.{number}"
    _join(f"{name}.attention.self", kept)
    for dense in ("attention.output.dense", "intermediate.dense", "output.dense"):
        kept[f"{name}.{dense}.weight"] = kept[f"{name}.{dense}.weight"].T
    attended, wide, out = f"{name}.attended", f"{name}.wide", f"{name}.out"
    nodes = [
        node(
            "Attention",
            [state, f"{name}.attention.self.weight", f"{name}.attention.self.bias", "mask"],
            f"{name}.seen",
            _FUSED,
            num_heads=HEADS,
        ),
        *_added(f"{name}.seen", state, f"{name}.attention.output", attended),
        node("MatMul", [attended, f"{name}.intermediate.dense.weight"], f"{name}.flat"),
        node("BiasGelu", [f"{name}.flat", f"{name}.intermediate.dense.bias"], wide, _FUSED),
        *_added(wide, attended, f"{name}.output", out),
    ]
    return nodes, out


def _added(source: str, skipped: str, name: str, output: str) -> list[bytes]:
    """Project, add what was there before, normalise."""
    kept = [f"{name}.LayerNorm.weight", f"{name}.LayerNorm.bias", f"{name}.dense.bias"]
    return [
        node("MatMul", [source, f"{name}.dense.weight"], f"{output}.dense"),
        node(
            "SkipLayerNormalization",
            [f"{output}.dense", skipped, *kept],
            output,
            _FUSED,
            epsilon=_EPSILON,
        ),
    ]


def _join(name: str, kept: "dict[str, Floats]") -> None:
    """Lay query, key and value beside each other."""
    from numpy import concatenate

    for kind in ("weight", "bias"):
        parts = [kept.pop(f"{name}.{part}.{kind}").T for part in ("query", "key", "value")]
        kept[f"{name}.{kind}"] = concatenate(parts, axis=-1)
