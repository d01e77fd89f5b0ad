"""What a buyer asks for or takes back: things, discounts, a later call, a later decision."""

from state.world.reading_rules.dates import WHEN, after_span, due_in, when_of
from state.world.reading_rules.found import Found, Sentence
from state.world.reading_rules.items import items_in
from state.world.reading_rules.words import pattern

_ASK = pattern(
    r"\b(?:(?:can|could|would|will|may)\s(?:you|we|i)\b(?:\splease)?(?:\salso|\smaybe)?\s(?:send|share"
    r"|provide|give|forward|get|have|see|attach|email|book|schedule|set\sup|arrange|tell|look\sat)"
    r"|(?:please|pls|kindly|bitte)\s(?:also\s|just\s)?(?:send|share|provide|forward|attach|include|give|get"
    r"|email|book|let\sus\shave|senden|schicken|stellen)\b"
    r"|(?:we|i)(?:'d|\swould|\sstill|\salso|\swill|'ll){0,2}\s(?:like|love|need|require|want"
    r"|be\sinterested\sin)\b"
    r"|(?:i|we)(?:'m|'re|\sam|\sare)\s(?:still\s)?(?:waiting\sfor|missing|looking\sfor|asking\sfor|after)"
    r"|(?:do|is\sthere|are\sthere|have)\s(?:you\shave\s|you\sgot\s)?(?:a|an|any|your)?\b"
    r"|(?:asked|asks|asking|asked\sus|asked\sme|wants|wanted|needs|requested|requests|request|requesting)\b"
    r"|(?:wir|ich)\s(?:brauchen|brauche|benötigen|benötige|hätten?\sgerne?)"
    r"|könn(?:en|ten)\ssie\s(?:uns|mir))"
)
_QUESTION_ONLY = pattern(r"^(?:do|is\sthere|are\sthere|have)\b")
_SEND = pattern(
    r"\b(?:send|share|provide|forward|attach|schicken|senden)\b\s(?:me\s|us\s|over\s|uns\s"
    r"|mir\s)?(?P<what>.{3,100})"
)
_WANTS = pattern(
    r"(?:\s(?:us|me|over|to\ssend|to\ssee|to\sget|to\shave|for|please|uns|mir)\b)*\s?(?P<what>.{2,100})"
)
_TAKEN_BACK = pattern(
    r"\b(?:no\slonger|don't|do\snot|doesn't|does\snot|won't|will\snot)\s(?:\w{1,12}\s){0,2}?(?:need|require"
    r"|want)\b"
    r"|\bno\sneed\s(?:to|for)\b|\bnever\s?mind\b|\bscratch\sthat\b|\balready\s(?:have|got|received|found)\b"
    r"|\b(?:disregard|ignore|withdraw|forget|cancel)\s(?:my|our|the|that)\s(?:\w{1,12}\s){0,2}?(?:request"
    r"|mail|e-?mail|message|question|ask)\b"
    r"|\bhat\ssich\serledigt\b|\bnicht\smehr\snötig\b"
)
_NO_SENDING = pattern(r"\bno\sneed\sto\s(?:send|share|provide|forward|prepare)\b")
_PERCENT = pattern(
    r"\b(?P<n>\d{1,2}(?:[.,]\d)?)\s?(?:%|percent\b|per\scent\b"
    r"|prozent\b)(?=(?:\s\w{1,12}){0,3}?\s(?:discount|off|rebate|reduction|rabatt|nachlass|cheaper|less|lower))"
    r"|\b(?:discount|rebate|reduction|rabatt"
    r"|nachlass)\b(?:\s\w{1,12}){0,3}?\s(?P<n2>\d{1,2}(?:[.,]\d)?)\s?(?:%|percent\b|per\scent\b|prozent\b)"
    r"|\b(?:reduce|lower|cut|drop|come\sdown)\b(?:\s\w{1,12}){0,5}?\sby\s(?P<n3>\d{1,2}(?:[.,]\d)?)\s?(?:%"
    r"|percent\b|per\scent\b)"
    r"|\b(?:can|could)\syou\s(?:do|approve|give\sus|offer|manage)\s(?:an?\s"
    r"|the\s)?(?P<n4>\d{1,2}(?:[.,]\d)?)\s?(?:%|percent\b|per\scent\b)"
)
_NO_PERCENT = pattern(
    r"\b(?:need|want|like|expect|asked\sfor|asks\sfor|give\sus|offer|is\sthere|get|hoping\sfor|possible"
    r"|room\sfor)\b(?:\s\w{1,12}){0,4}?\s(?:an?\s|any\s|some\s|better\s)?(?:discount|rebate|better\sprice"
    r"|rabatt|nachlass)\b"
)
_NO_DISCOUNT = pattern(
    r"\b(?:no|without|not|last\syear|got|had|received|already\s(?:have|gave)"
    r"|was)\b(?:\s\w{1,12}){0,4}?\s(?:discount|rebate|rabatt|nachlass|\d{1,2}\s?%)|"
    r"\b(?:discount|off|rebate)\b.{0,30}\blast\s(?:year|time)\b|\bvat\b|\btax\b|\bquoted\b|\boffered\sus\b"
)
_CALL = pattern(
    r"\b(?:(?:call|ring|phone|contact|ping|email|e-mail|write|try)\s(?:me|us|back|again)"
    r"|(?:get|come|check|circle)\sback(?:\s(?:to|with)\s(?:me|us))?|check\sin(?:\swith\s(?:me|us))?"
    r"|reach\sout(?:\sto\s(?:me|us))?|touch\sbase|follow\sup(?:\swith\s(?:me|us))?|reconnect|get\sin\stouch"
    r"|(?:talk|speak|meet|call|connect)\sagain|let's\s(?:talk|speak|connect|catch\sup)|rufen\ssie\s(?:mich"
    r"|uns)|melden\ssie\ssich)\b"
)
_CALL_WHEN = pattern(
    r"^(?:\s(?:again|back|please|bitte|then|once\smore|to\sme|to\sus|to\syou|with\sme|with\sus"
    r"|with\syou)){0,3}\s(?:in|after|from|on|around|at|im|ab|nach|am)?\s?"
    r"(?:the\s)?" + WHEN
)
_OWN_CALL = pattern(r"\b(?:i|we)(?:'ll|\swill|\sshall)\s(?:\w{1,12}\s){0,2}?$")
_NOT_BEFORE = (
    pattern(r"\b(?:not|nothing|no|never|nicht|nichts)\b[^.;]{0,50}?\b(?:before|vor)\s(?:the\s)?" + WHEN),
    pattern(
        r"\b(?:won't|will\snot|not|can't|cannot|nothing|no\s\w{1,12})\b[^.;]{0,60}?\buntil\s(?:the\s)?" + WHEN
    ),
    pattern(
        r"\b(?:moved|moves|pushed|postponed|deferred|delayed|shifted|slipped|slips|verschoben)\b(?:\s(?:out"
        r"|back|it|this|everything|the\s\w{1,14}))?\s(?:to|until|into|till|auf|in)\s(?:the\s)?" + WHEN
    ),
    pattern(r"\b(?:earliest|frühestens|erst)\b(?:\s(?:is|in|would\sbe|im|ab|start))?\s(?:in\s)?" + WHEN),
    pattern(WHEN + r"\sat\sthe\s(?:very\s)?earliest\b"),
    pattern(r"\bonly\s(?:in|from|after)\s(?:the\s)?" + WHEN),
    pattern(r"\b(?:freeze|frozen|on\shold|paused|stopped)\b[^.;]{0,30}?\b(?:until|till)\s(?:the\s)?" + WHEN),
)
_APPOINTMENT = pattern(
    r"\b(?:meeting|call|demo|workshop|appointment|session|invite|webinar|training|termin|qbr)\b"
)
_DECISION = pattern(
    r"\b(?:budget|decision|decide|project|contract|purchase|buy|sign\w*|approv\w*|deal|order)\b"
)
_AWAY = pattern(
    r"\b(?:out\sof\s(?:the\s)?office|on\s(?:leave|vacation|holiday)|back\s(?:in|at)\b|(?:be|am)\sback"
    r"|available|reachable|return|im\surlaub)\b"
)
_PAUSE_MIN_DAYS = 7
"""A nearer date is about a meeting or an answer, not about a decision or a pause."""


