"""The form of the playbook's files: rows, questions, hypotheses, drafts and settings, each a closed type.

Invariant: a file holds no expression beyond the condition tree and no template beyond named slots.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from agents.playbook.people import RecipientRule
from state.decision.proposal import ActionType
from state.governance.condition import Condition
from state.world.knowledge import KnowledgeKind
from state.world.profile.effects import Stake

Share = Annotated[Decimal, Field(ge=0, le=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{1,59}$")]
Urgency = Literal["now", "this_week", "can_wait"]
SubjectRule = Literal[
    "account", "renewal_contract", "expansion", "stale_deal", "slipped_deal", "decreased_deal", "discounted_deal",
    "slip_risk_deal", "open_deal", "any_open_deal", "competed_deal", "aging_ticket", "worst_ticket", "next_meeting",
    "held_meeting", "overdue_promise", "due_promise", "form", "request", "left_contact", "new_contact",
    "cold_champion", "soft_bounce", "call_back", "duplicate", "active_plan", "news", "stale_source", "contradiction",
    "instruction", "opened_mail", "usage",
]  # fmt: skip
OwnerRule = Literal["record", "account", "admin", "support"]
Anchor = Literal[
    "now", "meeting_start", "contract_end", "notice", "deal_close", "promise_due", "call_back", "not_before",
    "quarter_end", "step_due",
]  # fmt: skip


class Part(BaseModel):
    """A piece of a playbook file: closed, and read once."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)


def _as_lines(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


Lines = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_as_lines), Field(min_length=1)
]
"""One sentence, or alternatives of which the first with all its slots filled is taken."""


Recipients = Annotated[tuple[RecipientRule, ...], BeforeValidator(_as_lines), Field(min_length=1)]
"""Rules in order; the first that finds a reachable person is taken."""


class Due(Part):
    """A day or moment counted from something that has a date."""

    anchor: Anchor = "now"
    days: int = 0
    """Negative: before it."""
    business: bool = False


class Outcome(Part):
    """What should become measurable, and by when."""

    text: Lines
    measure: str
    target: Lines
    by: tuple[Due, ...] = Field(min_length=1)
    """The first whose date is known and not past."""


class UrgentWhen(Part):
    """A band and when it holds."""

    band: Urgency = Field(alias="is")
    when: Condition | None = None


class Row(Part):
    """One thing that may be right to do, and when."""

    id: Name
    when: Condition
    action_type: ActionType
    subject: SubjectRule
    recipient: Recipients | None = None
    owner: OwnerRule = "record"
    stake: Stake | Literal["best"] = "none"
    play: str | None = None
    confidence: Share
    p_outcome: Share
    cost_minutes: int | None = Field(default=None, ge=0)
    """Only where effects.yaml has no row."""
    risk: Literal["low", "medium", "high"] = "low"
    description: Lines
    context_summary: Lines
    why_now: Lines
    outcome: Outcome
    urgency: tuple[UrgentWhen, ...] = Field(min_length=1)
    decide_by: tuple[Due, ...] = ()
    expires: tuple[Due, ...] = ()
    """Before the usual expiry, whichever is first."""
    reversible: bool = True
    human_required: bool = False
    arguments: dict[str, Lines] = {}
    required_inputs: tuple[str, ...] = ()
    suppresses: tuple[Name, ...] = ()
    """Rows and families that are not proposed beside it."""
    orders_before: tuple[Name, ...] = ()
    serves: str | None = None
    """The meeting purpose it prepares: comes first when that is known to be the purpose."""
    waits_for: tuple[Name, ...] = ()
    """Topics of questions whose answer would change it."""
    after: Name | None = None
    """Topic of the question whose answer its condition reads."""
    send_waits_for: tuple[Name, ...] = ()
    """The same, for the send of a draft."""
    draft: Name | None = None
    """Template of the words of a mail or quote."""
    grouped: bool = False
    per_feed: bool = False
    """One card for all accounts of a feed."""

    def templates(self) -> Iterator[tuple[str, str]]:
        """Yield (field, text) of everything with slots."""
        for field in ("description", "context_summary", "why_now"):
            yield from ((field, text) for text in getattr(self, field))
        yield from (("outcome.text", text) for text in self.outcome.text)
        yield from (("outcome.target", text) for text in self.outcome.target)
        for name, lines in self.arguments.items():
            yield from ((f"arguments.{name}", text) for text in lines)

    @model_validator(mode="after")
    def _draft_is_a_mail(self) -> Self:
        if (self.draft is not None) != (self.action_type in ("draft_email", "draft_quote")):
            raise ValueError("a draft_email or draft_quote row names its draft, and only they do")
        if self.action_type == "draft_email" and self.recipient is None:
            raise ValueError("a draft_email row names a recipient rule")
        return self


