"""Words by which people mark what they have decided, what comes next, what they object to and what is left open.

Invariant: cues are general English (some German); none names a product, a person or a thing a meeting was about.
"""

from state.world.reading_rules.words import pattern

_NAME = (
    r"(?-i:(?!(?:We|I|It|This|That|They|You|He|She|There|What|Who|So|And|But|Then|The)\b)[A-Z][\w-]{1,20})"
)
_SURE = r"(?:\s(?:just|then|now|definitely|all|both|also|really|simply|still|actually|only)){0,2}"
_WE = r"\b(?:we|let's|let\sus)"
_WILL = (
    rf"\bwe(?:'ll|\swill|\sshall|(?:'re|\sare)(?:\snot)?\s(?:going\sto|gonna)|'re\sgonna){_SURE}(?:\snot)?"
)
_CHOICE = (
    r"(?:go|gone|going|went)(?:\sahead)?\s(?:with|for)|(?:stick|stuck|sticking|stay|staying|settle|settling)\s(?:with|on)"
    r"|opt(?:ing)?\sfor|leave\s(?:it|that|this|them)\b|leave\sout|do\saway\swith|do\swithout|get\srid\sof|rule\sout"
    r"|drop(?:ping)?|scrap|skip|discard|forget\sabout"
)
_NOT_TALK = (
    r"(?!\sto\b)(?!\s(?:a\s|an\s|the\s|some\s|our\s|another\s|to\s|more\s|any\s|\w{1,12}\s){0,3}?(?:look|meeting|meetings"
    r"|discussions?|presentations?|break|lunch|minutes?|questionnaire|evaluation|time|notes?|start|decision|decisions"
    r"|sure|turns?|talk|questions?|chat|problems?|issues?|difficult\w*|trouble|go|think|say|choice|choose|decide|see|agenda|slides?|hour"
    r"|quick|seat|wait|guess|fun|idea|ideas)\b)"
)
_CHOSEN = pattern(
    rf"\b(?:we're|we\sare)\s(?:all\s)?agreed\b|\b(?:we|they|both|everyone|{_NAME})(?:'ve|'d|\shave|\shad|\sall|\sboth|\sjust|\snow|\salso|\sthen"
    r"|\salready|\sfinally|\sactually|\skind\sof){0,3}\s(?:decided|agreed|settled|opted|chose|have\schosen|picked"
    r"|concluded)\b"
)
_NOTED = pattern(
    r"^(?:[-*•]\s)?(?:(?:final\s|key\s)?decisions?|decided|agreed|resolved|conclusion)\b\s?(?::|-|–|that\b|to\b|on\b)"
)
_GO = pattern(
    rf"{_WE}(?:'re|'ll|\sare|\swill|\sshall|'ve|\shave)?{_SURE}(?:\sgoing\sto|\sgonna|\swant\sto)?{_SURE}\s(?:{_CHOICE})\b"
)
_BUILD = pattern(
    rf"(?:{_WILL}\s(?:use|using|keep|make(?!\sit\b)|include|take|put|add|remove|offer|launch|buy|sign|start|stop|move|cancel"
    rf"|choose|pick|build|sell|renew|extend|call\sit)|\bwe(?:'re|\sare)\s(?:going\sto|gonna)\shave|\bwe'll\shave\s(?=this|that|these|it)){_NOT_TALK}"
)
_SAID = pattern(
    r"\b(?:as\s)?we\s(?:just\s|already\s)?(?:said|discussed|agreed|decided)\s(?:we|that|to|on|it|the|a)\b"
)
_LETS = pattern(rf"\blet's{_SURE}\s(?:use|keep|make|put|take|leave|say\sit)\b{_NOT_TALK}")
_SO_WE = pattern(
    rf"^(?:(?:so|okay|ok|alright|right|then|well|yeah|yes|good)\b,?\s?){{1,3}}we\s(?:just\s|all\s)?(?:take|keep|use|give|leave|make)\b{_NOT_TALK}"
)
_GOES = pattern(r"\b(?:will|'ll|has|have|had|would)\shave\sto\sgo\b(?!\s\w)|\bhas\sto\sgo\b(?!\s\w)")
_NO_MORE = pattern(
    r"^(?:(?:okay|so|alright|right|then|and|well|yes|yeah)\b,?\s?){1,3}no\s(?!(?:problems?|questions?|idea|need|one|matter|way|more"
    r"|doubt|worries|rush|wonder|it|i|we|you|that|this|not|no)\b)\w{3,20}"
)
_THIS_IS = pattern(
    r"^(?:(?:okay|so|alright|right|then|and|well|yes|yeah)\b,?\s?){0,3}(?:this|that|these|those)\s?(?:will\sbe|'ll\sbe)\s(?:the|our)\b"
    r"|^(?:(?:okay|so|alright|right|then|and|well)\b,?\s?){1,3}(?:this|that|it)(?:'s|\sis)\s(?:the|our)\s(?:final\s)?(?:design|plan|choice|solution"
    r"|price|decision|offer|scope)\b"
)
_HELD = pattern(r"\bwe\s(?:have|need)\sto\s(?:keep|stick\s(?:with|to)|drop)\b")
_DECIDED = (_NOTED, _CHOSEN, _GO, _BUILD, _SAID, _LETS, _SO_WE, _GOES, _NO_MORE, _THIS_IS, _HELD)
_BEFORE = pattern(
    r"(?:^|[.,;:!–-]\s?|\b(?:so|and|but|okay|ok|then|well|yeah|yes|no|think|now|also|right|alright|instead|here|because"
    r"|'cause|decided|agreed|said|means|for\snow|today|this\stime|just|both|all)\s)$"
)
"""What may stand before such a cue: `the set we are going to sell` decides nothing."""
_OPEN_YET = pattern(
    r"\b(?:if|whether|unless|maybe|perhaps|could|might|would|should|suppose|wonder|until|when|once|wish|why|how"
    r"|have\sto\s(?:decide|choose)|need\sto\s(?:decide|choose)|must\s(?:decide|choose)|not\sdecided|haven't|hasn't"
    r"|not\syet|didn't|don't\sknow|before|ob|falls|wenn)\b"
)

