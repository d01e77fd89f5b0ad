"""What is on the table: open deals, the contract, what the buyer seems to want, and who else is asked."""

from collections.abc import Callable, Mapping
from datetime import date

from agents.playbook.brief.lines import Line, Part, clip, computed, of_signal, unique
from agents.playbook.brief.sheet import NOT_CONFIGURED, NOT_CONNECTED, Sheet
from agents.playbook.expansion import product_name
from state.world.detection.wording import counted
from state.world.view import AccountView, Deal, ReadingNode

DEALS = 3
INTENTS = 2
QUOTE_WORDS = 14
COMPETITOR = "COMPETITOR_ADDED"


def opportunity(sheet: Sheet) -> Part:
    """Say open deals, the first to close first, and seats that were spoken of without a deal."""
    deals = sorted(sheet.view.open_deals, key=lambda deal: (deal.close_on is None, deal.close_on, deal.key))
    lines = [_deal(sheet, deal) for deal in deals[:DEALS]]
    if len(deals) > DEALS:
        rest = unique(
            item for deal in deals[DEALS:] for item in (deal.cite("stage", "opened_on", "name")[:1])
        )
        more = len(deals) - DEALS
        lines.append(
            Line(f"{counted(more, 'further open deal')}.", "fact", rest, (computed("count", more, rest),))
        )
    return (*lines, *_wish(sheet))


def _deal(sheet: Sheet, deal: Deal) -> Line:
    cited = deal.cite(
        "name", "amount", "currency", "stage", "close_on", "forecast_category", "discount_requested_percent"
    )
    amount = None if deal.amount is None else str(deal.amount)
    is_list = deal.flag("amount_inferred") is True
    asked = deal.discount_requested_percent
    parts = [
        amount and (f"{amount} (list price)" if is_list else amount),
        deal.stage,
        deal.close_on and f"closes {sheet.day(deal.close_on)}",
        deal.text("forecast_category")
        and f"forecast {(deal.text('forecast_category') or '').replace('_', ' ')}",
        asked is not None and f"{asked.normalize():f} % discount asked",
    ]
    text = ", ".join(str(part) for part in parts if part)
    return Line(
        f"{deal.name}: {text}." if text else f"{deal.name}: no details.",
        "inferred" if is_list else "fact",
        cited,
    )


def _wish(sheet: Sheet) -> tuple[Line, ...]:
    offer = sheet.expansion
    if offer is None or any(deal.kind == "expansion" for deal in sheet.view.open_deals):
        return ()
    product = product_name(sheet.about.profile, offer.product)
    text = f"Expansion: {offer.units} seats of {product} are {offer.amount} a year at list price."
    return (Line(text, "fact", offer.evidence, (offer.operation,)),)


def contract(sheet: Sheet) -> Part:
    """Say seats, price, term, notice and what happens without one, of each running contract."""
    running = [one for one in sheet.view.subscriptions if one.is_running]
    first = sorted(running, key=lambda one: (one.ends_on is None, one.ends_on, one.key))
    return tuple(_contract(sheet, index) for index in range(len(first[:2]))) if first else ""


def _contract(sheet: Sheet, index: int) -> Line:
    running = [one for one in sheet.view.subscriptions if one.is_running]
    one = sorted(running, key=lambda item: (item.ends_on is None, item.ends_on, item.key))[index]
    cited = one.cite(
        "seats",
        "product",
        "annual_value",
        "currency",
        "starts_on",
        "ends_on",
        "notice_on",
        "auto_renew",
        "status",
    )
    product = sheet.product(one.product)
    seats = None if one.seats is None else counted(one.seats, "seat") + (f" of {product}" if product else "")
    left = None if one.ends_on is None else (one.ends_on - sheet.today).days
    renews = one.flag("auto_renew")
    parts = [
        seats,
        one.annual_value and f"{one.annual_value} a year",
        one.starts_on
        and one.ends_on
        and f"{sheet.day(one.starts_on)} to {sheet.day(one.ends_on)} ({_left(sheet, one.ends_on)})",
        one.notice_on and f"notice by {sheet.day(one.notice_on)}",
        renews is not None and ("renews automatically" if renews else "does not renew automatically"),
    ]
    operations = (
        () if left is None else (computed("days", left, one.cite("ends_on"), sheet.today.isoformat()),)
    )
    text = "; ".join(str(part) for part in parts if part)
    return Line(f"{text}." if text else "A contract without details.", "fact", cited, operations)


