"""Imperatives aimed at us or at the system that would move data, money, approvals or rules.

Invariant: they are only flagged; nothing obeys or relies on them, and nothing is safe because none was found.
"""

from state.world.reading_rules.found import Found, Sentence
from state.world.reading_rules.words import Pattern, pattern

_CLAUSE = (
    r"(?:^|[,;:.!?\"(]\s?|\b(?:and|then|also|please|pls|must|now|to|und|bitte|assistant|agent|system|ai)\s)"
)
_SECRETS = (
    r"(?:customer|client|contact|account|user|price|employee|lead)s?(?:'s?)?\s(?:list|data(?:base)?|records"
    r"|details|export|e-?mails|addresses)"
    r"|(?:all|every|other)\s(?:\w{2,12}\s){0,2}?(?:customers?|contacts?|accounts?|e-?mails|prices|contracts"
    r"|records|deals)|passwords?|credentials?|api\s?keys?|tokens?|secrets?|crm(?:\sexport)?|pipeline"
    r"|kundenliste|kundendaten"
)
_RULES: tuple[tuple[str, Pattern], ...] = (
    (
        "ignore_rules",
        pattern(
            r"\b(?:ignore|disregard|forget|override|bypass|skip"
            r"|disable)\b(?:\s\w{1,14}){0,4}?\s(?:instructions?|rules?|polic(?:y|ies)|prompts?|guidelines"
            r"|approvals?|guardrails?|checks?|restrictions)\b"
            r"|\bwithout\s(?:asking|approval|telling|confirmation|review)\b|\bdo\snot\s(?:tell|inform|notify"
            r"|alert|ask)\b(?:\s\w{1,14}){0,3}?\s?(?:anyone|the\s\w{2,14}|your\s\w{2,14}|user|seller|human)\b"
        ),
    ),
    (
        "role",
        pattern(
            r"\byou\sare\snow\b|\bas\san?\s(?:ai|assistant|language\smodel)\b|^\s*(?:system|assistant"
            r"|developer)\s?:|\bnew\sinstructions?\b|</?(?:system|instructions?|tool)\b"
        ),
    ),
    (
        "approve",
        pattern(
            rf"{_CLAUSE}(?:approve|authori[sz]e|grant|confirm|apply|accept|release|genehmigen?)\s(?:sie\s"
            rf"|all\s|any\s|the\s|a\s|an\s|this\s|my\s|our\s)?(?:\w{{1,14}}\s){{0,2}}?(?:\d{{1,3}}\s?(?:%"
            rf"|percent\b)|discounts?|payments?|refunds?|requests?|approvals?|orders?|proposals?|actions?"
            rf"|credits?)"
            r"|\bmark\b(?:\s\w{1,14}){0,3}?\s(?:as\s)?(?:approved|won|closed|paid)\b"
        ),
    ),
    (
        "move_data",
        pattern(
            rf"{_CLAUSE}(?:send|forward|export|share|e-?mail|mail|upload|give|post|copy|reveal|disclose"
            rf"|attach|provide|senden?|schicken?)\b(?:\s\w{{1,14}}){{0,5}}?\s(?:{_SECRETS})\b"
        ),
    ),
    (
        "move_money",
        pattern(
            rf"{_CLAUSE}(?:transfer|wire|pay|refund|remit)\b(?:\s[\w$€.,]{{1,14}}){{0,5}}?\s(?:to|into|usd"
            rf"|eur|dollars|euros?|the\samount|account)\b"
            r"|\b(?:change|update|replace|use)\b(?:\s\w{1,14}){0,3}?\s(?:bank\s(?:details|account)|iban"
            r"|account\snumber)\b"
        ),
    ),
    (
        "change_record",
        pattern(
            rf"{_CLAUSE}(?:delete|remove|erase|overwrite|set|change|update)\s(?:the\s|all\s"
            rf"|every\s)?(?:\w{{1,14}}\s){{0,2}}?(?:crm|records?|deals?|stage|amount|close\sdate|recipients?"
            rf"|owner|polic(?:y|ies))\b"
        ),
    ),
)
_TO_ADDRESS = pattern(
    rf"{_CLAUSE}(?:send|forward|e-?mail|mail|share|copy|cc|reply"
    rf"|senden?)\b[^.?!]{{0,80}}?(?<![\w.-])(?P<address>[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,4}})"
)
_VERB = pattern(
    rf"{_CLAUSE}(?:send|forward|export|share|e-?mail|upload|give|approve|grant|transfer|wire|pay|delete"
    rf"|update|change|set|reply|call|open|download|run|execute|add|include|use|tell|say|write|recommend|mark"
    rf"|treat|rate|classify|prioriti[sz]e)\b"
)


ORDER_WORDS = (
    "ignore", "disregard", "forget", "override", "bypass", "skip", "disable", "without", "do not",
    "you are now", " ai", "assistant", "language model", "system", "developer", "instruction", "tool",
    "approve", "authori", "grant", "confirm", "apply", "accept", "release", "genehmig", "mark", "send",
    "forward", "export", "share", "mail", "upload", "give", "post", "copy", "reveal", "disclose",
    "attach", "provide", "schick", "transfer", "wire", "pay", "refund", "remit", "bank", "iban",
    "account number", "delete", "remove", "erase", "overwrite", "set ", "change", "update", "cc ",
    "reply",
)  # fmt: skip
"""Words without which the rules below cannot match; they only save time."""


def order(sentence: Sentence) -> Found | None:
    """Flag an imperative in what a reader can see."""
    said = sentence.text.lower()
    return _order(sentence) if any(word in said for word in ORDER_WORDS) else None


def _order(sentence: Sentence) -> Found | None:
    act = next((act for act, words in _RULES if words.search(sentence.text)), None)
    if act is None:
        address = _TO_ADDRESS.search(sentence.text)
        act = "other_recipient" if address and _domain(address["address"]) != _domain(sentence.by) else None
    return None if act is None else Found("instruction", {"act": act, "is_hidden": False})


def hidden_order(sentence: Sentence) -> Found | None:
    """Flag any imperative in what a reader cannot see."""
    found = order(sentence)
    if found is None and not _VERB.search(sentence.text):
        return None
    return Found("instruction", {**(found.values if found else {"act": "imperative"}), "is_hidden": True})


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()
