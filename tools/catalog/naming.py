"""How a message is named: after its action, under the tenant's key, so that nobody else can make the name.

Invariant: the same action has the same name in every attempt; an edit has another, known before its action has an id.
"""

from collections.abc import Mapping, Sequence

from state.canonical import digest
from state.governance.action import Action
from state.ids import ActionId, stable_id
from tools.keys import Key, sealed


def message_name(key: Key, seed: str, address: str) -> str:
    """Name a message after its action: HMAC-SHA256 under the tenant's key, at the sender's domain."""
    return f"{sealed(key, 'message-id', seed)}@{address.rpartition('@')[2]}"


def edited_seed(predecessor: ActionId, arguments: Mapping[str, object]) -> str:
    """Name an edit before its action has an id: after what it replaces and what it says now."""
    return stable_id("edit", predecessor, digest({name: str(value) for name, value in arguments.items()}))


def is_named_after(action: Action, keys: Sequence[Key], name: str, address: str) -> bool:
    """Tell whether a message bears this action's name, or that of the edit it came from, under any of our keys."""
    seeds: list[str] = [action.id]
    if action.predecessor is not None:
        seeds.append(edited_seed(action.predecessor, action.effect.arguments))
    return name in {message_name(key, seed, address) for seed in seeds for key in keys}