def request(sentence: Sentence) -> Found | None:
    """Read what an outsider asks us for."""
    if not sentence.is_theirs or _TAKEN_BACK.search(sentence.text):
        return None
    cue = _ASK.search(sentence.text)
    if cue is None or (sentence.speaker == "us" and cue[0].casefold().startswith(("we", "i"))):
        return None
    after = sentence.text[cue.start() :]
    items = items_in(after)
    if _QUESTION_ONLY.match(cue[0]) and not (items and sentence.is_question):
        return None
    if items == ("pricing",) and discount(sentence) is not None:
        return None
    if items:
        what = _WANTS.match(sentence.text[cue.end() :])
        return Found(
            "request",
            {"item": items[0], "items": list(items), "wants": _trimmed(what["what"] if what else after)},
        )
    sent = _SEND.search(after)
    return (
        None
        if sent is None
        else Found("request", {"item": "other", "items": ["other"], "wants": _trimmed(sent["what"])})
    )


def request_withdrawn(sentence: Sentence) -> Found | None:
    """Read that a request no longer stands."""
    match = _TAKEN_BACK.search(sentence.text) if sentence.is_theirs else None
    if match is None:
        return None
    items = items_in(sentence.text)
    is_plain = (
        match[0]
        .casefold()
        .startswith(("scratch", "never", "disregard", "ignore", "withdraw", "forget", "cancel", "hat"))
    ) or _NO_SENDING.search(sentence.text) is not None
    if not items and not is_plain:
        return None
    return Found("request_withdrawn", {"item": items[0] if items else None, "items": list(items)})


