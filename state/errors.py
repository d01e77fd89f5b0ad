"""One tree of failures, each with an HTTP status, a stable code, an exit code and a remedy.

A refusal by policy is not a failure: it is a `Verdict`.
"""

from typing import ClassVar


class RevloopError(Exception):
    """A failure that a person can read: what happened, to which field and value, and what to do."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, remedy: str = "", field: str = "", value: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.field = field
        self.value = value

    def __str__(self) -> str:
        """Read as one line: message, then remedy."""
        return f"{self.message} {self.remedy}".strip()


class InvalidInput(RevloopError):
    """A file, option or value that cannot be understood; nothing was changed."""

    status, code, exit_code = 422, "invalid_input", 2


class NotFound(RevloopError):
    """Nothing of that name or id in this tenant."""

    status, code, exit_code = 404, "not_found", 2


class Erased(RevloopError):
    """It was there and was forgotten; that it was there can still be proved."""

    status, code, exit_code = 410, "erased", 1


class Ambiguous(RevloopError):
    """More than one thing fits; the caller chooses."""

    status, code, exit_code = 300, "ambiguous", 2

    def __init__(self, message: str, *, candidates: tuple[str, ...], remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.candidates = candidates


class Unauthenticated(RevloopError):
    """Nobody knows who asks: no session, or one that is over."""

    status, code, exit_code = 401, "unauthenticated", 4


class TooLarge(RevloopError):
    """More was sent than is ever needed here."""

    status, code, exit_code = 413, "too_large", 2


class TooMany(RevloopError):
    """Asked too often in a short time."""

    status, code, exit_code = 429, "too_many", 1


class Forbidden(RevloopError):
    """The principal may not do this."""

    status, code, exit_code = 403, "forbidden", 4


class Denied(RevloopError):
    """Policy blocks the asked act."""

    status, code, exit_code = 403, "denied_by_policy", 4


class Conflict(RevloopError):
    """Somebody else was first, or the thing has changed since it was shown."""

    status, code, exit_code = 409, "conflict", 5


class PlanActivationRejected(Conflict):
    """A plan may not begin, or go on: it is not approved, or another of its type is active at the account."""

    code = "PLAN_ACTIVATION_REJECTED"


class Unavailable(RevloopError):
    """A dependency (database, home folder, model, transport) cannot be used now."""

    status, code, exit_code = 503, "unavailable", 1
