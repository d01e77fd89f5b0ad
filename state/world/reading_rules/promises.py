"""Promises: who will deliver what by when. An offer, a question, a condition or `soon` gives no date and no overdue."""

import re

from state.canonical import Json
from state.world.reading_rules.dates import due_in
from state.world.reading_rules.found import Found, Sentence, Speaker
from state.world.reading_rules.items import items_in
from state.world.reading_rules.words import Pattern, pattern

_DELIVER = (
    "send|share|provide|deliver|prepare|forward|book|schedule|set\\sup|confirm|introduce|update|sign|return"
    "|review|draft"
    "|circulate|submit|complete|finish|fix|resolve|organi[sz]e|arrange|bring|ship|upload|email|mail|give"
    "|write|get\\s(?:you|them|him|her|us)"
)
_WEAK = (
    "let\\s(?:you|them|us|me)\\sknow|get\\sback|come\\sback|call|ring|follow\\sup|reach\\sout|check|decide"
    "|talk|reply|answer|have|discuss"
)
_ADVERB = r"(?:\s(?:then|also|definitely|certainly|personally|gladly|happily|just|now|of\scourse)){0,2}"
_NAME = (
    r"(?!(?:You|It|This|That|There|These|Those|Our|Your|The|If|What|Who"
    r"|When)\b)[A-ZÄÖÜ][\w'-]{1,30}(?:\s[A-ZÄÖÜ][\w'-]{1,30}){0,2}"
)
_WILL = re.compile(
    rf"\b(?P<who>I|[Ww]e|[Tt]hey|[Ss]he|[Hh]e|{_NAME})(?:'ll|\s(?:will|shall)|(?:'m|'re|'s|\sam|\sare"
    rf"|\sis)\sgoing\sto){_ADVERB}"
    rf"\s(?:(?P<strong>{_DELIVER})|(?P<weak>{_WEAK}))\b\s?(?P<rest>.*)"
)
_OWN_WORK = (
    r"look\s(?:that\sup|it\sup|into)|investigate|find\sout|work\son|put\s(?:it|them|that|this|these|together|the|my)"
    r"|make\s(?:the\s|some\s|you\s)?(?:notes|minutes|copies|a\s(?:list|copy|draft|note))|do\s(?:that|it|this)\s(?=next|after|for|by|before)"
    r"|e?mail|type\sup|pass\s(?:it|that|this|them)|report|test|ask|take\scare"
)
_OWN = re.compile(
    rf"\b(?P<who>I)(?:'ll|\s(?:will|shall)|(?:'m|\sam)\sgoing\sto|\scan\sthen){_ADVERB}"
    rf"(?:\s(?:try|have|make\ssure)\s(?:and|to))?\s(?P<strong>{_OWN_WORK})\b\s?(?P<rest>.*)"
)
"""Work that only somebody who speaks for himself promises: `we will put it in` is a plan."""
_TERSE = re.compile(rf"^(?:[-*•]\s)?(?:Will|will)\s(?P<strong>{_DELIVER})\b\s?(?P<rest>.*)")
_VOW = (
    r"(?:[Pp]romised?|[Cc]ommitted\sto|[Uu]ndertook|[Pp]ledged|[Aa]greed\sto(?=\s(?:send|share|provide"
    r"|deliver|prepare|forward)))"
)
_PROMISED = re.compile(
    rf"\b(?P<who>I|[Ww]e|[Tt]hey|[Ss]he|[Hh]e|{_NAME})(?:\s(?:has|have|had|also|again)"
    rf"|'ve){{0,2}}\s{_VOW}\s(?P<rest>.+)"
)
_POINTING = frozenset({"this", "that", "it", "these", "those", "them"})
"""What was promised before and is named no more: the sentence speaks of that promise and makes none."""
_VOWED = re.compile(rf"^(?:[-*•]\s)?{_VOW}:?\s(?P<rest>.+)")
_OWE = re.compile(
    r"\b(?P<who>I|[Ww]e)\s(?:still\s)?owe\s(?:them|you|him|her|[A-Z][\w'-]{1,30})\s(?P<rest>.+)"
)
_YOU_GET = pattern(r"\byou(?:'ll|\swill)\s(?:have|get|receive)\s(?!to\b)(?P<rest>.+)")
_PASSIVE = pattern(r"^(?P<rest>.{3,80}?)\s(?:was\s|were\s|is\s|are\s)?promised\s(?=by|for|until|on\b)")
_GERMAN = pattern(
    r"\b(?P<who>ich|wir)\s(?:werde|werden)\s(?P<rest>.{0,120})\b(?:schicken|senden|liefern|zusenden"
    r"|erstellen|unterschreiben)\b"
    r"|\b(?P<who2>ich|wir)\s(?:schicke|schicken|sende|senden|liefere|liefern|erstelle)\s(?P<rest2>.+)"
)
_NOT = pattern(
    r"\b(?:not|never|won't|can't|cannot|unable|no\slonger|nicht|try\sto|tries\sto|would|could|might|may)\b"
    r"|\bwe'd\b|\bi'd\b"
)
_CONDITION = pattern(
    r"\b(?:if|unless|once|as\ssoon\sas(?!\s(?:(?:i|we)\scan|possible))|provided|in\scase|guess|suppose|wenn|falls|sobald)\b"
)
_IN_THE_ROOM = pattern(
    r"^(?:it|that|this|these|them)\s(?:an?|the)\b|^(?:you\s|us\s|everyone\s)?(?:an?|the|my|our|your|some)\s(?:\w{1,14}\s){0,2}?(?:presentations?|talk|overview"
    r"|introduction|floor|screen|slides?|go|try|minutes?|seconds?|moment|hand)\b"
)
"""What is given here and now is no promise."""
_LEAD = pattern(
    r"^(?:(?:to\s)?(?:send|share|provide|deliver|prepare|forward|give)\b\s?)?(?:(?:you|them|him|her|us|me"
    r"|over|across|back|ihnen|dir|euch|out|it\sto)\s){0,2}"
)
_CUT = pattern(r"[,;.!?\"]|\s(?:so\sthat|because|and\sthen|if|unless|once|as\ssoon\sas|asap|soon|shortly)\b")
_SEATS = pattern(r"\b(?P<seats>\d{1,5})[\s-]?(?:seats?|licen[cs]es?|users?)\b")


