"""One question to a model: what it is shown, how its answer is read, and how it is told what was wrong."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from agents.llm.prompts import Tier
from state.canonical import Json

Result = TypeVar("Result")
Answer = TypeVar("Answer", bound=BaseModel)
SHOWN_AGAIN = 6000
"""Units: characters of a faulty answer that the model sees again."""
MOST_OBJECTIONS = 8


@dataclass(frozen=True, slots=True)
class Message:
    """One message."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Read(Generic[Result]):
    """An answer as code reads it."""

    value: Result | None
    objections: tuple[str, ...] = ()
    is_grave: bool = False
    """What is wrong cannot just be left out of the answer."""
    raw: str = ""

    @property
    def is_usable(self) -> bool:
        """Tell whether something valid is left when what is wrong is left out."""
        return self.value is not None and not self.is_grave


@dataclass(frozen=True)
class Ask(Generic[Result]):
    """One question."""

    tier: Tier
    prompt: str
    document: Mapping[str, Json]
    """Already redacted."""
    schema: type[BaseModel]
    read: Callable[[str], Read[Result]]
    hide: Callable[[str], str]
    """Redacts whatever goes back to the model."""
    repair: str

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the model is sent."""
        document = json.dumps(self.document, ensure_ascii=False, separators=(",", ":"))
        return (Message("system", self.prompt), Message("user", document))

    def repaired(self, read: Read[Result]) -> tuple[Message, ...]:
        """Show the model its answer and what is wrong with it."""
        wrong = "\n".join(f"- {self.hide(one)}" for one in read.objections[:MOST_OBJECTIONS])
        answer = Message("assistant", self.hide(read.raw[:SHOWN_AGAIN]) or "(empty)")
        return (*self.messages, answer, Message("user", f"{self.repair}\n{wrong}"))


def parsed(text: str, schema: type[Answer], restore: Callable[[str], str]) -> Answer | Read[object]:
    """Read an answer in its form and put people back; else say what is wrong with the form."""
    try:
        answer = schema.model_validate_json(text)
        return schema.model_validate(_restored(answer.model_dump(mode="json"), restore))
    except ValidationError as error:
        return Read(None, tuple(_fault(error)), is_grave=True, raw=text)


def _fault(error: ValidationError) -> Sequence[str]:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [f"{'.'.join(str(step) for step in one['loc']) or 'the answer'}: {one['msg']}" for one in found]


def _restored(value: Json, restore: Callable[[str], str]) -> Json:
    if isinstance(value, str):
        return restore(value)
    if isinstance(value, Mapping):
        return {key: _restored(inner, restore) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_restored(one, restore) for one in value]
    return value
