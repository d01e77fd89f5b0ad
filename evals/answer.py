"""What came out of a case, in one shape for the system and for the baselines."""

from dataclasses import dataclass, field

from state.decision.brief import Brief, Statement
from state.world.event import Event


@dataclass(frozen=True, slots=True)
class Card:
    """One thing proposed; a draft and its send are one card with two types."""

    types: tuple[str, ...]
    text: str
    """Everything a reader of the card sees, and what would be sent."""
    to: tuple[str, ...] = ()
    """Contacts and addresses."""
    owner: str = ""
    way: str = "none"
    seats: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing done: a row of the built-in CRM or a file that left."""

    type: str
    text: str
    to: tuple[str, ...] = ()
    is_outside: bool = False
    is_permitted: bool = False
    """A person approved exactly this one."""


@dataclass(frozen=True, slots=True)
class Question:
    """The one question as a person reads it."""

    text: str
    options: tuple[str, ...]
    changes: tuple[str, ...]
    """Types of the cards that wait."""


@dataclass(frozen=True, slots=True)
class SignalSeen:
    """A live signal."""

    name: str
    severity: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What was answered to one request."""

    cards: tuple[Card, ...] = ()
    question: Question | None = None
    look_again_on: str | None = None
    reasons: tuple[str, ...] = ()
    posture: str = ""
    signals: tuple[SignalSeen, ...] = ()
    brief: Brief | None = None
    lines: tuple[str, ...] = ()
    """Other text: a note on a name, a list of changes."""
    resolved: str | None = None
    candidates: int | None = None
    fate: str | None = None
    order: tuple[str, ...] = ()
    """Accounts in the order of a list."""
    plans: tuple[str, ...] = ()
    """Each plan of the account: type, status, and the state of each step."""
    effects: tuple[Effect, ...] = ()
    events: tuple[Event, ...] = field(default=(), repr=False)
    """What the sources said: the ground of every fact."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Statements of the page."""
        return self.brief.statements() if self.brief else ()

    @property
    def gist(self) -> tuple[object, ...]:
        """What makes two answers different to whoever acts on them."""
        asked = self.question.text if self.question else None
        cards = tuple((card.types, card.to, card.way, card.text) for card in self.cards)
        return (
            cards, asked, self.resolved, self.candidates, self.fate, self.order, self.look_again_on, self.lines,
            self.plans, self.posture, tuple((one.kind, one.text) for one in self.statements),
        )  # fmt: skip
