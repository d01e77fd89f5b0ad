"""The brief as a page a seller reads in a minute: header, three lines, sections, each sentence with its source."""

from collections.abc import Iterator

from graphs.telling.report import AttendeeOut, BriefOut, MeetingOut, Report, SectionOut, StatementOut
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, labelled, line, sentence, stacked
from server.render.words import Reader, origins, sources

FIRST = "first_lines"
MARKS = {"fact": "•", "inferred": "≈", "unknown": "?", "contradiction": "≠"}
LEGEND = "• from a record   ≈ inferred   ? not known   ≠ sources disagree"


def brief_page(report: Report, name: str, reader: Reader) -> Shape:
    """Show the whole page."""
    parts: list[Shape | None] = [_head(report, name, reader)]
    if report.meeting is not None:
        parts.append(labelled(meeting_lines(report.meeting, reader), indent=0))
    if report.brief is not None:
        parts += list(_sections(report.brief))
        parts.append(_foot(report.brief))
    return stacked(parts)


def _head(report: Report, name: str, reader: Reader) -> Shape:
    said = f"{inert(name)} — {report.posture.replace('_', ' ').lower()}"
    when = f"as of {reader.dated(report.as_of)}"
    who = f"by the {report.reasoner}"
    fell = f"; {one_line(report.fell_back_because, 120)}" if report.fell_back_because else ""
    return stacked([line(said, STRONG), line(f"{when}, {who}{fell}", GREY)])


def meeting_lines(meeting: MeetingOut, reader: Reader) -> list[tuple[str, str]]:
    """Say when, where, with whom and what for."""
    basis = f" ({one_line(meeting.purpose_basis)})" if meeting.purpose_basis else ""
    return [
        ("Meeting", _when(meeting, reader)),
        ("Where", one_line(meeting.place)),
        *_who(meeting, reader),
        ("Purpose", f"{one_line(meeting.purpose)}{basis}"),
    ]


def _when(meeting: MeetingOut, reader: Reader) -> str:
    minutes = ""
    if meeting.ends_at is not None:
        minutes = f", {round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)} min"
    at = f"{reader.moment(meeting.starts_at, meeting.zone)} ({reader.away(meeting.starts_at)}){minutes}"
    return f"{at}: {one_line(meeting.title)}" if meeting.title else at


def _who(meeting: MeetingOut, reader: Reader) -> list[tuple[str, str]]:
    told = [_attendee(person, reader) for person in meeting.attendees]
    return [("Who comes" if number == 0 else "", text) for number, text in enumerate(told)]


def _attendee(person: AttendeeOut, reader: Reader) -> str:
    name = one_line(person.name)
    if not person.is_known:
        address = one_line(person.address)
        return f"{name}, {address}, not in the CRM" if name != address else f"{address}, not in the CRM"
    roles = f" ({', '.join(role.replace('_', ' ') for role in person.roles)})" if person.roles else ""
    touch = f", last touch {reader.day(person.last_touch)}" if person.last_touch else ", no touch on record"
    stance = f", {person.stance}" if person.stance != "unknown" else ""
    return f"{name}{roles}{stance}{touch}"


def _sections(brief: BriefOut) -> Iterator[Shape]:
    told: set[str] = set()
    for section in brief.sections:
        if section.statements:
            yield heading(inert(section.title))
            for statement in section.statements:
                yield _statement(statement, told, is_first=section.id == FIRST)
    empty = [section for section in brief.sections if not section.statements and section.id != FIRST]
    if empty:
        yield line("")
        yield from (_empty(section) for section in empty)


def _empty(section: SectionOut) -> Shape:
    return line(f"  {inert(section.title)}: {one_line(section.empty_reason or 'nothing')}", GREY)


def _statement(statement: StatementOut, told: set[str], *, is_first: bool) -> Shape:
    """Show a sentence; a quoted source that stands on the page already is only named."""
    text, mark = inert(statement.text), MARKS.get(statement.kind, "•")
    if is_first:
        return bullet(text, mark=mark, style=STRONG)
    behind, below = sources(statement.evidence, text)
    if below in told:
        return bullet(sentence(text, f"({origins(statement.evidence)})"), mark=mark)
    if below:
        told.add(below)
    return bullet(sentence(text, behind), [below] if below else [], mark)


def _foot(brief: BriefOut) -> Shape:
    cut = f"; left out to keep it to one page: {', '.join(brief.cut)}" if brief.cut else ""
    return stacked([line(f"\n{LEGEND}", GREY), line(f"{brief.word_count} words{cut}", GREY)])
