"""What a person can put right at an account: each thing that is open there, and each of its fields that is told."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from graphs.perceiving.correcting import label
from state.ids import NodeKey
from state.world.delta import shown
from state.world.record import NodeKind
from state.world.told import TOLD
from state.world.view import AccountView

BESIDES = {NodeKind.CONTACT: ("name", "email"), NodeKind.OPPORTUNITY: ("name",)}
"""Told elsewhere than among the changes, and worth putting right."""


class FieldOut(BaseModel):
    """One value as it counts now, named so that `revloop correct` takes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: NodeKey
    name: str
    attribute: str
    value: str
    """Empty where nothing is known."""


def correctable(view: AccountView) -> tuple[FieldOut, ...]:
    """List the fields of the account, its people, open deals, running contracts and open tickets."""
    return tuple(field for key in _keys(view) for field in _fields(view, key))


def _keys(view: AccountView) -> Iterator[NodeKey]:
    yield view.key
    yield from (one.key for one in view.contacts)
    yield from (one.key for one in view.open_deals)
    yield from (one.key for one in view.subscriptions if one.is_running)
    yield from (one.key for one in view.tickets if one.is_open)


def _fields(view: AccountView, key: NodeKey) -> Iterator[FieldOut]:
    kind = NodeKind(key.partition("/")[0])
    for attribute in (*BESIDES.get(kind, ()), *TOLD.get(kind, ())):
        claim = view.situation.current(key, attribute)
        value = "" if claim is None or claim.value is None else shown(claim.value)
        yield FieldOut(subject=key, name=label(view.situation, key), attribute=attribute, value=value)
