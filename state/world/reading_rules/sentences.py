"""Cut a text into sentences that can be quoted literally, and leave out what its author did not write now.

Invariant: every span is a slice of the text; none is longer than `LONGEST`.
"""

import re
from collections.abc import Iterator

LONGEST = 600
"""Characters; a longer stretch without an end is cut there, so that no pattern meets an unbounded text."""
WRAPPED = 55
"""Characters; a line this long may have been wrapped by a mail program in mid-sentence."""
SIGNATURE_LINES = 10

_END = re.compile(r"[.!?…]+[\"'”’»)]*(?=\s)")
_NO_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|z\.b|d\.h|mr|mrs|ms|dr|st|no|nr|vs|inc|ltd|co|corp|approx|ca|bzw|usw|etc|jan|feb|mar"
    r"|apr|jun"
    r"|jul|aug|sept?|oct|okt|nov|dec|dez)|(?<![\w.,])\d{1,2}|\b[A-Z])$",
    re.IGNORECASE,
)
_STARTS_NEW = re.compile(r"\s*(?:[-*•–]\s|\d{1,2}[.)]\s|[A-ZÄÖÜ][\w.' -]{0,40}:\s|$)")
_REPLY_HEAD = re.compile(
    r"^\s*(?:On\s.{5,200}wrote:|Am\s.{5,200}schrieb.{0,120}:"
    r"|-{2,}\s?(?:Original Message|Ursprüngliche Nachricht|Forwarded message).{0,40})\s*$",
    re.IGNORECASE,
)
_OLD_HEADER = re.compile(r"^\s*\*?(?:From|Von):\*?\s.{1,200}$")
_OLD_HEADER_NEXT = re.compile(r"^\s*\*?(?:Sent|Date|To|Gesendet|Datum|An):\*?\s")
_SIGN_OFF = re.compile(
    r"^\s*(?:(?:best|kind|warm|many)\s(?:regards|wishes|thanks)|best|regards|cheers|thanks(?:\sagain"
    r"|\sand\sregards)?"
    r"|thank\syou|sincerely|mit\sfreundlichen\sgrüßen|(?:viele|beste|liebe|freundliche)\sgrüße|vg|lg"
    r"|mfg)\s*[,.!]?\s*$",
    re.IGNORECASE,
)
_AFTERTHOUGHT = re.compile(r"^\s*p\.?\s?s\b", re.IGNORECASE)


def fresh_part(text: str) -> tuple[tuple[int, int], ...]:
    """Find the stretches of lines written now: no quoted reply, no signature; an afterthought counts."""
    lines = _lines(text)
    kept: list[tuple[int, int]] = []
    index = 0
    while index < len(lines):
        start, end = lines[index]
        line = text[start:end]
        if line.lstrip().startswith(">"):
            index += 1
        elif _is_reply_head(text, lines, index):
            index = _after_reply_head(text, lines, index)
        elif line.rstrip() == "--" or _is_sign_off(text, lines, index):
            index = _afterthought(text, lines, index + 1)
        else:
            kept.append((start, end))
            index += 1
    return _joined(kept, text)


def sentence_spans(text: str, start: int, end: int, *, by_line: bool) -> Iterator[tuple[int, int]]:
    """Cut a stretch of a text into sentences; with `by_line` every line ends one."""
    for block_start, block_end in _blocks(text, start, end, by_line=by_line):
        here = block_start
        for stop in (*_ends(text, block_start, block_end), block_end):
            yield from _bounded(text, here, stop)
            here = stop


def _lines(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        found.append((start, start + len(line)))
        start += len(line)
    return found


def _joined(kept: list[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    out: list[tuple[int, int]] = []
    for start, end in kept:
        if out and out[-1][1] == start:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(span for span in out if text[span[0] : span[1]].strip())


def _is_reply_head(text: str, lines: list[tuple[int, int]], index: int) -> bool:
    line = text[slice(*lines[index])][:400]
    after = text[slice(*lines[index + 1])][:400] if index + 1 < len(lines) else ""
    if _OLD_HEADER.match(line.rstrip("\r\n")) and _OLD_HEADER_NEXT.match(after):
        return True
    wrapped = line.startswith(("On ", "Am ")) and f"{line.rstrip()} {after.rstrip()}"
    return bool(_REPLY_HEAD.match(line.rstrip()) or (wrapped and _REPLY_HEAD.match(wrapped)))


def _after_reply_head(text: str, lines: list[tuple[int, int]], index: int) -> int:
    """Skip only marked lines where the reply marks them, else the rest."""
    rest = [text[start:end] for start, end in lines[index + 1 : index + 5]]
    return index + 1 if any(line.lstrip().startswith(">") for line in rest) else len(lines)


def _is_sign_off(text: str, lines: list[tuple[int, int]], index: int) -> bool:
    if index == 0 or not _SIGN_OFF.match(text[slice(*lines[index])][:80]):
        return False
    below: list[str] = []
    for start, end in lines[index + 1 :]:
        line = text[start:end].strip()
        if _AFTERTHOUGHT.match(line) or line.startswith(">") or line.casefold().startswith(("on ", "am ")):
            break
        below += [line] if line else []
        if len(below) > SIGNATURE_LINES:
            return False
    return all(len(line) <= 70 for line in below)


def _afterthought(text: str, lines: list[tuple[int, int]], index: int) -> int:
    while index < len(lines) and not _AFTERTHOUGHT.match(text[slice(*lines[index])][:20]):
        index += 1
    return index


def _blocks(text: str, start: int, end: int, *, by_line: bool) -> Iterator[tuple[int, int]]:
    """Join the lines of a wrapped paragraph."""
    lines = [(start + a, start + b) for a, b in _lines(text[start:end])]
    here = start
    for index, (line_start, line_end) in enumerate(lines):
        after = text[slice(*lines[index + 1])] if index + 1 < len(lines) else ""
        is_long = len(text[line_start:line_end].rstrip()) >= WRAPPED
        if by_line or not is_long or _STARTS_NEW.match(after):
            yield here, line_end
            here = line_end


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    for match in _END.finditer(text, start, end):
        before = text[max(start, match.start() - 12) : match.start()]
        if match[0] != "." or not _NO_END.search(before):
            yield match.end()


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = min(end, start + LONGEST)
        piece = text[start:stop]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if right > left:
            yield start + left, start + right
        start = stop
