"""Spoken words as a rule can read them: a transcriber's marks, hesitations and stammers fall away.

Invariant: words are only left out or joined, never added; the quote beside them stays as the text has it.
"""

import re

_MARK = re.compile(r"\{[A-Za-z_ ]{1,20}\}|\[[A-Za-z_ ]{1,20}\]|<[A-Za-z_ ]{1,20}>")
_HESITATION = re.compile(
    r"(?<![\w'-])(?:uh|um|uhm|er|erm|mm|hm|hmm|ah|eh|huh|mm-hmm|uh-huh|ähm?|äh)(?![\w'-])\s?,?", re.IGNORECASE
)
_SPLIT = re.compile(r"(?<=\w)\s(?='(?:ll|re|ve|s|m|d)\b|n't\b)", re.IGNORECASE)
_GAP = re.compile(r"\s(?=[.,?!;:])")
_STAMMER = re.compile(r"(?<![\w'])([b-hj-z])\s(?=\1)", re.IGNORECASE)
_TWICE = re.compile(r"\b([\w']{1,20})(?:,?\s\1)+\b", re.IGNORECASE)
_TWICE_BOTH = re.compile(r"\b([\w']{1,20}\s[\w']{1,20})\s\1\b", re.IGNORECASE)


def fluent(words: str) -> str:
    """Leave out what a speaker did not mean to say."""
    said = _HESITATION.sub(" ", _MARK.sub(" ", words))
    said = _GAP.sub("", " ".join(said.split()))
    said = _STAMMER.sub("", _SPLIT.sub("", said))
    return _TWICE_BOTH.sub(r"\1", _TWICE.sub(r"\1", said)).strip(" ,")
