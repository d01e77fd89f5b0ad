"""What an answer to a mail of ours says: yes, no, neither, away, or never again; read by rule.

Invariant: the same words give the same class; only what its author wrote now is read, never a quote or a signature.
Source: the outcome types of replies; opens and automatic acknowledgements are no outcome.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from state.evidence import Trust
from state.ids import AccountId
from state.world.reading_rules import Sentence, fresh_part, sentence_spans, straightened
from state.world.reading_rules.notices import opt_out
from state.world.reading_rules.words import pattern


class ReplyClass(StrEnum):
    """How somebody answered."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    OUT_OF_OFFICE = "out_of_office"
    UNSUBSCRIBE = "unsubscribe"

    @property
    def outcome(self) -> str:
        """Its name among all outcomes."""
        is_plain = self in (ReplyClass.OUT_OF_OFFICE, ReplyClass.UNSUBSCRIBE)
        return self.value if is_plain else f"reply_{self.value}"


@dataclass(frozen=True, slots=True)
class ReplyOutcome:
    """An answer that was matched to the mail of ours that it answers."""

    mail: str
    """The answer."""
    answers: str
    """Our mail, by its Message-ID."""
    account: AccountId
    sender: str
    """Who answered, lower case: the origin that caps count."""
    is_addressee: bool
    """Whether our mail went to this address."""
    reply: ReplyClass
    at: datetime
    trust: Trust
    action: str = ""
    """The action that sent our mail; empty for one that a person sent."""


_AWAY_SUBJECT = pattern(
    r"^\W{0,3}(?:automatic\sreply|auto(?:matic)?[\s-]?(?:reply|response|antwort)|automatische\santwort"
    r"|out\sof\s(?:the\s)?office|ooo\b|abwesenheits\w*|on\s(?:leave|vacation|holiday|parental\sleave)"
    r"|réponse\sautomatique|respuesta\sautomática)"
)
_AWAY = pattern(
    r"\b(?:i\sam|i'm|i\swill\sbe|i'll\sbe|currently|am\scurrently)\s(?:\w{1,12}\s){0,2}?(?:out\sof\s(?:the\s)?office"
    r"|away\sfrom\s(?:the\s|my\s)?(?:office|desk)|on\s(?:annual\s|parental\s|maternity\s|paternity\s|sick\s)?(?:leave"
    r"|vacation|holiday|pto)|ooo)\b"
    r"|\bout\sof\s(?:the\s)?office\s(?:until|till|through|from|this|today|next)\b"
    r"|\b(?:limited|no)\saccess\sto\s(?:my\s)?e-?mails?\b|\bi\swill\s(?:respond|reply|answer)\s(?:\w{1,12}\s){0,3}?"
    r"(?:upon|on|after|when)\s(?:my|i)\s?(?:return|am\sback)\b"
    r"|\b(?:nicht\sim\sbüro|im\surlaub|nicht\serreichbar|wieder\sim\sbüro|abwesend)\b"
)
_NEGATIVE = pattern(
    r"\b(?:not|no\slonger|isn't|aren't|never|kein|nicht)\s(?:\w{1,12}\s){0,3}?(?:interested|interest|interesse"
    r"|interessiert|a\s(?:good\s)?fit|the\sright\s(?:fit|time)|a\spriority|moving\s(?:forward|ahead)|looking\s(?:for|to)"
    r"|in\sthe\smarket|relevant|convinced|going\sto\s(?:buy|proceed|renew|pursue))\b"
    r"|\b(?:won't|will\snot|can't|cannot|don't|do\snot|didn't|did\snot|decided\snot\sto|decided\sagainst)\s"
    r"(?:\w{1,12}\s){0,3}?(?:proceed(?:ing)?|mov(?:e|ing)\s(?:forward|ahead)|renewing|go\s(?:forward|ahead|with)|pursue|renew|buy|purchase"
    r"|need\s(?:this|it|your|that)|have\s(?:the\s|any\s)?budget|see\s(?:a|the)\s(?:need|value|fit)|make\ssense)\b"
    r"|\bdecided\s(?:against|to\s(?:pass|go\swith\s(?:another|someone|a\sdifferent|\w{2,20})))\b"
    r"|\b(?:we|i)(?:'ll|\swill|\shave|'ve)?\s(?:to\s)?(?:pass|passed)\b(?!\s(?:it|this|that|your|on\s(?:to|your)|along))"
    r"|\bno(?:,|\sbut)?\s(?:thanks|thank\syou)\b|\bnein,?\sdanke\b|\bno\s(?:budget|need\sfor|interest)\b"
    r"|\b(?:went|gone|going|signed|chosen|chose|selected)\s(?:\w{1,12}\s){0,2}?(?:another|a\sdifferent|someone\selse|a"
    r"\scompetitor|competitor)\b"
    r"|\b(?:leave\s(?:me|us)\salone|stop\schasing|waste\sof\stime|kein\sbedarf|kein\sbudget|absagen)\b"
    r"|\btoo\sexpensive\b|\bnot\sat\s(?:this|the)\s(?:time|moment|stage)\b|\bhave\sto\sdecline\b|\bmust\sdecline\b"
)
_POSITIVE = pattern(
    r"\b(?:sounds?|looks?)\s(?:\w{1,12}\s)?(?:good|great|perfect|fine|interesting)\b"
    r"|\b(?:we|i)(?:'re|'m|\sare|\sam|\swould\sbe|'d\sbe)\s(?:\w{1,12}\s){0,2}?(?:interested|keen|happy|glad|excited|in)\b"
    r"|\b(?:let's|let\sus)\s(?:\w{1,12}\s)?(?:talk|meet|schedule|book|set\sup|go|do|move|proceed|start|discuss|get)\b"
    r"|\b(?:works|suits)\s(?:\w{1,12}\s){0,2}?(?:for\s(?:me|us)|well|great|fine)\b|\bgo\sahead\b|\byes,?\splease\b"
    r"|\b(?:we|i)\s(?:accept|agree|approve|confirm|would\slove|'d\slove)\b|\bwe\swould\slike\sto\s(?:proceed|order|buy"
    r"|see|try|go|move|start|continue|expand|renew)\b|\blooking\sforward\b|\bhappy\sto\s(?:talk|meet|chat|discuss|join)\b"
    r"|\b(?:please|pls|kindly|can\syou|could\syou)\s(?:\w{1,12}\s){0,2}?(?:send|share|forward|prepare)\s(?:\w{1,12}\s){0,4}?"
    r"(?:contract|quote|proposal|offer|order\sform|agreement|pricing|calendar\sinvite|invite|invitation|slots?|times?)\b"
    r"|\b(?:signed|approved)\s(?:\w{1,12}\s){0,3}?(?:contract|order|agreement|quote|offer|form)\b"
    r"|\bwe\s(?:go|will\sgo|are\sgoing)\s(?:on|ahead|forward)\b|\bcount\s(?:me|us)\sin\b|\bsign\s(?:me|us)\sup\b"
    r"|\b(?:sehr\s)?gerne?\b|\bpasst\s(?:gut|mir|uns)\b|\bklingt\s(?:gut|interessant)\b|\bwir\snehmen\sdas\sangebot\b"
)
_ONLY_WORD = pattern(
    r"^\W*(?:(?P<yes>yes|sure|perfect|great|absolutely|definitely|ja|gern)|(?P<no>no|nope|nein))\b\W*$"
)
_NO_MORE = pattern(r"^\W*(?:unsubscribe|remove\sme|opt[\s-]?out|stop|abmelden|abbestellen)\W*$")
_HEDGED = pattern(r"\b(?:if|once|whether|would\sneed|unless|wenn|falls)\b")
_THANKED = pattern(r"\b(?:no\s(?:problem|worries|rush|hurry))\b")


