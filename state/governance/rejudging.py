"""Rejudging: what a new policy would have said of what was judged, from the facts recorded then.

Invariant: a judgement that reads a fact nobody recorded is no answer; it is counted as unknown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from state.errors import InvalidInput
from state.governance.catalogue import Scalar
from state.governance.facts import Facts
from state.governance.judge import Judge
from state.governance.verdict import Verdict

EXAMPLES: Final = 10


class Fate(StrEnum):
    """What became of a proposal, in three words."""

    RUNS = "by itself"
    ASKED = "asked"
    BLOCKED = "blocked"


_FATES: Final[Mapping[str, Fate]] = {
    "allow": Fate.RUNS,
    "not_before": Fate.RUNS,
    "require_approval": Fate.ASKED,
    "clarify": Fate.ASKED,
    "deny": Fate.BLOCKED,
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One judgement as it was recorded."""

    at: datetime
    account: str
    subject: str
    """The action, or the proposal where it became none."""
    verdict: Verdict
    facts: Mapping[str, Scalar]
    """Empty where they were not recorded."""
    read: frozenset[str]
    minutes: int = 0
    """Of people's time, where somebody is asked."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One recorded judgement that a new policy would answer otherwise."""

    recorded: Recorded
    after: Verdict
    is_looser: bool


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a new policy would have done."""

    before: Mapping[Fate, int]
    after: Mapping[Fate, int]
    """Only of what could be judged again, as `before`."""
    unknown: int
    unrecorded: tuple[str, ...]
    """The facts that nobody recorded and the new policy reads."""
    changed: int
    minutes_before: int
    """People's time for what was asked, as `minutes_after` for what would be."""
    minutes_after: int
    changes: tuple[Changed, ...]
    """Some of what changed, the looser ones first."""

    @property
    def judged(self) -> int:
        """Count what could be judged again."""
        return sum(self.before.values())


def rejudged(judge: Judge, records: Iterable[Recorded]) -> DryRun:
    """Judge records again."""
    before, after, unrecorded = Counter[Fate](), Counter[Fate](), Counter[str]()
    changes: list[Changed] = []
    minutes_before = minutes_after = unknown = 0
    for record in records:
        verdict, missing = _again(judge, record)
        if verdict is None:
            unknown += 1
            unrecorded.update(missing)
            continue
        was, now = _FATES[record.verdict.kind], _FATES[verdict.kind]
        before[was] += 1
        after[now] += 1
        minutes_before += record.minutes * (was is Fate.ASKED)
        minutes_after += record.minutes * (now is Fate.ASKED)
        if was is not now or record.verdict.rule != verdict.rule:
            order = list(Fate)
            changes.append(Changed(record, verdict, order.index(now) < order.index(was)))
    some = sorted(changes, key=lambda one: (not one.is_looser, one.recorded.at))[:EXAMPLES]
    return DryRun(
        before=before, after=after, unknown=unknown, unrecorded=tuple(sorted(unrecorded)), changed=len(changes),
        minutes_before=minutes_before, minutes_after=minutes_after, changes=tuple(some),
    )  # fmt: skip


def _again(judge: Judge, record: Recorded) -> tuple[Verdict | None, frozenset[str]]:
    """Judge one record, or name what was not recorded; a fact that was missing then is missing now."""
    if not record.facts:
        return None, frozenset()
    try:
        judgement = judge(Facts.of(record.facts))
    except InvalidInput as fault:
        return None, frozenset({fault.field})
    missing = judgement.read - record.facts.keys() - record.read
    return (None, missing) if missing else (judgement.verdict, missing)
