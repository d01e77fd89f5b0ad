"""From lines to one page: ids, sections in the profile's order, and what is cut until the page fits.

Invariant: open promises, contradictions, unknowns, people and the first lines are never cut.
"""

from collections.abc import Mapping, Sequence

from agents.playbook.brief.lines import Line, Part
from state.decision.brief import Section, Statement
from state.ids import stable_id
from state.world.profile.brief import BriefForm

FIRST = "first_lines"
FIRST_TITLE = "In ten seconds"


def sections_of(
    account: str, first: Sequence[Line], parts: Mapping[str, Part], form: BriefForm
) -> tuple[Section, ...]:
    """Lay the sections out in the profile's order, the first lines on top."""
    return (
        _section(account, FIRST, FIRST_TITLE, tuple(first), ""),
        *(
            _section(account, one.id, one.title, parts.get(one.id, ""), one.when_empty)
            for one in form.sections
        ),
    )


def _section(account: str, section: str, title: str, part: Part, when_empty: str) -> Section:
    lines = () if isinstance(part, str) else part
    reason = (part if isinstance(part, str) else "") or when_empty
    statements = {line.text: _statement(account, section, line) for line in lines}
    return Section(
        id=section, title=title, statements=tuple(statements.values()), empty_reason=None if lines else reason
    )


def _statement(account: str, section: str, line: Line) -> Statement:
    return Statement(
        id=stable_id("st", account, section, line.text),
        text=line.text,
        kind=line.kind,
        evidence=line.evidence,
        operations=line.operations,
    )


def fitted(sections: tuple[Section, ...], form: BriefForm) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Cut whole sections in the profile's order, then single lines of the rest, until the page fits."""
    kept, cut = list(sections), []
    for name in form.cut_order:
        if page_words(kept) <= form.word_limit:
            break
        if any(section.id == name and section.statements for section in kept):
            kept = [section for section in kept if section.id != name]
            cut.append(name)
    while page_words(kept) > form.word_limit:
        index = _longest(kept, form)
        if index is None:
            break
        kept[index] = kept[index].model_copy(update={"statements": kept[index].statements[:-1]})
    return tuple(kept), tuple(cut)


def _longest(sections: Sequence[Section], form: BriefForm) -> int | None:
    """Choose the section to shorten: of those that may be, the longest with more than one line, else the last."""
    free = [
        index
        for index, section in enumerate(sections)
        if section.id not in (FIRST, *form.never_cut) and len(section.statements) > 1
    ]
    return max(free, key=lambda index: (statement_words(sections[index]), index), default=None)


def statement_words(section: Section) -> int:
    """Count the words of a section's sentences."""
    return sum(len(statement.text.split()) for statement in section.statements)


def page_words(sections: Sequence[Section]) -> int:
    """Count the words of sentences and grey lines; titles and citations are none."""
    grey = sum(len((section.empty_reason or "").split()) for section in sections)
    return grey + sum(statement_words(section) for section in sections)
