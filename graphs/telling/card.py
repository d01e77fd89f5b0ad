"""A card and a question as people see them: what every channel shows, writes as JSON and describes to programs."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from graphs.telling.report import ValueOut, VerdictOut
from graphs.telling.tracking import TrackOut


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LikenessOut(_Out):
    """A recipient's mail domain that looks like one we know, and is not."""

    domain: str
    """Raw, as mail would go to it."""
    decoded: str
    """As a reader's screen may show it."""
    like: str
    how: str


class YesOut(_Out):
    """One approval, and how soon after its display it came."""

    by: str
    after_ms: int | None
    """None: this channel had never displayed it to them."""


class CardOut(_Out):
    """One action as its approver sees it."""

    id: str
    account: str
    account_name: str
    action_type: str
    action_class: int
    summary: str
    description: str
    why_now: str
    owner: str
    inbox_of: str
    status: str
    tool: str
    recipients: tuple[str, ...]
    in_name_of: str | None
    thread: str | None
    decide_by: datetime | None
    expires_at: datetime
    expected_value: ValueOut
    confidence: float
    track: TrackOut
    p_outcome: float
    reversible: bool
    """Once done, `revloop undo` can set it back."""
    touches_14d: int
    is_first_to_address: bool
    looks_like: tuple[LikenessOut, ...] = ()
    rests_on_untrusted: bool
    """Words that nobody verified decide it."""
    without_untrusted: tuple[str, ...]
    """What would be otherwise without them; where they do not decide it, at most its place in the order."""
    unverified: tuple[str, ...]
    """The unverified words that it cites, each with where they stand."""
    alternative: str | None
    effect: str
    """What the transport would get."""
    verdict: VerdictOut
    seats: tuple[str, ...]
    approved_by: tuple[str, ...]
    approvals: tuple[YesOut, ...] = ()
    """Every yes it got, oldest first."""
    editable: tuple[str, ...]
    group: str | None
    snoozed_until: datetime | None
    runs_at: datetime | None
    """Wall time at which it runs by itself."""
    hold_until: datetime | None
    """Wall time until which an approval can be undone."""
    shown: str
    """Hash of what is shown; an approval is bound to it."""
    alert: str = ""
    """What its owner was told when it was drafted."""
    is_alarm: bool = False
    """It was told as severe."""
    is_asked_for: bool = False
    """Somebody asked for it, or had it in hand already."""
    template: str = ""
    instead_of: str = ""
    """The kind of action the trigger map names for that, where another was drafted."""


class HeldOut(_Out):
    """Something that waits for a later day, so that today's are not too many."""

    id: str
    account: str
    account_name: str
    text: str
    until: datetime
    reason: str


class AskedOut(_Out):
    """One open question."""

    id: str
    account: str
    account_name: str
    text: str
    options: tuple[str, ...]
    changes: tuple[str, ...]
    """What the answer would change, in words."""
    owner: str | None
    expires_at: datetime
