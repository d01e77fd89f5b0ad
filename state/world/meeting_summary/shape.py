"""Whether a text is a transcript: most of its lines begin with a speaker's name."""

import re

FEWEST_LINES = 4
SHARE = 0.6
"""Of the lines that say something."""
_LABELLED = re.compile(r"\s{0,4}(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s)?([^\W\d_][\w.'’ -]{0,40}):\s+\S")


def is_transcript(text: str) -> bool:
    """Tell a transcript from notes: at least two speakers, and a label on most lines."""
    lines = [line[:200] for line in text.split("\n") if line.strip()]
    labels = [match[1].casefold() for line in lines if (match := _LABELLED.match(line))]
    return (
        len(lines) >= FEWEST_LINES
        and len(set(labels)) >= 2
        and len(labels) >= SHARE * len(lines)
        and (len(set(labels)) < len(labels))
    )
