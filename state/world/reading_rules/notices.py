"""Plain statements that change everything or help: notice, opt-out, advocacy, attendance."""

from state.world.reading_rules.found import Found, Sentence
from state.world.reading_rules.words import pattern

_NOTICE = pattern(
    r"\b(?:(?:we|i)(?:'ve|\shave)?\s(?:\w{2,12}\s){0,2}?(?:will\snot|won't|are\snot\sgoing\sto"
    r"|decided\snot\sto|do\snot\s(?:intend|plan)\sto|shall\snot)\s(?:be\s)?(?:renew|renewing|extend"
    r"|extending|continue\s(?:the|our|with)|continuing)"
    r"|(?:this|please\s(?:take|accept)\sthis|consider\sthis)\s(?:\w{2,12}\s){0,3}?(?:our|as\sour|as|the|a"
    r"|official|formal)?\s?(?:notice\b|termination\b)"
    r"|(?:hereby|formally)\s(?:give\s(?:you\s)?notice|terminate|cancel)"
    r"|(?:we|i)(?:\sare|'re|\swould\slike\sto|\swant\sto|\shave\sdecided\sto)?\s(?:terminat(?:e|ing)"
    r"|cancel(?:l?ing)?)\s(?:the|our|this)\s(?:contract|subscription|agreement)"
    r"|(?:they|she|he)\s(?:will\snot|won't)\s(?:be\s)?(?:renew|renewing|extend)"
    r"|notice\sof\s(?:termination|cancellation|non-?renewal)"
    r"|(?:wir|ich)\skündige[n]?|hiermit\skündig\w+|kündigung\s(?:des|unseres)|(?:werden"
    r"|verlängern)\s(?:den\svertrag\s|wir\s)?nicht\s(?:verlängern|mehr))"
)
_HEDGE = pattern(
    r"\b(?:if|unless|without|whether|might|may|could|not\ssure|until|risk|except|afraid\sthat|worried|wenn"
    r"|falls|ohne|notice\speriod|notice\sdate|notice\sdeadline)\b"
)
_OPT_OUT = pattern(
    r"^unsubscribe[.!]?$|\bunsubscribe\s(?:me|us)\b|\b(?:please|kindly)\sunsubscribe\b(?!\shere)"
    r"|\b(?:take|remove|delete)\s(?:me|us|my\s(?:address|e-?mail|name))\s(?:from"
    r"|off)\s(?:\w{2,12}\s){0,3}?(?:lists?|mailings?|database|distribution)\b"
    r"|\b(?:stop|quit)\s(?:sending|e-?mailing|mailing|contacting|writing)\b(?:\s(?:me|us))?"
    r"|\b(?:do\snot|don't)\s(?:contact|e-?mail|mail|write\s(?:to\s)?)\s?(?:me|us)\b(?:\s(?:again|any\s?more))?"
    r"|\bno\s(?:more|further)\s(?:e-?mails|mails|messages)\b|\bkeine\s(?:weiteren\s)?e?-?mails\smehr\b"
    r"|\bkeine\sweiteren\se?-?mails\b|\baus\s(?:dem|ihrem)\sverteiler\b"
)
_FOOTER = pattern(r"\b(?:to\sunsubscribe|click|link\sbelow|manage\s(?:your\s)?preferences|here\sto)\b")
_NOT_FOR_GOOD = pattern(r"\b(?:before|until|today|at\snight|during|on\s(?:week|sat|sun))\b")
_ADVOCACY = (
    (
        "introduced",
        (r"\b(?:i(?:'ve|\shave)?|we)?\s?(?:looped|brought|pulled|invited|added|adding|cc'?d|cc'?ing"
        r"|introduc(?:ed|ing))\s(?:in\s)?(?:my|our|the|his|her|their)?\s?(?:\w{2,14}\s){0,3}?(?:colleague"
        r"|boss|manager|cfo|cio|coo|ceo|director|head|team|vp|lead|procurement|to\s(?:the|our|this))"),
    ),
    ("introduced", r"\bi(?:'ve|\shave)?\s(?:looped|brought)\sin\s[A-ZÄÖÜ]\w+"),
    (
        "forwarded",
        (r"(?<!please\s)(?<!pls\s)(?<!to\s)\bforwarded\s(?:your|the|our"
        r"|this)\s(?:\w{2,14}\s){0,2}?(?:proposal|deck|offer|mail|e-?mail|plan|quote|numbers|case|material"
        r"|brief)"),
    ),
    (
        "defended",
        (r"\b(?:defended|fought\sfor|argued\sfor|made\sthe\scase|making\sthe\scase|pushing\s(?:for\s(?:this"
        r"|you)|this)|vouched\sfor|spoke\sup\sfor|recommended\s(?:you|us|your|our))\b"),
    ),
    (
        "shared_process",
        (r"\b(?:here\sis|here's|shared|sharing|attached\sis|this\sis)\s(?:\w{2,12}\s){0,3}?(?:internal"
        r"|approval|procurement|purchasing|buying|decision)\s(?:\w{2,12}\s){0,1}?(?:process|steps|checklist"
        r"|timeline|template)\b"),
    ),
)  # fmt: skip
_ADVOCACIES = tuple((act, pattern(words)) for act, words in _ADVOCACY)
_DENIED = pattern(
    r"\b(?:not|never|didn't|haven't|hasn't|won't|will|can|could|should|please|bitte|going\sto)\b"
)
_COMES = pattern(
    r"\b(?:i|we|(?P<who>[A-Z]\w+))(?:'ll|\swill)\s(?:also\s)?(?:join|be\sjoining|attend|be\s(?:there"
    r"|in\sthe\smeeting|on\sthe\scall))\b"
)
_ABSENT = pattern(
    r"\b(?:i|we|(?P<who>[A-Z]\w+))\s(?:can't|cannot|can\snot|won't|will\snot|am\snot\sable\sto"
    r"|unable\sto)\s(?:be\sable\sto\s)?(?:make\s(?:it|the\s(?:call|meeting)|\w+day)|join|attend|come"
    r"|be\s(?:there|on\sthe\scall))\b"
)


def notice(sentence: Sentence) -> Found | None:
    """Read that the contract ends by the customer's will; a threat with a condition is none."""
    if not sentence.is_theirs or sentence.is_question or _HEDGE.search(sentence.text):
        return None
    return Found("notice") if _NOTICE.search(sentence.text) else None


def opt_out(sentence: Sentence) -> Found | None:
    """Read that a person wants no more mail; a footer's offer to unsubscribe is none."""
    if not sentence.is_theirs or _FOOTER.search(sentence.text) or _NOT_FOR_GOOD.search(sentence.text):
        return None
    return Found("opt_out") if _OPT_OUT.search(sentence.text) else None


def advocacy(sentence: Sentence) -> Found | None:
    """Read an act of selling for us inside the customer's company; an intention is none."""
    if not sentence.is_theirs or sentence.is_question:
        return None
    for act, words in _ADVOCACIES:
        match = words.search(sentence.text)
        if match is not None and not _DENIED.search(sentence.text[max(0, match.start() - 30) : match.end()]):
            return Found("advocacy", {"act": act})
    return None


def attendance(sentence: Sentence) -> Found | None:
    """Read who will or will not come."""
    if not sentence.is_theirs or sentence.is_question:
        return None
    for attends, words in ((False, _ABSENT), (True, _COMES)):
        if match := words.search(sentence.text):
            return Found("attendance", {"attends": attends, "who": match["who"] or sentence.by})
    return None
