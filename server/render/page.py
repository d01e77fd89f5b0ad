"""The brief as one printable HTML page: no script, no link out, every text escaped, dark where the reader is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from graphs.telling.report import ProposalOut, QuestionOut, Report, SectionOut, StatementOut
from server.render.brief import FIRST, MARKS, meeting_lines
from server.render.inert import inert, one_line
from server.render.pairs import paired
from server.render.proposals import becomes, plainly, sureness
from server.render.words import Reader, citations, rests_on, sources, worth

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--grey:#5c6670;--rule:#d8dde2;--paper:#fff;--mark:#0b6e8f}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--grey:#9aa4ae;--rule:#39424b;--paper:#15191d;--mark:#5cc4e6}}
*{box-sizing:border-box}body{margin:0 auto;max-width:46rem;padding:2rem 1.25rem;background:var(--paper);
color:var(--ink);font:16px/1.5 system-ui,sans-serif}h1{font-size:1.5rem;margin:0}h2{font-size:.8rem;
letter-spacing:.06em;text-transform:uppercase;color:var(--mark);
margin:1.4rem 0 .3rem}ul,ol{margin:0;padding-left:1.3rem}
ul.lines{list-style:none;padding-left:0}ul.lines>li{display:grid;grid-template-columns:1.2rem 1fr;margin:.25rem 0}
.grey,cite{color:var(--grey);font-style:normal;font-size:.88em}
cite.quote{display:block}
ul.first{border-left:3px solid var(--mark);padding-left:.8rem}nav{margin-bottom:1rem}nav a{color:inherit}
.first li{font-weight:600}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:.5rem 0}
dt{color:var(--grey)}dd{margin:0}details{display:inline;color:var(--grey);font-size:.88em}
details>summary{display:inline;cursor:pointer;text-decoration:underline dotted;text-underline-offset:.2em}
footer{margin-top:2rem;border-top:1px solid var(--rule);padding-top:.6rem}
form>svg{position:absolute}ul.lines>li.marked{grid-template-columns:1.2rem minmax(0,1fr) auto}
.marks{display:inline-flex;gap:.1rem;align-items:start;color:var(--grey);margin-left:.8rem;font-size:.82rem}
.marks :is(a,button){background:none;border:0;border-radius:5px;color:inherit;font:inherit;cursor:pointer;
padding:.15rem .3rem;min-height:1.5rem;min-width:1.5rem}.marks :is(a,button):hover{color:var(--ink)}
.marks button[name=done]{text-decoration:underline}.marks .bad{transform:rotate(180deg)}
.marks svg{fill:none;stroke:currentcolor;stroke-width:1.3;display:block;margin:auto}
.marks [aria-pressed=true]{color:var(--mark)}.marks [aria-pressed=true] svg{fill:currentcolor}
:focus-visible{outline:2px solid var(--mark);outline-offset:1px}
li:target{background:color-mix(in srgb,var(--mark) 12%,transparent)}
@media (max-width:40rem){ul.lines>li.marked{grid-template-columns:1.2rem minmax(0,1fr)}.marks{grid-column:2;margin:0}}
@media print{nav,.marks{display:none}:root{--ink:#000;--grey:#444;--rule:#999;--paper:#fff;--mark:#000}
details>ul{display:none}
body{padding:0;max-width:none;font-size:8pt;line-height:1.25}main{columns:2;column-gap:7mm}
h1{font-size:13pt}h2{font-size:7.4pt;margin:.6rem 0 .1rem;break-after:avoid}ul.lines>li{margin:.08rem 0;
grid-template-columns:.9rem 1fr}details>summary{text-decoration:none}
li{break-inside:avoid}p{margin:.25rem 0}dl{margin:.15rem 0}footer{margin-top:.4rem}@page{margin:10mm}
main>section:first-child>h2{margin-top:0}
.proposed{break-before:page}}
"""
SOURCES = 12
UP = "M1.5 7H4v7H1.5zM5.5 7 8.6 1.5c1.2 0 1.9 1 1.6 2.2L9.7 6h3.7c1 0 1.6.9 1.3 1.8l-1.2 4.7c-.2.9-.9 1.5-1.8 1.5H5.5z"
"""The drawing of a thumb."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What its reader may say of each line, where the page is served."""

    place: str
    """Where the form goes."""
    csrf: str
    given: Mapping[str, bool]
    """Line → whether its reader found it good."""
    wrong: Mapping[str, str]
    """Line → the form that puts it right."""
    open: frozenset[str]
    """Lines about a promise that can be ticked off."""
    over: frozenset[str]
    """Lines about a promise that was kept since."""


def brief_html(
    report: Report, name: str, reader: Reader, back: str = "", marking: Marking | None = None
) -> str:
    """Write the whole page; the same report gives the same bytes. Shape: `back` is where the account stands."""
    title = _text(f"{name}: brief, {reader.day(report.as_of)}")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
        + _back(name, back)
        + "\n".join(_body(report, name, reader, marking))
        + "\n</body></html>\n"
    )


def _back(name: str, back: str) -> str:
    if not back:
        return ""
    links = (
        f'<a href="{_text(back)}">‹ {_text(name)}</a> · <a href="{_text(back)}?wrong=1#put-right">Wrong?</a>'
    )
    return f'<nav class="grey">{links}</nav>\n'


def _text(text: str) -> str:
    return escape(inert(text), quote=True)


