"""Texts and vectors to measure memory with: real sentences, a made-up language of any size, vectors drawn around."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evals.bench.stage import Skipped
from graphs.bootstrap import shipped
from state.ids import AccountId
from state.ports.memory import Embedder
from state.ports.world import Passage
from tools.embedding.minilm_weights import find_files

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

DATA = Path("shared", "data")
VOCABULARY = 60_000
LETTERS = "aeioubcdfghklmnprstvwz"
LONGEST = 160
"""Units: characters of a real text."""
SPREAD = 0.6
"""Length of the noise added to a vector of length 1: cosine .86 to where it was drawn around."""
AT = datetime(2026, 1, 1, tzinfo=UTC)


def active_embedder() -> Embedder:
    """Take the local model where it is installed, else spelling alone."""
    if find_files() is None:
        from tools.embedding.ngrams import NgramEmbedder

        return NgramEmbedder()
    from tools.embedding.minilm import MiniLmEmbedder

    return MiniLmEmbedder()


def real_texts(limit: int) -> list[str]:
    """Read short messages, turns of meetings and our own documents in turns. Raises: Skipped."""
    place = next((up / DATA for up in shipped().resolve().parents if (up / DATA).is_dir()), None)
    if place is None:
        raise Skipped(f"no folder ../{DATA.as_posix()} beside the checkout")
    sources = [_messages(place), _turns(place), _paragraphs()]
    found: dict[str, None] = {}
    while sources and len(found) < limit:
        for source in tuple(sources):
            text = next(source, None)
            if text is None:
                sources.remove(source)
            elif len(text.split()) >= 4:
                found[text[:LONGEST]] = None
    return list(found)[:limit]


def _messages(place: Path) -> Iterator[str]:
    lines = (
        (place / "sms_spam" / "SMSSpamCollection").read_text(encoding="utf-8", errors="replace").splitlines()
    )
    yield from (line.partition("\t")[2] for line in lines)


def _turns(place: Path) -> Iterator[str]:
    for file in sorted((place / "qmsum").rglob("*.json")):
        meeting = json.loads(file.read_text(encoding="utf-8"))
        yield from (str(turn["content"]) for turn in meeting["meeting_transcripts"])


def _paragraphs() -> Iterator[str]:
    for file in sorted((shipped() / "knowledge").glob("*.md")):
        yield from file.read_text(encoding="utf-8").split("\n\n")


@dataclass(frozen=True)
class Language:
    """Made-up words, used as often as words are: the n-th about 1/n as often as the first."""

    words: Sequence[str]
    shares: "NDArray[np.float64]"
    draw: "np.random.Generator"

    @classmethod
    def of(cls, size: int, seed: int) -> "Language":
        """Make as many different words as asked for."""
        import numpy as np

        draw = np.random.default_rng(seed)
        found: dict[str, None] = {}
        while len(found) < size:
            length = int(draw.integers(3, 11))
            found["".join(LETTERS[int(place)] for place in draw.integers(0, len(LETTERS), length))] = None
        shares = 1 / np.arange(1, size + 1)
        return cls(tuple(found), shares / shares.sum(), draw)

    def texts(self, number: int, length: int) -> list[str]:
        """Write texts of so many words each."""
        chosen = self.draw.choice(len(self.words), size=(number, length), p=self.shares)
        return [" ".join(self.words[int(place)] for place in row) for row in chosen]

    def queries(self, number: int) -> list[str]:
        """Write queries of 6 to 14 words."""
        return [text for _ in range(number) for text in self.texts(1, int(self.draw.integers(6, 15)))]


def passages(texts: Sequence[str], accounts: int, first: int = 0) -> list[Passage]:
    """Give texts to accounts in turns."""
    return [
        Passage(
            id=f"p-{number:07}", account=AccountId(f"account-{number % accounts}"), scope="account", title="note",
            text=text, event=None, source="notes", record=f"N-{number}", field="text", observed_at=AT,
            hash="0" * 64, trust="user",
        )
        for number, text in enumerate(texts, first)
    ]  # fmt: skip


def drawn_around(centres: "Floats", number: int, seed: int) -> "Floats":
    """Draw vectors of length 1 around given ones, each as often as any other."""
    import numpy as np

    draw = np.random.default_rng(seed)
    width = centres.shape[1]
    noise = draw.standard_normal((number, width), dtype=np.float32) * np.float32(SPREAD / width**0.5)
    found = centres[np.arange(number) % len(centres)] + noise
    rows: Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
    return rows


def rows_of(vectors: Sequence[bytes]) -> "Floats":
    """Lay stored vectors under each other."""
    import numpy as np

    return np.frombuffer(b"".join(vectors), dtype="<f4").reshape(len(vectors), -1)
