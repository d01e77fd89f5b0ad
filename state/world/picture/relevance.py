"""How much a seller must see something, and which things fit on one picture.

Invariant: pure; higher severity, weight and urgency never lower a score, a later place never raises it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from state.world.signal import Severity

Kind = Literal[
    "contract",
    "deal",
    "ticket",
    "risk",
    "signal",
    "contradiction",
    "person",
    "said",
    "promise",
    "unknown",
    "meeting",
]
Tone = Literal["bad", "warn", "good", "plain"]
MOST = 25
PER_KIND = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be shown."""

    kind: Kind
    key: str
    label: str
    title: str
    note: str
    tone: Tone
    score: int
    about: tuple[str, ...] = ()
    """Keys of what it is about."""


BASE: Mapping[Kind, int] = {
    "risk": 0, "signal": 0, "ticket": 0, "contradiction": 70, "promise": 60, "contract": 58, "deal": 60, "person": 46,
    "said": 62,     "unknown": 72, "meeting": 50,
}  # fmt: skip
URGENT: Mapping[Kind, int] = {
    "contradiction": 20, "promise": 28, "contract": 28, "person": 12, "meeting": 26, "risk": 5, "ticket": 4,
}  # fmt: skip
BY_SEVERITY = {Severity.INFO: 30, Severity.LOW: 45, Severity.MEDIUM: 74, Severity.HIGH: 92}
BY_WEIGHT, PER_PLACE = 30, 4


def relevance(
    kind: Kind,
    *,
    severity: Severity | None = None,
    weight: Decimal = Decimal(0),
    is_urgent: bool = False,
    place: int = 0,
) -> int:
    """Score how much a seller must see something.

    Units: 0–100; weight is a share from 0 to 1, place counts from 0 in an order by worth.
    """
    found = BASE[kind] + int(weight * BY_WEIGHT) - PER_PLACE * place
    found += 0 if severity is None else BY_SEVERITY[severity]
    found += URGENT.get(kind, 0) if is_urgent else 0
    return max(0, min(100, found))


def chosen_of(found: Iterable[Candidate]) -> list[Candidate]:
    """Take the best, not more than a few of a kind, then fill what room is left. Shape: in order of relevance."""
    ordered, counts = list(found), dict[str, int]()
    first: list[Candidate] = []
    rest: list[Candidate] = []
    for one in ordered:
        counts[one.kind] = counts.get(one.kind, 0) + 1
        (first if counts[one.kind] <= PER_KIND else rest).append(one)
    kept = {id(one) for one in [*first, *rest][:MOST]}
    return [one for one in ordered if id(one) in kept]
