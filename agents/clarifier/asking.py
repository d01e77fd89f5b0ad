"""Questions about an account as patterns: each says which intent it makes and which words name the account.

Shape: patterns read folded text and match it whole; `account`, `to`, `since` and `minutes` are what they catch.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agents.clarifier.intents import (
    Changed,
    DraftFollowUp,
    Intent,
    Next,
    Prep,
    Unknowns,
    WhoMatters,
    WhyAtRisk,
)
from agents.clarifier.spelling import Said

A = r"(?P<account>.+)"
AT = r"(?:at|with|for|in|of|on|about|bei|für|mit|über|von|to)"
PLEASE = r"(?:(?:please|hey|hi|so|ok|okay|now|and|then|can you|could you|would you|i want you to|bitte|kannst du) )*"
HERE = frozenset(
    {"", "it", "there", "them", "that", "this", "this account", "that account", "they", "dort", "es"}
)
"""Words for the account last spoken of."""
LEAD = re.compile(r"(?:(?:the|my|our|account|customer|a|das|die|der|den|mein|meeting with|call with) )+")
TAIL = re.compile(
    r"(?: (?:please|pls|now|today|tomorrow|tonight|thanks|account|deal|call|meeting|visit|again|bitte|heute|"
    r"morgen|then|"
    r"right now|this week|first))+$"
)
NAMES = frozenset({"account", "to"})
COMPARED = re.compile(r"^(?:both|beide) ")


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern and what it means."""

    pattern: re.Pattern[str]
    make: Callable[[dict[str, str]], Intent]

    def read(self, said: Said) -> Intent | None:
        """Match the whole utterance."""
        found = self.pattern.fullmatch(said.text)
        if found is None:
            return None
        return self.make({name: _caught(said, found, name) for name in self.pattern.groupindex})


def _caught(said: Said, found: re.Match[str], group: str) -> str:
    """Read what a group caught as it was typed, without the words around a name."""
    start, end = found.span(group)
    if start < 0:
        return ""
    text = found[group]
    if group not in NAMES:
        return said.original(start, end)
    if lead := LEAD.match(text):
        start, text = start + lead.end(), text[lead.end() :]
    if both := COMPARED.match(text):
        start, text = start + both.end(), text[both.end() :]
    if tail := TAIL.search(text):
        end, text = end - (len(text) - tail.start()), text[: tail.start()]
    if text in HERE or start >= end:
        return ""
    typed = said.original(start, end)
    return re.sub(r"'s?$", "", typed)


def _rules(make: Callable[[dict[str, str]], Intent], *patterns: str) -> tuple[Rule, ...]:
    return tuple(Rule(re.compile(PLEASE + pattern), make) for pattern in patterns)


def _prep(caught: dict[str, str]) -> Intent:
    return Prep(account=caught.get("account", ""))


def _next(caught: dict[str, str]) -> Intent:
    return Next(account=caught.get("account", ""), minutes=_minutes(caught.get("minutes", "")))


def _minutes(text: str) -> int | None:
    """Read 30 minutes, half an hour, an hour, 2 h."""
    folded = text.casefold()
    number = re.search(r"\d{1,4}", folded)
    if "half" in folded or "halbe" in folded:
        return 30
    hours = re.search(r"h|stunde", folded) is not None
    if number is None:
        return 60 if hours else None
    return max(1, int(number.group()) * (60 if hours else 1))


def _why(caught: dict[str, str]) -> Intent:
    return WhyAtRisk(account=caught.get("account", ""))


def _changed(caught: dict[str, str]) -> Intent:
    since = caught.get("since", "")
    is_meeting = bool(re.search(r"meeting|met|call|spoke|treffen|termin", since.casefold()))
    return Changed(account=caught.get("account", ""), since="" if is_meeting else since)


def _who(caught: dict[str, str]) -> Intent:
    return WhoMatters(account=caught.get("account", ""))


def _unknown(caught: dict[str, str]) -> Intent:
    return Unknowns(account=caught.get("account", ""))


def _draft(caught: dict[str, str]) -> Intent:
    return DraftFollowUp(account=caught.get("account", ""), to=caught.get("to", ""))


