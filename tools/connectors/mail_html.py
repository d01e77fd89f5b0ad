"""Split the HTML of a mail into what its reader sees and what is hidden from them.

Invariant: every text is on one of the two sides; scripts, styles and addresses of images and links are on neither.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tools.connectors.html_tokens import tokens_of

MOST: Final = 256 * 1024
"""Characters that are read of a mail."""
VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr".split())
SILENT: Final = frozenset({"script", "style"})
UNSEEN: Final = frozenset({"head", "title", "template", "noscript", "object", "datalist"})
IN_HEAD: Final = frozenset("title meta link style script base noscript template".split())
BLOCKS: Final = frozenset(
    "p div br tr li ul ol table h1 h2 h3 h4 h5 h6 blockquote hr pre section article header footer dt dd".split()
)
CLOSES_ITSELF: Final = frozenset("p li td th tr dt dd option".split())
DEEP: Final = 200
"""How far up an end tag looks for its start."""
_NOTHING: Final = re.compile(r"0*(?:\.0*)?(?:px|pt|em|rem|ex|%|vh|vw|cm|mm|in)?")
_TINY: Final = re.compile(r"(?:0*1|0*\.\d+)(?:px|pt)|0*\.0?\d*(?:em|rem)|[01](?:\.\d+)?%")
_FAR: Final = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%)?|-\d{2,}(?:em|rem)")
_HEX: Final = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")
_RGB: Final = re.compile(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,\s*[\d.]+\s*)?\)")
_CLEAR: Final = re.compile(r"transparent|rgba\([\d\s.,]{1,40},\s*0?(?:\.0\d*)?\s*\)")
_RULE: Final = re.compile(r"([^{}]{1,200})\{([^{}]{0,2000})\}")
_SIMPLE: Final = re.compile(r"(?:[a-z][a-z0-9]*)?(?:[.#][\w-]+)?")
_TAGS: Final = re.compile("[\U000e0020-\U000e007e]+")
_NAMED: Final = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "blue": (0, 0, 255), "green": (0, 128, 0),
    "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192), "yellow": (255, 255, 0),
    "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255),
}  # fmt: skip
ALIKE: Final = 36
"""Sum of differences of two colours that no eye tells apart."""
Colour = tuple[int, int, int]
WHITE: Final[Colour] = (255, 255, 255)
BLACK: Final[Colour] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Said:
    """What a part says to its reader, and what it says besides."""

    visible: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class _Element:
    tag: str
    is_hidden: bool
    colour: Colour
    ground: Colour


@dataclass(frozen=True, slots=True)
class _Style:
    is_hiding: bool = False
    colour: Colour | None = None
    ground: Colour | None = None


@dataclass
class _Page:
    """What was read so far, and what is open."""

    rules: Mapping[str, _Style]
    seen: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    stack: list[_Element] = field(default_factory=list)
    quotes: int = 0

    def read(self, text: str) -> None:
        """Read once, front to back."""
        for token in tokens_of(text):
            match token.kind:
                case "start":
                    self._start(token.value, token.attributes)
                case "end":
                    self._end(token.value)
                case "text":
                    self._text(token.value)
                case "comment":
                    self._comment(token.value)

    @property
    def _now(self) -> _Element:
        return self.stack[-1] if self.stack else _Element("", is_hidden=False, colour=BLACK, ground=WHITE)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        top = self._now.tag
        if self.stack and ((top == tag and tag in CLOSES_ITSELF) or (top == "head" and tag not in IN_HEAD)):
            self.stack.pop()
        if tag in BLOCKS and not self._now.is_hidden:
            self.seen.append("\n")
        elif tag in ("td", "th"):
            self.seen.append(" ")
        if tag in VOID:
            return
        if tag == "blockquote":
            self.quotes += 1
        self.stack.append(self._opened(tag, attributes))

    def _opened(self, tag: str, attributes: Mapping[str, str]) -> _Element:
        around = self._now
        styles = list(self._styles(tag, attributes))
        colour = next((one.colour for one in styles if one.colour is not None), around.colour)
        ground = next((one.ground for one in styles if one.ground is not None), around.ground)
        is_hidden = (
            around.is_hidden
            or tag in UNSEEN
            or tag in SILENT
            or "hidden" in attributes
            or any(one.is_hiding for one in styles)
        )
        return _Element(tag, is_hidden, colour, ground)

    def _styles(self, tag: str, attributes: Mapping[str, str]) -> Iterator[_Style]:
        """Give what applies, the nearest first."""
        yield style_of(attributes.get("style", ""))
        yield _Style(
            colour=colour_of(attributes.get("color", "")), ground=colour_of(attributes.get("bgcolor", ""))
        )
        names = [f".{name}" for name in attributes.get("class", "").split()[:20]]
        for name in (f"#{attributes.get('id', '')}", *names, tag):
            for key in (name, f"{tag}{name}"):
                if key in self.rules:
                    yield self.rules[key]

    def _end(self, tag: str) -> None:
        depth = next((up for up, one in enumerate(reversed(self.stack[-DEEP:]), 1) if one.tag == tag), 0)
        if depth:
            self.quotes -= sum(one.tag == "blockquote" for one in self.stack[-depth:])
            del self.stack[-depth:]
        if tag in BLOCKS and not self._now.is_hidden:
            self.seen.append("\n")

    def _text(self, data: str) -> None:
        now = self._now
        if any(one.tag in SILENT for one in self.stack[-2:]):
            return
        if now.is_hidden or _distance(now.colour, now.ground) <= ALIKE:
            self.unseen.append(f"{data}\n")
            return
        text = data if any(one.tag == "pre" for one in self.stack[-5:]) else " ".join(data.split())
        edge = " " if data[:1].isspace() else "", " " if data[-1:].isspace() else ""
        self.seen.append(f"\x1e{self.quotes}\x1f{edge[0]}{text}{edge[1]}" if text else " ")

    def _comment(self, data: str) -> None:
        if not data.lstrip().lower().startswith(("[if", "[endif", "<![endif")):
            self.unseen.append(f"{data}\n")
        else:
            self.unseen.append(re.sub(r"<[^>]{0,2000}>|\[[^\]]{0,200}\]>?", " ", data) + "\n")


def split_html(text: str, most: int = MOST) -> Said:
    """Read HTML as a mail program shows it; quoted blocks get the `>` of plain mails. Units: `most` in characters."""
    cut = text[:most]
    page = _Page(_rules(cut))
    page.read(cut)
    visible, tagged = split_tags(_lined("".join(page.seen)))
    return Said(visible, _squeezed("".join(page.unseen) + tagged + _squeezed(_bare(text[most:]))))


def split_tags(text: str) -> tuple[str, str]:
    """Take out letters of the invisible tag alphabet, and spell what they say."""
    said = "\n".join("".join(chr(ord(letter) - 0xE0000) for letter in run) for run in _TAGS.findall(text))
    return _TAGS.sub("", text), said


def _bare(text: str) -> str:
    return re.sub(r"<[^>]{0,2000}>", " ", text[:MOST])


def _lined(text: str) -> str:
    """Join pieces to lines, each with as many `>` as it is deep in quotes."""
    lines: list[str] = []
    for line in text.split("\n"):
        depths = [int(depth) for depth in re.findall("\x1e(\\d+)\x1f", line)]
        plain = re.sub(" {2,}", " ", re.sub("\x1e\\d+\x1f", "", line)).strip()
        lines.append(f"{'> ' * min(max(depths, default=0), 9)}{plain}" if plain else "")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _squeezed(text: str) -> str:
    return "\n".join(line for raw in text.split("\n") if (line := " ".join(raw.split())))


def _rules(text: str) -> dict[str, _Style]:
    """Read the plain rules of a mail's own style sheet; what holds only for some screens is left out."""
    found: dict[str, _Style] = {}
    for sheet in re.findall(r"<style[^>]{0,300}>([^<]{0,60000})", text, re.IGNORECASE)[:5]:
        for selectors, declared in _RULE.findall(
            _everywhere(re.sub(r"/\*[^*]{0,2000}\*/", "", sheet.lower()))
        ):
            style = style_of(declared)
            for selector in selectors.split(",")[:20]:
                last = (selector.split() or [""])[-1]
                if last and _SIMPLE.fullmatch(last):
                    found[last] = style
    return found


