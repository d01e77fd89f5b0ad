"""What may stand in a line or a text that is kept or leaves: no control bytes, no unfilled slots, no foreign links."""

import re
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

from state.errors import InvalidInput

LINE_LIMIT, TEXT_LIMIT = 300, 20_000
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Control characters, separators and marks that hide text or turn its direction."""
_SLOT = re.compile(
    r"\{\{|\}\}|\[\[|\]\]|<placeholder|\{[a-z_.]{1,40}\}|\[(?:your|insert|first name|name|company|date|amount)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:/{1,3}|www\.)[^\s<>\"']+|\b(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}/[^\s<>\"']*",
    re.IGNORECASE,
)


def line(value: str) -> str:
    """Accept one line without hidden characters.

    Raises: ValueError, which a model's border turns into InvalidInput.
    """
    if _UNSEEN.search(value):
        raise ValueError("it holds a line break or a hidden character")
    return value


def text(value: str) -> str:
    """Accept lines of text without hidden characters; line ends become plain ones. Raises: ValueError."""
    plain = value.replace("\r\n", "\n")
    if _UNSEEN.search(plain.replace("\n", "").replace("\t", "")):
        raise ValueError("it holds a hidden character")
    return plain


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LINE_LIMIT), AfterValidator(line)
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_LIMIT), AfterValidator(text)
]


def checked_line(value: str, field: str) -> str:
    """Accept one line that goes into a header. Raises: InvalidInput."""
    if not value.strip() or len(value) > LINE_LIMIT:
        raise InvalidInput(
            f"The {field} is empty or too long.", field=field, value=value[:60], remedy="Rewrite it."
        )
    try:
        return line(value).strip()
    except ValueError as fault:
        raise InvalidInput(
            f"The {field} is refused: {fault}.", field=field, value=repr(value)[:80]
        ) from fault


def checked_text(value: str, field: str) -> str:
    """Accept a text. Raises: InvalidInput."""
    if not value.strip() or len(value) > TEXT_LIMIT:
        raise InvalidInput(
            f"The {field} is empty or too long.", field=field, value=value[:60], remedy="Rewrite it."
        )
    try:
        return text(value).strip()
    except ValueError as fault:
        raise InvalidInput(
            f"The {field} is refused: {fault}.", field=field, value=repr(value)[:80]
        ) from fault


def addresses_in(words: str) -> list[str]:
    """List the mail addresses that a text names, in small letters."""
    return _ADDRESS.findall(words.casefold())


def ready_to_leave(words: str, field: str, link_domains: Iterable[str]) -> str:
    """Refuse unfilled slots and links to domains that are not ours. Raises: InvalidInput."""
    slot = _SLOT.search(words)
    if slot is not None:
        raise InvalidInput(
            f"The {field} holds a placeholder that nobody filled.",
            field=field,
            value=slot.group(),
            remedy="Fill it or take it out.",
        )
    ours = sorted(domain.casefold() for domain in link_domains)
    for found in _LINK.findall(words):
        host = host_of(found)
        if not any(host == domain or host.endswith(f".{domain}") for domain in ours):
            raise InvalidInput(
                f"The {field} links to {host or found!r}, which is not a domain of ours.",
                field=field,
                value=found[:80],
                remedy="Take the link out, or let an admin add the domain to sender.link_domains.",
            )
    return words


def host_of(link: str) -> str:
    """Read the host that every mail program would open; empty where programs differ or it is no web address."""
    address = link if ":/" in link else f"https://{link}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    return host.rstrip(".").casefold()
