"""A person says what is right: a claim with trust `user` beside the source's, and an entry that proves who said it.

Invariant: the source's claim stays; where they differ it is a visible contradiction until the source agrees.
"""

from dataclasses import dataclass
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from rapidfuzz import fuzz, process

from graphs.parts import Parts, Tenancy, trace_of
from graphs.perceiving.world import receive
from state.canonical import Json, digest
from state.errors import Ambiguous, Forbidden, InvalidInput, NotFound
from state.evidence import Trust, least_trust
from state.ids import AccountId, EventId, NodeKey, stable_id
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal, Role
from state.world.delta import Delta, shown
from state.world.event import Event
from state.world.record import NodeKind
from state.world.records import RECORD_TYPES, FactCorrected
from state.world.resolution.spelling import plain
from state.world.situation import Situation
from state.world.view import Entity

NAMED_BY = ("name", "title", "subject", "headline")
THE_ACCOUNT = frozenset({"account", "company"})
NOTHING = frozenset({"none", "nothing", "-", ""})
YES, NO = frozenset({"yes", "true"}), frozenset({"no", "false"})
Value = str | bool | int | tuple[str, ...] | None


@dataclass(frozen=True)
class Corrected:
    """What a correction changed."""

    event: EventId
    account: AccountId
    subject: NodeKey
    name: str
    attribute: str
    before: str | None
    after: str
    is_confirmed: bool = False
    """A less trusted source had said exactly this; an entry proves that trust in it was raised."""


def correct(
    parts: Parts,
    tenancy: Tenancy,
    principal: Principal,
    account: AccountId,
    subject: str,
    attribute: str,
    value: str,
    reason: str = "",
) -> Corrected:
    """Record what is right about one attribute. Raises: NotFound, Ambiguous, InvalidInput, Forbidden."""
    require_person(principal)
    with parts.stores.begin(tenancy.id) as unit:
        situation = unit.situations.load(account)
        key = node_of(situation, subject)
        name = attribute_of(key, attribute)
        return record(unit, tenancy, principal, situation, key, name, value_of(key, name, value), reason)


def require_person(principal: Principal) -> None:
    """Let people who sell or administer say what is right. Raises: Forbidden."""
    if not principal.is_human or principal.role is Role.AUDITOR:
        raise Forbidden(
            f"A {principal.role.value} reads and corrects nothing.", remedy="Ask a seller with --as."
        )


def record(
    unit: Unit,
    tenancy: Tenancy,
    principal: Principal,
    situation: Situation,
    key: NodeKey,
    name: str,
    value: Value,
    reason: str,
) -> Corrected:
    """Keep a person's word as an event; where a less trusted source says exactly the same, trust in it is raised.

    Invariant: a TRUST_RAISED entry stands for one value of one attribute, and no other value gains from it.
    """
    claim = situation.current(key, name)
    before = None if claim is None or claim.value is None else shown(claim.value)
    account = situation.account
    head = unit.ledger.head().hash
    trace = trace_of(tenancy.id, f"correct:{key}:{name}:{principal.user}", tenancy.now, head)
    event = Event(
        id=EventId(stable_id("ev", tenancy.id, "correct", trace)),
        tenant=tenancy.id,
        account=account,
        source="user",
        type=FactCorrected.type,
        time=tenancy.now,
        recorded_at=tenancy.now,
        data=FactCorrected(account=account, subject=key, attribute=name, value=value, reason=reason),
        trace_id=trace,
    )
    weaker = weaker_claims(situation, key, name, _json(value))
    receive(unit, [event], tenancy.profile, tenancy.now)
    payload: dict[str, Json] = {"event": event.id, "subject": key, "attribute": name, "account": account}
    if weaker:
        payload |= {
            "value_hash": digest(_json(value)),
            "confirms": [one.event for one in weaker],
            "from": least_trust(one.trust for one in weaker).value,
            "to": tenancy.profile.sources.trust_of("user", key.partition("/")[0], name).value,
            "role": principal.role.value,
        }
    kind = Kind.TRUST_RAISED if weaker else Kind.VALIDATION
    unit.ledger.append([EntryDraft(kind, tenancy.stamp(principal, trace), payload)])
    return Corrected(
        event.id, account, key, label(situation, key), name, before, shown(_json(value)), bool(weaker)
    )


