"""Forgetting a person: what names them, which records are theirs alone, and how they are taken out of the others.

Invariant: a redacted value is of the same shape, so what read it before can still read it; the same person is always
replaced by the same pseudonym, so that what remains still fits together and names nobody.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from state.canonical import Json
from state.ids import AccountId, EventId
from state.world.record import NodeKind

ERASED = "[erased]"
SHORTEST_ID = 4
"""A shorter id is replaced only where it stands alone, not inside a text."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Marks:
    """What names one person."""

    pseudonym: str
    contacts: frozenset[tuple[AccountId, str]] = frozenset()
    addresses: frozenset[str] = frozenset()
    """Lower case."""
    names: frozenset[str] = field(default=frozenset())
    """Full names, of two words or more."""

    @cached_property
    def accounts(self) -> frozenset[AccountId]:
        """Where the person is known."""
        return frozenset(account for account, _ in self.contacts)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The sources' own ids of the person."""
        return frozenset(contact for _, contact in self.contacts)

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """Every text by which the person could be found."""
        long_ids = (one for one in self.ids if len(one) >= SHORTEST_ID)
        return tuple(sorted({*self.addresses, *self.names, *long_ids, *self.keys}))

    @cached_property
    def keys(self) -> frozenset[str]:
        """Their nodes in situations."""
        return frozenset(f"{NodeKind.CONTACT.value}/{one}" for one in self.ids)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Find any of them as whole words."""
        mails, others = (
            "|".join(re.escape(one) for one in sorted(group, key=len, reverse=True)) or r"(?!)"
            for group in (self.addresses, {*self.needles} - self.addresses)
        )
        whole = rf"(?<![\w.+-])(?:{mails})(?![\w-]|\.\w)|(?<![\w+@-])(?:{others})(?![\w-])"
        return re.compile(whole, re.IGNORECASE)

    def is_in(self, text: str) -> bool:
        """Say whether a text names the person."""
        return self.pattern.search(text) is not None


def is_theirs(marks: Marks, account: str | None, kind: str, record: Mapping[str, Json]) -> bool:
    """Say whether a record as a whole is about, from or to the person, so that nothing of it stays."""

    def is_known(*fields: str) -> bool:
        return any(str(record.get(name) or "").casefold() in marks.addresses for name in fields)

    def are_known(name: str) -> list[bool]:
        people = record.get(name)
        listed = people if isinstance(people, list | tuple) else ()
        return [str(one).casefold() in marks.addresses for one in listed]

    if kind in ("contact.updated", "consent.changed"):
        return (account, record.get("contact")) in marks.contacts or is_known("email")
    if kind == "fact.corrected":
        key = str(record.get("subject") or "").partition("/")
        return key[0] == NodeKind.CONTACT.value and (account, key[2]) in marks.contacts
    if kind == "mail.sent":
        return any(are_known("to"))
    if kind == "note.added":
        took_part = are_known("participants")
        return bool(took_part) and all(took_part)
    return kind in ("mail.received", "mail.bounced", "mail.opened", "form.submitted") and is_known(
        "sender", "recipient"
    )


def redacted(value: Json, marks: Marks) -> Json:
    """Take the person out of a value: names become the pseudonym, sentences that name them are erased."""
    if isinstance(value, str):
        return _text(value, marks)
    if isinstance(value, Mapping):
        return {_text(key, marks): redacted(inner, marks) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [redacted(inner, marks) for inner in value]
    return value


def mentions(value: Json, marks: Marks) -> list[Json]:
    """List the texts inside a value that name the person."""
    if isinstance(value, str):
        named = [part for part in _SENTENCE.split(value) if marks.is_in(part) or part in marks.ids]
        return [*named]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, Sequence) else ()
    return [text for one in inner for text in mentions(one, marks)]


def blanked(value: Json) -> Json:
    """Erase every text inside a value and keep its shape."""
    if isinstance(value, str):
        return ERASED
    if isinstance(value, Mapping):
        return {key: blanked(inner) for key, inner in value.items()}
    return [blanked(inner) for inner in value] if isinstance(value, Sequence) else value


def _text(value: str, marks: Marks) -> str:
    if value in marks.ids:
        return marks.pseudonym
    if not marks.is_in(value):
        return value
    whole = marks.pattern.fullmatch(value)
    if whole is not None or " " not in value.strip():
        return marks.pattern.sub(lambda found: _renamed(found[0], marks), value)
    parts = [ERASED if marks.is_in(part) else part for part in _SENTENCE.split(value)]
    kept = [
        part for place, part in enumerate(parts) if part != ERASED or parts[place - 1 : place] != [ERASED]
    ]
    return " ".join(kept)


def _renamed(name: str, marks: Marks) -> str:
    if "@" in name:
        return f"{marks.pseudonym}@erased.invalid"
    prefix = f"{NodeKind.CONTACT.value}/"
    return prefix + marks.pseudonym if name.startswith(prefix) else marks.pseudonym


@dataclass(frozen=True)
class Reach:
    """Which events a forgetting reaches."""

    whole: frozenset[EventId]
    """Nothing of them stays."""
    parts: frozenset[EventId]
    """The person is taken out of them."""


CLAIM_EVENT = 5
"""Place of the event in `Delta.as_json`."""


def redacted_claims(
    rows: Sequence[Sequence[Json]], reach: Reach, marks: Marks, account: AccountId
) -> list[Json]:
    """Take a person out of the claims of some events; where a whole event goes, a claim says that it did."""
    kept: list[Json] = []
    gone: set[str] = set()
    for row in rows:
        event = str(row[CLAIM_EVENT])
        if event in reach.whole:
            if event not in gone:
                kept.append(_tombstone(row, account))
            gone.add(event)
        else:
            kept.append(redacted(row, marks) if event in reach.parts else row)
    return kept


def _tombstone(row: Sequence[Json], account: AccountId) -> Json:
    (_, _, _, _, _, event, seal, source, _, trust, valid, recorded, _) = row
    subject = f"{NodeKind.ACCOUNT.value}/{account}"
    return [
        account,
        subject,
        "erased",
        True,
        None,
        event,
        seal,
        source,
        account,
        trust,
        valid,
        recorded,
        None,
    ]
