"""Names of things: one NewType per kind of id, and the function that derives ids from inputs.

Invariant: an id derived by `stable_id` depends on its parts alone, so a re-executed step names the same thing.
"""

import hashlib
from typing import NewType

TenantId = NewType("TenantId", str)
UserId = NewType("UserId", str)
AccountId = NewType("AccountId", str)
EventId = NewType("EventId", str)
EvidenceId = NewType("EvidenceId", str)
SignalId = NewType("SignalId", str)
ProposalId = NewType("ProposalId", str)
QuestionId = NewType("QuestionId", str)
ActionId = NewType("ActionId", str)
ApprovalId = NewType("ApprovalId", str)
DecisionId = NewType("DecisionId", str)
RunId = NewType("RunId", str)
ThreadId = NewType("ThreadId", str)
EntryId = NewType("EntryId", str)
TraceId = NewType("TraceId", str)
ArtifactId = NewType("ArtifactId", str)
NodeKey = NewType("NodeKey", str)
"""A node of the situation graph: `Kind/identifier`, for example `Opportunity/D-17`."""


def stable_id(prefix: str, *parts: str) -> str:
    """Derive an opaque id from length-prefixed parts, so that no two part lists collide by concatenation."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return f"{prefix}_{digest.hexdigest()[:20]}"
