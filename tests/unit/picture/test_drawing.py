"""The drawing: no overlap, the same bytes, harmless text, and a table of the same rows."""

from itertools import combinations
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from server.render.situation_picture import (
    CARD,
    LANES,
    TITLE_CHARS,
    WIDTH,
    Card,
    cards_of,
    columns,
    rows_of,
    situation_svg,
    wrapped,
)
from state.world.picture import Item, Kind, Picture, Tone, picture_of
from tests.build import PROFILE
from tests.unit.synthesis.stories import acme, granite, judged

SVG = "{http://www.w3.org/2000/svg}"
KINDS: list[Kind] = [kind for _, kinds in LANES for kind in kinds]
TONES: list[Tone] = ["bad", "warn", "good", "plain"]
TEXT = st.text(max_size=160)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Draw any picture at all."""
    count = draw(st.integers(0, 25))
    items = tuple(
        Item(
            number=number, kind=draw(st.sampled_from(KINDS)), label=draw(st.text(max_size=30)), title=draw(TEXT),
            note=draw(st.text(max_size=84)), tone=draw(st.sampled_from(TONES)), score=1,
            links=(number % count + 1,),
        )
        for number in range(1, count + 1)
    )  # fmt: skip
    return Picture(account=draw(TEXT), headline=draw(TEXT), subline="", items=items, left_out=0)


def overlap(one: Card, other: Card) -> bool:
    return abs(one.x - other.x) < CARD and one.y < other.y + other.height and other.y < one.y + one.height


@settings(max_examples=40, deadline=None)
@given(pictures())
def test_any_picture_is_sound(picture: Picture) -> None:
    cards = cards_of(picture)
    assert sorted(card.item.number for card in cards) == [one.number for one in picture.items]
    assert not any(overlap(one, other) for one, other in combinations(cards, 2))
    assert all(card.x >= 0 and card.x + CARD <= WIDTH for card in cards)
    root = ET.fromstring(situation_svg(picture))
    height = int(root.attrib["height"])
    assert all(card.y + card.height <= height for card in cards)
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
        "svg", "title", "desc", "style", "rect", "text", "path", "g",
    }  # fmt: skip


def test_cards_moved_onto_each_other_are_seen() -> None:
    one, other = cards_of(drawn())[:2]
    assert overlap(one, one)
    assert not overlap(one, other)


def drawn() -> Picture:
    return picture_of(acme().view(), judged(acme()), acme().around(), PROFILE)


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert situation_svg(drawn()) == situation_svg(drawn())


def words_of(svg: str) -> str:
    root = ET.fromstring(svg)
    return " ".join("".join(node.itertext()) for node in root.iter(f"{SVG}text"))


def test_the_table_says_exactly_what_the_drawing_says() -> None:
    seen = words_of(situation_svg(drawn()))
    for number, label, title, note, links in rows_of(drawn()):
        together = f"with {links}" if links else ""
        expected = f"{number} · {label} {title} {note} {together}".strip()
        assert expected in seen


def test_text_from_outside_is_inert() -> None:
    hostile = "</text><script>alert(1)</script><image href='x'/>&\x1b[31m\u202e"
    item = drawn().items[0].model_copy(update={"title": hostile})
    svg = situation_svg(drawn().model_copy(update={"items": (item,), "account": hostile}))
    assert "<script" not in svg
    assert "<image" not in svg
    assert "\x1b" not in svg
    assert "⟨U+202E⟩" in svg


def test_it_is_named_and_described_and_follows_light_and_dark() -> None:
    svg = situation_svg(drawn())
    root = ET.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "picture-title picture-desc"
    described = root.find(f"{SVG}desc")
    assert described is not None
    assert all(one.title in str(described.text) for one in drawn().items)
    assert "prefers-color-scheme:dark" in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


@given(TEXT, st.integers(8, 40))
def test_no_line_is_wider_than_its_card(text: str, width: int) -> None:
    assert all(columns(part) <= width for part in wrapped(text, width))


def test_a_tone_is_told_in_words_too() -> None:
    for story in (acme(), granite()):
        found = picture_of(story.view(), judged(story), story.around(), PROFILE)
        bad = [one.label for one in found.items if one.tone == "bad"]
        assert all("high" in label or "critical" in label or "overdue" in label for label in bad)
    assert TITLE_CHARS < 36
