"""What a tool is made of: its declaration and the pure functions that render, write, hand over or read.

Invariant: an inside tool writes exactly the row that was rendered, and tells nobody outside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from state.canonical import Json, canonical_json
from state.errors import InvalidInput
from state.governance.action import Action
from state.governance.effect import Effect
from state.ids import UserId
from state.ports.deciding import Deliberating
from state.ports.tooling import CostClass, Inside, ToolSpec
from state.ports.unit import Unit
from state.principal import Principal
from tools.catalog.task import Drawn, Premises, Task, parsed, stored
from tools.catalog.writing import Pen
from tools.transports.parcel import Parcel

A = TypeVar("A", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)


class Reads(Protocol):
    """A tool that only looks."""

    @property
    def spec(self) -> ToolSpec: ...
    @property
    def uses_store(self) -> bool: ...
    def read(self, raw: Mapping[str, Json], desk: "Desk") -> Json: ...


class Writes(Protocol):
    """A tool whose effect is rows of ours."""

    @property
    def spec(self) -> ToolSpec: ...
    def render(self, task: Task) -> Effect: ...
    def edited(self, action: Action, changes: Mapping[str, str], premises: Premises) -> Effect: ...
    def write(self, action: Action, now: datetime) -> Inside: ...


class Leaves(Protocol):
    """A tool whose effect goes through a transport."""

    @property
    def spec(self) -> ToolSpec: ...
    def render(self, task: Task) -> Effect: ...
    def edited(self, action: Action, changes: Mapping[str, str], premises: Premises) -> Effect: ...
    def parcel(self, action: Action, premises: Premises) -> Parcel: ...
    def after(self, action: Action, now: datetime) -> Inside: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What a read may look at."""

    principal: Principal
    store: Unit | None
    """There for tools that declare `uses_store`."""
    seen: Deliberating | None

    @property
    def unit(self) -> Unit:
        """The stores, in a transaction of the call's own. Raises: InvalidInput for a tool that declared none."""
        if self.store is None:
            raise InvalidInput("This tool did not say that it reads the stores.", field="uses_store")
        return self.store

    @property
    def about(self) -> Deliberating:
        """The account that is looked at. Raises: InvalidInput when there is none."""
        if self.seen is None:
            raise InvalidInput("This tool looks at one account, and none is open.", remedy="Name an account.")
        return self.seen


@dataclass(frozen=True, slots=True)
class ReadTool(Generic[A]):
    """Looks, and says what it rests on."""

    spec: ToolSpec
    arguments: type[A]
    look: Callable[[A, Desk], BaseModel]
    uses_store: bool = False
    """Is given a read transaction of its own."""

    def read(self, raw: Mapping[str, Json], desk: Desk) -> Json:
        """Run it. Raises: InvalidInput for arguments that do not fit or resolve."""
        found = self.look(parsed(self.arguments, raw, self.spec.name), desk)
        shown: Json = found.model_dump(mode="json")
        return shown


@dataclass(frozen=True, slots=True)
class InsideTool(Generic[A, R]):
    """Renders a row and later writes exactly that."""

    spec: ToolSpec
    arguments: type[A]
    row: type[R]
    draw: Callable[[Task, A], Drawn[R]]
    put: Callable[[Pen, R], Inside]

    def render(self, task: Task) -> Effect:
        """Resolve a proposal's references into a row. Raises: InvalidInput."""
        drawn = self.draw(task, parsed(self.arguments, task.proposal.arguments, self.spec.name))
        return self._effect(task.proposal.action_type, drawn.row, told(drawn.told, task))

    def edited(self, action: Action, changes: Mapping[str, str], premises: Premises) -> Effect:
        """Render it again with other words. Raises: InvalidInput."""
        edits(self.spec, changes)
        row = stored(self.row, {**action.effect.arguments, **changes}, self.spec.name)
        return self._effect(action.effect.action_type, row, action.effect.recipients)

    def write(self, action: Action, now: datetime) -> Inside:
        """Say what is written. Raises: InvalidInput when the stored effect is not one of this tool."""
        return self.put(Pen(action, now), stored(self.row, action.effect.arguments, self.spec.name))

    def _effect(self, action_type: str, row: R, recipients: tuple[str, ...]) -> Effect:
        arguments = row.model_dump(mode="json")
        return Effect(
            tool=self.spec.name,
            action_type=action_type,
            arguments=arguments,
            recipients=recipients,
            external=False,
            content=canonical_json(arguments).decode(),
            reversible=self.spec.reversible,
            compensation=self.spec.compensation,
        )


def told(users: Sequence[UserId], task: Task) -> tuple[str, ...]:
    """Turn users into addresses; an inside tool reaches nobody outside. Raises: InvalidInput."""
    found: list[str] = []
    for name in dict.fromkeys(users):
        user = task.premises.user(name)
        if user is None or not task.profile.company.is_inside(user.email):
            raise InvalidInput("Only one of us can be told.", field="user", value=name, remedy="Name a user.")
        found.append(user.email)
    return tuple(found)


def edits(spec: ToolSpec, changes: Mapping[str, str]) -> None:
    """Refuse a change of anything the tool does not call editable. Raises: InvalidInput."""
    fixed = sorted(set(changes) - set(spec.editable))
    if fixed or not changes:
        raise InvalidInput(
            f"{spec.name} does not let {', '.join(fixed) or 'nothing'} be edited.",
            field=fixed[0] if fixed else "edit",
            remedy=f"Editable: {', '.join(spec.editable) or 'nothing'}; else reject it and ask again.",
        )


READERS = ("seller", "manager", "admin", "agent", "auditor")
"""Who may look."""


def reads(
    name: str,
    purpose: str,
    cost: CostClass,
    arguments: type[A],
    result: type[BaseModel],
    look: Callable[[A, Desk], BaseModel],
    *,
    uses_store: bool = False,
) -> ReadTool[A]:
    """Declare a tool that only looks: no effect, open to every role."""
    spec = ToolSpec(
        name=name,
        purpose=purpose,
        kind="read",
        action_class=1,
        risk="low",
        cost=cost,
        arguments=arguments,
        result=result,
        effects=(),
        roles=READERS,
    )
    return ReadTool(spec, arguments, look, uses_store)


def writes(
    name: str,
    purpose: str,
    models: tuple[type[A], type[R]],
    laws: tuple[Callable[[Task, A], Drawn[R]], Callable[[Pen, R], Inside]],
    *,
    effects: tuple[str, ...],
    action_class: int = 1,
    editable: tuple[str, ...] = (),
    compensation: str | None = None,
) -> InsideTool[A, R]:
    """Declare a tool that writes rows of ours; `models` are its arguments and its row, `laws` draw and write it."""
    spec = ToolSpec(
        name=name,
        purpose=purpose,
        kind="inside",
        action_class=action_class,
        risk="medium" if action_class == 2 else "low",
        cost="CHEAP",
        arguments=models[0],
        result=models[1],
        effects=effects,
        editable=editable,
        compensation=compensation,
    )
    return InsideTool(spec, *models, *laws)
