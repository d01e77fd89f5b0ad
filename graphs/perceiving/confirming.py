"""A person confirms one exact value that something less trusted said: the only way in which trust is ever raised.

Invariant: the value is one that a claim already carries; a person who knows another one corrects instead.
"""

from collections.abc import Sequence

from graphs.parts import Parts, Tenancy
from graphs.perceiving.correcting import Corrected, node_of, record, require_person, same_value
from state.canonical import Json
from state.errors import InvalidInput
from state.evidence import Trust
from state.ids import AccountId, NodeKey
from state.principal import Principal
from state.world.delta import Delta, shown
from state.world.resolution.spelling import plain
from state.world.situation import Situation


def confirm(
    parts: Parts,
    tenancy: Tenancy,
    principal: Principal,
    account: AccountId,
    subject: str,
    attribute: str,
    value: str,
    reason: str = "",
) -> Corrected:
    """Raise trust in one value of one attribute. Raises: NotFound, Ambiguous, InvalidInput, Forbidden."""
    require_person(principal)
    with parts.stores.begin(tenancy.id) as unit:
        situation = unit.situations.load(account)
        key = node_of(situation, subject)
        name = _claimed(situation, key, attribute)
        claims = situation.claims(key, name)
        found = [claim for claim in claims if value in (shown(claim.value), claim.value)]
        if not found:
            raise _not_said(name, value, claims)
        if all(claim.trust.rank >= Trust.USER.rank for claim in found):
            raise InvalidInput(
                f"{name} {value!r} is trusted already.", field="value", value=value,
                remedy="There is nothing to confirm.",
            )  # fmt: skip
        said = next(claim.value for claim in found if same_value(claim.value, found[-1].value))
        return record(unit, tenancy, principal, situation, key, name, _recordable(name, said), reason)


def _claimed(situation: Situation, key: NodeKey, attribute: str) -> str:
    wanted = "_".join(plain(attribute).split())
    known = situation.attributes(key)
    if wanted in known:
        return wanted
    raise InvalidInput(
        f"Nothing says {attribute!r} of {key}.",
        field="attribute",
        value=attribute,
        remedy=f"Said of it: {', '.join(known)}.",
    )


def _not_said(name: str, value: str, claims: Sequence[Delta]) -> InvalidInput:
    told = "; ".join(f"{shown(claim.value)} ({claim.source}, {claim.trust.value})" for claim in claims)
    return InvalidInput(
        f"No source says {name} {value!r}.",
        field="value",
        value=value,
        remedy=f"Sources say: {told}. To say something else, use `revloop correct`.",
    )


def _recordable(name: str, value: Json) -> str | bool | int | tuple[str, ...] | None:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(str(item) for item in value)
    raise InvalidInput(
        f"{name} is not a value that one can confirm as a whole.",
        field="attribute",
        value=name,
        remedy="Confirm a plain text, a date, a number, yes or no, or a list of words.",
    )
