"""Stacks: which layers can judge one request together, base first."""

from collections.abc import Sequence
from itertools import product
from typing import Final

from state.governance.policy import Layer, LayerKind, Scope, in_order

MOST: Final = 64
"""Above so many combinations each partial layer is stacked alone, which is where a layer shows what it does."""


def scopes(layers: Sequence[Layer]) -> tuple[Scope, ...]:
    """List the scopes that differ in which layers apply."""
    segments, teams, sellers = (
        _names(layers, kind) for kind in (LayerKind.SEGMENT, LayerKind.TEAM, LayerKind.SELLER)
    )
    if len(segments) * len(teams) * len(sellers) <= MOST:
        return tuple(
            Scope(segment=one, team=two, seller=three)
            for one, two, three in product(segments, teams, sellers)
        )
    return (
        *(Scope(segment=name) for name in segments),
        *(Scope(team=name) for name in teams[1:]),
        *(Scope(seller=name) for name in sellers[1:]),
    )


def _names(layers: Sequence[Layer], kind: LayerKind) -> list[str | None]:
    named = sorted({layer.applies_to for layer in layers if layer.layer is kind and layer.applies_to})
    return [None, *named]


def stack(layers: Sequence[Layer], scope: Scope) -> tuple[Layer, ...]:
    """Give the layers that apply to a scope, base first."""
    return tuple(layer for layer in in_order(layers) if scope.covers(layer))


def stacks(layers: Sequence[Layer]) -> tuple[tuple[Layer, ...], ...]:
    """List every different stack."""
    found = (stack(layers, scope) for scope in scopes(layers))
    return tuple({tuple(layer.title for layer in one): one for one in found}.values())
