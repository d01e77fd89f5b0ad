"""What a tool is asked for: closed arguments, the proposal with what it rests on, and the row that comes of it.

Invariant: every argument model is closed, so that an address, an amount or a tool that a
reasoner made up has no place to stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from state.canonical import Json
from state.decision.proposal import Proposal
from state.errors import InvalidInput
from state.ids import ActionId, NodeKey, UserId
from state.ports.deciding import Deliberating, Draft
from state.principal import User
from state.world.business_time import local_day
from state.world.profile import Profile
from state.world.record import NodeKind
from state.world.view import AccountView
from tools.catalog.words import Line
from tools.keys import Key

ASKING = 4
"""The class of a question to the owner: it runs by itself, so nothing else may call itself one."""
M = TypeVar("M", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)


class Arguments(BaseModel):
    """What every tool of an action takes: typed references and body slots, nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: Line | None = None
    """Why it is done, as policy distinguishes it: `reply` and `service` do not sell."""
    template: Line | None = None
    """Which words were filled."""
    in_name_of: Line | None = None
    """The record's owner, while somebody stands in."""


class Row(BaseModel):
    """What an inside tool writes, complete: the effect's arguments and its content."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Found(BaseModel):
    """What a read brought back; `evidence` names the claims it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence: tuple[str, ...] = ()


def parsed(model: type[M], raw: Mapping[str, Json], tool: str) -> M:
    """Read arguments; an empty one counts as left out. Raises: InvalidInput naming the first that is wrong."""
    return stored(model, {name: value for name, value in raw.items() if value not in (None, "")}, tool)


def stored(model: type[M], raw: Mapping[str, Json], tool: str) -> M:
    """Read what was rendered, every field of it. Raises: InvalidInput naming the first that is wrong."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "arguments"
        raise InvalidInput(
            f"{tool} does not take {name} so: {first['msg']}.",
            field=name,
            value=str(first.get("input", ""))[:80],
            remedy=f"It takes {', '.join(sorted(model.model_fields)) or 'nothing'}.",
        ) from error


@dataclass(frozen=True, slots=True)
class Premises:
    """What of the tenant a rendering rests on."""

    profile: Profile
    users: Sequence[User]
    keys: Sequence[Key] = field(repr=False)
    """The tenant's secrets, the newest last."""

    @property
    def key(self) -> Key:
        """What is made now is made under the newest."""
        return self.keys[-1]

    def user(self, name: str | None) -> User | None:
        """Find one of us."""
        return next((user for user in self.users if user.id == name), None)


@dataclass(frozen=True)
class Task:
    """One proposal on its way to an exact effect."""

    proposal: Proposal
    action: ActionId
    draft: Draft | None
    about: Deliberating
    premises: Premises

    @property
    def view(self) -> AccountView:
        """The account."""
        return self.about.view

    @property
    def profile(self) -> Profile:
        """The tenant's files."""
        return self.premises.profile

    @cached_property
    def today(self) -> date:
        """The day in the tenant's zone."""
        return local_day(self.about.now, self.profile.company.zone)

    @cached_property
    def owner(self) -> User:
        """In whose name. Raises: InvalidInput when nobody of that id is with us."""
        named = self.proposal.owner or self.profile.company.queues.unassigned or self.about.principal.user
        user = self.premises.user(named)
        if user is None:
            raise InvalidInput(
                "The owner is not a user of this tenant.",
                field="owner",
                value=named,
                remedy="Name one in company.yaml.",
            )
        return user

    @property
    def subject(self) -> NodeKey:
        """What a row hangs on: the proposal's subject, else the account. Raises: InvalidInput for a foreign record."""
        subject = self.proposal.subject
        is_ours = subject is None or subject in self.view.situation
        if not is_ours and not str(subject).startswith(f"{NodeKind.SERIES.value}/"):
            raise InvalidInput("This account has no such record.", field="subject", value=str(subject)[:80])
        return subject or self.view.key

    def needs_class(self, least: int, why: str) -> None:
        """Hold the proposal to the class its arguments call for; a question alone is class 4. Raises: InvalidInput."""
        said = self.proposal.action_class
        if said < least or (said == ASKING) != (least == ASKING):
            raise InvalidInput(
                f"{why} is class {least}, and the proposal says {self.proposal.action_class}.",
                field="action_class",
                value=str(self.proposal.action_class),
            )


@dataclass(frozen=True, slots=True)
class Drawn(Generic[R]):
    """What an inside tool would write and whom it tells."""

    row: R
    told: tuple[UserId, ...] = ()
