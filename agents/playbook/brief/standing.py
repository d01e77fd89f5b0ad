"""Where the account stands: what changed, what was promised, what is at risk, unknown or contradictory."""

import re
from collections import Counter
from datetime import date

from agents.playbook.brief.lines import Kind, Line, Part, clip, computed, of_signal, plainly, unique
from agents.playbook.brief.sheet import CHANGES, Sheet
from state.decision.brief import Operation
from state.evidence import Evidence
from state.world.detection.wording import counted
from state.world.judgement import Unknown
from state.world.signal import Severity, Signal
from state.world.timeline import MONEYS, Baseline, Change
from state.world.view import Deal, Promise, ReadingNode

PROMISES = 4
RISKS = 6
CONTRADICTIONS = 3
QUOTE_WORDS = 16
STALE = "DEAL_STALE"
_RANK = re.compile(r"(\d+)%")


def changed(sheet: Sheet) -> Part:
    """Say what is different since the named baseline, newest first."""
    baseline, found = sheet.about.baseline, sheet.about.changes
    if not found:
        return "" if baseline is None else f"Nothing {_since(sheet, baseline)}."
    lines = [_change_line(sheet, change) for change in found[:CHANGES]]
    if baseline is not None:
        text = _since(sheet, baseline)
        text = f"{text[:1].upper()}{text[1:]}:"
        lines.insert(0, Line(text, "fact" if baseline.evidence else "inferred", baseline.evidence))
    if len(found) > CHANGES:
        rest = unique(item for change in found[CHANGES:] for item in change.evidence)
        more = len(found) - CHANGES
        lines.append(
            Line(
                f"{counted(more, 'smaller change')} not listed.",
                "fact",
                rest,
                (computed("count", more, rest),),
            )
        )
    return tuple(lines)


def _since(sheet: Sheet, baseline: Baseline) -> str:
    """Name the baseline; without a source of touches nothing is said about them."""
    text = plainly(baseline.text, sheet.today)
    return text.partition(",")[0] if sheet.about.around.is_import_only else text


def _change_line(sheet: Sheet, change: Change, *, is_dated: bool = True) -> Line:
    said, named = _told(sheet, change)
    text = clip(plainly(said, sheet.today), QUOTE_WORDS + 4).rstrip(".")
    dated = f"{sheet.day(sheet.day_of(change.at))}: " if is_dated else ""
    stop = "" if text.endswith(("”", "…")) else "."
    cited = unique((*change.evidence, *named))
    kind: Kind = "inferred" if change.subject.startswith("BusinessEvent/") else "fact"
    return Line(f"{dated}{text}{stop}", kind, cited, _behind(change, text))


def _told(sheet: Sheet, change: Change) -> tuple[str, tuple[Evidence, ...]]:
    """Say who said it, where somebody did; and cite the name of what changed."""
    if change.subject.startswith("Reading/"):
        speaker = sheet.view.speaker_of(ReadingNode(sheet.view.situation, change.subject))
        if speaker is not None:
            return f"{speaker.name}{change.text.removeprefix('Said')}", speaker.cite("name")
    text, cited = _priced(sheet, change)
    if change.subject.startswith("Subscription/"):
        return text.replace(change.subject.partition("/")[2], "The contract"), cited
    return text, (*cited, *sheet.names_in(text))


def _priced(sheet: Sheet, change: Change) -> tuple[str, tuple[Evidence, ...]]:
    """Cite the currency of an amount, and tell a new deal by its name."""
    kind = change.subject.partition("/")[0]
    if kind not in ("Opportunity", "Subscription"):
        return change.text, ()
    deal = Deal(sheet.view.situation, change.subject)
    if kind == "Opportunity" and change.text.startswith("New deal"):
        if outcome := deal.text("outcome"):
            return f"New deal {deal.name}, {outcome} since", deal.cite("name", "outcome")
        parts = [deal.stage, None if deal.amount is None else str(deal.amount)]
        told = ", ".join(part for part in parts if part)
        return f"New deal {deal.name}: {told}", deal.cite("name", "stage", "amount", "currency")
    return change.text, deal.cite("currency") if change.attribute in MONEYS else ()


def _behind(change: Change, text: str) -> tuple[Operation, ...]:
    """Keep computed ends of a change, such as means, with what they were computed from."""
    if "mean" not in text:
        return ()
    ends = [value for value in (change.old, change.new) if value and value in text]
    means = [computed("mean", value, change.evidence) for value in ends]
    found = re.findall(r"[-+−]?\d+ ?%|\d+-day", text)
    return (
        *means,
        *(computed("limit" if "day" in one else "percent_change", one, change.evidence) for one in found),
    )


def top_change(sheet: Sheet) -> Line:
    """Say the newest change in one breath."""
    if not sheet.about.changes:
        baseline = sheet.about.baseline
        text = _since(sheet, baseline) if baseline else "lately"
        return Line(f"nothing {text}.", "inferred", baseline.evidence if baseline else ())
    return _change_line(sheet, sheet.about.changes[0], is_dated=False)


def open_promises(sheet: Sheet) -> Part:
    """Say what we owe and what they owe, the earliest due first."""
    found = sheet.promises
    lines = [_promise(sheet, promise) for promise in found[:PROMISES]]
    if len(found) > PROMISES:
        rest = unique(item for promise in found[PROMISES:] for item in promise.cite("text"))
        more = len(found) - PROMISES
        lines.append(
            Line(f"{counted(more, 'further open promise')}.", "fact", rest, (computed("count", more, rest),))
        )
    return tuple(lines)


