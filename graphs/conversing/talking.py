"""The state of one conversation, who is talking, and which account is meant.

Invariant: memory holds ids and small words only; nothing in it grants anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from agents.clarifier.intents import AboutAccount, Askable
from agents.clarifier.names import Candidates, Match
from graphs.commands import Desk
from graphs.conversing.answers import Answer
from graphs.conversing.saying import Telling
from graphs.parts import Parts, Tenancy
from graphs.runner import Runner
from graphs.telling.naming import named
from state.ids import AccountId
from state.ports.world import AccountRow
from state.principal import Principal
from state.world.view import AccountView

KEPT = 8
_JOIN = re.compile(r"\s*,\s*(?:and |und )?|\s+(?:and|und|&|\+|vs\.?|versus)\s+")


class Asking(BaseModel):
    """A question about what was meant; the next utterance answers it or lets it fall."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intent: Askable = Field(discriminator="kind")
    accounts: tuple[str, ...] = ()
    """Those on offer; empty: any."""


class Memory(BaseModel):
    """What a conversation remembers between utterances."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intent: AboutAccount | None = Field(default=None, discriminator="kind")
    """The last question, for "and Granite?"."""
    account: str = ""
    draft: str = ""
    """Action of the last draft."""
    approved: str = ""
    """Action last approved in this conversation."""
    question: str = ""
    options: tuple[str, ...] = ()
    asking: Asking | None = None
    shown: dict[str, str] = {}
    """Action → hash of the card as it was shown here."""

    def with_(self, **changes: object) -> "Memory":
        """Give the same with some things changed."""
        return self.model_copy(update=changes)

    def having_shown(self, cards: Mapping[str, str]) -> "Memory":
        """Remember what was shown, the newest few."""
        both = [*((key, value) for key, value in self.shown.items() if key not in cards), *cards.items()]
        return self.with_(shown=dict(both[-KEPT:]))


@dataclass(frozen=True)
class Talk:
    """Who talks, over which desk; made anew for every utterance, never read from a checkpoint."""

    desk: Desk
    principal: Principal
    telling: Telling = field(default_factory=Telling)
    """Hears what is under way."""

    @property
    def runner(self) -> Runner:
        """What runs the loop."""
        return self.desk.runner

    @property
    def parts(self) -> Parts:
        """What nodes are given."""
        return self.runner.parts

    @property
    def tenancy(self) -> Tenancy:
        """The tenant as this utterance found it."""
        return self.parts.tenancy(self.principal.tenant)

    @property
    def now(self) -> datetime:
        """The tenant's clock."""
        return self.tenancy.now

    def rows(self) -> tuple[AccountRow, ...]:
        """Every account of the tenant."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            return tuple(unit.situations.accounts())

    def row(self, account: str) -> AccountRow | None:
        """One account by id."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            return unit.situations.account(AccountId(account))

    def view(self, account: str) -> AccountView:
        """Give an account as it stands."""
        with self.parts.stores.read(self.tenancy.id) as unit:
            situation = unit.situations.load(AccountId(account))
        return AccountView.of(situation, self.tenancy.profile.company.verified_domains)

    def meant(self, name: str) -> Match | Candidates:
        """Find one account by name."""
        return named(self.parts, self.tenancy, self.principal, name)


Reply = tuple[tuple[Answer, ...], Memory]


def one(answer: Answer, memory: Memory) -> Reply:
    """Give a reply of one answer."""
    return (answer,), memory


def accounts_meant(talk: Talk, memory: Memory, phrase: str) -> tuple[Match | Candidates, ...]:
    """Find the accounts a phrase names: one, several joined by "and", or the one last spoken of."""
    if not phrase.strip():
        row = talk.row(memory.account) if memory.account else None
        return () if row is None else (Match(row),)
    whole = talk.meant(phrase)
    parts = [part for part in _JOIN.split(phrase) if part and part.strip()]
    if len(parts) < 2 or (isinstance(whole, Match) and not whole.note):
        return (whole,)
    return tuple(talk.meant(part) for part in parts[:4])


def asked_which(found: Candidates, intent: Askable, memory: Memory) -> Reply:
    """Ask which account is meant, once, with what is on offer."""
    names = tuple(row.name for row in found.accounts)
    if found.is_known:
        text = f"Which {found.name}?"
    elif names:
        text = f"No account is called {found.name!r}. Did you mean {' or '.join(names)}?"
    else:
        text = f"No account is called {found.name!r}. Name it as the CRM does."
    asking = Asking(intent=intent, accounts=tuple(row.account for row in found.accounts))
    told = names if len({*names}) == len(names) else tuple(row.account for row in found.accounts)
    return one(Answer(kind="asked", text=text, options=told), memory.with_(asking=asking if names else None))


def ask_account(intent: Askable, memory: Memory) -> Reply:
    """Ask for an account where none was named and none spoken of."""
    return one(Answer(kind="asked", text="Which account?"), memory.with_(asking=Asking(intent=intent)))
