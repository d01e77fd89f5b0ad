"""Grounding: every number, date, name and amount of a statement occurs, normalised, in what it cites or computes.

Invariant: taking a citation away never grounds a value, and an operation counts only beside the citations it was
computed from; words without values never unground a statement.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import itemgetter

from state.decision.brief import Operation, Statement
from state.decision.mention import Mention, values_of
from state.decision.tokens import tokens_in, tokens_of_days, tokens_of_instants
from state.evidence import Evidence

_CALENDAR = (
    "January February March April May June July August September October November December "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
).split()
_RUN = re.compile(r"\b[^\W\d_a-z][\w’'-]*[a-zß-ÿ][\w’'-]*(?: [^\W\d_a-z][\w’'-]*[a-zß-ÿ][\w’'-]*)+")
_OPENS = re.compile(r"(?:^|[.!?:;\n“\"(•])\s*$")
_WORD = re.compile(r"[^\W_]+")
CITATION = "ev_"
"""Prefix of evidence ids among the inputs of an operation."""


@dataclass(frozen=True)
class Names:
    """The names a text may hold, and the zones in which its days are cut."""

    known: tuple[str, ...] = ()
    """Of people, deals and companies of the situation: cited wherever they occur."""
    free: tuple[str, ...] = ()
    """Ours, the account's own and the products': they need no citation."""
    zones: tuple[str, ...] = ("UTC",)

    @cached_property
    def cited(self) -> tuple[tuple[str, str], ...]:
        """Each known name in lower case and as it is written."""
        return tuple(
            (name.casefold(), name) for name in sorted({name for name in self.known if name.strip()})
        )

    @cached_property
    def _by_opening(self) -> dict[str, list[tuple[str, str]]]:
        """Known names by the word they open with; by nothing where they open with a sign."""
        found: dict[str, list[tuple[str, str]]] = {}
        for low, name in self.cited:
            opening = _WORD.match(low)
            found.setdefault(opening.group() if opening else "", []).append((low, name))
        return found

    def named_in(self, folded: str) -> list[tuple[str, str]]:
        """List the known names that stand in a text of lower case, in their order."""
        words = {"", *_WORD.findall(folded)}
        near = (one for word in words for one in self._by_opening.get(word, ()))
        return sorted((one for one in near if has_words(folded, one[0])), key=itemgetter(1))

    @cached_property
    def uncited(self) -> tuple[str, ...]:
        """Free names and those of the calendar, the longest first."""
        return tuple(sorted({*self.free, *_CALENDAR} - {""}, key=lambda name: (-len(name), name)))


@dataclass(frozen=True, slots=True)
class Ground:
    """What one citation or operation gives to stand on."""

    tokens: frozenset[str]
    text: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What a statement says and nothing it cites holds."""

    values: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Grounding:
    """Judges statements against what they cite; reads each citation once."""

    names: Names
    _read: dict[tuple[str, str], Ground] = field(default_factory=dict)
    _tokens: dict[str, frozenset[str]] = field(default_factory=dict)
    _dates: dict[datetime, frozenset[str]] = field(default_factory=dict)
    _judged: dict[tuple[str, ...], Missing] = field(default_factory=dict)

    def missing(self, statement: Statement) -> tuple[str, ...]:
        """List the values and names of a statement that nothing it cites holds, as they stand in its text."""
        found = self.missing_of(statement)
        return (*found.values, *found.names)

    def missing_of(self, statement: Statement) -> Missing:
        """Tell values and names without a ground apart."""
        key = (
            statement.text,
            *(part for item in statement.evidence for part in (item.id, item.value)),
            *(part for one in statement.operations for part in (one.result, *one.inputs)),
        )
        found = self._judged.get(key)
        if found is None:
            found = self._judged[key] = self._missing(statement)
        return found

    def _missing(self, statement: Statement) -> Missing:
        mentions, has_run = values_of(statement.text), _RUN.search(statement.text) is not None
        folded = statement.text.casefold()
        named = self.names.named_in(folded)
        if not (mentions or has_run or named):
            return Missing((), ())
        grounds = [*map(self._cited, statement.evidence), *self._computed(statement)]
        values = [mention.text for mention in mentions if not _is_held(mention, grounds)]
        names = [name for low, name in named if not any(has_words(ground.text, low) for ground in grounds)]
        strangers = self._strangers(statement.text, grounds) if has_run else ()
        return Missing(tuple(dict.fromkeys(values)), tuple(dict.fromkeys((*names, *strangers))))

    def _cited(self, evidence: Evidence) -> Ground:
        key = (evidence.id, evidence.value)
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = self._ground(evidence)
        return found

    def _ground(self, evidence: Evidence) -> Ground:
        value, quote = evidence.value, evidence.quote or ""
        parts = [self._days(evidence.observed_at), frozenset((f"code:{evidence.record.lower()}",))]
        parts += [self._text(text) for text in dict.fromkeys((value, quote)) if text]
        if ":" in value:
            parts.append(frozenset(tokens_of_instants(value, self.names.zones)))
        text = f"{evidence.record}\n{value}\n{quote if quote != value else ''}".casefold()
        return Ground(frozenset().union(*parts), text, value if evidence.field == "currency" else None)

    def _days(self, instant: datetime) -> frozenset[str]:
        found = self._dates.get(instant)
        if found is None:
            found = self._dates[instant] = frozenset(tokens_of_days(instant, self.names.zones))
        return found

    def _text(self, text: str) -> frozenset[str]:
        found = self._tokens.get(text)
        if found is None:
            found = self._tokens[text] = frozenset(tokens_in(text))
        return found

    def _computed(self, statement: Statement) -> Iterator[Ground]:
        if not statement.operations:
            return
        cited = {item.id for item in statement.evidence}
        for operation in statement.operations:
            if _rests_on(operation, cited):
                yield self._result(operation.result)

    def _result(self, result: str) -> Ground:
        found = self._read.get(("", result))
        if found is None:
            found = self._read["", result] = Ground(self._text(result), result.casefold())
        return found

    def _strangers(self, text: str, grounds: list[Ground]) -> Iterator[str]:
        """Yield capitalised words in a row that nothing cited holds: a person or company nobody knows."""
        left = text
        for name in self.names.uncited:
            if name in left:
                left = without_words(left, name)
        for match in _RUN.finditer(left):
            run = match.group()
            rest = run.partition(" ")[2] if _OPENS.search(left[: match.start()]) else run
            wanted = {run.casefold(), rest.casefold()}
            if not any(name in ground.text for name in wanted for ground in grounds):
                yield run


