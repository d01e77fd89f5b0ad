"""An account's most relevant things as one drawing, and as a table of the same rows.

Invariant: the same picture always gives the same bytes; cards never overlap; all text is escaped and harmless; the
drawing loads nothing and follows the reader's light or dark setting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from server.render.inert import one_line
from server.render.layout import GREY, STRONG, Shape, line, stacked, table
from state.world.picture import Item, Kind, Picture

LANES: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("At stake", ("contract", "deal", "ticket")),
    ("Signals and contradictions", ("risk", "contradiction", "signal")),
    ("People", ("person",)),
    ("Said, promised, not known, next", ("said", "promise", "unknown", "meeting")),
)
WIDTH, MARGIN, GAP, CARD = 1280, 20, 36, 283
NAME_LINE, HEAD_LINE, LANE_HEAD, SPACE = 34, 19, 40, 14
TITLE_CHARS, NOTE_CHARS, HEADLINE_CHARS = 31, 40, 145
TITLE_LINE, NOTE_LINE, LABEL_LINE, PAD = 17, 15, 16, 10
STYLE = """
.s{--page:#ffffff;--card:#f6f7f9;--edge:#d5d9e0;--text:#1c2330;--soft:#525c6c;--link:#8b97a8;--plain:#5b6b82;
--bad:#b3261e;--warn:#8a5a00;--good:#1b6e3c}
@media (prefers-color-scheme:dark){.s{--page:#12161d;--card:#1c222c;--edge:#343d4b;--text:#e8ecf2;--soft:#a9b4c3;
--link:#6d7b8f;--plain:#93a4bd;--bad:#ff8a80;--warn:#f0b95a;--good:#7fd6a0}}
.s text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;fill:var(--text)}
.s .page{fill:var(--page)}.s .card{fill:var(--card);stroke:var(--edge)}.s .name{font-size:21px;font-weight:700}
.s .head{font-size:13.5px}.s .sub,.s .lane{font-size:12.5px;fill:var(--soft)}.s .lane{font-weight:600}
.s .label{font-size:11px;font-weight:600;letter-spacing:.2px}.s .title{font-size:13px;font-weight:600}
.s .note,.s .with{font-size:11.5px;fill:var(--soft)}.s .line{fill:none;stroke:var(--link);stroke-width:1.4}
.s .bad{fill:var(--bad)}.s .warn{fill:var(--warn)}.s .good{fill:var(--good)}.s .plain{fill:var(--plain)}
"""


@dataclass(frozen=True, slots=True)
class Card:
    """Where one item is drawn, and its lines."""

    item: Item
    lane: int
    x: int
    y: int
    height: int
    title: tuple[str, ...]
    note: tuple[str, ...]

    @property
    def middle(self) -> int:
        """Where lines meet it."""
        return self.y + self.height // 2


def cards_of(picture: Picture) -> tuple[Card, ...]:
    """Place every item in its lane, the most relevant on top.

    Units: pixels. Invariant: no two cards share a point, and the place depends on nothing but the picture.
    """
    cards: list[Card] = []
    top = NAME_LINE + HEAD_LINE * (len(_headline(picture)) + 1) + LANE_HEAD
    for lane, (_, kinds) in enumerate(LANES):
        y = top
        for item in (item for item in picture.items if item.kind in kinds):
            title, note = wrapped(item.title, TITLE_CHARS), wrapped(item.note, NOTE_CHARS)
            lines = LABEL_LINE + TITLE_LINE * len(title) + NOTE_LINE * (len(note) + bool(item.links))
            height = 2 * PAD + lines
            cards.append(Card(item, lane, MARGIN + lane * (CARD + GAP), y, height, title, note))
            y += height + SPACE
    return tuple(cards)


def wrapped(text: str, width: int) -> tuple[str, ...]:
    """Break text into lines of so many columns, long words too; wide letters take two."""
    lines: list[str] = []
    now = ""
    for word in chain.from_iterable(_pieces(word, width) for word in one_line(text).split()):
        if now and columns(f"{now} {word}") > width:
            lines.append(now)
            now = word
        else:
            now = f"{now} {word}".strip()
    return (*lines, now) if now else tuple(lines)


def _pieces(word: str, width: int) -> Iterator[str]:
    while columns(word) > width:
        end = next(end for end in range(len(word), 0, -1) if columns(word[:end]) <= width)
        yield word[:end]
        word = word[end:]
    yield word


def columns(text: str) -> int:
    """Count how much room text takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def situation_svg(picture: Picture) -> str:
    """Draw the picture."""
    cards = cards_of(picture)
    bottom = max((card.y + card.height for card in cards), default=160) + MARGIN + 14
    name = _words(picture.account)
    size = f'viewBox="0 0 {WIDTH} {bottom}" width="{WIDTH}" height="{bottom}"'
    said = 'role="img" aria-labelledby="picture-title picture-desc"'
    return "\n".join(
        [
            f'<svg class="s" xmlns="http://www.w3.org/2000/svg" {size} {said}>',
            f'<title id="picture-title">{name}: the situation in one picture</title>',
            f'<desc id="picture-desc">{_words(described(picture))}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="page" width="{WIDTH}" height="{bottom}"/>',
            *_head(picture),
            *_links(cards),
            *(part for card in cards for part in _card(card)),
            f'<text class="sub" x="{MARGIN}" y="{bottom - 10}">{_words(_footer(picture))}</text>',
            "</svg>\n",
        ]
    )


def described(picture: Picture) -> str:
    """Tell the whole picture in sentences, for whoever does not see it."""
    items = "; ".join(
        f"{one.number}. {one.label}: {one.title}, {one.note}{_with(one)}" for one in picture.items
    )
    return f"{picture.headline} {picture.subline}. {items}"


def _words(text: str) -> str:
    return escape(one_line(text), {'"': "&quot;"})


def _with(item: Item) -> str:
    return f", with {', '.join(map(str, item.links))}" if item.links else ""


def _footer(picture: Picture) -> str:
    more = f"; {picture.left_out} less relevant left out" if picture.left_out else ""
    return f"Numbers run by relevance; “with” names the cards that belong together{more}."


def _headline(picture: Picture) -> tuple[str, ...]:
    return wrapped(picture.headline, HEADLINE_CHARS) or ("",)


def _head(picture: Picture) -> Iterator[str]:
    y = NAME_LINE
    yield f'<text class="name" x="{MARGIN}" y="{y}">{_words(picture.account)}</text>'
    for part in _headline(picture):
        y += HEAD_LINE
        yield f'<text class="head" x="{MARGIN}" y="{y}">{_words(part)}</text>'
    y += HEAD_LINE
    yield f'<text class="sub" x="{MARGIN}" y="{y}">{_words(picture.subline)}</text>'
    for lane, (title, _) in enumerate(LANES):
        x = MARGIN + lane * (CARD + GAP)
        yield f'<text class="lane" x="{x}" y="{y + LANE_HEAD - 9}">{_words(title)}</text>'


def _links(cards: Sequence[Card]) -> Iterator[str]:
    """Draw a line between cards of neighbouring lanes; the others are told by number alone."""
    by_number = {card.item.number: card for card in cards}
    for card in cards:
        for number in card.item.links:
            other = by_number[number]
            if other.lane == card.lane + 1:
                start, end = card.x + CARD, other.x
                bend = (start + end) // 2
                curve = (
                    f"M{start} {card.middle}C{bend} {card.middle} {bend} {other.middle} {end} {other.middle}"
                )
                yield f'<path class="line" d="{curve}"/>'


def _card(card: Card) -> Iterator[str]:
    item, x, y = card.item, card.x, card.y
    yield f"<g><title>{_words(f'{item.number}. {item.label}: {item.title} ({item.note})')}</title>"
    yield f'<rect class="card" x="{x}" y="{y}" width="{CARD}" height="{card.height}" rx="6"/>'
    yield f'<rect class="{item.tone}" x="{x}" y="{y}" width="5" height="{card.height}" rx="2"/>'
    at, left = y + PAD + 10, x + 15
    yield f'<text class="label {item.tone}" x="{left}" y="{at}">{item.number} · {_words(item.label)}</text>'
    for kind, words, step in (("title", card.title, TITLE_LINE), ("note", card.note, NOTE_LINE)):
        for part in words:
            at += step
            yield f'<text class="{kind}" x="{left}" y="{at}">{_words(part)}</text>'
    if item.links:
        yield f'<text class="with" x="{left}" y="{at + NOTE_LINE}">{_words(_with(item)[2:])}</text>'
    yield "</g>"


COLUMNS = (("#", 0), ("What it is", 0), ("What it says", 5), ("More", 4), ("With", 0))


def rows_of(picture: Picture) -> tuple[tuple[str, str, str, str, str], ...]:
    """Give the table twin: one row per card, the same words."""
    return tuple(
        (
            str(one.number),
            one_line(one.label),
            one_line(one.title),
            one_line(one.note),
            ", ".join(map(str, one.links)),
        )
        for one in picture.items
    )


def picture_table(picture: Picture) -> Shape:
    """Show the same as the drawing in a terminal."""
    return stacked(
        [
            line(one_line(picture.account), STRONG),
            line(one_line(picture.headline)),
            line(one_line(picture.subline), GREY),
            table(COLUMNS, rows_of(picture)),
            line(_footer(picture), GREY),
        ]
    )
