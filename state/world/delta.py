"""One claim about one node, with its source, trust, valid time and recorded time; the unit of the situation's log.

Invariant: deltas come only from events, never from deliberation; the same event always yields the same deltas.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from state.canonical import Json
from state.evidence import Evidence, Trust
from state.ids import AccountId, EventId, EvidenceId, NodeKey, stable_id
from state.world.event import Event
from state.world.reading import Reading, readings_of
from state.world.record import NodeKind
from state.world.records import AccountChurned, CommitmentClosed, FactCorrected

TrustOf = Callable[[str, str, str], Trust]
"""(source, node kind, field) → declared trust; free text and outsider-written fields are untrusted."""


def node_key(kind: NodeKind, identifier: str) -> NodeKey:
    """Name a node of the situation."""
    return NodeKey(f"{kind.value}/{identifier}")


@dataclass(frozen=True, slots=True)
class Delta:
    """`subject.attribute = value`, or an edge to `target`, as one event said it."""

    account: AccountId
    subject: NodeKey
    attribute: str
    value: Json
    target: NodeKey | None
    event: EventId
    event_hash: str
    source: str
    record: str
    trust: Trust
    valid_from: datetime
    recorded_at: datetime
    quote: str | None = None
    _cited: Evidence | None = field(default=None, init=False, repr=False, compare=False)
    """Its citation, once somebody asked for it."""

    @property
    def kind(self) -> NodeKind:
        """The type of the subject node."""
        return NodeKind(self.subject.partition("/")[0])

    def evidence(self) -> Evidence:
        """Cite this claim; made once."""
        if self._cited is None:
            object.__setattr__(self, "_cited", self._evidence())
        return self._cited or self._evidence()

    def _evidence(self) -> Evidence:
        return Evidence(
            id=EvidenceId(stable_id("ev", self.account, self.event, self.subject, self.attribute)),
            source=self.source,
            record=self.record,
            field=self.attribute,
            value=shown(self.value),
            quote=self.quote,
            observed_at=self.valid_from,
            hash=self.event_hash,
            trust=self.trust,
            event=self.event,
        )

    def as_json(self) -> list[Json]:
        """Shape: a flat list in field order, the form that is digested and stored."""
        return [
            self.account,
            self.subject,
            self.attribute,
            self.value,
            self.target,
            self.event,
            self.event_hash,
            self.source,
            self.record,
            self.trust.value,
            _text_of(self.valid_from),
            _text_of(self.recorded_at),
            self.quote,
        ]

    @classmethod
    def from_json(cls, row: Sequence[Json]) -> "Delta":
        """Read what `as_json` wrote."""
        (
            account,
            subject,
            attribute,
            value,
            target,
            event,
            event_hash,
            source,
            record,
            trust,
            valid,
            recorded,
            quote,
        ) = row
        return cls(
            AccountId(str(account)),
            NodeKey(str(subject)),
            str(attribute),
            value,
            None if target is None else NodeKey(str(target)),
            EventId(str(event)),
            str(event_hash),
            str(source),
            str(record),
            Trust(str(trust)),
            datetime.fromisoformat(str(valid)),
            datetime.fromisoformat(str(recorded)),
            None if quote is None else str(quote),
        )


_text_of = lru_cache(maxsize=64)(datetime.isoformat)
"""The claims of one event share their instants."""


def shown(value: Json) -> str:
    """Render a claim's value as a person would read it in a citation."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if value is None:
        return "none"
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(item) for item in value) or "none"
    return str(value)


def deltas_of(event: Event, trust_of: TrustOf) -> tuple[Delta, ...]:
    """Turn one event into its claims: one per field that is set, one edge per link, one node per reading.

    Raises: ValueError when the event has no account yet; such events are parked, not folded.
    """
    if event.account is None:
        raise ValueError(f"event {event.id} has no account")
    record = event.data
    if isinstance(record, FactCorrected):
        claims: dict[str, Json] = {record.attribute: record.value}
        subject, name = NodeKey(record.subject), record.subject.partition("/")[2]
    else:
        claims = dict(event.told)
        name = str(claims.pop(record.key))
        subject = node_key(record.node, name)
        if isinstance(record, AccountChurned):
            claims |= {
                "status": "churned",
                "churned_on": claims.get("churned_on") or event.time.date().isoformat(),
            }
        if isinstance(record, CommitmentClosed):
            claims["status"] = "closed"
    claims = claims or {"seen": True}
    if record.node is not NodeKind.ACCOUNT:
        claims.setdefault("record_type", record.type)
    if event.supersedes is not None:
        claims["supersedes"] = event.supersedes
    seal = event.hash
    kind = subject.partition("/")[0]
    out = [
        _delta(event, seal, subject, attribute, value, trust_of(event.source, kind, attribute), name)
        for attribute, value in claims.items()
    ]
    links = [
        _delta(
            event, seal, subject, field, None, trust_of(event.source, kind, field), name,
            target=node_key(pointed, str(claims[field])),
        )
        for field, pointed in record.links.items()
        if claims.get(field) is not None
    ]  # fmt: skip
    return (*out, *links, *_reading_deltas(event, seal, subject, trust_of, name))


def _reading_deltas(
    event: Event, seal: str, subject: NodeKey, trust_of: TrustOf, name: str
) -> tuple[Delta, ...]:
    out: list[Delta] = []
    for reading in readings_of(event):
        trust = trust_of(event.source, event.data.node.value, reading.field)
        key = node_key(
            reading.node, stable_id("rd", str(event.account), event.id, reading.topic, reading.quote)
        )
        claims = reading.claims()
        out += [
            _delta(event, seal, key, attr, value, trust, name, quote=reading.quote)
            for attr, value in claims.items()
        ]
        out.append(
            _delta(event, seal, key, "read_in", None, trust, name, target=subject, quote=reading.quote)
        )
    return tuple(out)


def _delta(  # noqa: PLR0913 - a claim has this many parts
    event: Event,
    seal: str,
    subject: NodeKey,
    attribute: str,
    value: Json,
    trust: Trust,
    record: str,
    *,
    target: NodeKey | None = None,
    quote: str | None = None,
) -> Delta:
    account = AccountId(str(event.account))
    return Delta(
        account, subject, attribute, value, target, event.id, seal, event.source, record, trust, event.time,
        event.recorded_at, quote,
    )  # fmt: skip


__all__ = ["Delta", "Reading", "TrustOf", "deltas_of", "node_key", "shown"]
