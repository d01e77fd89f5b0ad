"""The closed schema of a mapping for documents: which records of a JSON or YAML file become which events.

Invariant: no expression, template or code; a value is a path of keys, the file's name or a constant, passed through
one named transform; every field states the most it may be believed, and no field is believed more.
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from state.evidence import Trust
from state.world.records import RECORD_TYPES

Transform = Literal[
    "text", "slug", "integer", "decimal", "date", "instant", "address", "addresses", "attendees", "user", "transcript"
]  # fmt: skip
"""`instant` reads a time without an offset in the tenant's zone; `user` finds one of our people by mail address;
`attendees` makes invited people of addresses; `transcript` makes lines of {speaker, content}."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pick(_Part):
    """Where one value comes from."""

    path: str | None = Field(default=None, pattern=r"^/?[^\s./]+(\.[^\s./]+)*$", max_length=200)
    """Keys with dots between them, from the record; with a slash before them, from the document."""
    file: bool = False
    """The name of the file, without its ending."""
    constant: str | bool | int | None = None
    transform: Transform = "text"
    replace: dict[str, str] = {}
    """Exact values of the source → ours."""
    prefix: str = ""
    otherwise: "Pick | None" = None
    """Used when there is nothing at the path; without it the field is left out."""
    trust: Trust = Trust.UNTRUSTED
    """The most this field may be believed; what anybody outside can write is untrusted."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.path is not None) + self.file + (self.constant is not None) != 1:
            raise ValueError("give one of `path`, `file: true` and `constant`")
        return self


class Fits(_Part):
    """Records that a rule is for."""

    path: str
    equals: tuple[str, ...] | None = None
    filled: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if (self.equals is None) == (self.filled is None):
            raise ValueError("give either `equals` or `filled`")
        return self


class RecordRule(_Part):
    """Records of one list that become events of one type."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    items: str | None = Field(default=None, pattern=r"^[^\s./]+(\.[^\s./]+)*$")
    """Path of the list; without it the document itself is the one record."""
    source: str = Field(min_length=1, max_length=60)
    type: str
    where: tuple[Fits, ...] = ()
    key: Pick
    """What names the record within the mapping and rule."""
    at: Pick
    """When it became true, and when the source knew it."""
    people: tuple[str, ...] = ()
    """Paths of the mail addresses that say which account it belongs to."""
    fields: dict[str, Pick] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_fields(self) -> Self:
        model = RECORD_TYPES.get(self.type)
        if model is None:
            raise ValueError(f"unknown event type {self.type!r}; known: {', '.join(sorted(RECORD_TYPES))}")
        strange = [name for name in self.fields if name not in model.model_fields]
        if strange:
            raise ValueError(
                f"{self.type} has no field {strange[0]!r}; it has {', '.join(model.model_fields)}"
            )
        if model.key not in self.fields:
            raise ValueError(f"{self.type} is named by `{model.key}`, which is not among the fields")
        return self


class DocumentMapping(_Part):
    """One mapping file; several rules may read the same records."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    rules: tuple[RecordRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [rule.name for rule in self.rules]
        if len(set(names)) != len(names):
            raise ValueError("two rules have one name")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """Every system it speaks for."""
        return tuple(dict.fromkeys(rule.source for rule in self.rules))