def has_words(text: str, words: str) -> bool:
    """Tell whether words stand in a text as whole words."""
    return _place(text, words) >= 0


def without_words(text: str, words: str) -> str:
    """Put a mark in the place of words wherever they stand as whole words."""
    at = _place(text, words)
    while at >= 0:
        text = f"{text[:at]}·{text[at + len(words) :]}"
        at = _place(text, words)
    return text


def _place(text: str, words: str) -> int:
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not (at and text[at - 1].isalnum()) and not (end < len(text) and text[end].isalnum()):
            return at
        at = text.find(words, at + 1)
    return -1


def missing_values(statement: Statement, names: Names) -> tuple[str, ...]:
    """List the values and names of a statement that nothing it cites holds."""
    return Grounding(names).missing(statement)


def is_grounded(statement: Statement, names: Names) -> bool:
    """Tell whether every value of a statement is held by what it cites."""
    return not missing_values(statement, names)


def _is_held(mention: Mention, grounds: list[Ground]) -> bool:
    match mention.kind:
        case "money":
            return _is_amount_held(mention.value, grounds)
        case "number":
            wanted = {f"number:{mention.value}", f"amount:{mention.value}"}
        case "address":
            return any(mention.value in ground.text for ground in grounds)
        case "code":
            wanted = {f"code:{mention.value}"}
            if any(has_words(ground.text, mention.value) for ground in grounds):
                return True
        case kind:
            wanted = {f"{kind}:{mention.value}"}
    return any(not wanted.isdisjoint(ground.tokens) for ground in grounds)


def _is_amount_held(value: str, grounds: list[Ground]) -> bool:
    currency, _, amount = value.partition(" ")
    cited = {ground.currency for ground in grounds} - {None}
    for ground in grounds:
        if f"money:{value}" in ground.tokens:
            return True
        if f"number:{amount}" in ground.tokens and (not cited or currency in cited):
            return True
    return False


def _rests_on(operation: Operation, cited: Iterable[str]) -> bool:
    inputs = {name for name in operation.inputs if name.startswith(CITATION)}
    return bool(inputs) and inputs <= set(cited)
