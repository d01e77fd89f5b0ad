"""Where output goes: JSON as one line of UTF-8, pages to a screen that fits the terminal."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console, RenderableType

NARROWEST, WIDEST, PLAIN = 80, 160, 100


def print_json(document: "BaseModel | Mapping[str, object]") -> None:
    """Print compact JSON in the document's own order: the same document gives the same bytes."""
    if isinstance(document, Mapping):
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_plain)
    else:
        text = document.model_dump_json()
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def warn(text: str) -> None:
    """Tell something on the error stream, where it disturbs no document."""
    sys.stderr.write(text + "\n")


def _plain(value: object) -> object:
    from pydantic import BaseModel

    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def screen(*, errors: bool = False) -> "Console":
    """Open the terminal between 80 and 160 columns; where there is none, plain text of 100."""
    from rich.console import Console

    console = Console(stderr=errors, markup=False, highlight=False, emoji=False)
    if not console.is_terminal and console.width == NARROWEST:
        console.width = PLAIN
    console.width = min(max(console.width, NARROWEST), WIDEST)
    return console


def show(*parts: "RenderableType") -> None:
    """Print parts of a page, one after the other; without a terminal no line ends in blanks."""
    console = screen()
    if console.is_terminal:
        for part in parts:
            console.print(part)
        return
    with console.capture() as caught:
        for part in parts:
            console.print(part)
    lines = (line.rstrip() for line in caught.get().split("\n"))
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()