TIME = (
    r"(?P<minutes>(?:\d{1,4}|half|an|a|one|eine|halbe) ?(?:an )?(?:free |more |halbe )?(?:minutes?|mins?|m|"
    r"hours?|hrs?|h|minuten|stunden?))"
)
SPARE = (
    rf"(?:i(?:'ve| have|'ve got| have got| got)?(?: only)?|with|in|within|have|ich habe|"
    rf"es sind)(?: the next)? {TIME}(?: free| left| time| to spare| zeit)?"
)
DO = (
    r"(?:what(?:'s| is| should i do| shall i do| do i do| to do| can i do| now| must i do)?(?: now|"
    r" up)? ?(?:next|first|now|today)"
    r"|what (?:should|shall|do|can) i do|where (?:do|should) i start(?: today| now)?|next(?: steps?)?|what now"
    r"|my day|todo|to do"
    r"|was (?:soll|kann) ich(?: als nächstes| jetzt)?(?: tun| machen)|was nun|was steht an|next up|what(?:'s|"
    r" is) (?:due|urgent|up))"
)
CHANGE = (
    r"(?:(?:tell me |show me )?(?:what|whats|what's|what has|anything|what's been|what did|what is)"
    r"(?: has| have| is| was)? ?(?:changed?|changes|new|news|happened|happening|different|moved)|changes|news|"
    r"what changed)"
)
SINCE = r"(?:since|seit|after|from|over|in|within)(?: the)? (?P<since>.+)"
RISKY = (
    r"(?:at risk|in danger|in trouble|risky|critical|unhealthy|red|shaky|at stake|under water|gefährdet|"
    r"kritisch|going wrong|watch|so bad|bad|in gefahr)"
)
MATTER = (
    r"(?:matters?|decides?|counts|is important|are important|should i (?:talk to|call|know|meet)|"
    r"are the (?:people|stakeholders|"
    r"contacts|players|decision makers|buyers)|is the (?:champion|buyer|economic buyer|decision maker|boss)|is who|"
    r"do (?:i|we) know|has a say|entscheidet|zählt|ist wichtig)"
)
WRITE = r"(?:draft|write|prepare|compose|create|make|send|schreib|schreibe|entwirf|verfasse)"
LETTER = (
    r"(?:(?:me )?(?:a |an |the |ein |eine )?(?:short |quick |new |kurze |kurzes )?"
    r"(?:follow[- ]?up|follow up|e-?mail|mail|reply|message|note|letter|response|nachfassmail|antwort|nachricht)"
    r"(?: e?-?mail| mail| message| note)?)"
)

