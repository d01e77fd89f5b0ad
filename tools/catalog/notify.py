"""notify.rep: tell the owner, a colleague or the admin something, inside the house, as a file or by webhook.

Source: Slack's incoming webhooks (text, metadata); the id is the action's name under the tenant's key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal

from pydantic import BaseModel, ValidationError

from state.canonical import canonical_json
from state.errors import InvalidInput
from state.governance.action import Action
from state.governance.effect import Effect
from state.ids import UserId
from state.ports.tooling import Inside, ToolSpec
from tools.catalog.naming import edited_seed, is_named_after, message_name
from tools.catalog.references import user_of
from tools.catalog.task import Arguments, Premises, Row, Task, parsed, stored
from tools.catalog.tool import edits, told
from tools.catalog.words import Line, Text
from tools.catalog.writing import Pen
from tools.transports.parcel import Parcel


class NotifyArguments(Arguments):
    """Whom to tell, and what; without a name the owner, or the admin's queue."""

    user: Line | None = None
    title: Line | None = None
    message: Text | None = None
    source: Line | None = None
    """The source or feed it is about."""


class NotifyRow(Row):
    """A notification."""

    user: UserId
    subject: str
    title: Line
    message: Text
    source: Line | None


@dataclass(frozen=True, slots=True)
class NotifyRep:
    """Renders a notification and hands exactly it over."""

    spec: ToolSpec

    def render(self, task: Task) -> Effect:
        """Write it. Raises: InvalidInput."""
        arguments = parsed(NotifyArguments, task.proposal.arguments, self.spec.name)
        user = _told(task, arguments.user)
        row = NotifyRow(
            user=user,
            subject=task.subject,
            title=arguments.title or task.proposal.context_summary,
            message=arguments.message or task.proposal.description,
            source=arguments.source,
        )
        (address,) = told((user,), task)
        name = message_name(task.premises.key, task.action, address)
        return self._effect(
            row, task.proposal.action_type, _notice(row, name, address, task.proposal.account)
        )

    def edited(self, action: Action, changes: Mapping[str, str], premises: Premises) -> Effect:
        """Write it again with other words. Raises: InvalidInput."""
        edits(self.spec, changes)
        old, said = action.effect, _read(action.effect.content)
        row = stored(NotifyRow, {**old.arguments, **changes}, self.spec.name)
        name = message_name(premises.key, edited_seed(action.id, row.model_dump(mode="json")), said.to)
        return self._effect(row, old.action_type, _notice(row, name, said.to, said.account))

    def _effect(self, row: NotifyRow, action_type: str, notice: "_Notice") -> Effect:
        return Effect(
            tool=self.spec.name,
            action_type=action_type,
            arguments=row.model_dump(mode="json"),
            recipients=(notice.metadata.event_payload.to,),
            external=False,
            content=canonical_json(notice.model_dump(mode="json")).decode(),
            reversible=self.spec.reversible,
        )

    def parcel(self, action: Action, premises: Premises) -> Parcel:
        """Wrap the stored notification, refusing one that says otherwise than its action. Raises: InvalidInput."""
        effect, said = action.effect, _read(action.effect.content)
        if effect.recipients != (said.to,) or not premises.profile.company.is_inside(said.to):
            raise InvalidInput("The notification is not to whom it was approved for.", field="recipients")
        if said.account != action.account or not is_named_after(action, premises.keys, said.id, said.to):
            raise InvalidInput("The notification does not bear its action's name.", field="id", value=said.id)
        return Parcel(said.id, "json", "", effect.recipients, effect.content.encode())

    def after(self, action: Action, now: datetime) -> Inside:
        """Say that somebody was told."""
        row, pen = stored(NotifyRow, action.effect.arguments, self.spec.name), Pen(action, now)
        return pen.inside([pen.record("notification", row.subject, row, owner=row.user)])


def _told(task: Task, named: str | None) -> UserId:
    if task.proposal.action_type == "notify_admin":
        admin = task.profile.company.queues.admin
        if admin is None or named not in (None, admin):
            raise InvalidInput(
                "Only the admin's queue is told.",
                field="user",
                value=named or "",
                remedy="Name queues.admin.",
            )
        return user_of(task, admin, "user")
    user = task.owner.id if named is None else user_of(task, named, "user")
    if user not in (task.owner.id, task.about.around.away.get(task.owner.id)):
        task.needs_class(2, "Telling a colleague")
    return user


class _Origin(BaseModel):
    """What a program reads of a notification."""

    id: str
    to: str
    account: str
    about: str


class _Metadata(BaseModel):
    event_type: Literal["revloop_notification"] = "revloop_notification"
    event_payload: _Origin


class _Notice(BaseModel):
    """A notification in the form that a Slack webhook takes; nothing in its text is a link, a mark or a mention."""

    text: str
    mrkdwn: Literal[False] = False
    unfurl_links: Literal[False] = False
    unfurl_media: Literal[False] = False
    metadata: _Metadata


def _notice(row: NotifyRow, name: str, address: str, account: str) -> _Notice:
    origin = _Origin(id=name, to=address, account=account, about=row.subject)
    said = f"{row.title}\n{row.message}"
    return _Notice(text=escape(said, quote=False), metadata=_Metadata(event_payload=origin))


def _read(content: str) -> _Origin:
    try:
        return _Notice.model_validate_json(content).metadata.event_payload
    except ValidationError as fault:
        raise InvalidInput("The stored notification cannot be read.", field="content") from fault


OUTSIDE = (
    NotifyRep(
        ToolSpec(
            name="notify.rep",
            purpose="Tell the owner or the delegate (class 1), or a colleague (class 2).",
            kind="outside",
            action_class=1,
            risk="low",
            cost="CHEAP",
            arguments=NotifyArguments,
            result=NotifyRow,
            effects=("one of us is told", "a notification is posted where the admin set it"),
            reversible=False,
            editable=("message",),
        )
    ),
)
