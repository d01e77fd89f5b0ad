"""People, addresses and numbers of people leave as placeholders and come back as themselves.

Invariant: `restore(hide(text))` gives names back in the spelling of the record; equal input gives equal
placeholders.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from agents.critic.confidential import is_card, is_iban, secrets_in
from state.ports.deciding import Deliberating

_EMAIL = re.compile(r"(?P<quote>'(?!@))?[^\s<>‹›\"“”(),;:@]+@[^\s<>‹›\"'“”(),;:@]+\.[\w-]+")
_CARD = re.compile(r"(?<![\d-])(?:\d[ -]?){11,18}\d(?![\d-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){2,8}\b")
_PHONE = re.compile(r"(?<![\w.,/+(-])(?:\+ ?\d|\(\+?\d|\d)[\d ().-]{4,}\d(?:x\d{1,5})?(?![\w]|[-.,:/]\d)")
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}|^\d{1,2}[.-]\d{1,2}[.-]\d{2,4}$|^(?:19|20)\d\d ?-? ?(?:19|20)\d\d$")
_MONEY_BEFORE = re.compile(r"(?:[$€£]|\b(?:usd|eur|gbp|chf|cad|aud))\s?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"^\s?(?:[$€£]|(?:usd|eur|gbp|chf|cad|aud)\b)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"<(?:person|email|phone|account)-\d+(?:-[a-z]+)?>")
_FENCE = re.compile(r"⟦[^⟧]*⟧ ?")
_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_TIMES = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)
WITHHELD = "[withheld: it holds a secret]"
SHORTEST_NAME = 3
PHONE_DIGITS = range(7, 16)
UNBROKEN_DIGITS = 9
"""A run of digits without any separator is a telephone number from so many on."""


@dataclass
class Redaction:
    """The placeholders of one request; grows as texts are hidden."""

    names: tuple[str, ...]
    """Of people, as the records spell them."""
    _forms: dict[str, str] = field(default_factory=dict)
    _back: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, about: Deliberating) -> "Redaction":
        """Know the people of an account, and ours."""
        contacts = (contact.name for contact in about.view.contacts)
        people = (person.name for person in about.judgement.people)
        return cls(tuple(_people((*contacts, *people, *(user.name for user in about.users)))))

    def __post_init__(self) -> None:
        for place, name in enumerate(self.names, start=1):
            parts = name.split()
            self._keep(name, f"<person-{place}>")
            for suffix, part in (("first", parts[0]), ("last", parts[-1])):
                if len(parts) > 1 and len(part) >= SHORTEST_NAME and part.casefold() not in _TIMES:
                    self._keep(part, f"<person-{place}-{suffix}>")
            for suffix, mark in (("dashed", "-"), ("dotted", "."), ("joined", "_")):
                if len(parts) > 1:
                    self._keep(mark.join(parts).casefold(), f"<person-{place}-{suffix}>")

    def hide(self, text: str) -> str:
        """Replace what names a person; a text that holds a key or a password is withheld whole."""
        if any(rule in ("api_key", "password") for rule, _ in secrets_in(text)):
            return WITHHELD
        text = _HIDDEN.sub("", text).translate(_INERT)
        text = _EMAIL.sub(self._address, text)
        text = _IBAN.sub(lambda found: self._proved(found.group(), is_one=is_iban(found.group())), text)
        text = _CARD.sub(lambda found: self._proved(found.group(), is_one=is_card(found.group())), text)
        text = self._full.sub(lambda found: self._forms[found.group().casefold()], text)
        text = self._single.sub(lambda found: self._forms[found.group().casefold()], text)
        return _PHONE.sub(self._phone, text)

    def restore(self, text: str) -> str:
        """Put people and addresses back, and take fences away."""
        return _PLACEHOLDER.sub(
            lambda found: self._back.get(found.group(), found.group()), _FENCE.sub("", text)
        )

    def strangers(self, text: str) -> tuple[str, ...]:
        """List placeholders that were never given out."""
        return tuple(one for one in _PLACEHOLDER.findall(text) if one not in self._back)

    @cached_property
    def _full(self) -> re.Pattern[str]:
        forms = (form for form, held in self._forms.items() if not held.endswith(("-first>", "-last>")))
        return _words(forms, re.IGNORECASE)

    @cached_property
    def _single(self) -> re.Pattern[str]:
        return _words(back for held, back in self._back.items() if held.endswith(("-first>", "-last>")))

    def _keep(self, form: str, placeholder: str) -> str:
        if form.casefold() not in self._forms:
            self._forms[form.casefold()] = placeholder
            self._back[placeholder] = form
        return self._forms[form.casefold()]

    def _numbered(self, kind: str, found: str) -> str:
        known = self._forms.get(found.casefold())
        if known is not None:
            return known
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._keep(found, f"<{kind}-{self._counts[kind]}>")

    def _address(self, match: re.Match[str]) -> str:
        quote = match["quote"] or ""
        return f"{quote}{self._numbered('email', match.group()[len(quote) :])}"

    def _proved(self, found: str, *, is_one: bool) -> str:
        return self._numbered("account", found) if is_one else found

    def _phone(self, match: re.Match[str]) -> str:
        found = match.group()
        digits = sum(character.isdigit() for character in found.partition("x")[0])
        is_bare = found.isdigit() and digits < UNBROKEN_DIGITS
        is_money = _MONEY_BEFORE.search(match.string[: match.start()]) or _MONEY_AFTER.search(
            match.string[match.end() :]
        )
        if digits not in PHONE_DIGITS or is_bare or is_money or _DATED.search(found):
            return found
        return self._numbered("phone", found)


_INERT = str.maketrans({"<": "‹", ">": "›", "⟦": "[", "⟧": "]"})
"""So that no text can pose as a placeholder or as the end of a fence."""


def _people(names: Iterable[str]) -> list[str]:
    found = {name.strip() for name in names if "@" not in name and any(c.isalpha() for c in name)}
    return sorted(found, key=lambda name: (name.casefold(), name))


def _words(forms: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<![\w<])(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)", flags)