def weaker_claims(situation: Situation, key: NodeKey, name: str, value: Json) -> tuple[Delta, ...]:
    """List the claims of exactly this value that are trusted less than a person's word."""
    return tuple(
        claim
        for claim in situation.claims(key, name)
        if same_value(claim.value, value) and claim.trust.rank < Trust.USER.rank
    )


def same_value(left: Json, right: Json) -> bool:
    """Compare values exactly, whether a list came as list or tuple; true is not 1."""
    return digest(left) == digest(right)


def _json(value: Value) -> Json:
    return list(value) if isinstance(value, tuple) else value


def node_of(situation: Situation, subject: str) -> NodeKey:
    """Find what a person names: the account, a key, an id, or a name. Raises: NotFound, Ambiguous."""
    keys = list(situation.keys)
    if plain(subject) in THE_ACCOUNT:
        return NodeKey(f"{NodeKind.ACCOUNT.value}/{situation.account}")
    exact = [key for key in keys if subject in (key, key.partition("/")[2])]
    wanted = plain(subject)
    named = {key: plain(label(situation, key)) for key in keys}
    found = exact or [key for key in keys if named[key] == wanted] or _partly(wanted, named)
    if len(found) == 1:
        return found[0]
    if found:
        told = tuple(f"{label(situation, key)} ({key})" for key in found)
        raise Ambiguous(
            f"{subject!r} can mean several things.", candidates=told, remedy="Name one by its key."
        )
    near = process.extract(wanted, named, scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    told_near = ", ".join(f"{label(situation, NodeKey(key))} ({key})" for _, _, key in near)
    raise NotFound(
        f"Nothing at {situation.account} is called {subject!r}.",
        field="subject",
        value=subject,
        remedy=f"Did you mean {told_near}?" if told_near else "See `revloop account` for what there is.",
    )


def _partly(wanted: str, named: dict[NodeKey, str]) -> list[NodeKey]:
    words = set(wanted.split())
    inside = [key for key, name in named.items() if words and words <= set(name.split())]
    people = [key for key in inside if key.startswith(NodeKind.CONTACT.value)]
    return people or inside


def label(situation: Situation, key: NodeKey) -> str:
    """Name a node as people do."""
    node = Entity(situation, key)
    return next((text for field in NAMED_BY if (text := node.text(field))), node.identifier)


def attribute_of(key: NodeKey, attribute: str) -> str:
    """Find an attribute of a kind of node by its name, in words or almost. Raises: InvalidInput."""
    known = sorted(_fields(key))
    wanted = "_".join(plain(attribute).split())
    for name in (wanted, f"{wanted}s", f"{wanted}_on"):
        if name in known:
            return name
    near = process.extractOne(wanted, known, scorer=fuzz.ratio, score_cutoff=60)
    raise InvalidInput(
        f"A {key.partition('/')[0].lower()} has no {attribute!r}.",
        field="attribute",
        value=attribute,
        remedy=f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}.",
    )


def _fields(key: NodeKey) -> dict[str, object]:
    kind = key.partition("/")[0]
    return {
        name: field.annotation
        for model in RECORD_TYPES.values()
        if model.node.value == kind and model is not FactCorrected
        for name, field in model.model_fields.items()
        if name not in (model.key, "account")
    }


def value_of(key: NodeKey, attribute: str, text: str) -> Value:
    """Read a typed value; `none` clears it. Raises: InvalidInput."""
    wanted: Any = _fields(key)[attribute]
    word = text.strip().casefold()
    kinds = (wanted, *get_args(wanted))
    is_list = any(getattr(kind, "__origin__", None) is tuple for kind in kinds)
    if word in NOTHING:
        return () if is_list else None
    given: object = [part.strip() for part in text.split(",")] if is_list else text.strip()
    if bool in kinds and word in YES | NO:
        given = word in YES
    adapter: TypeAdapter[object] = TypeAdapter(wanted)
    try:
        found = adapter.dump_python(adapter.validate_python(given), mode="json")
    except ValidationError as error:
        raise InvalidInput(
            f"{attribute} cannot be {text!r}: {error.errors()[0]['msg']}.",
            field="value",
            value=text,
            remedy="Write dates as 2026-03-10, yes or no, a plain number, or `none` to clear it.",
        ) from error
    if isinstance(found, list):
        return tuple(map(str, found))
    return found if isinstance(found, (str, bool, int)) or found is None else str(found)
