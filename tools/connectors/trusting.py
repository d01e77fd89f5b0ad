"""A mapping states the most each of its fields may be believed; a tenant whose profile believes more is told so.

Invariant: no import makes a field more trusted than both the mapping and the profile allow.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from state.errors import InvalidInput
from state.evidence import Trust
from state.world.profile.sources import Sources
from state.world.records import RECORD_TYPES
from tools.connectors.document_mapping import DocumentMapping
from tools.connectors.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Declared:
    """What a mapping says of one field."""

    place: str
    source: str
    type: str
    field: str
    trust: Trust


def of_documents(mapping: DocumentMapping) -> tuple[Declared, ...]:
    """List what a mapping of documents declares: every field."""
    return tuple(
        Declared(f"rules.{rule.name}.fields.{name}.trust", rule.source, rule.type, name, pick.trust)
        for rule in mapping.rules
        for name, pick in rule.fields.items()
    )


def of_tables(mapping: Mapping) -> tuple[Declared, ...]:
    """List what a mapping of tables declares: the fields it says something of; for the others the profile speaks."""
    return tuple(
        Declared(
            f"events.{rule.name}.fields.{name}.trust",
            rule.source or mapping.source,
            rule.type,
            name,
            value.trust,
        )
        for rule in mapping.events
        for name, value in rule.fields.items()
        if value.trust is not None
    )


def check_trust(name: str, declared: Iterable[Declared], sources: Sources) -> None:
    """Refuse a mapping whose tenant would believe a field more than the mapping allows. Raises: InvalidInput."""
    for one in declared:
        model = RECORD_TYPES[one.type]
        believed = sources.trust_of(one.source, model.node.value, one.field)
        if one.field != model.key and believed.rank > one.trust.rank:
            raise InvalidInput(
                f"The profile believes {model.node.value}.{one.field} of the source {one.source} as "
                f"{believed.value}; the mapping {name} allows {one.trust.value}.",
                field=one.place,
                value=one.trust.value,
                remedy="Lower the trust of that field in sources.yaml, or let the mapping allow it.",
            )