_MEET = pattern(
    r"\b(?:see|meet|speak\sto|talk\sto|speak\swith|talk\swith)\s(?:you\s|each\sother\s|everyone\s|them\s|back\s"
    r"|again\s|all\s|guys\s|here\s){0,3}(?:again\b|in\s(?!the\s(?:box|picture))(?:\w{1,12}\s){1,2}?(?:minutes?|hours?|days?|weeks?|an\shour)\b"
    r"|in\shalf\san\shour|on\s(?:mon|tues|wednes|thurs|fri)day|next\s(?:week|time|month|meeting)|tomorrow|later"
    r"|after\s(?:lunch|that|the))"
)
_NEXT_MEETING = pattern(
    r"\b(?:(?:have|hold|schedule|book|set\sup)\s(?:\w{1,10}\s){0,3}?(?:another|next|follow-?\s?up)\s(?:meeting|call|session)"
    r"|next\s(?:meeting|call|session)\s(?:is|will|starts?|in|on|at|we)"
    r"|(?:for|before|until|by|at|in)\s(?:the|our|your)\snext\s(?:meeting|session|call))\b"
)
_ASSIGNED = pattern(
    rf"\b(?:you|{_NAME})(?:'ll|\swill|(?:'re|\sare|\sis|'s)\s(?:going\sto|gonna))(?:\s(?:also|then|both"
    r"|all|now|just|again|each|two|three|please|go|and|be)){0,3}\s(?:work(?:ing)?\s(?:on|together|with)|look(?:ing)?\s(?:at|into"
    r"|after)|prepare|preparing|investigat(?:e|ing)|find\sout|design(?:ing)?|research(?:ing)?|explore"
    r"|exploring|think(?:ing)?\sabout|come\sup\swith|complete|write|draft|watch(?:ing)?|responsible"
    r"|get\s(?:\w{1,12}\s){0,2}?(?:instructions?|details?|invite|invitation))\b"
)
_ASKED = pattern(
    r"(?:^|[.,;:]\s|\b(?:and|so|then|okay|please|just|now|you\scan|you\scould|can\syou|could\syou|would\syou|want\syou"
    r"\sto|like\syou\sto|need\syou\sto|ask\syou\sto)(?:\s(?:please|all|both|then|also|just|maybe|to)){0,2}\s)"
    r"(?:please\s(?:look|check|have\sa\slook|read|review|bring|make|write|ask)|check\syour|send\s(?:me|us|it|them|over|out|the|your)|e?mail\s(?:me|us|it|them)|forward\s(?:me|us|it|the)|put\s(?:it|them"
    r"|that|those|these|your|the)\s(?:\w{1,12}\s){0,3}?(?:folder|file|server|drive|calendar|system)|explore|look\sinto"
    r"|investigate|find\sout|work\son|complete|fill\s(?:in|out)|prepare|follow\sup)\b"
)
_KINDLY = pattern(
    r"\b(?:(?:would|do)\syou\s(?:\w{1,10}\s){0,2}?mind\s(?:e?mailing|sending|looking|checking|putting|preparing|writing|sharing)"
    r"|(?:if|maybe|perhaps)\syou\s(?:could\s|can\s|want\sto\s|wanna\s|would\s|just\s|both\s){1,2}(?:look\sinto|check|send|find\sout|investigate"
    r"|prepare|explore|share|forward|work\son)"
    r"|(?:want|need|like|ask)\syou\s(?:all\s|both\s|guys\s|three\s|two\s)?to\s(?:\w{1,12}\s)?(?:work|look|think|prepare|come|find|check|send|explore|design))\b"
)
_HAVE_TO = pattern(
    r"\b(?:what\s)?we\s(?:now\s|still\s|all\s)?(?:have\sto|need\sto|must)\s(?:now\s|still\s|then\s|all\s)?(?:do\snow\sis"
    r"|complete|fill\s(?:in|out)|go\sback\sto|prepare|finish|follow\sup|check\swith|find\sout|get\sback\sto)\b"
)
_LISTED = pattern(
    r"^(?:[-*•]\s)?(?:next\ssteps?|next|action\s?items?|actions?|to-?\s?dos?|follow-?\s?ups?|nächste\sschritte?)\s?[:–-]\s?\S"
)
_WORK_TIME = pattern(
    r"\b(?:you|we)(?:'ll|\swill)?\shave\s(?:\w{1,10}\s){1,3}?(?:minutes?|hours?|days?|weeks?|an\shour)\s(?:to|for)\s(?:\w{1,10}\s)?(?:work"
    r"|prepare|fix|finish|do|make|complete|design|think|individual)"
)
_INSTRUCTED = pattern(r"\b(?:send|get|receive)\s(?:you\s)?(?:\w{1,12}\s){0,2}?instructions?\b")
_NAMED_WORK = pattern(
    rf"\b{_NAME}(?:'ll|\swill)\s(?:check|ask|talk|speak|discuss|review|confirm|look|call|test|try)\b"
)
_NEXT = (
    _LISTED,
    _NAMED_WORK,
    _KINDLY,
    _MEET,
    _NEXT_MEETING,
    _ASSIGNED,
    _ASKED,
    _HAVE_TO,
    _WORK_TIME,
    _INSTRUCTED,
)
_NOT_NEXT = pattern(
    r"\b(?:right\snow|one\snow|it\snow|if\sI|last\s(?:meeting|time)|already|did|didn't|yesterday|ago)\b"
)

