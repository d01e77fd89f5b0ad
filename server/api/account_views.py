"""Accounts for programs: the list, one as it is or was, what changed, and a correction."""

from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from graphs.parts import Tenancy
from graphs.perceiving.correcting import correct
from graphs.telling.overlook import AccountOut, ChangesOut, differences, overlook
from graphs.telling.report import Report
from graphs.telling.retrospect import end_of_day
from server.api.repeating import OnceOnly
from server.api.shapes import PROBLEMS
from server.auth import AnyHome, Approving, Reading, Running
from server.home import Home
from state.errors import NotFound
from state.ids import AccountId, TenantId
from state.ports.world import AccountRow

router = APIRouter(prefix="/api/accounts", tags=["accounts"], responses=PROBLEMS)
Name = Annotated[str, Path(min_length=1, max_length=120)]
MOST = 500


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AccountLine(_Shape):
    """One account of the list."""

    account: str
    name: str
    owner: str | None
    status: str
    segment: str | None


class AccountList(_Shape):
    """A page of accounts by id."""

    items: tuple[AccountLine, ...]
    next: str | None


class Correction(_Shape):
    """What is right, as a person says it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"subject": "Acme renewal", "attribute": "close_date", "value": "2026-06-30"}]
        }
    )
    subject: str = Field(min_length=1, max_length=200)
    attribute: str = Field(min_length=1, max_length=100)
    value: str = Field(max_length=500)
    reason: str = Field(default="", max_length=300)


class CorrectedOut(_Shape):
    """What a correction changed."""

    event: str
    subject: str
    attribute: str
    before: str | None
    after: str


def row_of(home: Home, tenant: TenantId, account: str) -> AccountRow:
    """Find an account by its id. Raises: NotFound."""
    with home.looking.stores.read(tenant) as unit:
        row = unit.situations.account(AccountId(account))
    if row is None:
        raise NotFound(f"no account {account!r} here", field="account", value=account)
    return row


@router.get("")
def accounts(
    home: AnyHome,
    caller: Reading,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    after: Annotated[str, Query(max_length=120)] = "",
) -> AccountList:
    """List the accounts."""
    with home.looking.stores.read(caller.tenant) as unit:
        rows = sorted(unit.situations.accounts(), key=lambda row: row.account)
    left = [row for row in rows if row.account > after]
    page = [
        AccountLine(
            account=row.account, name=row.name, owner=row.owner, status=row.status, segment=row.segment
        )
        for row in left[:limit]
    ]
    return AccountList(items=tuple(page), next=page[-1].account if len(left) > limit else None)


@router.get("/{account}")
def account(home: AnyHome, caller: Reading, account: Name, as_of: date | None = None) -> AccountOut:
    """Read one account as it is, or as it was known at the end of a day."""
    row = row_of(home, caller.tenant, account)
    with home.look(caller.tenant) as tenancy:
        at = end_of_day(tenancy, as_of) if as_of else None
        return overlook(home.looking, tenancy, row, at)


@router.get("/{account}/changes")
def changes(home: AnyHome, caller: Reading, account: Name, since: date | None = None) -> ChangesOut:
    """Say what changed since a day, else since the last meeting."""
    row = row_of(home, caller.tenant, account)
    with home.look(caller.tenant) as tenancy:
        return differences(home.looking, tenancy, row, start_of(tenancy, since), None)


def start_of(tenancy: Tenancy, day: date | None) -> datetime | None:
    """Begin a day in the company's zone."""
    return datetime.combine(day, time(), ZoneInfo(tenancy.profile.company.zone)) if day else None


@router.post("/{account}/prepare")
def prepare(home: AnyHome, caller: Running, account: Name) -> Report:
    """Run the loop now: the brief, the proposals and the one question."""
    row = row_of(home, caller.tenant, account)
    return home.act(home.house.runner.start, caller.principal, row.account, "prep")


@router.post("/{account}/correct", response_model=CorrectedOut)
def put_right(home: AnyHome, caller: Approving, account: Name, asked: Correction, once: OnceOnly) -> Response:
    """Say what is right; it stands beside the source until the source agrees."""
    row = row_of(home, caller.tenant, account)

    def act() -> CorrectedOut:
        parts = home.house.parts
        tenancy = parts.tenancy.refresh(caller.tenant)
        words = (asked.subject, asked.attribute, asked.value, asked.reason)
        found = home.act(correct, parts, tenancy, caller.principal, row.account, *words)
        return CorrectedOut(
            event=found.event, subject=found.subject, attribute=found.attribute, before=found.before,
            after=found.after,
        )  # fmt: skip

    return once(act)