class RowFile(Part):
    """One family of rows."""

    family: Name
    precedence: int
    """Lower decides first what it suppresses."""
    when: Condition | None = None
    """Holds for every row of the family."""
    rows: tuple[Row, ...] = Field(min_length=1)


class Cue(Part):
    """Something that speaks for an alternative."""

    when: Condition
    factor: Decimal = Field(gt=0)


class Option(Part):
    """One closed answer."""

    id: Name
    text: Lines
    hypothesis: Lines
    weight: Decimal = Field(gt=0)
    cues: tuple[Cue, ...] = ()
    favours: tuple[Name, ...] = ()
    """Rows whose value is gained only if this is true and known."""
    stake: Literal["deal", "contract", "uplift", "none"] = "none"
    share: Share = Decimal(0)
    """Share of the stake lost by acting on the wrong alternative."""


class QuestionRow(Part):
    """One topic that may be asked about."""

    topic: Name
    when: Condition
    subject: SubjectRule
    text: Lines
    options: tuple[Option, ...] = Field(min_length=2, max_length=4)
    other: str = "neither"
    suppressed_by: tuple[Name, ...] = ()

    def templates(self) -> Iterator[tuple[str, str]]:
        """Yield (field, text) of everything with slots."""
        yield from (("text", text) for text in self.text)
        for option in self.options:
            yield from ((f"options.{option.id}", text) for text in (*option.text, *option.hypothesis))


class QuestionFile(Part):
    """All questions."""

    questions: tuple[QuestionRow, ...]


class HypothesisRow(Part):
    """An explanation and what speaks for it."""

    id: Name
    when: Condition
    text: Lines
    likelihood: Share
    subject: SubjectRule = "account"

    def templates(self) -> Iterator[tuple[str, str]]:
        """Yield (field, text) of everything with slots."""
        yield from (("text", text) for text in self.text)


class HypothesisFile(Part):
    """All explanations."""

    hypotheses: tuple[HypothesisRow, ...]


class Paragraph(Part):
    """A sentence of a draft; left out when a slot of it has no value."""

    text: Lines
    when: Condition | None = None


class DraftRow(Part):
    """The words of one kind of mail."""

    id: Name
    subject: Lines
    paragraphs: tuple[Paragraph, ...] = Field(min_length=1)

    def templates(self) -> Iterator[tuple[str, str]]:
        """Yield (field, text) of everything with slots."""
        yield from (("subject", text) for text in self.subject)
        for index, paragraph in enumerate(self.paragraphs):
            yield from ((f"paragraphs[{index}]", text) for text in paragraph.text)


class DraftFile(Part):
    """Some drafts."""

    drafts: tuple[DraftRow, ...] = Field(min_length=1)


class PurposeWords(Part):
    """Words of a title or agenda that tell why people meet."""

    purpose: str
    words: tuple[str, ...] = Field(min_length=1)


class Asking(Part):
    """Words by which a seller's question is understood."""

    topic: Literal["why_at_risk", "who_matters", "unknowns", "what_changed"]
    words: tuple[str, ...] = Field(min_length=1)


class ItemDocument(Part):
    """Which document answers a request for a thing."""

    item: str
    kind: KnowledgeKind
    title_words: tuple[str, ...] = ()


class Settings(Part):
    """What is neither a threshold of a signal nor a limit of the profile."""

    target_seat_share: Share
    """Seats are proposed until use falls to this share."""
    request_days: int = Field(ge=1)
    """A request older than this is not answered by itself."""
    follow_up_days: int = Field(ge=0)
    """A held meeting is followed up within this many days."""
    slots_minutes: int = Field(ge=5)
    """Length of a proposed meeting."""
    purposes: tuple[PurposeWords, ...]
    documents: tuple[ItemDocument, ...] = ()
    replies: tuple[Asking, ...]
