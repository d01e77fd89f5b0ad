"""What a seller means, by rules alone: exact commands first, then refusals, corrections, edits, questions.

Invariant: an approval is read only from `approve` and one id, letter for letter; a misspelt one is none.
"""

import re
from collections.abc import Callable

from agents.clarifier.asking import QUESTIONS, VOCABULARY
from agents.clarifier.correcting import correction
from agents.clarifier.intents import (
    Again,
    Answer,
    Approve,
    Assent,
    Help,
    Intent,
    OutOfScope,
    Redirect,
    Refused,
    Reject,
    Reword,
    Show,
    Undo,
    Why,
)
from agents.clarifier.spelling import Said, read

ID = r"[a-z]{2,3}_[0-9a-f]{4,40}"
ACTION = r"ac_[0-9a-f]{4,40}"


def understand(utterance: str) -> Intent:
    """Find what is meant; what no rule reads is out of scope."""
    said = read(utterance)
    found = _command(said) or _refusal(said) or _spoken(said)
    if found is None:
        found = _spoken(said.spelt(VOCABULARY))
    return OutOfScope(text=utterance.strip()[:120]) if found is None else found


def _command(said: Said) -> Intent | None:
    for pattern, make in COMMANDS:
        found = pattern.fullmatch(said.text)
        if found is not None:
            return make(said, found)
    return None


def _approve(said: Said, found: re.Match[str]) -> Intent:
    """Nothing around the command: a question mark makes it a question."""
    is_exact = " ".join(said.typed) == f"approve {found['id']}"
    return Approve(id=found["id"]) if is_exact else Assent()


def _reject(said: Said, found: re.Match[str]) -> Intent:
    reason = "" if found["reason"] is None else said.original(found.start("reason"), found.end("reason"))
    return Reject(id=found["id"], reason=reason)


ORDINALS = ("first", "second", "third", "fourth", "fifth")
Make = Callable[[Said, re.Match[str]], Intent]
COMMANDS: tuple[tuple[re.Pattern[str], Make], ...] = (
    (re.compile(rf"approve (?P<id>{ACTION})"), _approve),
    (
        re.compile(rf"reject (?P<id>{ACTION})(?: (?:because |reason |as )?(?P<reason>.+))?"),
        _reject,
    ),
    (re.compile(rf"undo (?P<id>{ACTION})"), lambda _, m: Undo(id=m["id"])),
    (
        re.compile(
            r"(?:please )?(?:undo|revert|take (?:that|it) back|mach das rückgängig|zurück)(?: (?:that|it|this|"
            r"the approval))?"
        ),
        lambda _, m: Undo(),
    ),
    (re.compile(rf"(?:why|explain) (?P<id>{ID})"), lambda _, m: Why(id=m["id"])),
    (re.compile(rf"(?:(?:show|open|display)(?: me)? )?(?P<id>{ID})"), lambda _, m: Show(id=m["id"])),
    (
        re.compile(r"answer (?P<id>qu_[0-9a-f]{4,40}) (?:with )?(?P<option>.+)"),
        lambda s, m: Answer(id=m["id"], option=s.original(m.start("option"), m.end("option"))),
    ),
    (
        re.compile(r"(?:(?:option|number|answer|the answer is|nr|nummer) )?(?P<option>[1-9])"),
        lambda _, m: Answer(option=m["option"]),
    ),
    (
        re.compile(r"(?:the )?(?P<option>first|second|third|fourth|fifth)(?: one)?"),
        lambda _, m: Answer(option=str(ORDINALS.index(m["option"]) + 1)),
    ),
)

_PEOPLE = (
    r"(?:e-?mails?|addresses|contacts?|customers?|clients|people|persons|phones?|numbers|leads|list|crm|"
    r"database|data|kontakte|kunden|adressen)"
)
_BULK = re.compile(
    rf"\b(?:send|mail|email|forward|export|download|dump|share|give|copy|hand|schick|sende|exportiere)\b.*"
    rf"\b(?:all|every|everyone|everybody|entire|whole|complete|full|alle|every one)\b.*\b{_PEOPLE}\b"
)
_EXPORT = re.compile(
    rf"\b(?:export|download|dump|exportiere)\b.*\b{_PEOPLE}\b|\b(?:customer|contact|client|kunden)s?'? ?list\b.*\bto\b"
)
_BYPASS = re.compile(
    r"\bapprove (?:all|every|everything|anything|them)\b|\bwithout (?:an |my |any |the )?approval\b"
    r"|\b(?:skip|bypass|disable|turn off|switch off|remove) (?:the |all )?(?:approvals?|polic(?:y|ies)|rules?|"
    r"guardrails?)\b"
    r"|\bignore (?:all |the |your |any )?(?:previous |prior )?(?:instructions?|rules?|polic(?:y|ies))\b"
    r"|\b(?:mail|email|write to|send .* to) (?:all|every|everyone|everybody)\b"
)


