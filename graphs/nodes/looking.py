"""Perceive, synthesize, retrieve: from what happened to a pinned situation and what memory adds."""

from typing import TypedDict

from graphs.channels import PerceiveInput, SituationRef, SynthesizeInput
from graphs.parts import Parts
from graphs.perceiving.remembering import embedder_for, sense_or_none
from graphs.perceiving.world import admit_due
from graphs.planning.adopting import adopt
from graphs.times import instant, text_of
from state.errors import NotFound
from state.ids import AccountId, TenantId
from state.world.judgement import Judgement

RECALLED = 8


class Perceived(TypedDict):
    """Writes: the pinned situation and the clock it was looked at."""

    now: str
    situation: SituationRef
    reads: int


def perceive(parts: Parts, state: PerceiveInput) -> Perceived:
    """Fold what has become visible and pin the account's version; no graph is loaded."""
    request = state["request"]
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    account = AccountId(request["account"])
    now = tenancy.now
    is_first = (tenancy.id, request["run"]) in parts.underway
    row, is_due = parts.heads.get((tenancy.id, account)) if is_first else None, False
    if row is None:
        with parts.stores.read(tenancy.id) as unit:
            row, is_due = unit.situations.standing(account, now)
    if is_due:
        with parts.stores.begin(tenancy.id) as unit:
            admit_due(unit, tenancy.profile, now, account)
            adopt(unit, tenancy)
            row = unit.situations.account(account)
    if row is None:
        raise NotFound(f"no account {account!r}", field="account", value=account, remedy="Import it first.")
    situation = SituationRef(account=account, version=row.version, digest=row.digest)
    return Perceived(now=text_of(now), situation=situation, reads=0)


class Synthesized(TypedDict):
    """Writes: ids of the signals that are live."""

    signals: list[str]


def synthesize(parts: Parts, state: SynthesizeInput) -> Synthesized:
    """Detect signals and say what they add up to; the guard records them with what it decides."""
    request = state["request"]
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    with parts.stores.read(tenancy.id) as unit:
        sight = parts.sight(unit, tenancy, state["situation"], instant(state["now"]), request["run"])
    return Synthesized(signals=[signal.id for signal in sight.judgement.signals])


class Retrieved(TypedDict):
    """Writes: ids of the passages that may be cited."""

    recollections: list[str]


def retrieve(parts: Parts, state: SynthesizeInput) -> Retrieved:
    """Search the account's own memory for what the live signals are about; by meaning too where that is at hand."""
    request = state["request"]
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    with parts.stores.read(tenancy.id) as unit:
        sight = parts.sight(unit, tenancy, state["situation"], instant(state["now"]), request["run"])
        words = query_of(sight.judgement)
        account = AccountId(request["account"])
        found = unit.memory.search(words, account, RECALLED)
        embedder = embedder_for(parts, unit)
    if embedder is not None:
        sense = sense_or_none(embedder, words)
        with parts.stores.read(tenancy.id) as unit:
            found = unit.memory.search(words, account, RECALLED, sense)
    for one in found:
        parts.recall(tenancy.id, one.evidence.id, one.model_copy(update={"score": 0.0}))
    return Retrieved(recollections=[recollection.evidence.id for recollection in found])


def query_of(judgement: Judgement) -> str:
    """Ask memory about what is live, by the words of its signals and unknowns."""
    parts = [signal.text for signal in judgement.signals] + [unknown.text for unknown in judgement.unknowns]
    return " ".join(parts)