def reply_class(
    subject: str, text: str, *, sender: str, at: datetime, is_automatic: bool, is_to_opt_out: bool = False
) -> ReplyClass | None:
    """Read how somebody answered; None for an automatic acknowledgement, which says nothing.

    Shape: the first that applies of unsubscribe, out of office, negative, positive; else neutral.
    """
    bare = _without_reply(subject)
    sentences = tuple(_sentences(text))
    if is_to_opt_out or _NO_MORE.match(bare) or (not is_automatic and _wants_no_mail(sentences, sender, at)):
        return ReplyClass.UNSUBSCRIBE
    is_away = _AWAY_SUBJECT.search(bare) is not None or any(_AWAY.search(one) for one in sentences)
    if is_away or is_automatic:
        return ReplyClass.OUT_OF_OFFICE if is_away else None
    return _attitude(sentences)


def _attitude(sentences: Sequence[str]) -> ReplyClass:
    words = [_ONLY_WORD.match(one) for one in sentences[:3]]
    has_no = any(_NEGATIVE.search(_THANKED.sub("", one)) for one in sentences)
    if has_no or any(word is not None and word["no"] for word in words):
        return ReplyClass.NEGATIVE
    has_yes = any(_POSITIVE.search(one) and not _HEDGED.search(one) for one in sentences)
    has_yes = has_yes or any(word is not None and word["yes"] for word in words)
    return ReplyClass.POSITIVE if has_yes else ReplyClass.NEUTRAL


def _without_reply(subject: str) -> str:
    return re.sub(
        r"^\s*(?:(?:re|aw|fwd?|wg|sv|antw)\s{0,2}:\s*){1,5}", "", subject[:300], flags=re.IGNORECASE
    )


def _sentences(text: str) -> Iterable[str]:
    """Shape: sentences written now, with straight quotes; at most the first 200."""
    spans = (
        span for start, end in fresh_part(text) for span in sentence_spans(text, start, end, by_line=False)
    )
    for number, (start, end) in enumerate(spans):
        if number == 200:
            return
        yield straightened(text[start:end])


def _wants_no_mail(sentences: Sequence[str], sender: str, at: datetime) -> bool:
    said = (Sentence(one, at.date(), "them", sender, "mail_in", lambda *_: "them") for one in sentences)
    return any(opt_out(one) is not None or _NO_MORE.match(one.text) for one in said)


def counted(outcomes: Sequence[ReplyOutcome], per_origin: int) -> tuple[ReplyOutcome, ...]:
    """Keep what may be learned from: of untrusted origins only the first few each, and only addressees.

    Invariant: one address moves no more than `per_origin` outcomes, however often it writes and whatever it cites;
    one mail of ours is answered once by each address.
    """
    kept: list[ReplyOutcome] = []
    seen: set[tuple[str, str]] = set()
    counts: dict[str, int] = {}
    for one in sorted(outcomes, key=lambda outcome: (outcome.at, outcome.mail)):
        is_untrusted = one.trust.rank <= Trust.UNTRUSTED.rank
        if (one.sender, one.answers) in seen or (is_untrusted and not one.is_addressee):
            continue
        if is_untrusted and counts.get(one.sender, 0) >= per_origin:
            continue
        seen.add((one.sender, one.answers))
        counts[one.sender] = counts.get(one.sender, 0) + 1
        kept.append(one)
    return tuple(kept)
