"""The brief for a seller who said that he wants it short: the first lines, and what is never cut."""

from collections.abc import Collection

from graphs.telling.report import Report
from server.render.brief import FIRST
from state.principal import User
from state.writing import Writer


def for_reader(report: Report, reader: User | None, never_cut: Collection[str]) -> Report:
    """Leave out the other sections of the printed page; JSON and the stored brief stay whole."""
    is_short = isinstance(reader, Writer) and reader.style.length == "short"
    if not is_short or report.brief is None:
        return report
    kept = [one for one in report.brief.sections if one.id == FIRST or one.id in never_cut]
    left_out = [one.id for one in report.brief.sections if one not in kept]
    brief = report.brief.model_copy(update={"sections": kept, "cut": [*report.brief.cut, *left_out]})
    return report.model_copy(update={"brief": brief})
