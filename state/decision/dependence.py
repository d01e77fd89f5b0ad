"""Untrusted dependence: what of a proposal would be otherwise if nobody had said anything unverified.

Invariant: a proposal depends when its type, target, class, amount or date would change; a changed rank only marks it.
"""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from state.decision.proposal import Proposal

WORDS = frozenset(
    {"title", "text", "message", "reason", "subject", "body", "agenda", "topic", "template", "draft"}
)
"""Arguments that are words, or name the words; every other argument carries authority."""
_CALLED: Mapping[str, str] = {
    "discount_percent": "discount",
    "due_on": "due date",
    "field": "changed field",
    "in_name_of": "sender",
    "in_reply_to": "mail that is answered",
    "starts_at": "start",
    "units": "number of units",
}


class Dependence(BaseModel):
    """What one proposal owes to unverified words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_dependent: bool
    """A person decides where the class is 2 or 3."""
    changes: tuple[str, ...] = ()
    """What would be otherwise without them, in words; a changed rank is the last of it."""


FREE = Dependence(is_dependent=False)
"""It owes nothing to unverified words."""


def dependence(proposal: Proposal, place: int, without: Sequence[Proposal]) -> Dependence:
    """Compare a proposal with what would be proposed without unverified words.

    Units: `place` counts from 1 among the proposals it came with; `without` comes best first.
    """
    twins = ((rank, one) for rank, one in enumerate(without, start=1) if one.dedup_key == proposal.dedup_key)
    rank, twin = next(twins, (0, None))
    if twin is None:
        return Dependence(is_dependent=True, changes=("it would not be proposed",))
    changed = tuple(_differences(proposal, twin))
    moved = () if rank == place else (f"it would stand in place {rank}, not {place}",)
    return Dependence(is_dependent=bool(changed), changes=(*changed, *moved))


def _differences(proposal: Proposal, twin: Proposal) -> Iterator[str]:
    for name in ("action_type", "tool", "account", "owner", "recipient", "subject"):
        mine, other = getattr(proposal, name), getattr(twin, name)
        if mine != other:
            yield _said(_CALLED.get(name, name.replace("_", " ")), str(mine or ""), str(other or ""))
    if proposal.action_class != twin.action_class:
        yield f"its class would be {twin.action_class}, not {proposal.action_class}"
    for name in sorted({*proposal.arguments, *twin.arguments} - WORDS):
        mine, other = proposal.arguments.get(name, ""), twin.arguments.get(name, "")
        if mine != other:
            yield _said(_CALLED.get(name, name.replace("_", " ")), mine, other)


def _said(name: str, mine: str, other: str) -> str:
    if not other:
        return f"the {name} {mine} would not be set"
    return f"the {name} would be {other}, not {mine}" if mine else f"the {name} would be {other}"
