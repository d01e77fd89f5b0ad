"""What budgets leave in the ledger: a cap that refused, and a cap that was raised after it had."""

from state.canonical import Json
from state.governance.budget import Draw


def of_refusal(draw: Draw, used: int) -> dict[str, Json]:
    """Prove that a cap stood in the way. Units: `used` is what was counted on that day."""
    return {**_about(draw), "event": "refused", "used": used}


def of_raise(draw: Draw, was: int) -> dict[str, Json]:
    """Prove that a cap which had refused was raised on the same day."""
    return {**_about(draw), "event": "raised", "was": was}


def _about(draw: Draw) -> dict[str, Json]:
    return {
        "meter": draw.line.meter,
        "subject": draw.line.subject,
        "day": draw.day.isoformat(),
        "amount": draw.amount,
        "cap": -1 if draw.cap is None else draw.cap,
    }
