"""Whether the facts of a page are true: every number, date, name and quotation stands in what it cites, and every
citation in what a source said.

Invariant: this reads neither the system's grounding nor its rules; it knows only text, citations and events.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from evals.answer import Answer
from state.decision.brief import Operation, Statement
from state.evidence import Evidence
from state.world.event import Event

MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(MONTHS)
_DATE = re.compile(rf"\b(\d{{1,2}}) ({_MONTH})(?: (\d{{4}}))?\b|\b(\d{{4}})-(\d{{2}})-(\d{{2}})(?:T\S*)?")
_QUOTE = re.compile(r"“([^”]*)”")
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")
_NAMED = re.compile(r"\b[A-Z]{1,6}-[A-Za-z0-9-]*\d\b")
_NUMBER = re.compile(r"(?<![\w.])\.?\d[\d,]*(?:\.\d+)?")
Day = tuple[int | None, int, int]
"""Year where it is told, month, day."""
_ZONES = (UTC, ZoneInfo("America/New_York"), ZoneInfo("Europe/Paris"), ZoneInfo("America/Los_Angeles"))


def false_facts(answer: Answer, names: Iterable[str] = ()) -> tuple[str, ...]:
    """List what a fact says and its citations do not; `names` are people and firms whose names must be cited."""
    events = {str(event.id): event for event in answer.events}
    people = tuple(names)
    found = []
    for statement in answer.statements:
        if statement.kind == "fact":
            found += [f"{statement.text} ← {fault}" for fault in _faults(statement, events, people)]
    return tuple(found)


def _faults(statement: Statement, events: Mapping[str, Event], names: tuple[str, ...]) -> Iterator[str]:
    said = " ".join([*map(_told, statement.evidence), *map(_worked, statement.operations)])
    yield from (f"“{one}” is quoted from nowhere" for one in _unquoted(statement.text, said))
    text = _QUOTE.sub(" ", statement.text)
    observed = {day for one in statement.evidence for day in _around(one.observed_at)}
    yield from (f"the date {day} is not cited" for day in _undated(text, _days_of(said) | observed))
    bare = _CLOCK.sub(" ", _DATE.sub(" ", text))
    yield from (f"{one} is not cited" for one in _NAMED.findall(bare) if one not in said)
    yield from (f"the number {one} is not cited" for one in _uncounted(_NAMED.sub(" ", bare), said))
    yield from (f"{one} is not cited" for one in names if _is_uncited(one, text, said))
    for evidence in statement.evidence:
        yield from _unsaid(evidence, events)
    for operation in statement.operations:
        yield from _miscounted(operation, {one.id: one for one in statement.evidence})


def _unquoted(text: str, said: str) -> list[str]:
    return [one for one in _QUOTE.findall(text) if _flat(one).rstrip("….") not in _flat(said)]


def _undated(text: str, days: set[Day]) -> list[Day]:
    return [day for day in _days(text) if not any(_is_same_day(day, known) for known in days)]


def _uncounted(text: str, said: str) -> list[Decimal]:
    known = {abs(one) for one in (*_numbers(said), *_numbers(_DATE.sub(" ", said)))}
    return [number for number in _numbers(text) if abs(number) not in known]


def _is_uncited(name: str, text: str, said: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None and _flat(name) not in _flat(said)


def _told(evidence: Evidence) -> str:
    return f"{evidence.record} {evidence.value} {evidence.quote or ''}"


def _worked(operation: Operation) -> str:
    """Give a computed value with its literal inputs; a name of a measure says nothing."""
    literal = [one for one in operation.inputs if re.match(r"[\d.$]", one)]
    return " ".join([operation.result, *literal])


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())


def _numbers(text: str) -> Iterator[Decimal]:
    for token in _NUMBER.findall(text.replace("\N{MINUS SIGN}", "-")):
        try:
            yield Decimal(token.strip(",").replace(",", "")).normalize()
        except InvalidOperation:
            continue


def _days(text: str) -> Iterator[Day]:
    for day, month, year, iso_year, iso_month, iso_day in _DATE.findall(text):
        if month:
            yield (int(year) if year else None, MONTHS.index(month) + 1, int(day))
        else:
            yield (int(iso_year), int(iso_month), int(iso_day))


def _days_of(said: str) -> set[Day]:
    found = set(_days(said))
    for token in re.findall(r"\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})", said):
        found |= set(_around(datetime.fromisoformat(token)))
    return found


def _around(moment: datetime) -> Iterator[Day]:
    """Give the days an instant has in the zones of the company."""
    for zone in _ZONES:
        there = moment.astimezone(zone).date()
        yield (there.year, there.month, there.day)


def _is_same_day(told: Day, known: Day) -> bool:
    return told[1:] == known[1:] and (told[0] is None or known[0] is None or told[0] == known[0])


def _unsaid(evidence: Evidence, events: Mapping[str, Event]) -> Iterator[str]:
    """Hold a citation against the event it names; events of our own making are not among them."""
    event = events.get(evidence.event)
    if event is None:
        return
    raw = json.loads(event.data.model_dump_json(exclude_unset=True))
    if evidence.quote and _flat(evidence.quote) not in _flat(" ".join(_texts(raw))):
        yield f"{evidence.record} does not say “{evidence.quote}”"
    said = raw.get(evidence.field)
    is_there = _is_same(evidence.value, said) if isinstance(said, (str, int)) else _is_in(evidence, raw)
    if not is_there:
        yield f"{evidence.record} does not say {evidence.field} = {evidence.value}"


def _is_same(value: str, said: str | int) -> bool:
    """Compare a cited value with the field it names, whatever the form of the number."""
    told = {True: "yes", False: "no"}[said] if isinstance(said, bool) else str(said)
    if _flat(value) == _flat(told) or _flat(value) in _flat(told).split("\n"):
        return True
    if (numbers := list(_numbers(value))) and numbers == list(_numbers(told)):
        return True
    return len(told) > len(value) > 3 and _flat(value) in _flat(told)


def _is_in(evidence: Evidence, raw: object) -> bool:
    """Look for a value anywhere in the record, where its field is made of several."""
    text = _flat(json.dumps(raw, ensure_ascii=False))
    numbers = set(_numbers(evidence.value))
    if numbers and not numbers - set(_numbers(text)):
        return True
    is_bare = not evidence.value.strip("0123456789.,")
    return (not is_bare and _flat(evidence.value) in text) or _is_read(evidence, raw)


def _is_read(evidence: Evidence, raw: object) -> bool:
    """Allow what a rule reads in a quoted sentence, and lists or records written another way."""
    words = re.findall(r"\w+", evidence.value.casefold())
    return evidence.quote is not None or all(word in _flat(json.dumps(raw)) for word in words)


def _texts(raw: object) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for value in raw.values():
            yield from _texts(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _texts(value)


def _miscounted(operation: Operation, evidence: Mapping[str, Evidence]) -> Iterator[str]:
    """Recompute what can be recomputed from the citations alone."""
    values = [evidence[one].value if one in evidence else one for one in operation.inputs]
    expected = _recomputed(operation.name, values)
    results = list(_numbers(operation.result))
    if (
        expected is not None
        and results
        and abs(results[-1] - expected) > max(Decimal(1), abs(expected) / 100)
    ):
        yield f"{operation.name} of {values} is {expected}, not {operation.result}"


def _recomputed(name: str, values: list[str]) -> Decimal | None:
    if name == "expected_value":
        return _from_arithmetic(values[-1])
    if len(values) != 2:
        return None
    if name == "days":
        days = [
            date(*map(int, found[0]))
            for one in values
            if (found := re.findall(r"^(\d{4})-(\d{2})-(\d{2})", one))
        ]
        return Decimal(abs((days[0] - days[1]).days)) if len(days) == 2 else None
    numbers = [number for one in values for number in list(_numbers(one))[:1]]
    if len(numbers) != 2 or 0 in numbers:
        return None
    return {"product": numbers[0] * numbers[1], "ratio": 100 * numbers[0] / numbers[1]}.get(name)


def _from_arithmetic(text: str) -> Decimal | None:
    """Read `.09 × 184,000 − 10 = $16,550`."""
    found = re.match(r"([\d.]+) × \$?([\d,.]+) − \$?([\d,.]+) =", text)
    if not found:
        return None
    share, stake, cost = (Decimal(one.replace(",", "")) for one in found.groups())
    return share * stake - cost