def _left(sheet: Sheet, ends: date) -> str:
    days = (ends - sheet.today).days
    return f"{counted(days, 'day')} left" if days >= 0 else f"{counted(-days, 'day')} over"


def competitor(sheet: Sheet) -> Part:
    """Say whom the customer named beside us."""
    if sheet.about.profile.competitors is None:
        return NOT_CONFIGURED
    found = [signal for signal in sheet.about.judgement.signals if signal.name == COMPETITOR]
    return tuple(of_signal(signal, sheet.today) for signal in found)


def intent(sheet: Sheet) -> Part:
    """Say what the buyer probably wants, by words first and by behaviour second; always inferred."""
    newest = sheet.view.once("newest wishes", (), lambda: _newest_wishes(sheet.view))
    lines = [_said(sheet, one) for one in newest if _WANTS[one.topic](sheet, one)]
    found = (*lines[:INTENTS], *_leaving(sheet)[: max(0, INTENTS - len(lines))])
    return found or (NOT_CONNECTED if sheet.about.around.is_import_only else "")


def _newest_wishes(view: AccountView) -> tuple[ReadingNode, ...]:
    """Give the last word of theirs on each topic, the newest first."""
    theirs = ([one for one in view.readings_of(topic) if one.speaker == "them"] for topic in _WANTS)
    latest = [max(found, key=lambda one: (one.at, one.key)) for found in theirs if found]
    return tuple(sorted(latest, key=lambda one: (one.at, one.key), reverse=True))


def _said(sheet: Sheet, one: ReadingNode) -> Line:
    speaker = sheet.view.speaker_of(one)
    who = "" if speaker is None else f"{speaker.name}, "
    cited = (
        *one.cite("text", "not_before", "on", "seats", "percent", "name"),
        *(speaker.cite("name") if speaker else ()),
    )
    quote = "" if one.key in sheet.told else f": “{clip(one.quote, QUOTE_WORDS)}”"
    return Line(
        f"{_WANTS[one.topic](sheet, one)}: {who}{sheet.day(sheet.day_of(one.at))}{quote or '.'}",
        "inferred",
        cited,
    )


def _later(sheet: Sheet, one: ReadingNode) -> str | None:
    day = one.day("not_before")
    return f"Probably wants to wait until {sheet.day(day)}" if day else "Probably wants to wait"


def _leave_alone(sheet: Sheet, one: ReadingNode) -> str | None:
    day = one.day("on")
    return f"Wants no contact before {sheet.day(day)}" if day else "Wants to be called back later"


def _more(sheet: Sheet, one: ReadingNode) -> str | None:
    return "Probably wants more seats" if sheet.wish is not None else None


_WANTS: Mapping[str, Callable[[Sheet, ReadingNode], str | None]] = {
    "notice": lambda *_: "Probably leaving",
    "not_before": _later,
    "call_back": _leave_alone,
    "expansion": _more,
    "expansion_withdrawn": lambda *_: "Probably wants no more seats now",
    "discount_request": lambda *_: "Probably negotiating the price",
    "competitor": lambda *_: "Probably comparing",
    "request": lambda *_: "Probably evaluating",
}
_WEAKENING = ("USAGE_DROP_PERCENT", "CHAMPION_WENT_COLD", "DEAL_VALUE_DECREASED", "DEAL_STAGE_REGRESSED")


def _leaving(sheet: Sheet) -> tuple[Line, ...]:
    """Infer doubt from behaviour, where at least two signs point the same way."""
    signs = [signal for signal in sheet.risks if signal.name in _WEAKENING]
    if len({signal.name for signal in signs}) < 2:
        return ()
    what = "the renewal" if sheet.contract is not None else "the purchase"
    cited = unique(item for signal in signs for item in signal.evidence)
    return (
        Line(
            f"Possibly weighing {what}: {' and '.join(_SIGNS[one.name] for one in signs[:2])}.",
            "inferred",
            cited,
        ),
    )


_SIGNS = {
    "USAGE_DROP_PERCENT": "usage fell",
    "CHAMPION_WENT_COLD": "the champion is silent",
    "DEAL_VALUE_DECREASED": "the amount was cut",
    "DEAL_STAGE_REGRESSED": "the deal moved back",
}
