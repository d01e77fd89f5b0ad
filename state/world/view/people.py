"""People of the account, their promises, and what their texts say."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from state.ids import NodeKey
from state.world.view.entity import Entity


@dataclass(frozen=True)
class Contact(Entity):
    """A person at the account."""

    @cached_property
    def name(self) -> str:
        """Full name, else the id."""
        return self.text("name") or self.identifier

    @property
    def first_name(self) -> str:
        """What a greeting uses."""
        return self.name.split()[0]

    @cached_property
    def email(self) -> str | None:
        """Raw address, lower case."""
        address = self.text("email")
        return None if address is None else address.lower()

    @property
    def title(self) -> str | None:
        """Job title."""
        return self.text("title")

    @property
    def department(self) -> str | None:
        """As the CRM says."""
        return self.text("department")

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Buying roles set in the CRM or by a user; never inferred here."""
        return self.texts("roles")

    @property
    def is_verified(self) -> bool:
        """False for people known only from a form, mail or calendar."""
        return self.flag("verified") is not False and self.email is not None

    @property
    def is_champion(self) -> bool:
        """Set in the CRM or by a user; never inferred here."""
        return "champion" in self.roles

    @property
    def is_economic_buyer(self) -> bool:
        """Set in the CRM or by a user; never inferred from a title."""
        return "economic_buyer" in self.roles

    @property
    def has_left(self) -> bool:
        """The CRM or a user says that the person is no longer there."""
        return self.flag("active") is False

    @property
    def has_opted_out(self) -> bool:
        """No mail may be sent."""
        return self.text("mail_consent") == "opted_out"


@dataclass(frozen=True)
class Read(Entity):
    """A node that a rule read in a text."""

    @cached_property
    def read_in(self) -> NodeKey | None:
        """The mail, note, form or deal in whose text it stands."""
        return min(self.situation.targets(self.key, "read_in"), default=None)

    @property
    def at(self) -> datetime:
        """When it was said."""
        return self.first_seen

    @property
    def quote(self) -> str:
        """The sentence."""
        return self.text("text") or ""


@dataclass(frozen=True)
class Promise(Read):
    """A commitment read from a text: actor, deliverable, date."""

    @property
    def is_ours(self) -> bool:
        """Made by one of us."""
        return self.text("actor_side") == "us"

    @property
    def actor(self) -> str:
        """User id or contact name, as far as the text says."""
        return self.text("actor") or ""

    @property
    def deliverable(self) -> str:
        """What was promised, in the text's words."""
        return self.text("deliverable") or ""

    @property
    def due_on(self) -> date | None:
        """Explicit date; "soon" gives none."""
        return self.day("due_on")

    @property
    def is_open(self) -> bool:
        """Neither delivered nor ticked off."""
        return self.text("status") != "closed"


@dataclass(frozen=True)
class ReadingNode(Read):
    """One thing a text says (`state.world.reading`), with its quoted sentence."""

    @property
    def topic(self) -> str:
        """See `state.world.reading.Topic`."""
        return self.text("topic") or ""

    @property
    def speaker(self) -> str:
        """`us` or `them`."""
        return self.text("speaker") or "them"
