"""A thumb up or down on an answer: an entry about it, which feeds nothing but the record.

Invariant: only a person rates, and only an answer of their own conversation; the last word of a person counts.
"""

import json
from collections.abc import Mapping

from langgraph.checkpoint.base import BaseCheckpointSaver

from graphs.chat import thread_of
from graphs.parts import Parts, Tenancy
from graphs.telling.transcripts import Transcript, transcript
from state.errors import Forbidden, NotFound
from state.ids import TraceId, stable_id
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal

PURPOSE = "answer_rated"


def trace_of_answer(principal: Principal, message: str) -> TraceId:
    """Name what is said about one answer, so that it is found again without a table of its own."""
    return TraceId(stable_id("tr", principal.tenant, principal.user, PURPOSE, message))


def rate(
    parts: Parts, tenancy: Tenancy, principal: Principal, saver: BaseCheckpointSaver[str], name: str, message: str,
    *, is_good: bool,
) -> None:  # fmt: skip
    """Record what a person thinks of an answer. Raises: NotFound, Forbidden."""
    if not principal.is_human:
        raise Forbidden("An agent rates no answer.", remedy="A person does.")
    found = next((one for one in transcript(saver, principal, name).said if one.id == message), None)
    if found is None or found.is_mine:
        raise NotFound("There is no such answer in this conversation.", field="message", value=message)
    said: Mapping[str, str | bool] = {
        "purpose": PURPOSE, "thread": thread_of(principal, name), "message": message, "good": is_good,
    }  # fmt: skip
    with parts.stores.begin(tenancy.id) as unit:
        stamp = tenancy.stamp(principal, trace_of_answer(principal, message))
        unit.ledger.append([EntryDraft(Kind.VALIDATION, stamp, dict(said))])


def ratings(unit: Unit, principal: Principal, shown: Transcript) -> dict[str, bool]:
    """Say what a person thought of the answers of a conversation. Shape: message → whether it was good."""
    found: dict[str, bool] = {}
    for one in shown.said:
        if one.is_mine:
            continue
        for sealed in unit.ledger.of_trace(trace_of_answer(principal, one.id)):
            if sealed.payload is not None:
                found[one.id] = bool(json.loads(sealed.payload)["good"])
    return found
