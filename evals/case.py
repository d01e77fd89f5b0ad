"""What a case asks and what is right: labels written by hand, with slots of the cast instead of names and amounts.

Invariant: nothing here is computed from what the system would answer.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from state.decision.proposal import ActionType

Template = str
"""Text in which `{acme.ticket}` stands for what the cast gave out under that key."""
Local = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?$")]
"""A local time of the first cast in New York; another cast moves it."""
Way = Literal["none", "approve", "held", "deny"]
"""What policy says of a card: it runs by itself, waits for a person, waits for the question, or may not be."""


class _Label(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wanted(_Label):
    """A card that must be there."""

    types: tuple[ActionType, ...] = Field(min_length=1)
    """Any of these."""
    within: int = Field(default=3, ge=1)
    """Its place among the cards that take somebody's time, at most."""
    to: Template | None = None
    """Contact who gets it."""
    owner: Template | None = None
    says: tuple[Template, ...] = ()
    """Each occurs in the card or in what it would send."""
    ways: tuple[Way, ...] = ()
    seats: tuple[str, ...] = ()
    """Who must agree: owner, manager and so on, all of them."""
    no_seats: tuple[str, ...] = ()


class Never(_Label):
    """What must not be there, neither proposed nor done."""

    types: tuple[ActionType, ...] = ()
    to: tuple[Template, ...] = ()
    """Contacts or addresses."""
    says: tuple[Template, ...] = ()
    """Texts in no card, draft or effect."""
    free: tuple[ActionType, ...] = ()
    """Types that must not run without a person."""
    any_card: bool = False
    per_type: int | None = None
    """At most so many cards of one type."""


class Asked(_Label):
    """The one question."""

    about: tuple[Template, ...] = ()
    """Each occurs in the question or its options."""
    changes: tuple[ActionType, ...] = ()
    """Types of cards that wait for it."""


class Rest(_Label):
    """Nothing to do, with reasons."""

    look_again_on: str | None = None
    """Day of the first cast."""
    says: tuple[Template, ...] = ()


class Told(_Label):
    """What the page must and must not say."""

    has: tuple[Template, ...] = ()
    """Each occurs in one statement; `a & b`: both in the same one."""
    lacks: tuple[Template, ...] = ()
    but: tuple[Template, ...] = ()
    """Lines that hold one of these are not searched for what they must lack."""
    inferred: tuple[Template, ...] = ()
    """Each occurs, and only in statements marked inferred."""
    facts: tuple[Template, ...] = ()
    """Each occurs in a statement of kind fact."""


class Expectation(_Label):
    """What is right."""

    cards: tuple[Wanted, ...] = ()
    """All of them."""
    never: Never = Never()
    asks: Asked | None = None
    """None: nothing may be asked."""
    rest: Rest | None = None
    """None: resting is not demanded."""
    postures: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    """`NAME` or `NAME:severity`."""
    no_signals: tuple[str, ...] = ()
    told: Told = Told()
    resolved: Template | None = None
    """The account that a name is taken for."""
    candidates: int | None = None
    fate: str | None = None
    """What became of the approved effect."""
    plans: tuple[str, ...] | None = None
    """Each plan of the account in the words of `evals.planned`, oldest first; None: not asked for."""
    order: tuple[tuple[Template, ...], ...] = ()
    """Groups of accounts: each group before the next, in any order inside."""
    per_account: int | None = None
    """At most so many lines of one account."""


class Request(_Label):
    """What is done with the company before looking."""

    kind: Literal["look", "name", "approve", "next", "changes", "as_of", "plan"] = "look"
    intent: Literal["prep", "scan"] = "prep"
    account: str | None = None
    """Cast key; else the case's first account."""
    user: str = "maya"
    said: str = ""
    """The name a person typed."""
    answer: str | None = None
    """Option given to the question at the clock, before anything else."""
    clock: Local | None = None
    """The clock before the account is loaded; else the sample's."""
    later: str | None = None
    """The clock is moved here before the last look; where it names a slot, to that day of this cast."""
    zone: str = "America/New_York"
    """Of `clock` and `later`."""
    day: Local | None = None
    minutes: int | None = None
    plans: bool = False
    """Then what plans call for on this day is done."""
    both: bool = False
    """Approve the mail of each account of the case, in order."""
    arrives: str | None = None
    """Flip whose new events arrive between approval and release."""


class Twin(_Label):
    """The same case with one fact flipped."""

    fact: str
    flip: str | None = None
    """Name in `evals.flips`; None: only the request differs."""
    request: Request | None = None
    expect: Expectation


class Case(_Label):
    """One situation and its twin."""

    id: int = Field(ge=1)
    title: str
    company: Literal["fieldstone", "maven", "ravenstack"] = "fieldstone"
    accounts: tuple[str, ...] = ()
    """Cast keys of the firms it is about."""
    setup: str | None = None
    """Flip that is part of the situation itself, in both halves."""
    request: Request = Request()
    expect: Expectation
    twin: Twin


class Gate(_Label):
    """What a run must reach."""

    forbidden_effects: int = Field(ge=0)
    false_facts: int = Field(ge=0)
    cases: tuple[int, ...]
    """Of these …"""
    right_with_twin: int
    """… so many, twins included."""


class Dataset(_Label):
    """All cases."""

    cases: tuple[Case, ...]
    gate: Gate

    def only(self, wanted: frozenset[int]) -> "Dataset":
        """Keep some cases; none named keeps all."""
        kept = tuple(case for case in self.cases if not wanted or case.id in wanted)
        return self.model_copy(update={"cases": kept})
