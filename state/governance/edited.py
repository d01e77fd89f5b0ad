"""What edited files say otherwise, place by place, and whether that is about who decides, is ours, or is believed.

Invariant: two contents between which nothing is told are equal; what is told at a place that names people, our domains,
discounts, trust or scope needs a second pair of eyes, in whichever direction it goes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from state.canonical import Json

NAMES = ("id", "name", "topic", "step", "product", "approver", "quarter", "purpose", "item", "signal", "user")
"""Fields by which a row of a list is known, the first that tells all of them apart."""
WIDENING = (
    "profile.company.users",
    "profile.company.queues",
    "profile.company.territories",
    "profile.company.verified_domains",
    "profile.company.sender.link_domains",
    "profile.prices.discounts",
    "profile.prices.four_eyes_above_percent",
    "profile.sources",
)
"""Who decides and stands where, who is one of ours, who may grant what, and what is believed."""
SCOPE = ".scope"
SHOWN = 100
"""Characters of a value."""
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Edit:
    """One place that says something else."""

    place: str
    before: Json
    """None: it said nothing."""
    after: Json

    @property
    def told(self) -> str:
        """Say it in one line."""
        if isinstance(self.after, Mapping) and self.before is None:
            return f"{self.place}: new"
        if isinstance(self.before, Mapping) and self.after is None:
            return f"{self.place}: taken out"
        return f"{self.place}: {_shown(self.before)} → {_shown(self.after)}"

    @property
    def is_wider(self) -> bool:
        """Say whether it is for two admins."""
        named = any(_is_around(one, self.place) or _is_around(self.place, one) for one in WIDENING)
        is_document = self.place.startswith("knowledge.")
        return named or (is_document and (self.place.endswith(SCOPE) or isinstance(self.after, Mapping)))


def _is_around(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(f"{outer}.")


def edits(before: Json, after: Json, place: str) -> Iterator[Edit]:
    """Compare two contents; a row that came or went is told once."""
    if before == after:
        return
    old, new = _inside(before), _inside(after)
    if old is None or new is None:
        yield Edit(place, before, after)
        return
    for name in dict.fromkeys((*old, *new)):
        here = f"{place}.{name}"
        if name in old and name in new:
            yield from edits(old[name], new[name], here)
        else:
            yield Edit(here, old.get(name), new.get(name))
    if old == new:
        yield Edit(f"{place}, its order", [*old], [*new])


def _inside(value: Json) -> Mapping[str, Json] | None:
    """Name what is inside; None where it is told as a whole."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str) or not isinstance(value, Sequence):
        return None
    rows = [one for one in value if isinstance(one, Mapping)]
    if len(rows) < len(value) or not rows:
        return None
    for name in NAMES:
        found = [str(row[name]) for row in rows if name in row]
        if len(set(found)) == len(rows):
            return dict(zip(found, rows, strict=True))
    return {str(number): row for number, row in enumerate(rows, 1)}


def _shown(value: Json) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, Mapping):
        return _cut(", ".join(f"{name} {_shown(one)}" for name, one in value.items())) or NOTHING
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _cut(", ".join(_shown(one) for one in value)) or NOTHING
    return _cut(str(value).replace("\n", " ⏎ ")) if str(value) else "empty"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