def discount(sentence: Sentence) -> Found | None:
    """Read that an outsider asks for a discount, with its percentage where one is named."""
    if not sentence.is_theirs or _NO_DISCOUNT.search(sentence.text):
        return None
    match = _PERCENT.search(sentence.text)
    if match is not None:
        percent = next(value for value in match.groupdict().values() if value)
        return Found("discount_request", {"percent": percent.replace(",", ".")})
    return Found("discount_request", {"percent": None}) if _NO_PERCENT.search(sentence.text) else None


def call_back(sentence: Sentence) -> Found | None:
    """Read that an outsider wants to be left alone until a day."""
    cue = _CALL.search(sentence.text) if sentence.is_theirs else None
    is_own = cue is not None and _OWN_CALL.search(sentence.text[: cue.start()]) is not None
    if cue is None or (is_own and sentence.speaker == "us"):
        return None
    after = sentence.text[cue.end() :]
    match = _CALL_WHEN.match(after)
    on = when_of(match, sentence.said_on) if match else after_span(after[:30], sentence.said_on)
    if on is None and match is None:
        due = due_in(after[:30], sentence.said_on)
        on = due[0] if due else None
    is_soon = on is not None and (on - sentence.said_on).days < _PAUSE_MIN_DAYS
    return None if on is None or (is_own and is_soon) else Found("call_back", {"on": on.isoformat()})


def not_before(sentence: Sentence) -> Found | None:
    """Read that nothing will be decided before a day; of several days the latest."""
    if not sentence.is_theirs or _AWAY.search(sentence.text):
        return None
    if _APPOINTMENT.search(sentence.text) and not _DECISION.search(sentence.text):
        return None
    days = [
        day
        for shape in _NOT_BEFORE
        for match in shape.finditer(sentence.text)
        if (day := when_of(match, sentence.said_on)) is not None
        and (day - sentence.said_on).days >= _PAUSE_MIN_DAYS
    ]
    return Found("not_before", {"not_before": max(days).isoformat()}) if days else None


def _trimmed(words: str) -> str:
    return words.strip(' .?!,;:"')[:100]
