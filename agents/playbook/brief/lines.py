"""Lines of a brief before they get ids, and how they write dates, quotes and computed values.

Invariant: a value that no citation holds is kept with the operation that computed it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from state.decision.brief import Operation
from state.evidence import Evidence
from state.world.detection.wording import day_text as written
from state.world.signal import Signal

Kind = Literal["fact", "inferred", "unknown", "contradiction"]
OperationName = Literal[
    "difference", "ratio", "percent_change", "days", "business_days", "sum", "count", "mean", "expected_value",
    "product", "limit",
]  # fmt: skip
_MONTHS = tuple(written(date(2000, month, 1)).split()[1] for month in range(1, 13))
_WRITTEN = re.compile(rf"\b(\d{{1,2}} (?:{'|'.join(_MONTHS)})) (\d{{4}})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b(?!T)")
_CODE_WORD = re.compile(r"(?<![\w@./-])[a-z]+(?:_[a-z]+)+(?![\w@./-])")
_LONG_NUMBER = re.compile(r"(?<![\w.,$€£-])\d{5,}(?![\w.-]*\w)")
_OPERATIONS: Mapping[str, OperationName] = {
    "percent": "percent_change", "adjusted_percent": "percent_change", "mean_before": "mean", "mean_now": "mean",
    "business_days": "business_days", "over": "difference", "difference": "difference", "days_moved": "difference",
    "unanswered": "count", "inbound": "count", "active_contacts": "count", "arrivals": "count", "open": "count",
    "reopenings": "count", "slips": "count", "nth": "count", "steps": "count", "closed_deals": "count", "n": "count",
    "silent_days": "days", "days_left": "days", "days_over": "days", "age_days": "days", "median_days": "mean",
}  # fmt: skip
"""What detection computed under each name; any other number is a border of the profile."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence and what it rests on."""

    text: str
    kind: Kind = "fact"
    evidence: tuple[Evidence, ...] = ()
    operations: tuple[Operation, ...] = ()


Part = tuple[Line, ...] | str
"""The lines of a section, or why it is empty; an empty reason leaves it to the profile."""


def day_text(day: date, today: date) -> str:
    """Write 30 April, with the year only when it is not this one."""
    return written(day).removesuffix(f" {today.year}")


def plainly(text: str, today: date) -> str:
    """Write dates, long numbers and coded words of a text as people do: 30 April, 22,000, best case."""
    named = _ISO.sub(lambda m: _named(m.group(), today), " ".join(text.split()))
    named = _CODE_WORD.sub(lambda m: m.group().replace("_", " "), named)
    named = _LONG_NUMBER.sub(lambda m: f"{int(m.group()):,}", named)
    return _WRITTEN.sub(lambda m: m.group(1) if m.group(2) == str(today.year) else m.group(), named)


def _named(iso: str, today: date) -> str:
    try:
        return day_text(date.fromisoformat(iso), today)
    except ValueError:
        return iso


def clip(text: str, words: int) -> str:
    """Keep the first words of a quote and mark the cut."""
    found = text.split()
    return " ".join(found) if len(found) <= words else " ".join(found[:words]) + " …"


def ended(text: str) -> str:
    """End a sentence with one stop."""
    return text if text.endswith(("…", ".", "?", "!", "”")) else f"{text}."


def spoken(names: Iterable[str]) -> str:
    """Join names as people say them."""
    found = list(names)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""


def unique(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Keep each citation once, in order."""
    return tuple({item.id: item for item in evidence}.values())


def computed(name: OperationName, result: str | int, evidence: Iterable[Evidence], *given: str) -> Operation:
    """Keep how a value was computed: from these citations and these parameters."""
    return Operation(
        name=name, inputs=(*dict.fromkeys(item.id for item in evidence), *given), result=str(result)
    )


def of_signal(signal: Signal, today: date) -> Line:
    """Say a signal, with the operations behind the numbers it shows."""
    operations = tuple(
        computed(_OPERATIONS.get(name, "limit"), number, signal.evidence, f"{signal.name}.{name}")
        for name, number in sorted(signal.numbers.items())
        if number in signal.text
    )
    inferred = signal.kind == "predicted" or signal.name == "NEWS_EVENT" or signal.confidence <= 0.5
    return Line(plainly(signal.text, today), "inferred" if inferred else "fact", signal.evidence, operations)
