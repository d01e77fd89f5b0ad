"""draft.meeting_brief, draft.follow_up and draft.quote: texts and figures laid before the owner; none of them leaves.

Invariant: a quoted amount is list price, or the deal's own, less a discount that a record asks for.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AliasChoices, Field

from state.errors import InvalidInput
from state.ids import UserId
from state.money import Money
from state.ports.deciding import Draft
from state.ports.tooling import Inside
from state.world.record import NodeKind
from state.world.view import Deal
from tools.catalog.references import deal_of, document_of, mail_of, meeting_of, recipient_of, subject_of
from tools.catalog.task import Arguments, Drawn, Row, Task
from tools.catalog.tool import writes
from tools.catalog.words import Line, Text, checked_line, checked_text
from tools.catalog.writing import Pen

Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=6, decimal_places=2)]


class BriefArguments(Arguments):
    """Which meeting; none: the subject, else no meeting."""

    meeting: Line | None = None


class CitedRow(Row):
    """One cited value."""

    record: str
    field: str
    value: str


class BriefRow(Row):
    """What a brief rests on; another value makes another brief."""

    meeting: str | None
    starts_at: datetime | None
    purpose: str | None
    title: Line
    cited: tuple[CitedRow, ...]


def _brief(task: Task, arguments: BriefArguments) -> Drawn[BriefRow]:
    meeting = meeting_of(task, arguments.meeting)
    cited = sorted({(item.record, item.field, item.value) for item in task.proposal.evidence})
    row = BriefRow(
        meeting=None if meeting is None else meeting.key,
        starts_at=None if meeting is None else meeting.starts_at,
        purpose=arguments.purpose,
        title=task.proposal.context_summary,
        cited=tuple(CitedRow(record=record, field=field, value=value) for record, field, value in cited),
    )
    return Drawn(row)


def _put_brief(pen: Pen, row: BriefRow) -> Inside:
    return pen.inside([pen.record("draft", row.meeting or f"Account/{pen.action.account}", row)])


class FollowUpArguments(Arguments):
    """The mail it answers and the document it encloses."""

    in_reply_to: Annotated[Line | None, Field(validation_alias=AliasChoices("in_reply_to", "mail"))] = None
    document: Line | None = None


class FollowUpRow(Row):
    """A drafted mail, in the owner's hands."""

    recipient: str
    to: str
    subject: Line
    body: Text
    in_reply_to: str | None
    document: str | None
    owner: UserId


def words_of(task: Task) -> Draft:
    """Give the words of the proposal. Raises: InvalidInput when nobody wrote any."""
    if task.draft is None:
        raise InvalidInput("Nobody has written its words.", field="draft", value=task.proposal.id)
    return task.draft


def _follow_up(task: Task, arguments: FollowUpArguments) -> Drawn[FollowUpRow]:
    words, contact = words_of(task), recipient_of(task)
    row = FollowUpRow(
        recipient=contact.key,
        to=contact.email or "",
        subject=checked_line(words.subject, "subject"),
        body=checked_text(words.body, "body"),
        in_reply_to=None
        if arguments.in_reply_to is None
        else mail_of(task, arguments.in_reply_to).identifier,
        document=None
        if arguments.document is None
        else document_of(task, arguments.document, leaves=True).id,
        owner=task.owner.id,
    )
    return Drawn(row)


def _put_follow_up(pen: Pen, row: FollowUpRow) -> Inside:
    return pen.inside([pen.record("draft", row.recipient, row, owner=row.owner)])


class QuoteArguments(Arguments):
    """Units of a product at list price, or an open deal's amount; a discount only as far as a record asks for it."""

    product: Line | None = None
    units: Annotated[
        Annotated[int, Field(ge=1, le=100_000)] | None, Field(validation_alias=AliasChoices("units", "seats"))
    ] = None
    years: Annotated[int, Field(ge=1, le=10)] = 1
    percent: Annotated[Percent, Field(validation_alias=AliasChoices("percent", "discount_percent"))] = (
        Decimal(0)
    )
    deal: Line | None = None


