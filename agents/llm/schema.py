"""What a model may answer: closed types without a recipient, an amount, a tool or an approval.

Invariant: every object of the schema is closed and every field is required, as strict structured output wants it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from state.canonical import Json


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError("must lie between 0 and 1")
    return value


Share = Annotated[float, AfterValidator(_share)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ModelReading(_Closed):
    """What is happening."""

    happening: str
    changed: str
    matters_now: str


class ModelAssessment(_Closed):
    """Whether it is safe to decide."""

    missing: list[str]
    contradictory: list[str]
    safe_to_decide: bool
    because: str


class ModelHypothesis(_Closed):
    """An explanation that would change what is right."""

    text: str
    likelihood: Share
    evidence: list[int]


class ModelStatement(_Closed):
    """One sentence for the brief."""

    section: str
    text: str
    evidence: list[int]


class ModelChoice(_Closed):
    """One chosen candidate."""

    candidate: str
    """The id of a listed candidate."""
    description: str
    """Empty keeps the words."""
    context_summary: str
    why_now: str
    confidence: Share
    evidence: list[int]
    """What new words rest on."""


class ModelQuestion(_Closed):
    """The one question."""

    topic: str
    text: str
    """Empty keeps the words."""


class ModelDataRequest(_Closed):
    """Read something first."""

    kind: Literal["data_request"]
    read: str
    """The id of a listed read."""
    reason: str


class ModelDeliberation(_Closed):
    """Chosen candidates, best first."""

    kind: Literal["deliberation"]
    proposals: list[ModelChoice]
    question: ModelQuestion | None


class ModelNoAction(_Closed):
    """Nothing should be done now."""

    kind: Literal["no_action"]
    reasons: list[str]


class ModelAnswer(_Closed):
    """The whole answer of one deliberation."""

    interpretation: ModelReading
    assessment: ModelAssessment
    hypotheses: list[ModelHypothesis]
    decision: ModelDataRequest | ModelDeliberation | ModelNoAction
    statements: list[ModelStatement]


class ModelSentence(_Closed):
    """One paragraph of a text."""

    text: str
    evidence: list[int]


class ModelDraft(_Closed):
    """The words of one text."""

    subject: str
    sentences: list[ModelSentence]


class ModelReplySentence(_Closed):
    """One sentence of an answer."""

    text: str
    kind: Literal["fact", "inferred", "unknown"]
    evidence: list[int]


class ModelReply(_Closed):
    """The answer to a seller."""

    sentences: list[ModelReplySentence]


@cache
def strict_schema(model: type[BaseModel]) -> Mapping[str, Json]:
    """Give the JSON schema in the subset that strict structured output takes, made once per form."""
    return {key: _plain(inner) for key, inner in model.model_json_schema().items() if key != "title"}


def _plain(value: Json) -> Json:
    if isinstance(value, Mapping):
        kept = {key: _plain(inner) for key, inner in value.items() if not _is_title(key, inner)}
        return {("enum" if key == "const" else key): [v] if key == "const" else v for key, v in kept.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value


def _is_title(key: str, value: Json) -> bool:
    return key == "title" and isinstance(value, str)