def _everywhere(sheet: str) -> str:
    """Leave out `@media` and other conditional blocks."""
    kept: list[str] = []
    depth, skips = 0, 0
    for piece in re.split(r"([{}])", sheet):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
            if skips and depth < skips:
                skips = 0
                continue
        elif "@" in piece and not skips:
            skips = depth + 1
            continue
        if not skips:
            kept.append(piece)
    return "".join(kept)


def style_of(declared: str) -> _Style:
    """Read what an inline style or a rule does to a text."""
    pairs = (one.partition(":") for one in declared.lower()[:4000].split(";")[:60])
    style = {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}
    ground = style.get("background-color") or (style.get("background", "").split() or [""])[0]
    is_clear = _CLEAR.fullmatch(style.get("color", "")) is not None
    return _Style(_is_hiding(style) or is_clear, colour_of(style.get("color", "")), colour_of(ground))


def _is_hiding(style: Mapping[str, str]) -> bool:
    is_out = style.get("position") in ("absolute", "fixed")
    plain = (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or style.get("mso-hide") == "all"
        or style.get("clip", "").startswith("rect(0")
        or style.get("clip-path", "").startswith(("inset(50%", "inset(100%", "circle(0"))
        or style.get("transform", "").startswith("scale(0)")
    )
    zero = any(
        _NOTHING.fullmatch(style[name])
        for name in ("font-size", "opacity", "max-height", "max-width", "line-height")
        if style.get(name) and not (name == "line-height" and "font-size" not in style)
    )
    boxed = style.get("overflow") == "hidden" and any(
        style.get(name) and _NOTHING.fullmatch(style[name]) for name in ("height", "width")
    )
    far = any(_FAR.fullmatch(style.get(name, "")) for name in ("text-indent", "margin-left")) or (
        is_out and any(_FAR.fullmatch(style.get(name, "")) for name in ("left", "top", "right", "bottom"))
    )
    return plain or zero or boxed or far or bool(_TINY.fullmatch(style.get("font-size", "")))


def colour_of(text: str) -> Colour | None:
    """Read a colour; None for one that is not understood."""
    plain = text.strip().lower()
    if (shape := _HEX.fullmatch(plain)) is not None:
        digits = shape[1] if len(shape[1]) == 6 else "".join(digit * 2 for digit in shape[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if (rgb := _RGB.fullmatch(plain)) is not None:
        return min(int(rgb[1]), 255), min(int(rgb[2]), 255), min(int(rgb[3]), 255)
    return _NAMED.get(plain)


def _distance(one: Colour, other: Colour) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