QUESTIONS: tuple[Rule, ...] = (
    *_rules(_next, rf"{DO}(?: {AT} (?P<account>.+?))??(?: {SPARE})?", rf"{SPARE}(?: (?:and )?{DO})?(?: for {A})?",
            rf"{SPARE} (?:what|was|where).*"),
    *_rules(_changed, rf"{CHANGE} {SINCE} {AT} {A}", rf"{CHANGE} {AT} (?P<account>.+?) {SINCE}",
            rf"{CHANGE}(?: there| here)? {SINCE}",
            rf"{CHANGE} {AT} {A}", rf"{CHANGE}(?: there)?", r"was hat sich (?:bei|"
                    r"an) (?P<account>.+?) (?:seit (?P<since>.+) )?(?:geändert|getan|verändert)",
            r"was ist (?:neu|passiert) (?:bei|mit) (?P<account>.+?)(?: seit (?P<since>.+))?",
            r"(?:diff|compare) (?P<account>.+?) (?:since|with) (?P<since>(?:our |the )?last .+|\d{4}-.+)"),
    *_rules(_unknown, rf"what (?:don'?t|do not|dont|do) (?:we|i|you)(?: not|"
            rf" still)? (?:not )?know(?: yet)?(?: {AT} {A}| there)?",
            rf"what (?:is|are|'s)?(?: we| still)?(?: missing| unclear| unknown| open)(?: {AT} {A}| there)?",
            rf"what's (?:missing|unclear|unknown|open)(?: {AT} {A}| there)?",
            rf"(?:unknowns?|gaps|open questions|missing information|blind spots)(?: {AT} {A})?",
            r"was wissen wir (?:noch )?nicht(?: (?:über|von|"
            r"bei) (?P<account>.+))?", rf"what are we missing(?: {AT} {A})?"),
    *_rules(_who, rf"who(?: really| actually)? {MATTER}(?: most)?(?: {AT} {A}| there)?", rf"who's (?:who|"
            rf"important|the .+?|in charge)(?: {AT} {A}| there)?",
            rf"(?:stakeholders?|people|contacts|champion|buying (?:center|committee)|org chart)(?: map)?(?: {AT} {A})?",
            rf"wer (?:{MATTER}|ist der .+?)(?: {AT} {A})?", r"show(?: me)? (?:the )?(?:people|contacts|"
                    r"stakeholders) (?:at|of) (?P<account>.+)"),
    *_rules(_draft, rf"{WRITE} {LETTER} (?:to|for|an|für) (?P<to>.+?) (?:at|from|of|bei|von) {A}",
            rf"{WRITE} {LETTER} (?:to|for|with|at|an|für) (?P<to>.+)", rf"(?:{LETTER}) (?:to|for) (?P<to>.+)",
            r"(?:write|follow up|mail|email|reply|respond|schreib|schreibe)(?: to| with| an)? (?P<to>(?!me\b|"
            r"us\b|it\b|an? ).+)", rf"{WRITE} {LETTER}"),
    *_rules(_why, rf"(?:why|warum|wieso)(?:'s| is| are| ist| do we lose| would)? (?P<account>.+?)(?: so| still|"
            rf" rated| marked| flagged)* {RISKY}",
            rf"(?:how|is|ist|are) (?P<account>.+?) (?:so |really |still )?{RISKY}", rf"(?:what's|"
                    rf"what is) wrong {AT} {A}",
            rf"(?:what(?:'s| is| are) )?(?:the |any )?(?:risks?|problems?|issues?|"
            rf"threats?) {AT} {A}", rf"how (?:risky|healthy|bad) is {A}",
            r"(?:how(?:'s| is)|how goes) (?P<account>.+?) (?:doing|going|looking)", r"(?:why|warum)", r"(?:why|"
                    r"warum) at risk",
            r"wie steht es (?:um|mit|bei) (?P<account>.+)"),
    *_rules(_prep, rf"what (?:do i need to|should i|must i) know (?:before|for)(?: i| my| the| our)?(?: see| meet|"
            rf" call| visit| meeting with| call with)? {A}",
            rf"(?:prep|prepare|brief|ready|update)(?: me| us)?(?: for| on| about)? {A}", rf"get (?:me|"
            rf"us) ready (?:for|to meet) {A}",
            rf"(?:i'm |i am |we're |we are )?(?:meeting|seeing|calling|visiting)(?: with)? {A}", rf"i (?:have|"
                    rf"meet|see|call|visit)(?: a| my)?(?: meeting| call)?(?: with)? {A}",
            rf"(?:tell me|what do (?:we|i|you) know|give me (?:everything|the brief|a brief|all)|"
            rf"show me) (?:about|on|for) {A}",
            rf"(?:the )?brief(?:ing)?(?: {AT})? {A}", rf"compare {A}", r"(?:bereite mich auf|briefe mich (?:zu|"
                    r"für)) (?P<account>.+?)(?: vor)?",
            r"(?:prep|prepare|brief)(?: me| us)?", r"bereite mich vor(?: auf (?P<account>.+))?", rf"account {A}"),
)  # fmt: skip

VOCABULARY = frozenset(
    "prep prepare brief ready what should next first start minutes minute half hour free have changed change "
    "happened since "
    "last meeting week yesterday month know missing unclear unknown unknowns gaps matters matter decides "
    "stakeholders people "
    "contacts champion draft write follow-up followup email mail reply message note send risk danger critical "
    "trouble wrong "
    "doing shorter discount without instead help undo compare about account there risks where going "
    "bereite schreibe warum gefährdet geändert wichtig entscheidet wissen nicht".split()
)
"""Words in which a slip of the keyboard is put right."""
