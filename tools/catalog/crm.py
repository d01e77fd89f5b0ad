"""crm.find and crm.get_commercial_window: which record is meant, and what is contracted and open."""

from datetime import date
from typing import Annotated

from pydantic import Field
from rapidfuzz import fuzz

from state.world.business_time import local_day
from state.world.view import Deal, Subscription
from tools.catalog.task import Arguments, Found
from tools.catalog.tool import Desk, reads
from tools.catalog.words import Line

CLOSE_ENOUGH = 70


class FindArguments(Arguments):
    """A name as somebody typed it."""

    words: Line
    limit: Annotated[int, Field(ge=1, le=10)] = 5


class AccountFound(Found):
    """One account that may be meant."""

    account: str
    name: str
    owner: str | None
    city: str | None
    likeness: int
    """0-100."""


class AccountsFound(Found):
    """The likeliest first."""

    accounts: tuple[AccountFound, ...]


def _find(arguments: FindArguments, desk: Desk) -> AccountsFound:
    wanted = arguments.words.casefold()
    found: list[AccountFound] = []
    for row in desk.unit.situations.accounts():
        names = (row.name, row.account, row.domain or "", *row.aliases)
        likeness = max(round(fuzz.WRatio(wanted, name.casefold())) for name in names)
        if likeness >= CLOSE_ENOUGH:
            found.append(
                AccountFound(
                    account=row.account, name=row.name, owner=row.owner, city=row.city, likeness=likeness
                )
            )
    found.sort(key=lambda one: (-one.likeness, one.name, one.account))
    return AccountsFound(accounts=tuple(found[: arguments.limit]))


class WindowArguments(Arguments):
    """Nothing more."""


class ContractFound(Found):
    """One running contract, with the days that are left."""

    subscription: str
    product: str | None
    seats: int | None
    annual_value: str | None
    ends_on: date | None
    days_left: int | None
    notice_on: date | None
    notice_days_left: int | None
    auto_renew: bool | None
    is_renewal_open: bool


class DealFound(Found):
    """One open deal."""

    deal: str
    kind: str
    stage: str | None
    amount: str | None
    close_on: date | None
    forecast_category: str | None
    owner: str | None


class WindowFound(Found):
    """What is contracted and what is open."""

    contracts: tuple[ContractFound, ...]
    deals: tuple[DealFound, ...]


def _window(arguments: WindowArguments, desk: Desk) -> WindowFound:
    view, today = desk.about.view, local_day(desk.about.now, desk.about.around.zone)
    running = [one for one in view.subscriptions if one.is_running]
    running.sort(key=lambda one: (one.ends_on or date.max, one.key))
    deals = sorted(view.open_deals, key=lambda one: (one.close_on or date.max, one.key))
    return WindowFound(
        contracts=tuple(_contract(one, today) for one in running), deals=tuple(_deal(one) for one in deals)
    )


def _contract(one: Subscription, today: date) -> ContractFound:
    return ContractFound(
        subscription=one.identifier,
        product=one.product,
        seats=one.seats,
        annual_value=None if one.annual_value is None else str(one.annual_value),
        ends_on=one.ends_on,
        days_left=_days(one.ends_on, today),
        notice_on=one.notice_on,
        notice_days_left=_days(one.notice_on, today),
        auto_renew=one.flag("auto_renew"),
        is_renewal_open=one.is_renewal_open,
        evidence=tuple(item.id for item in one.cite("annual_value", "seats", "ends_on", "notice_on")),
    )


def _days(day: date | None, today: date) -> int | None:
    return None if day is None else (day - today).days


def _deal(one: Deal) -> DealFound:
    return DealFound(
        deal=one.identifier,
        kind=one.kind,
        stage=one.stage,
        amount=None if one.amount is None else str(one.amount),
        close_on=one.close_on,
        forecast_category=one.text("forecast_category"),
        owner=one.owner,
        evidence=tuple(item.id for item in one.cite("stage", "amount", "close_on", "forecast_category")),
    )


READS = (
    reads(
        "crm.find",
        "Find the accounts that a typed name may mean.",
        "CHEAP",
        FindArguments,
        AccountsFound,
        _find,
        uses_store=True,
    ),
    reads(
        "crm.get_commercial_window",
        "Read running contracts with end and notice, and open deals.",
        "CHEAP",
        WindowArguments,
        WindowFound,
        _window,
    ),
)
