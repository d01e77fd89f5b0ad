"""The closed schema of a mapping file: which column becomes which field, by an enumerated transform.

Invariant: no expression, template or code; a value is a column or a constant, passed through one named transform.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from state.evidence import Trust
from state.world.profile.pipeline import Pipelines
from state.world.records import RECORD_TYPES
from tools.connectors.quarantine import QuarantineRule

Transform = Literal["text", "slug", "integer", "decimal", "date"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lookup(_Part):
    """Read a value from another table of the folder."""

    table: str
    key: str
    """Column that the value is looked up in."""
    value: str
    """Column that is read."""


class Value(_Part):
    """Where one value comes from."""

    column: str | None = None
    constant: str | bool | int | None = None
    transform: Transform = "text"
    date_format: str = "%Y-%m-%d"
    replace: dict[str, str] = {}
    """Exact values that the source spells wrong → right ones."""
    lookup: Lookup | None = None
    prefix: str = ""
    otherwise: "Value | None" = None
    """Used when the column is empty; without it the field is left out."""
    trust: Trust | None = None
    """The most this field may be believed; without it the profile alone says how far."""

    @model_validator(mode="after")
    def _one_origin(self) -> "Value":
        if (self.column is None) == (self.constant is None):
            raise ValueError("give either `column` or `constant`")
        return self


class Where(_Part):
    """Rows that a rule is for."""

    column: str
    equals: tuple[str, ...] | None = None
    filled: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> "Where":
        if (self.equals is None) == (self.filled is None):
            raise ValueError("give either `equals` or `filled`")
        return self


class EventRule(_Part):
    """Rows of one table that become events of one type."""

    name: str
    """Part of the event id, so that one row can give several events."""
    table: str
    type: str
    where: tuple[Where, ...] = ()
    key: Value
    """What names the row."""
    account: Value
    at: Value
    """Date of the event: its valid time and, for an import, its recorded time."""
    once: bool = False
    """Emit only the first row of each key."""
    source: str | None = Field(default=None, min_length=1, max_length=60)
    """The system these rows come from; else the mapping's."""
    fields: dict[str, Value] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_fields(self) -> "EventRule":
        model = RECORD_TYPES.get(self.type)
        if model is None:
            raise ValueError(f"unknown event type {self.type!r}; known: {', '.join(sorted(RECORD_TYPES))}")
        for field in self.fields:
            if field not in model.model_fields:
                raise ValueError(
                    f"{self.type} has no field {field!r}; it has {', '.join(model.model_fields)}"
                )
        return self


class UserRule(_Part):
    """Rows that name users of the tenant."""

    table: str
    name: Value
    role: Literal["seller", "manager", "admin"]
    manager: Value | None = None


class PriceRule(_Part):
    """Rows of a price list."""

    table: str
    product: Value
    amount: Value


class TenantRule(_Part):
    """What the tenant is, where the data does not say."""

    name: str
    zone: str
    region: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    domain: str
    """Mail domain of the tenant's own people."""


class Mapping(_Part):
    """One source's mapping file."""

    name: str
    source: str = "crm"
    tables: dict[str, tuple[str, ...]]
    """File → columns it must have."""
    tenant: TenantRule
    users: tuple[UserRule, ...] = ()
    prices: PriceRule | None = None
    pipeline: Pipelines
    events: tuple[EventRule, ...] = Field(min_length=1)
    quarantine: tuple[QuarantineRule, ...] = ()
    """Rows that contradict another table: counted, shown and never evidence."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Every system that the export comes from, the mapping's own first."""
        return tuple(dict.fromkeys([self.source, *(rule.source or self.source for rule in self.events)]))

    @model_validator(mode="after")
    def _known_tables(self) -> "Mapping":
        for place, table, columns in _uses(self):
            if table not in self.tables:
                raise ValueError(f"{place} reads {table!r}, which is not under `tables`")
            for column in columns:
                if column not in self.tables[table]:
                    raise ValueError(f"{place} reads column {column!r}, which {table!r} does not list")
        return self


def _uses(mapping: Mapping) -> list[tuple[str, str, list[str]]]:
    """Shape: (place, table, columns) for every table that the mapping reads."""
    found: list[tuple[str, str, list[str]]] = []
    for rule in mapping.events:
        values = [rule.key, rule.account, rule.at, *rule.fields.values()]
        columns = [column for value in values for column in columns_of(value)] + [
            w.column for w in rule.where
        ]
        found.append((f"event rule {rule.name!r}", rule.table, columns))
        found += [
            ("a lookup", use.table, [use.key, use.value]) for value in values for use in lookups_of(value)
        ]
    for user in mapping.users:
        columns = columns_of(user.name) + (columns_of(user.manager) if user.manager else [])
        found.append(("a user rule", user.table, columns))
    found += [
        (f"quarantine {rule.name!r}", table, columns)
        for rule in mapping.quarantine
        for table, columns in rule.columns()
    ]
    if mapping.prices is not None:
        rule_ = mapping.prices
        found.append(("prices", rule_.table, columns_of(rule_.product) + columns_of(rule_.amount)))
    return found


def columns_of(value: Value) -> list[str]:
    """Every column a value may read."""
    own = [] if value.column is None else [value.column]
    return own + (columns_of(value.otherwise) if value.otherwise else [])


def lookups_of(value: Value) -> list[Lookup]:
    """Every lookup a value may make."""
    own = [] if value.lookup is None else [value.lookup]
    return own + (lookups_of(value.otherwise) if value.otherwise else [])
