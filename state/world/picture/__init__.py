"""The most relevant things at an account and how they hang together, as one picture or one table of the same rows.

Invariant: a pure function of view, judgement and surroundings; at most `MOST` items; every item has a number, and
links name numbers only, so that drawing and table say the same.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from state.world.judgement import Judgement
from state.world.picture.candidates import Days, candidates_of
from state.world.picture.relevance import MOST, Candidate, Kind, Tone, chosen_of, relevance
from state.world.profile import Profile
from state.world.surroundings import Surroundings
from state.world.view import AccountView

TITLE_CHARS, NOTE_CHARS, REASON_CHARS = 160, 84, 260


class Item(BaseModel):
    """One card of the picture, or one row of its table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    kind: Kind
    label: str
    """What it is, in two or three words; says the tone too, so that nothing depends on colour."""
    title: str
    note: str
    tone: Tone
    score: int
    """Relevance, 0–100."""
    links: tuple[int, ...] = ()
    """Numbers of the items it is about, and of those that are about it."""


class Picture(BaseModel):
    """What is shown of one account."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str
    headline: str
    """Posture and why."""
    subline: str
    """Momentum, health, tier."""
    items: tuple[Item, ...]
    left_out: int
    """Things of less relevance that had no room."""


def picture_of(view: AccountView, judged: Judgement, around: Surroundings, profile: Profile) -> Picture:
    """Choose what is shown and number it, most relevant first."""
    days = Days(ZoneInfo(around.zone), around.now, profile.judgement.active_window_days)
    found = candidates_of(view, judged, days)
    chosen, health = chosen_of(found), judged.health.score
    return Picture(
        account=view.name,
        headline=f"{judged.posture.replace('_', ' ')}: {clipped(judged.posture_reason, REASON_CHARS)}",
        subline=f"{view.status}, tier {judged.tier} · momentum {judged.momentum.direction.lower()} · health "
        f"{'without a number' if health is None else health}",
        items=_linked(chosen),
        left_out=len(found) - len(chosen),
    )


def _linked(chosen: Sequence[Candidate]) -> tuple[Item, ...]:
    numbers: dict[str, int] = {}
    for number, one in enumerate(chosen, 1):
        numbers.setdefault(one.key, number)
    links: dict[int, set[int]] = {number: set() for number in range(1, len(chosen) + 1)}
    for number, one in enumerate(chosen, 1):
        for other in {numbers[key] for key in one.about if key in numbers} - {number}:
            links[number].add(other)
            links[other].add(number)
    return tuple(
        Item(
            number=number, kind=one.kind, label=one.label, title=clipped(one.title, TITLE_CHARS),
            note=clipped(one.note, NOTE_CHARS), tone=one.tone, score=one.score, links=tuple(sorted(links[number])),
        )
        for number, one in enumerate(chosen, 1)
    )  # fmt: skip


def clipped(text: str, chars: int) -> str:
    """Bring text to one line of so many characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= chars:
        return line
    return line[: chars - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


__all__ = ["MOST", "Candidate", "Item", "Kind", "Picture", "Tone", "chosen_of", "picture_of", "relevance"]
