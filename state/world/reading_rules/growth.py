"""Growth a buyer announces: more seats, new sites, from when; and its withdrawal."""

from state.canonical import Json
from state.world.reading_rules.dates import WHEN, when_of
from state.world.reading_rules.found import Found, Sentence
from state.world.reading_rules.words import NUMBER, number_of, pattern

_SITE = (
    r"regions?|sites?|depots?|locations?|offices?|plants?|warehouses?|branch(?:es)?|terminals?|countries"
    r"|hubs?|clinics?|schools?|stores?|standorte?n?|regionen|niederlassungen"
)
_SITES = pattern(
    rf"\b(?P<n>{NUMBER})\s(?:(?:brand[\s-])?new|additional|more|further|extra|neue|weitere"
    rf"|zusätzliche)\s(?:\w{{2,14}}\s)?(?P<site>{_SITE})\b"
    rf"|\b(?:open|opens|opening|launch|launching|add|adding"
    rf"|eröffnen)\s(?P<n2>{NUMBER})\s(?:\w{{2,14}}\s)?(?P<site2>{_SITE})\b"
)
_SEAT = r"seats?|licen[cs]es?|users?|plätze|lizenzen"
_SEATS = pattern(
    rf"\b(?P<n>{NUMBER})[\s-](?:(?:more|additional|extra|new|further|weitere|zusätzliche)\s)?(?:{_SEAT})\b"
)
_MORE = pattern(
    rf"\b(?:(?:add|adding|need|needs|want|take|order)\s(?:about\s|around\s|roughly\s|another\s|some\s"
    rf"|up\sto\s|~)*(?:{NUMBER})|another\s(?:{NUMBER})"
    rf"|(?:{NUMBER})\s(?:more|additional|extra|new|further|weitere|zusätzliche)\s(?:{_SEAT})"
    rf"|additional\sseats|expand|expansion|grow(?:ing)?\s(?:to|by))\b"
)
_FROM = pattern(
    r"\b(?:from|starting(?:\sin|\sfrom)?|beginning(?:\sin)?|as\sof|in|by|ab|im)\s(?:the\s)?" + WHEN
)
_SHRINK = pattern(
    r"\b(?:fewer|less|reduce|reducing|cut|cutting|drop|dropping|remove|close|closing|closed|last\syear"
    r"|used\sto|instead\sof|trial|pilot|weniger)\b"
)
_OFF = pattern(
    r"\b(?:on\shold|cancel(?:l?ed)?|called\soff|off\sthe\stable|not\s(?:going\sahead|happening|opening"
    r"|adding|expanding)"
    r"|won't\s(?:need|open|add|be\sadding|expand)|will\snot\s(?:need|open|add|expand)|no\slonger\s(?:need"
    r"|open|plan\w*|want)"
    r"|(?:don't|do\snot)\sneed|(?:takes?|taken|took|taking)\s(?:\w{1,12}\s){0,4}?back|withdr[ae]wn?|scrapped"
    r"|shelved"
    r"|(?:forget|disregard|scratch)\s(?:about\s)?(?:the|those|our|my)|(?:decided|deciding)\sagainst"
    r"|doch\snicht)\b"
)
_ABOUT = pattern(
    rf"\b(?:(?:{NUMBER}|new|additional|extra|more|the)\s(?:\w{{2,12}}\s)?(?:{_SITE}|{_SEAT})|expansion"
    rf"|roll-?out)\b"
)


def expansion(sentence: Sentence) -> Found | None:
    """Read that a buyer will grow: sites or seats with a word of growth, never a question of ours."""
    text = sentence.text
    if not sentence.is_theirs or _SHRINK.search(text) or _OFF.search(text):
        return None
    sites, seats = _SITES.search(text), _SEATS.search(text)
    if sites is None and (seats is None or not _MORE.search(text)):
        return None
    if sentence.is_question and sentence.speaker == "us":
        return None
    start = _FROM.search(text)
    month = when_of(start, sentence.said_on) if start else None
    values: dict[str, Json] = {
        "seats": number_of(seats["n"]) if seats else None,
        "sites": number_of(sites["n"] or sites["n2"]) if sites else None,
        "site_kind": (sites["site"] or sites["site2"]).casefold() if sites else None,
        "from_month": None if month is None else month.isoformat()[:7],
    }
    return Found("expansion", values)


def expansion_withdrawn(sentence: Sentence) -> Found | None:
    """Read that announced growth is off."""
    text = sentence.text
    if not sentence.is_theirs or not _OFF.search(text) or not _ABOUT.search(text):
        return None
    seats = _SEATS.search(text)
    return Found("expansion_withdrawn", {"seats": number_of(seats["n"]) if seats else None})
