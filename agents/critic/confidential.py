"""Secrets and account numbers that must not stand in an outgoing text: cards, IBANs, keys, passwords.

Invariant: cards and IBANs are proved by their check digits, so that an order number is none.
"""

import re
from collections.abc import Iterator

_CARD = re.compile(r"(?<![\d-])(?:\d[ -]?){12,18}\d(?![\d-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_KEYS = re.compile(
    r"\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,}\b"
    r"|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bxox[abprs]-[A-Za-z0-9-]{10,}\b"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\b|\bAIza[0-9A-Za-z_-]{30,}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_PASSWORD = re.compile(
    r"\b(?:password|passwort|passwd|pwd|passcode|api[ _-]?key|secret|token)\b\s*(?:is|lautet|[:=])\s*[\"“']?"
    r"(?=\S*[\d\W])\S{6,}",
    re.IGNORECASE,
)


def secrets_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield (rule, what it is) for everything that must not leave."""
    if any(is_card(match.group()) for match in _CARD.finditer(text)):
        yield "card_number", "a payment card number"
    if any(is_iban(match.group()) for match in _IBAN.finditer(text)):
        yield "iban", "a bank account number"
    if _KEYS.search(text):
        yield "api_key", "an access key"
    if _PASSWORD.search(text):
        yield "password", "a password"


def is_card(text: str) -> bool:
    """Prove a card number by its Luhn digit."""
    digits = [int(character) for character in text if character.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_iban(text: str) -> bool:
    """Prove an IBAN by its two check digits."""
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1