def _refusal(said: Said) -> Intent | None:
    if _BULK.search(said.text) or _EXPORT.search(said.text):
        return Refused(why="bulk")
    return Refused(why="bypass") if _BYPASS.search(said.text) else None


def _spoken(said: Said) -> Intent | None:
    return next((found for rule in _RULES if (found := rule(said)) is not None), None)


_ASSENT = re.compile(
    r"(?:yes|yep|ok|okay|sure|ja|klar|great|perfect|please|approve|approved|send|do|go|looks|sounds|fine|ship|"
    r"abschicken|schick)\b"
    r"(?: (?:yes|ok|okay|please|just|it|that|this|the|mail|email|draft|now|do|send|go|ahead|for|good|great|fine|"
    r"to|me|approve|"
    r"approved|both|one|off|away|es|ab|raus|them|him|her|lgtm|mit|los|and|then))*|i approve(?: it| that| this)?|"
    r"approval granted|lgtm"
)
_HELP = re.compile(
    r"help(?: me)?|hilfe|what can (?:you|i) (?:do|ask|say)(?: here| for me)?|hi|hello|hey|hallo|guten (?:tag|morgen)|"
    r"good (?:morning|afternoon|evening)|thanks|thank you|danke|who are you|how does this work|commands"
)


def _assent(said: Said) -> Intent | None:
    is_near = re.search(rf"\bap\w*ve\w* .*{ACTION}|{ACTION}.*\bap\w*ve", said.text)
    return Assent() if is_near or _ASSENT.fullmatch(said.text) else None


def _courtesy(said: Said) -> Intent | None:
    return Help() if _HELP.fullmatch(said.text) else None


_SHORTER = re.compile(r"\b(?:shorter|shorten|briefer|more concise|too long|kürzer|cut it down)\b")
_NO_DISCOUNT = re.compile(
    r"\b(?:no|without|remove|drop|skip|ohne|kein(?:en)?) (?:the |any |a |einen )?(?:discounts?|rebates?|rabatt)\b"
)
_WORDING = frozenset(
    "make it a bit much little please and the mail email draft version shorter shorten briefer more concise too long "
    "kürzer cut down no without remove drop skip ohne kein keinen any discount discounts rebate rebates rabatt "
    "but it's "
    "that's is this i want with in mach es bitte und einen one".split()
)


def _reword(said: Said) -> Intent | None:
    shorter, plain = _SHORTER.search(said.text), _NO_DISCOUNT.search(said.text)
    if not (shorter or plain) or not set(said.folded) <= _WORDING:
        return None
    return Reword(is_shorter=bool(shorter), has_no_discount=bool(plain))


_REDIRECT = re.compile(
    r"(?:(?:no|and|please|can you|send|address|make|write|redirect|it|that|this|mail|email|the|draft) )*"
    r"(?:to|an) (?P<to>.+) (?:instead|stattdessen|rather)(?: please)?|"
    r"(?:redirect|readdress|address)(?: (?:it|that|this|the mail|the draft))? to (?P<person>.+)"
)


def _redirect(said: Said) -> Intent | None:
    found = _REDIRECT.fullmatch(said.text)
    if found is None:
        return None
    group = "to" if found["to"] is not None else "person"
    return Redirect(to=said.original(found.start(group), found.end(group)))


_AGAIN = re.compile(
    r"(?:(?:and|und|or|also) )?(?:(?:what|how) about|the same for|same for|same at|and for|and at|now for|now|"
    r"and|und|und bei|und für)"
    r" (?P<account>(?:\S+ ){0,5}\S+)"
)


def _again(said: Said) -> Intent | None:
    found = _AGAIN.fullmatch(said.text)
    if found is None:
        return None
    return Again(account=said.original(found.start("account"), found.end("account")))


def _question(said: Said) -> Intent | None:
    return next((found for rule in QUESTIONS if (found := rule.read(said)) is not None), None)


_RULES: tuple[Callable[[Said], Intent | None], ...] = (
    _courtesy,
    correction,
    _reword,
    _redirect,
    _assent,
    _question,
    _again,
)