def _body(report: Report, name: str, reader: Reader, marking: Marking | None) -> Iterator[str]:
    posture = report.posture.replace("_", " ").lower()
    yield f"<header><h1>{_text(name)} — {_text(posture)}</h1>"
    yield f'<p class="grey">as of {_text(reader.moment(report.as_of))}, by the {_text(report.reasoner)}</p>'
    if report.meeting is not None:
        pairs = [(label, text) for label, text in meeting_lines(report.meeting, reader) if text]
        yield (
            "<dl>"
            + "".join(f"<dt>{_text(label)}</dt><dd>{_text(text)}</dd>" for label, text in pairs)
            + "</dl>"
        )
    yield "</header><main>"
    if report.brief is not None:
        yield _form(marking) if marking else ""
        for section in report.brief.sections:
            yield from _section(section, marking)
        yield "</form>" if marking else ""
    if report.question is not None:
        yield from _question(report.question)
    yield from _proposals(report, reader)
    words = report.brief.word_count if report.brief is not None else 0
    legend = "• from a record · ≈ inferred · ? not known · ≠ sources disagree"
    trace = _text(f"{report.tenant}, {report.trace_id}")
    yield f'</main><footer class="grey">{words} words · {legend} · {trace}</footer>'


def _form(marking: Marking) -> str:
    return (
        f'<form method="post" action="{_text(marking.place)}"><input type="hidden" name="csrf" '
        f'value="{_text(marking.csrf)}"><svg width="0" height="0" aria-hidden="true"><symbol id="up" '
        f'viewBox="0 0 16 16"><path d="{UP}"/></symbol></svg>'
    )


def _marks(line: str, marking: Marking) -> str:
    """Write what may be said of a line."""
    wrong = marking.wrong.get(line)
    done = f'<button name="done" value="{_text(line)}">Done</button>' if line in marking.open else ""
    return (
        '<span class="marks">'
        + (f'<a href="{_text(wrong)}">Wrong?</a>' if wrong else "")
        + ('<span role="status">kept</span>' if line in marking.over else done)
        + _thumb(line, "good", is_given=marking.given.get(line) is True)
        + _thumb(line, "bad", is_given=marking.given.get(line) is False)
        + "</span>"
    )


def _thumb(line: str, name: str, *, is_given: bool) -> str:
    return (
        f'<button name="{name}" value="{_text(line)}" aria-label="{name.capitalize()} line" '
        f'aria-pressed="{str(is_given).lower()}"><svg class="{name}" width="14" height="14" aria-hidden="true">'
        '<use href="#up"/></svg></button>'
    )


def _section(section: SectionOut, marking: Marking | None) -> Iterator[str]:
    if not section.statements:
        reason = one_line(section.empty_reason or "nothing")
        yield f'<p class="grey">{_text(section.title)}: {_text(reason)}</p>'
        return
    css = "lines first" if section.id == FIRST else "lines"
    lines = "".join(_statement(one, marking, is_first=section.id == FIRST) for one in section.statements)
    yield f'<section id="{_text(section.id)}"><h2>{_text(section.title)}</h2><ul class="{css}">{lines}</ul></section>'


def _statement(one: StatementOut, marking: Marking | None, *, is_first: bool) -> str:
    mark = MARKS.get(one.kind, "•")
    behind, below = ("", "") if is_first else sources(one.evidence, one.text)
    quote = f'<cite class="quote">{_text(below)}</cite>' if below else ""
    told = () if is_first else citations(one.evidence, SOURCES)
    opened = "".join(f"<li>{_text(text)}</li>" for text in told)
    cite = (
        f" <details><summary>{_text(behind or '(source)')}</summary><ul>{opened}</ul></details>"
        if told
        else ""
    )
    name, marks = (f' id="{_text(one.id)}" class="marked"', _marks(one.id, marking)) if marking else ("", "")
    return f'<li{name}><span aria-hidden="true">{mark}</span><div>{_text(one.text)}{cite}{quote}</div>{marks}</li>'


def _question(asked: QuestionOut) -> Iterator[str]:
    options = "".join(f"<li>{_text(text)}</li>" for text in asked.options)
    yield f"<section><h2>One question</h2><p><strong>{_text(asked.text)}</strong></p><ol>{options}</ol></section>"


def _proposals(report: Report, reader: Reader) -> Iterator[str]:
    if report.no_action is not None:
        reasons = "".join(f"<li>{_text(reason)}</li>" for reason in report.no_action.reasons)
        again = report.no_action.look_again_at
        look = f'<p class="grey">Look again {_text(reader.day(again))}.</p>' if again else ""
        yield f"<section><h2>Nothing to do</h2><ul>{reasons}</ul>{look}</section>"
    entries = paired(report.proposals)
    if entries:
        told = "".join(_proposal(entry.proposal, becomes(entry, reader), reader) for entry in entries)
        yield f'<section class="proposed"><h2>Proposed, best first</h2><ol>{told}</ol></section>'


def _proposal(one: ProposalOut, said: str, reader: Reader) -> str:
    decide = f". Decide by {reader.moment(one.decide_by)}." if one.decide_by else ""
    pairs = (
        ("Why now", one.why_now + decide),
        ("Worth", worth(one.expected_value)),
        ("Range", rests_on(one.expected_value)),
        ("Sure", sureness(one)),
        ("So", said),
    )
    rows = "".join(f"<dt>{label}</dt><dd>{_text(text)}</dd>" for label, text in pairs if text)
    return f"<li><strong>{_text(plainly(one))}</strong><dl>{rows}</dl></li>"
