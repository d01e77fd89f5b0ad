"""The situation as a graph: nodes carry their claims by attribute, edges the claim that made them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from state.ids import NodeKey
from state.world.delta import Delta

if TYPE_CHECKING:
    import networkx as nx


def fold(deltas: Iterable[Delta]) -> "nx.MultiDiGraph[NodeKey]":
    """Build the graph: nodes carry their claims by attribute in valid-time order, edges the claim that made them."""
    import networkx as nx  # three hundred modules, for the few who read edges

    graph: nx.MultiDiGraph[NodeKey] = nx.MultiDiGraph()
    claims: dict[NodeKey, dict[str, list[Delta]]] = {}
    for delta in deltas:
        if delta.target is None:
            claims.setdefault(delta.subject, {}).setdefault(delta.attribute, []).append(delta)
            continue
        for end in (delta.subject, delta.target):
            claims.setdefault(end, {})
        graph.add_edge(delta.subject, delta.target, key=f"{delta.attribute}:{delta.event}", claim=delta)
    for key, attributes in claims.items():
        ordered = {name: tuple(sorted(_unique(found), key=order_of)) for name, found in attributes.items()}
        graph.add_node(key, claims=ordered)
    return graph


def _unique(found: list[Delta]) -> Iterable[Delta]:
    return found if len(found) == 1 else {(claim.event, claim.event_hash): claim for claim in found}.values()


def order_of(delta: Delta) -> tuple[datetime, int, str, str]:
    """Order claims as the situation does: the later, then the more trusted, then the greater event."""
    return (delta.valid_from, delta.trust.rank, delta.event, delta.event_hash)