class QuoteRow(Row):
    """A priced offer, per year."""

    product: str | None
    units: int | None
    years: int
    deal: str | None
    discount_percent: str
    amount: str
    currency: str
    arithmetic: str
    recipient: str | None
    subject: str | None
    body: str | None


def _quote(task: Task, arguments: QuoteArguments) -> Drawn[QuoteRow]:
    reference = subject_of(task, NodeKind.OPPORTUNITY, arguments.deal)
    deal = None if reference is None else deal_of(task, reference)
    percent = granted_percent(task, deal, arguments.percent)
    price, arithmetic = _priced(task, arguments, deal)
    amount = price.times(1 - percent / 100)
    if percent:
        arithmetic = f"{arithmetic} − {percent}% = {amount}"
    contact = None if task.proposal.recipient is None else recipient_of(task)
    words = task.draft
    row = QuoteRow(
        product=_product(task, arguments.product) if arguments.product else None,
        units=arguments.units,
        years=arguments.years,
        deal=None if deal is None else deal.key,
        discount_percent=format(percent, "f"),
        amount=format(amount.amount, "f"),
        currency=amount.currency,
        arithmetic=arithmetic,
        recipient=None if contact is None else contact.key,
        subject=None if words is None else checked_line(words.subject, "subject"),
        body=None if words is None else checked_text(words.body, "body"),
    )
    return Drawn(row)


def granted_percent(task: Task, deal: Deal | None, percent: Decimal) -> Decimal:
    """Bound a discount by the price rules and by what the deal's record asks for. Raises: InvalidInput."""
    if not percent:
        return Decimal(0)
    prices = task.profile.prices
    most = Decimal(0) if prices is None else prices.discounts[-1].up_to_percent
    asked = None if deal is None else deal.discount_requested_percent
    known = asked or Decimal(0)
    if percent > min(most, known):
        raise InvalidInput(
            f"A discount of {percent}% goes beyond what the records and the price rules allow "
            f"({known}% asked for, {most}% at most).",
            field="percent",
            value=str(percent),
            remedy="Offer the list price, or record what the buyer asked for.",
        )
    return percent


def _priced(task: Task, arguments: QuoteArguments, deal: Deal | None) -> tuple[Money, str]:
    if arguments.product is not None and arguments.units is not None:
        prices = task.profile.prices
        name = _product(task, arguments.product)
        price = None if prices is None else prices.quote(name, arguments.units, arguments.years)
        unit = None if prices is None else prices.list_price(name)
        if price is None or unit is None:
            raise InvalidInput(
                "The price list has no such product.", field="product", value=arguments.product
            )
        term = "" if price == unit.times(arguments.units) else f" at {arguments.years} years"
        return price, f"{arguments.units} × {unit}{term} = {price}"
    amount = None if deal is None else deal.amount
    if deal is None or amount is None:
        raise InvalidInput(
            "It names neither product and units nor a deal with an amount.",
            field="deal",
            remedy="Name one of them.",
        )
    return amount, f"{deal.identifier}: {amount}"


def _product(task: Task, name: str) -> str:
    wanted = name.casefold()
    products = task.profile.company.products
    found = next((one.id for one in products if wanted in (one.id.casefold(), one.name.casefold())), None)
    if found is None:
        raise InvalidInput(
            "We sell no such product.", field="product", value=name, remedy="See company.yaml."
        )
    return found


def _put_quote(pen: Pen, row: QuoteRow) -> Inside:
    return pen.inside([pen.record("quote", row.deal or f"Account/{pen.action.account}", row)])


INSIDE = (
    writes(
        "draft.meeting_brief",
        "Lay a brief for a meeting before the owner.",
        (BriefArguments, BriefRow),
        (_brief, _put_brief),
        effects=("a brief is kept",),
    ),
    writes(
        "draft.follow_up",
        "Lay a drafted mail before the owner.",
        (FollowUpArguments, FollowUpRow),
        (_follow_up, _put_follow_up),
        effects=("a draft is kept",),
        editable=("subject", "body"),
    ),
    writes(
        "draft.quote",
        "Lay a quote at list rules before the owner.",
        (QuoteArguments, QuoteRow),
        (_quote, _put_quote),
        effects=("a quote is kept",),
        action_class=2,
        editable=("subject", "body"),
    ),
)
