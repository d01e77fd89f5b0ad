"""The brief as one printable HTML page: no script, no link out, every text escaped, dark where the reader is."""

from collections.abc import Iterator
from html import escape

from graphs.telling.report import ProposalOut, QuestionOut, Report, SectionOut, StatementOut
from server.render.brief import FIRST, MARKS, meeting_lines
from server.render.inert import inert, one_line
from server.render.pairs import paired
from server.render.proposals import becomes, plainly, sureness, worth
from server.render.words import Reader, citations, sources

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
@media print{nav{display:none}:root{--ink:#000;--grey:#444;--rule:#999;--paper:#fff;--mark:#000}details>ul{display:none}
body{padding:0;max-width:none;font-size:8pt;line-height:1.25}main{columns:2;column-gap:7mm}
h1{font-size:13pt}h2{font-size:7.4pt;margin:.6rem 0 .1rem;break-after:avoid}ul.lines>li{margin:.08rem 0;
grid-template-columns:.9rem 1fr}details>summary{text-decoration:none}
li{break-inside:avoid}p{margin:.25rem 0}dl{margin:.15rem 0}footer{margin-top:.4rem}@page{margin:10mm}
main>section:first-child>h2{margin-top:0}
.proposed{break-before:page}}
"""
SOURCES = 12


def brief_html(report: Report, name: str, reader: Reader, back: str = "") -> str:
    """Write the whole page; the same report gives the same bytes. Shape: `back` is where the account stands."""
    title = _text(f"{name}: brief, {reader.day(report.as_of)}")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
        + _back(name, back)
        + "\n".join(_body(report, name, reader))
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


def _body(report: Report, name: str, reader: Reader) -> Iterator[str]:
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
        for section in report.brief.sections:
            yield from _section(section)
    if report.question is not None:
        yield from _question(report.question)
    yield from _proposals(report, reader)
    words = report.brief.word_count if report.brief is not None else 0
    legend = "• from a record · ≈ inferred · ? not known · ≠ sources disagree"
    trace = _text(f"{report.tenant}, {report.trace_id}")
    yield f'</main><footer class="grey">{words} words · {legend} · {trace}</footer>'


def _section(section: SectionOut) -> Iterator[str]:
    if not section.statements:
        reason = one_line(section.empty_reason or "nothing")
        yield f'<p class="grey">{_text(section.title)}: {_text(reason)}</p>'
        return
    css = "lines first" if section.id == FIRST else "lines"
    lines = "".join(_statement(one, is_first=section.id == FIRST) for one in section.statements)
    yield f'<section id="{_text(section.id)}"><h2>{_text(section.title)}</h2><ul class="{css}">{lines}</ul></section>'


def _statement(one: StatementOut, *, is_first: bool) -> str:
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
    return f'<li><span aria-hidden="true">{mark}</span><div>{_text(one.text)}{cite}{quote}</div></li>'


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
    pairs = (("Why now", one.why_now + decide), ("Worth", worth(one)), ("Sure", sureness(one)), ("So", said))
    rows = "".join(f"<dt>{label}</dt><dd>{_text(text)}</dd>" for label, text in pairs)
    return f"<li><strong>{_text(plainly(one))}</strong><dl>{rows}</dl></li>"
