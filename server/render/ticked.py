"""What a new day brought: what ran, what is new by owner, and how many accounts are as they were."""

from collections.abc import Collection, Iterator, Sequence

from agents.executor import Performed
from graphs.telling.morning import Came, Morning
from graphs.telling.report import Report
from graphs.working.scanning import Looked
from server.render.inert import one_line
from server.render.layout import GREY, STRONG, Shape, heading, line, stacked
from server.render.overview import overview_rows, rows_by_owner
from server.render.words import Reader, short

NEWS = 12


def ticked_page(
    looked: Sequence[Looked],
    reports: Sequence[Report],
    elapsed: Sequence[Performed],
    morning: Morning,
    before: Collection[str],
    reader: Reader,
) -> Shape:
    """Show the day's changes only."""
    pairs = [(one, _fresh(report, before)) for one, report in zip(looked, reports, strict=True)]
    changed = [(one, report) for one, report in pairs if report.proposals]
    parts: list[Shape] = [line(f"It is {reader.dated(reader.now)}.", STRONG)]
    if elapsed:
        parts.append(heading("What was waiting only for time"))
        parts += [
            line(f"  {one_line(one.action.summary)}: {one.action.status.value} [{short(one.action.id)}]")
            for one in elapsed
        ]
    parts += _news("What happened", morning.came)
    parts += _news("No longer a risk", morning.ended)
    rows = list(overview_rows([one for one, _ in changed], [report for _, report in changed]))
    parts += rows_by_owner(rows, reader)
    quiet = len(looked) - len(changed)
    parts.append(line(f"\nNothing new at {quiet} of {len(looked)} accounts.", GREY))
    return stacked(parts)


def _fresh(report: Report, before: Collection[str]) -> Report:
    new = tuple(one for one in report.proposals if one.action is not None and one.action not in before)
    return report.model_copy(update={"proposals": new, "question": None})


def _news(title: str, came: Sequence[Came]) -> Iterator[Shape]:
    if not came:
        return
    yield heading(title)
    yield from (line(f"  {one_line(one.account, 30)}: {one_line(one.text, 140)}") for one in came[:NEWS])
    if len(came) > NEWS:
        yield line(f"  and {len(came) - NEWS} more (--json)", GREY)
