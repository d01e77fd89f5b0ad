"""The few shapes pages are made of: headings, bullets with sources under them, labelled lines."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

GREY = "dim"
STRONG = "bold"
Shape = RenderableType


def line(text: str, style: str = "") -> Text:
    """Write plain text; its brackets are brackets."""
    return Text(text, style=style)


def heading(text: str) -> Text:
    """Write a section's title, with a blank line before it."""
    return Text(f"\n{text.upper()}", style="bold cyan")


def title(text: str) -> Text:
    """Write the title of a card, as it is spelt."""
    return Text(f"\n{text}", style="bold cyan")


def bullet(text: str | Text, below: Sequence[str] = (), mark: str = "•", style: str = "") -> Shape:
    """Write a sentence with a mark, and lines in grey under it."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=max(1, len(mark)), no_wrap=True)
    grid.add_column()
    shown = text if isinstance(text, Text) else Text(text, style=style)
    grid.add_row(Text(mark, style=STRONG if mark.endswith((".", ")")) else GREY), shown)
    for extra in below:
        grid.add_row("", Text(extra, style=GREY))
    return Padding(grid, (0, 0, 0, 2), expand=False)


def sentence(text: str, behind: str, style: str = "") -> Text:
    """Write a sentence with grey words behind it."""
    shown = Text(text, style=style)
    return shown.append(f" {behind}", style=GREY) if behind else shown


def labelled(pairs: Iterable[tuple[str, str]], indent: int = 2) -> Shape:
    """Write lines with a grey label before each; a line without text is left out."""
    listed = [(label, text) for label, text in pairs if text]
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, width=max((len(label) for label, _ in listed), default=1))
    grid.add_column()
    for label, text in listed:
        grid.add_row(Text(label, style=GREY), Text(text))
    return Padding(grid, (0, 0, 0, indent), expand=False)


def table(columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> Table:
    """Lay out a plain table; a column's number is its share of the width, 0 is as wide as it needs."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=GREY, expand=True)
    for title, share in columns:
        shown.add_column(title, ratio=share or None, no_wrap=share == 0, overflow="fold")
    for row in rows:
        shown.add_row(*map(Text, row))
    return shown


def stacked(parts: Iterable[Shape | None]) -> Group:
    """Put parts below one another; None is nothing."""
    return Group(*(part for part in parts if part is not None))
