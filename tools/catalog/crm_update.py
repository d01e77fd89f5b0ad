"""crm.write_update: changes of records, each from a closed list per action type, stated as new values.

Invariant: no amount, owner, address or consent is among them, and what is already so is no change.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from state.canonical import Json
from state.errors import InvalidInput
from state.ids import NodeKey
from state.ports.tooling import Inside
from state.world.profile.pipeline import Pipeline, Stage
from state.world.record import NodeKind
from state.world.records import RECORD_TYPES, AccountMerged, ContactUpdated, DealClosed, DealUpdated
from state.world.view import Contact, Deal, Entity
from tools.catalog.draft import Percent, granted_percent
from tools.catalog.references import deal_of, pick, subject_of
from tools.catalog.task import Arguments, Drawn, Row, Task, parsed
from tools.catalog.tool import writes
from tools.catalog.words import Line
from tools.catalog.writing import Pen

ForecastCategory = Literal["commit", "best_case", "pipeline", "omitted"]
BuyingRole = Literal["champion", "economic_buyer", "user", "technical", "procurement", "legal"]

TRIES = 64
"""Names that are tried for an event; each is the greater one half of the time."""
ALLOWED: Mapping[str, frozenset[str]] = {
    "update_crm": frozenset(
        {"stage", "close_on", "forecast_category", "discount_approved_percent", "active", "roles"}
    ),
    "close_out": frozenset({"outcome", "closed_on"}),
    "requalify": frozenset({"stage", "forecast_category"}),
    "forecast_omit": frozenset({"forecast_category"}),
    "mark_undeliverable": frozenset({"verified"}),
    "merge": frozenset({"aliases", "merged_with"}),
}
"""Action type → the attributes it may set."""


def _split(raw: object) -> object:
    return [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw


class DealValues(BaseModel):
    """What `update_crm` may set on a deal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Line | None = None
    close_on: date | None = None
    forecast_category: ForecastCategory | None = None
    discount_approved_percent: Percent | None = None