_OBJECTS = pattern(
    r"^(?:[-*•]\s)?(?:objections?|concerns?|blockers?|risks?|pushback|einwände?)\s?[:–-]\s?\S"
    r"|\b(?:too|way|pretty|quite|very)\s(?:expensive|pricey|costly|complicated|complex|risky|slow|late)\b"
    r"|\b(?:over|above|out\sof|beyond|no)\s(?:our\s|the\s|their\s|my\s)?budget\b"
    r"|\b(?:worried|concerned|nervous|sceptical|skeptical|hesitant|uneasy|unhappy|not\s(?:\w{1,10}\s)?convinced"
    r"|not\scomfortable|not\skeen)\b"
    r"|\b(?:my|our|their|his|her|the|one|a|main|biggest|real)\s(?:concern|worry|objection|blocker|showstopper|sticking\spoint)\b"
    r"|\b(?:can't|cannot|couldn't)\s(?:afford|justify|accept|agree\sto|sign)\b|\bdeal\s?breaker\b|\bpush(?:ed|es|ing)?\sback\b"
    r"|\bzu\steuer\b|\bbedenken\b"
)
_NO_OBJECTION = pattern(r"\b(?:no|not|isn't|aren't|without|never|any|if)\s(?:\w{1,12}\s){0,2}?$")

_ASKS = pattern(
    r"^(?:[-*•]\s)?(?:open\s)?(?:questions?|unknowns?|open\spoints?|offene\sfragen?)\s?[:–-]\s?\S"
    r"|\b(?:open|unanswered)\squestion\b|\b(?:tbd|tbc|to\sbe\s(?:decided|confirmed|clarified|determined|discussed))\b"
    r"|\b(?:don't|do\snot|doesn't)\sknow\s(?:yet\s)?(?:if|whether|who|when|what\sthe|how\smuch|how\smany)\b"
    r"|\b(?:not\s(?:\w{1,10}\s)?sure|unclear|unsure|undecided)\s(?:yet\s)?(?:if|whether|who|when|how\s(?:much|many))\b"
    r"|\b(?:still|first)\s(?:\w{1,10}\s)?(?:need|have)\sto\s(?:find\sout|check|clarify|decide|confirm|ask)\b"
    r"|\bremains\s(?:open|unclear|to\sbe\sseen)\b|\bnoch\s(?:offen|unklar)\b"
)


def is_decision(words: str) -> bool:
    """Tell whether the words say what was chosen; what is weighed, wished or still to be chosen is not."""
    for cue in _DECIDED:
        found = cue.search(words)
        if found is None or _OPEN_YET.search(words[: found.end() + 20]):
            continue
        if cue not in (_GO, _BUILD) or _BEFORE.search(words[: found.start()]):
            return True
    return False


def is_next_step(words: str) -> bool:
    """Tell whether the words name the next meeting, or work for somebody before it."""
    return not _NOT_NEXT.search(words) and any(cue.search(words) for cue in _NEXT)


def is_objection(words: str) -> bool:
    """Tell whether the words hold something against what is offered."""
    found = _OBJECTS.search(words)
    return found is not None and not _NO_OBJECTION.search(words[: found.start()])


def is_open_question(words: str) -> bool:
    """Tell whether the words say themselves that something is not answered yet."""
    return _ASKS.search(words) is not None
