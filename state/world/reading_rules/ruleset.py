"""The rules in order, the words without which each cannot match, and which rules hold for which kind of text.

Invariant: a rule's words only save time: where none occurs the rule finds nothing.
"""

from collections.abc import Iterator

from state.world.reading_rules.found import Found, Rule, Sentence
from state.world.reading_rules.growth import expansion, expansion_withdrawn
from state.world.reading_rules.notices import advocacy, attendance, notice, opt_out
from state.world.reading_rules.promises import promise
from state.world.reading_rules.rivals import competitor
from state.world.reading_rules.wishes import call_back, discount, not_before, request, request_withdrawn

RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (promise, ("'ll", "will", "shall", "going to", "promis", "committed", "undertook", "pledged", "agreed", "owe",
               "werde", "schick", "send", "liefer", "erstelle")),
    (request, ("you", "please", "pls", "kindly", "bitte", "we", "i ", "i'", "is there", "are there", "have", "ask",
               "want", "need", "request", "wir", "ich", "könn")),
    (request_withdrawn, ("no longer", "n't", "not", "no need", "mind", "scratch", "already", "disregard", "ignore",
                         "withdraw", "forget", "cancel", "erledigt", "nicht")),
    (expansion, ("new", "additional", "more", "further", "extra", "another", "open", "launch", "add", "expand",
                 "expansion", "grow", "need", "want", "take", "order", "neue", "weitere", "zusätzliche", "eröffn")),
    (expansion_withdrawn, ("hold", "cancel", "off", "n't", "not", "longer", "back", "withdr", "scrapped", "shelved",
                           "against", "forget", "disregard", "scratch", "nicht")),
    (not_before, ("before", "until", "moved", "moves", "pushed", "postponed", "deferred", "delayed", "shifted", "slip",
                  "earliest", "vor", "frühestens", "erst", "verschoben", "only")),
    (call_back, ("call", "ring", "phone", "contact", "ping", "mail", "write", "try", "back", "check", "reach", "touch",
                 "follow", "reconnect", "again", "let's", "rufen", "melden")),
    (competitor, ("looking", "talking", "considering", "evaluat", "review", "test", "trial", "speaking", "compar",
                  "shortlist", "piloting", "demo", "switch", "moving", "move", "migrat", "quote", "offer", "proposal",
                  "bid", "schauen", "sehen", "prüfen", "vergleichen", "angebot", "pitched", "approached", "under",
                  "came in", "cheaper", "in talks", "gave us", "shortlist", "short list", "in the r",
                  "option", "alternative")),
    (discount, ("%", "percent", "per cent", "prozent", "discount", "rebate", "better price", "rabatt", "nachlass")),
    (advocacy, ("loop", "brought", "pulled", "invited", "add", "cc", "introduc", "forwarded", "defended", "fought",
                "argued", "case", "pushing", "vouched", "spoke", "recommended", "process", "steps", "checklist",
                "timeline", "template")),
    (opt_out, ("unsubscribe", "take", "remove", "delete", "stop", "quit", "not", "n't", "no more", "no further",
               "keine", "verteiler")),
    (notice, ("renew", "extend", "continu", "notice", "terminat", "cancel", "kündig", "verlänger")),
    (attendance, ("join", "attend", "be there", "meeting", "on the call", "make it", "make the", "make mon", "make tue",
                  "make wed", "make thu", "make fri", "make sat", "make sun", "come")),
)  # fmt: skip
OF_OURS = RULES[:1]
"""In a mail of ours only a promise says something about the account: the rest is us talking."""


def read(sentence: Sentence) -> Iterator[Found]:
    """Apply every rule that holds for the sentence's origin."""
    said = sentence.text.lower()
    for rule, words in OF_OURS if sentence.origin == "mail_out" else RULES:
        found = rule(sentence) if any(word in said for word in words) else None
        if found is not None:
            yield found