class ContactValues(BaseModel):
    """What `update_crm` may set on a contact."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    active: bool | None = None
    roles: Annotated[tuple[BuyingRole, ...], BeforeValidator(_split)] | None = None


class UpdateArguments(Arguments):
    """The record; `update_crm` also names one field and its new value, the other action types know theirs."""

    deal: Line | None = None
    contact: Line | None = None
    other: Line | None = None
    """The other account of a merge."""
    record: Line | None = None
    kind: Literal["Opportunity", "Contact"] | None = None
    field: Line | None = None
    value: Line | None = None
    outcome: Literal["lost"] = "lost"
    discount_percent: Percent | None = None
    reason: Line | None = None
    over: Line | None = None
    """The event of the change that this one takes back."""


class UpdateRow(Row):
    """New values of one record, and the old ones they replace."""

    subject: str
    event: str
    values: dict[str, Json] = Field(min_length=1)
    before: dict[str, Json]
    reason: Line
    discount_percent: str | None = None
    """The discount it would approve, as policy reads it."""
    over: Line | None = Field(default=None, exclude_if=lambda value: value is None)
    """The event it takes back: of two at one time the one of the greater name counts. Others leave it out."""


Change = tuple[Entity, str, dict[str, Json]]
"""(record, event type, new values)"""


def _draw(task: Task, arguments: UpdateArguments) -> Drawn[UpdateRow]:
    entity, event, wanted = _CHANGES[task.proposal.action_type](task, arguments)
    stray = sorted(set(wanted) - ALLOWED[task.proposal.action_type])
    if stray:
        raise InvalidInput(f"{task.proposal.action_type} may not set {stray[0]}.", field=stray[0])
    values = {name: value for name, value in sorted(wanted.items()) if _plain(entity.value(name)) != value}
    if not values:
        raise InvalidInput("The record says so already.", field="arguments", value=entity.key)
    if event == DealClosed.type:
        values = dict(sorted(wanted.items()))
    percent = values.get("discount_approved_percent")
    row = UpdateRow(
        subject=entity.key,
        event=event,
        values=values,
        before={name: _plain(entity.value(name)) for name in values},
        reason=arguments.reason or _REASONS.get(task.proposal.action_type) or task.proposal.context_summary,
        discount_percent=None if percent is None else str(percent),
        over=arguments.over,
    )
    return Drawn(row)


_REASONS = {"close_out": "stale", "mark_undeliverable": "address does not accept mail"}


def _plain(value: Json) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _update(task: Task, arguments: UpdateArguments) -> Change:
    """Set one field of a deal or a contact."""
    kind = arguments.kind or str(task.proposal.subject or "").partition("/")[0]
    given = {arguments.field or "field": arguments.value}
    if kind == NodeKind.CONTACT.value:
        reference = subject_of(task, NodeKind.CONTACT, arguments.record or arguments.contact) or ""
        person = pick(NodeKind.CONTACT, task.view.contacts, reference, "record")
        values = parsed(ContactValues, given, "crm.write_update").model_dump(mode="json", exclude_none=True)
        return person, ContactUpdated.type, values
    deal = deal_of(task, arguments.record or arguments.deal)
    wanted = parsed(DealValues, given, "crm.write_update")
    if wanted.close_on is not None and wanted.close_on < task.today:
        raise InvalidInput(
            "A close date cannot be past.", field="close_on", value=wanted.close_on.isoformat()
        )
    if wanted.discount_approved_percent is not None:
        granted_percent(task, deal, wanted.discount_approved_percent)
    values = wanted.model_dump(mode="json", exclude_none=True)
    if wanted.stage is not None:
        values["stage"] = _open_stage(task, deal, wanted.stage).name
    return deal, DealUpdated.type, values


def _set(values: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value is not None}


def _open_stage(task: Task, deal: Deal, name: str) -> Stage:
    stage = _pipeline(task, deal).stage(name)
    if stage is None:
        raise InvalidInput(
            f"{name!r} is not an open stage of the deal's pipeline.",
            field="stage",
            value=name,
            remedy="See pipeline.yaml.",
        )
    return stage


def _pipeline(task: Task, deal: Deal) -> Pipeline:
    return task.profile.pipeline.pipeline(deal.pipeline)


def _close_out(task: Task, arguments: UpdateArguments) -> Change:
    deal = deal_of(task, arguments.deal)
    return deal, DealClosed.type, {"outcome": "lost", "closed_on": task.today.isoformat()}


def _requalify(task: Task, arguments: UpdateArguments) -> Change:
    """Take the deal back to where it was qualified; never forward."""
    deal = deal_of(task, arguments.deal)
    pipeline = _pipeline(task, deal)
    stage = _open_stage(task, deal, pipeline.qualified_from)
    here, there = pipeline.index_of(deal.stage or ""), pipeline.index_of(stage.name)
    is_back = here is not None and there is not None and here > there
    values: dict[str, Json] = {
        "stage": stage.name if is_back else None,
        "forecast_category": stage.forecast_category,
    }
    return deal, DealUpdated.type, _set(values)


def _omit(task: Task, arguments: UpdateArguments) -> Change:
    return deal_of(task, arguments.deal), DealUpdated.type, {"forecast_category": "omitted"}


def _undeliverable(task: Task, arguments: UpdateArguments) -> Change:
    reference = subject_of(task, NodeKind.CONTACT, arguments.contact) or task.proposal.recipient
    if reference is None:
        raise InvalidInput(
            "It names no contact.", field="contact", remedy="Choose a contact of this account."
        )
    person: Contact = pick(NodeKind.CONTACT, task.view.contacts, reference, "contact")
    failed = {one.recipient for one in task.view.bounces if one.status_code.startswith("5.")}
    gone = {one.address for one in task.about.judgement.people if one.is_unreachable}
    if person.email is None or person.email not in failed | gone:
        raise InvalidInput(
            "No delivery to this address has failed for good.", field="contact", value=person.identifier
        )
    return person, ContactUpdated.type, {"verified": False}


def _merge(task: Task, arguments: UpdateArguments) -> Change:
    peers = {peer.account: peer for peer in task.about.around.same_domain}
    wanted = (arguments.other or "").removeprefix(f"{NodeKind.ACCOUNT.value}/")
    other = next((peer for key, peer in sorted(peers.items()) if wanted in (key, peer.name)), None)
    if other is None and not wanted and len(peers) == 1:
        other = next(iter(peers.values()))
    if other is None:
        raise InvalidInput(
            "It names no other record of the same domain.",
            field="account",
            value=wanted,
            remedy="Choose one.",
        )
    known = task.view.texts("aliases")
    aliases = list(dict.fromkeys((*known, other.name)))
    return task.view, AccountMerged.type, {"aliases": aliases, "merged_with": other.account}


_CHANGES: Mapping[str, Callable[[Task, UpdateArguments], Change]] = {
    "update_crm": _update,
    "close_out": _close_out,
    "requalify": _requalify,
    "forecast_omit": _omit,
    "mark_undeliverable": _undeliverable,
    "merge": _merge,
}


def _put(pen: Pen, row: UpdateRow) -> Inside:
    model = RECORD_TYPES[row.event]
    by = {"merged_by": pen.action.id} if model is AccountMerged else {}
    record = model.model_validate({model.key: NodeKey(row.subject).partition("/")[2], **row.values, **by})
    tries = (pen.event(record, part=str(number or "")) for number in range(TRIES))
    first = next(tries)
    is_later = row.over is None or first.id > row.over
    event = first if is_later else next((one for one in tries if one.id > str(row.over)), first)
    return pen.inside([pen.record("update", row.subject, row)], [event])


INSIDE = (
    writes(
        "crm.write_update",
        "Change a deal, contact or account, within what the action type may set.",
        (UpdateArguments, UpdateRow),
        (_draw, _put),
        effects=("a record is changed",),
        action_class=2,
        compensation="crm.write_update",
    ),
)
