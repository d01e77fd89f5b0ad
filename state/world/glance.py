"""What the row of an account keeps of its claims: enough to tell what the next event changes, without its situation.

Invariant: bounded in bytes. Of a node that is kept the newest claims on its watched attributes are here; a kind of
which a node may be missing is named, so that nobody takes silence for knowledge.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

import orjson
from pydantic import BaseModel, ConfigDict

from state.canonical import Json
from state.ids import AccountId
from state.world.delta import Delta
from state.world.log import PLACE, Log, ticks
from state.world.record import NodeKind
from state.world.situation import EMPTY_DIGEST, Situation, standing_of

GLANCE_BYTES = 2000
"""No glance is larger."""
WATCHED: Mapping[NodeKind, Mapping[str, int]] = {
    NodeKind.ACCOUNT: {"zone": 1, "country": 1},
    NodeKind.CONTACT: {"roles": 1, "active": 1, "email": 1},
    NodeKind.OPPORTUNITY: {
        "outcome": 1, "stage": 3, "amount": 3, "close_on": 9, "currency": 3, "amount_inferred": 3, "pipeline": 1,
    },
    NodeKind.TICKET: {"severity": 2, "status": 1},
}  # fmt: skip
"""Kind → attribute → how many of its newest claims are kept; a person's word is kept besides."""
COUNTED = "close_on"
"""Slips are counted, so a deal with more close dates than are kept is left to the next look."""
CLOSED = ("closed", "merged", "duplicate")
DECIDING = frozenset({"champion", "economic_buyer"})


class Told(NamedTuple):
    """What one event said of one node."""

    event: str
    source: str
    valid: int
    """Units: microseconds since 1970."""
    says: tuple[tuple[str, Json, int], ...]
    """Attribute, value, and the trust's place among all."""


class Glance(BaseModel):
    """Some of an account's claims, by node."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nodes: Mapping[str, tuple[Told, ...]] = {}
    left_out: tuple[NodeKind, ...] = ()
    """Kinds of which a node that exists may be missing here."""

    @classmethod
    def of(cls, situation: Situation) -> Self:
        """Keep what fits of a whole situation."""
        nodes = {str(key): _told(situation, str(key)) for kind in WATCHED for key in situation.nodes(kind)}
        return cls().fitted(nodes)

    def with_nodes(self, situation: Situation, names: Iterable[str]) -> Self:
        """Take these nodes anew from a situation that holds all that is kept of them."""
        return self.fitted({**self.nodes, **{name: _told(situation, name) for name in names}})

    def fitted(self, nodes: Mapping[str, tuple[Told, ...] | None]) -> Self:
        """Keep the nodes that matter most as long as they fit. Shape: None for a node that cannot be kept."""
        left_out, room = set(self.left_out), GLANCE_BYTES
        kept: dict[str, tuple[Told, ...]] = {}
        for name, told in sorted(nodes.items(), key=lambda one: (_rank(one[0], one[1]), one[0])):
            size = len(orjson.dumps([name, *map(tuple, told or ())])) + 2
            if told == () or _decides_nothing(name, told):
                continue
            if told and size <= room:
                kept[name] = told
                room -= size
            else:
                left_out.add(NodeKind(name.partition("/")[0]))
        return type(self)(nodes=kept, left_out=tuple(sorted(left_out)))

    def situation(self, account: AccountId, deltas: Iterable[Delta]) -> Situation:
        """Read what is kept together with new claims as if it were all there is."""
        log = Log()
        for name, told in self.nodes.items():
            for one in told:
                log.tell(one.event, one.source, one.valid, name, one.says)
        log.hold(deltas)
        return Situation(account, log, 0, EMPTY_DIGEST)


def _told(situation: Situation, name: str) -> tuple[Told, ...] | None:
    """List the kept claims of a node by their events; None where what must be counted is more than is kept."""
    kind = NodeKind(name.partition("/")[0])
    by_event: defaultdict[tuple[str, str, int], list[tuple[str, Json, int]]] = defaultdict(list)
    for attribute, most in WATCHED[kind].items():
        claims = situation.claims(name, attribute)  # type: ignore[arg-type]  # a key of this very situation
        if attribute == COUNTED and len(claims) >= most:
            return None
        for claim in _newest(claims, most):
            key = (str(claim.event), claim.source, ticks(claim.valid_from))
            by_event[key].append((attribute, claim.value, PLACE[claim.trust]))
    return tuple(Told(*key, tuple(says)) for key, says in by_event.items())


def _newest(claims: Sequence[Delta], most: int) -> Sequence[Delta]:
    spoken = [claim for claim in claims[:-most] if standing_of(claim)[0]]
    return [*spoken, *claims[-most:]]


def _value(told: tuple[Told, ...] | None, attribute: str) -> Json:
    said = [(one.valid, value) for one in told or () for name, value, _ in one.says if name == attribute]
    return max(said, key=lambda one: one[0])[1] if said else None


def _decides_nothing(name: str, told: tuple[Told, ...] | None) -> bool:
    """Tell people whom the row need not know."""
    roles = _value(told, "roles")
    is_deciding = isinstance(roles, list | tuple) and DECIDING & {str(role) for role in roles}
    return name.startswith(NodeKind.CONTACT.value) and not is_deciding


def _rank(name: str, told: tuple[Told, ...] | None) -> tuple[int, int]:
    """Say what is kept first: the account, who decides, open deals and tickets, then what is over; the newest first."""
    kind, newest = NodeKind(name.partition("/")[0]), -max((one.valid for one in told or ()), default=0)
    if kind is NodeKind.OPPORTUNITY and _value(told, "outcome") in ("won", "lost"):
        return len(WATCHED), newest
    if kind is NodeKind.TICKET and _value(told, "status") in CLOSED:
        return len(WATCHED) + 1, newest
    return list(WATCHED).index(kind), newest
