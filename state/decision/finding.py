"""What a critic found in a proposal or a statement before the act; all findings are kept."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from state.evidence import Evidence

Validator = Literal["freshness", "grounding", "contradiction", "compliance", "business_rule"]


class Finding(BaseModel):
    """One objection; a blocking one keeps the proposal from running or the statement from being a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    validator: Validator
    rule: str
    """Stable id of the check, for example hard_stale or number_without_evidence."""
    subject: str
    """Proposal id or statement id."""
    is_blocking: bool
    text: str
    """One sentence: what is wrong and what would mend it."""
    evidence: tuple[Evidence, ...] = ()
