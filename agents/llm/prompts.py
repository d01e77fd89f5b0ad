"""What a model is told: texts and limits from `prompts/`, which an admin edits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from state.canonical import digest
from state.errors import NotFound

Tier = Literal["fast", "standard", "deep"]
Task = Literal["deliberate", "draft", "reply"]
TEXTS = ("deliberate", "draft", "reply", "repair")
Model = TypeVar("Model", bound=BaseModel)


class PromptLimits(BaseModel):
    """Read from `settings.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tiers: dict[Task, Tier]
    other: dict[Tier, Tier]
    """Asked once when the first gives no valid answer."""
    first_share: float = Field(gt=0, le=1)
    """Of the time of one call; the rest is kept for the other model."""
    attempts: int = Field(ge=1, le=10)
    answer_tokens: int = Field(ge=100)
    answer_bytes: int = Field(ge=1000)
    excerpts: int = Field(ge=1)
    excerpt_chars: int = Field(ge=40)
    statements: int = Field(ge=0)
    statement_words: int = Field(ge=5)
    hypotheses: int = Field(ge=0)
    summary_chars: int = Field(ge=20, le=140)


@dataclass(frozen=True)
class Prompts:
    """The texts by name, and the limits."""

    texts: dict[str, str]
    limits: PromptLimits

    @property
    def hash(self) -> str:
        """Digest of everything a model is told and held to."""
        return digest({"texts": self.texts, "limits": self.limits.model_dump(mode="json")})


class LoadModel(Protocol):
    """Reads a file into its type."""

    def __call__(self, path: Path, model: type[Model]) -> Model: ...


def load_prompts(folders: Sequence[Path], load_model: LoadModel, read_text: Callable[[Path], str]) -> Prompts:
    """Read each file from the first folder that has it.

    Raises: NotFound naming the file; InvalidInput naming file, line, field and remedy.
    """
    texts = {name: read_text(_first(folders, f"{name}.md")).strip() for name in TEXTS}
    return Prompts(texts, load_model(_first(folders, "settings.yaml"), PromptLimits))


def _first(folders: Sequence[Path], name: str) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise NotFound(
        f"prompts/{name} is missing.", field="prompts", value=name, remedy="Restore the shipped file."
    )
