"""Corrections in plain words: who is not the champion, who has left, what a field really is."""

import re

from agents.clarifier.asking import LEAD
from agents.clarifier.intents import Correct, Intent, Wrong
from agents.clarifier.spelling import Said

ROLES = {
    "champion": "champion",
    "economic buyer": "economic_buyer",
    "buyer": "economic_buyer",
    "decision maker": "economic_buyer",
    "decision-maker": "economic_buyer",
    "user": "user",
    "technical contact": "technical",
    "technical buyer": "technical",
    "technical": "technical",
    "procurement": "procurement",
    "procurement contact": "procurement",
    "legal contact": "legal",
    "legal": "legal",
}
"""What people call a buying role → how records name it."""
FIELDS = {
    "close date": "close_on",
    "closing date": "close_on",
    "end date": "ends_on",
    "role": "roles",
    "mail": "email",
}
"""What people call a field → how records name it."""
_ROLE = "|".join(sorted(map(re.escape, ROLES), key=len, reverse=True))
_MARK = (
    r"(?:(?:no|nein|wrong|falsch|actually|correction|sorry|that|this|it|that's|this is|is|it's|not|right|true|"
    r"wasn't|isn't|incorrect|"
    r"das|ist|stimmt|nicht|but|because|and) )*"
)
_WRONG = re.compile(
    r"(?:no )?(?:(?:that|this|it)(?:'s| is)|thats) (?:all )?(?:wrong|not right|incorrect|not true|false)|wrong|"
    r"incorrect|das (?:ist falsch|stimmt nicht)"
)
_SUBJECT = r"(?P<subject>(?:\S+ ){0,3}?\S+)"
_PLACE = r"(?: (?:at|of|for|bei) (?P<account>.+))?"
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            rf"{_MARK}{_SUBJECT} (?:isn't|is not|is no longer|is no|isnt|was never|ist nicht|"
            rf"ist kein)(?: (?:the|a|an|our|my|der|die))? (?P<role>{_ROLE}){_PLACE}(?: (?:any ?more|mehr))?"
        ),
        "leaves",
    ),
    (
        re.compile(
            rf"{_MARK}{_SUBJECT} (?:is|ist)(?: now| really| actually)?(?: (?:the|an?|our|der|"
            rf"die))? (?P<role>{_ROLE}){_PLACE}"
        ),
        "joins",
    ),
    (
        re.compile(
            rf"{_MARK}{_SUBJECT} (?:has left|left|has gone|no longer works|doesn't work|is gone|quit|"
            rf"hat (?:gekündigt|die firma verlassen))"
            rf"(?: (?:the company|the firm|there|here|they|any ?more|last (?:week|month)|yesterday))*{_PLACE}"
        ),
        "gone",
    ),
    (re.compile(rf"{_MARK}{_SUBJECT} has left (?P<account>.+)"), "gone"),
    (
        re.compile(
            rf"{_MARK}(?:the )?(?P<attribute>[a-z]+(?: [a-z]+)?) of (?P<subject>.+?) (?:is|should be|"
            rf"must be) (?P<value>.+)"
        ),
        "set",
    ),
    (
        re.compile(
            r"(?:correct|change|set|"
            r"fix) (?:the )?(?P<attribute>[a-z]+(?: [a-z]+)?) of (?P<subject>.+?) to (?P<value>.+)"
        ),
        "set",
    ),
)


def correction(said: Said) -> Intent | None:
    """Read a correction; "that's wrong" alone asks what is right."""
    if _WRONG.fullmatch(said.text):
        return Wrong()
    if said.text.startswith(
        ("why ", "who ", "what ", "how ", "is ", "i have ", "i've ", "warum ", "wer ", "was ")
    ):
        return None
    for pattern, shape in _SHAPES:
        found = pattern.fullmatch(said.text)
        if found is not None:
            return _made(said, found, shape)
    return None


def _made(said: Said, found: re.Match[str], shape: str) -> Intent:
    subject = _named(said, found, "subject")
    account = _named(said, found, "account") if "account" in found.re.groupindex else ""
    if shape == "gone":
        return Correct(subject=subject, attribute="active", value="no", account=account)
    if shape in ("leaves", "joins"):
        role = ROLES[found["role"]]
        return Correct(subject=subject, attribute="roles", value=role, account=account, adds=shape == "joins")
    value = _named(said, found, "value")
    name = found["attribute"].removeprefix("the ")
    return Correct(subject=subject, attribute=FIELDS.get(name, name), value=value, account=account)


def _named(said: Said, found: re.Match[str], group: str) -> str:
    start, end = found.span(group)
    if start < 0:
        return ""
    lead = LEAD.match(found[group])
    start += lead.end() if lead and lead.end() < end - start else 0
    return re.sub(r"'s?$", "", said.original(start, end))