def _promise(sheet: Sheet, promise: Promise) -> Line:
    cited = unique((*promise.cite("deliverable", "due_on", "actor", "text"),))
    what = clip(promise.deliverable or promise.quote, QUOTE_WORDS)
    who = _promiser(sheet, promise)
    due = promise.due_on
    if due is None:
        return Line(f"{who} promised “{what}”, without a date.", "fact", cited)
    late, operations = _overdue(sheet, due, cited)
    return Line(f"{who} promised “{what}” by {sheet.day(due)}{late}.", "fact", cited, operations)


def _promiser(sheet: Sheet, promise: Promise) -> str:
    if promise.is_ours:
        user = sheet.about.user(promise.actor)
        return "We" if user is None else user.name
    speaker = sheet.view.speaker_of(promise)
    return "They" if speaker is None else speaker.name


def _overdue(sheet: Sheet, due: date, cited: tuple[Evidence, ...]) -> tuple[str, tuple[Operation, ...]]:
    if due >= sheet.today:
        return "", ()
    days = sheet.business_days(due, sheet.today)
    operation = computed("business_days", days, cited, sheet.today.isoformat())
    return f": overdue by {counted(days, 'business day')}", (operation,)


def risks(sheet: Sheet) -> Part:
    """Say live risks, the worst first; deals past the age at which deals close are one line."""
    stale = [signal for signal in sheet.risks if signal.name == STALE]
    grouped = [stale_deals(sheet, stale)] if len(stale) > 1 else []
    said = {STALE} if grouped else set()
    single = [one for one in sheet.risks if one.name not in said and not _is_in_contract(one)]
    return (*grouped, *(of_signal(signal, sheet.today) for signal in single[: RISKS - len(grouped)]))


def _is_in_contract(signal: Signal) -> bool:
    """Tell whether the contract section says the same already."""
    return signal.name == "RENEWAL_WINDOW_ENTERED" and signal.severity is not Severity.HIGH


def stale_deals(sheet: Sheet, stale: list[Signal]) -> Line:
    """Say in one line how many deals are older than closed ones ever get, by owner."""
    opened = [
        deal for deal in sheet.view.open_deals if deal.opened_on is not None and deal.opened_on <= sheet.today
    ]
    keys = {signal.subject for signal in stale}
    old = [deal for deal in opened if deal.key in keys]
    owners = Counter(sheet.user_name(deal.owner) for deal in old)
    ages = unique(item for deal in opened for item in deal.cite("opened_on"))
    owned = unique(item for deal in old for item in deal.cite("owner"))
    border = stale[0].numbers.get("border_days", "")
    oldest = min(old, key=lambda deal: (deal.opened_on or sheet.today, deal.key))
    age = (sheet.today - (oldest.opened_on or sheet.today)).days
    shares = sorted(owners.items(), key=lambda item: (-item[1], item[0]))
    text = (
        f"{len(old)} of {len(opened)} open deals are older than {border} days,{_reached(stale[0])}:"
        f" {', '.join(f'{name} {count}' for name, count in shares)}; the oldest, {oldest.name}, {age} days."
    )
    operations = (
        computed("count", len(old), ages),
        computed("count", len(opened), ages),
        computed(
            "limit", f"{border} days {_percent(stale[0])}".strip(), stale[0].evidence, f"{STALE}.border"
        ),
        *(computed("count", f"{name} {count}", owned) for name, count in shares),
        computed("days", age, oldest.cite("opened_on"), sheet.today.isoformat()),
    )
    cited = unique((*ages, *owned, *oldest.cite("name"), *stale[0].evidence))
    return Line(text, "fact", cited, operations)


def _percent(signal: Signal) -> str:
    found = _RANK.search(signal.numbers.get("border", ""))
    return f"{found.group(1)}%" if found else ""


def _reached(signal: Signal) -> str:
    share = _percent(signal)
    return f" which {share} of closed deals did not reach" if share else " longer than any closed deal took"


def unknowns(sheet: Sheet) -> Part:
    """Say what is not known, the open question first; with a CRM alone, that one thing once."""
    asked = sheet.question
    first = (
        []
        if asked is None
        else [Line(f"Asked: {plainly(asked.text, sheet.today)}", "unknown", asked.evidence)]
    )
    if sheet.about.around.is_import_only:
        only = "Only the CRM is connected: meetings, mail, usage and tickets are not known."
        return (*first, Line(only, "unknown"))
    return (*first, *(_unknown(sheet, one) for one in _unasked(sheet)), *_unconnected(sheet))


def _unasked(sheet: Sheet) -> list[Unknown]:
    topic = "" if sheet.question is None else sheet.question.topic
    shown = sheet.about.profile.judgement.unknown.shown - bool(topic)
    return [one for one in sheet.about.judgement.unknowns if one.id != topic][:shown]


def _unknown(sheet: Sheet, unknown: Unknown) -> Line:
    cited = unique((*unknown.evidence, *sheet.names_in(unknown.text)))
    return Line(plainly(unknown.text, sheet.today), "unknown", cited)


def _unconnected(sheet: Sheet) -> tuple[Line, ...]:
    missing = sheet.about.judgement.not_connected
    return (Line(f"Not connected: {', '.join(missing)}.", "unknown"),) if missing else ()


def contradictions(sheet: Sheet) -> Part:
    """Say both sides of what two sources disagree on."""
    found = sheet.about.judgement.contradictions
    lines = [
        Line(plainly(one.text, sheet.today), "contradiction", (*one.sides, *sheet.names_in(one.text)))
        for one in found[:CONTRADICTIONS]
    ]
    if len(found) > CONTRADICTIONS:
        rest = unique(item for one in found[CONTRADICTIONS:] for item in one.sides)
        more = len(found) - CONTRADICTIONS
        lines.append(
            Line(
                f"{counted(more, 'further contradiction')}.",
                "contradiction",
                rest,
                (computed("count", more, rest),),
            )
        )
    return tuple(lines)
