"""The README's picture: the first page of `revloop prep Acme` on the sample company, as the terminal shows it.

`python -m server.render.picture` draws it anew; a test compares the committed one with what is printed today.
"""

import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console, Group
from rich.segment import Segment, Segments

from server.cli.demo import name_of, prepared_meeting, ready
from server.render.brief import brief_page
from server.render.proposals import decisions
from state.settings import read_settings

PICTURE = Path("docs/pictures/prep.svg")
WIDTH = 100
LINES = 74
TITLE = "revloop prep Acme"


FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">
{matrix}
</g></g></svg>
"""
"""Rich's drawing without its fonts from elsewhere: the picture loads nothing."""


def drawn() -> str:
    """Prepare Acme in a home of its own and draw the first lines of the page."""
    from graphs.bootstrap import bootstrap

    with tempfile.TemporaryDirectory() as folder:
        house = bootstrap(read_settings({"home": str(Path(folder, "home"))}, {}))
        try:
            session = ready(house, quiet=True)
            report = prepared_meeting(session)
            page = brief_page(report, name_of(session, report.account), session.reader)
            return svg_of(Group(page, decisions(report, session.reader)))
        finally:
            house.close()


def svg_of(page: Group) -> str:
    """Draw the first lines of a page."""
    console = Console(
        width=WIDTH, record=True, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    lines = console.render_lines(page, console.options.update(width=WIDTH), pad=False)[:LINES]
    console.print(Segments([segment for line in lines for segment in (*line, Segment.line())]), end="")
    return console.export_svg(title=TITLE, unique_id="revloop", code_format=FORMAT)


def main() -> None:
    """Draw the picture anew."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn(), encoding="utf-8")


if __name__ == "__main__":
    main()