def promise(sentence: Sentence) -> Found | None:
    """Read the first promise of a sentence; its actor's side follows the words, not the speaker alone."""
    if sentence.is_question:
        return None
    for shape in _shapes(sentence):
        match = shape.search(sentence.text)
        if match is not None and (found := _found(sentence, match)) is not None:
            return found
    return None


def _shapes(sentence: Sentence) -> tuple[re.Pattern[str] | Pattern, ...]:
    noted = (
        (_VOWED, _TERSE, _PASSIVE)
        if sentence.origin in ("note", "deal_note") and sentence.speaker == "us"
        else ()
    )
    return (_PROMISED, *noted, _WILL, _OWN, _YOU_GET, _OWE, _GERMAN)


def _found(sentence: Sentence, match: re.Match[str]) -> Found | None:
    groups = match.groupdict()
    rest = groups.get("rest") or groups.get("rest2") or ""
    due = due_in(match.string[match.start() :], sentence.said_on)
    if not rest or _is_empty(match, groups, dated=due is not None):
        return None
    deliverable = _deliverable(groups, rest, sentence)
    who = groups.get("who") or groups.get("who2") or ""
    side, actor = _actor(sentence, who, deliverable)
    if not deliverable or (match.re is _PROMISED and deliverable.casefold() in _POINTING):
        return None
    items = items_in(deliverable)
    values: dict[str, Json] = {
        "actor_side": side, "actor": actor, "deliverable": deliverable, "status": "open",
        "due_on": None if due is None else due[0].isoformat(), "is_inferred": due is None, "items": list(items),
    }  # fmt: skip
    if seats := _SEATS.search(deliverable):
        values["seats"] = int(seats["seats"])
    return Found("commitment", values)


def _is_empty(match: re.Match[str], groups: dict[str, str | None], *, dated: bool) -> bool:
    before, rest = match.string[: match.start()], groups.get("rest") or groups.get("rest2") or ""
    said = match.string[match.start() : match.start("rest") if groups.get("rest") else match.end()]
    if _NOT.search(said) or _NOT.match(rest) or _CONDITION.search(before):
        return True
    if dated:
        return False
    is_vague = _YOU_GET.made(match) and not items_in(rest)
    return is_vague or bool(groups.get("weak") or _CONDITION.search(rest) or _IN_THE_ROOM.match(rest))


def _deliverable(groups: dict[str, str | None], rest: str, sentence: Sentence) -> str:
    due = due_in(rest, sentence.said_on)
    words = rest if due is None else rest[: due[1]] or rest
    words = _CUT.split(words, maxsplit=1)[0]
    words = _LEAD.sub("", words, count=1).strip(" -–:")
    verb = " ".join((groups.get("weak") or _other_verb(groups) or "").split())
    return f"{verb} {words}".strip()[:160]


def _other_verb(groups: dict[str, str | None]) -> str:
    verb = (groups.get("strong") or "").casefold()
    plain = verb.startswith(
        ("send", "share", "provide", "deliver", "forward", "give", "email", "mail", "get", "upload")
    )
    return "" if plain else verb


def _actor(sentence: Sentence, who: str, deliverable: str) -> tuple[Speaker, str]:
    """Shape: (side, actor); a pronoun or nobody means who speaks, a third person in our note means an outsider."""
    word = who.casefold()
    if word in ("", "i", "we", "ich", "wir"):
        return sentence.speaker, sentence.by
    if word in ("they", "she", "he"):
        return ("them", "") if sentence.speaker == "us" else (sentence.speaker, "")
    if sentence.origin in ("note", "deal_note"):
        side = sentence.side_of(who, deliverable)
        is_author = side == "us" and word.split()[0] in sentence.by.casefold()
        return side, sentence.by if is_author else who
    return sentence.speaker, who
