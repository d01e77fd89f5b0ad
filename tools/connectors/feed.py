"""Read RSS and Atom feeds as news: which report is about which company, and how surely.

Invariant: XML is read without DTD and entities; a report is matched by the company's own domain, or by its exact name
with its city or industry; a bare name is kept and marked, and grounds nothing.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from state.errors import InvalidInput, NotFound
from state.governance.destination import Refused
from state.ids import AccountId, EventId
from state.world.event import Event
from state.world.records import NewsPublished
from state.world.whole_text import Whole
from tools.connectors.bounds import clean, cut, fault_of_event
from tools.connectors.mail_headers import TROUBLE, instant_of
from tools.connectors.mail_html import split_html
from tools.connectors.news_kinds import told_of
from tools.connectors.port import Batch, FileRead, Found, Reject, Setting, Stream
from tools.egress import Egress

SOURCE: Final = "news"
MOST_BYTES: Final = 5 * 1024 * 1024
"""Of a whole feed, and so of an entry: none is longer than a text that is kept whole may be."""
ITEMS: Final = 500
SKEW: Final = timedelta(hours=24)
LONG: Final = "longer than 64 KB: cut, and marked in the text; the whole is kept beside it"
_DOMAIN: Final = re.compile(r"(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
MatchedBy = Literal["domain", "name_and_city", "name"]


@dataclass(frozen=True, slots=True)
class Firm:
    """What is known of an account that a report could be about."""

    account: AccountId
    names: tuple[str, ...]
    domain: str | None = None
    places: tuple[str, ...] = ()
    """City and industry."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed, as its publisher wrote it."""

    name: str
    headline: str
    text: str
    url: str
    published: datetime | None


@dataclass(frozen=True)
class Directory:
    """Finds the company a text is about."""

    firms: Sequence[Firm]
    _domains: Mapping[str, tuple[AccountId, ...]] = field(init=False)
    _names: Sequence[tuple[re.Pattern[str], Firm]] = field(init=False)

    def __post_init__(self) -> None:
        domains: dict[str, tuple[AccountId, ...]] = {}
        for firm in self.firms:
            if firm.domain:
                key = firm.domain.lower()
                domains[key] = (*domains.get(key, ()), firm.account)
        object.__setattr__(self, "_domains", domains)
        object.__setattr__(
            self, "_names", [(_whole(firm.names), firm) for firm in self.firms if any(firm.names)]
        )

    def is_called(self, account: AccountId, name: str) -> bool:
        """Tell whether this is the account's own name."""
        return any(one.account == account and name in one.names for one in self.firms)

    def match(self, item: Item) -> tuple[AccountId, MatchedBy] | None:
        """Name the one company it is about; None where there is none or more than one of the surest kind."""
        text = f"{item.headline}\n{item.text}"
        by_domain = {one for domain in _domains_in(text, item.url) for one in self._domains.get(domain, ())}
        named = [firm for shape, firm in self._names if shape.search(text)]
        located = {
            firm.account for firm in named if any(_whole([one]).search(text) for one in firm.places if one)
        }
        kinds: tuple[tuple[set[AccountId], MatchedBy], ...] = (
            (by_domain, "domain"),
            (located, "name_and_city"),
            ({firm.account for firm in named}, "name"),
        )
        for found, by in kinds:
            if found:
                return (next(iter(found)), by) if len(found) == 1 else None
        return None


def _whole(words: Sequence[str]) -> re.Pattern[str]:
    """Match any of the words as it is written, not inside another; names are proper nouns, so case counts."""
    listed = "|".join(re.escape(word) for word in sorted(filter(None, words), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{listed})(?![\w-])" if listed else r"(?!)")


def _domains_in(text: str, url: str) -> set[str]:
    """List every domain a text names, and the host it stands on, each with what it lies under."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    found: set[str] = set()
    for name in [host, *_DOMAIN.findall(text)[:200]]:
        labels = name.lower().removeprefix("www.").split(".")
        found |= {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return found


class Entries(NamedTuple):
    """What a feed holds."""

    items: tuple[Item, ...]
    more: int
    """Entries after the first `ITEMS`, which are not read."""


def read_feed(content: bytes) -> Entries | str:
    """Read RSS 2.0, RSS 1.0 or Atom; a reason for anything else."""
    if len(content) > MOST_BYTES:
        return "larger than 5 MB"
    try:
        root: Element = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        return "it declares a document type or entities, which are not read"
    except (ParseError, *TROUBLE) as fault:
        return f"not XML that can be read: {str(fault)[:120]}"
    if _plain(root) not in ("rss", "feed", "RDF"):
        return f"not a feed, but {_plain(root)[:60]!r}"
    entries = [one for one in root.iter() if _plain(one) in ("item", "entry")]
    return Entries(tuple(map(_item, entries[:ITEMS])), len(entries[ITEMS:]))


def _plain(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _item(entry: Element) -> Item:
    said: dict[str, str] = {}
    for child in entry:
        text = clean("".join(child.itertext())).strip() or child.get("href", "")
        if _plain(child) == "link" and child.get("rel", "alternate") != "alternate":
            continue
        said.setdefault(_plain(child), text)
    url = _web(said.get("link", "") or said.get("guid", ""))
    headline = " ".join(split_html(said.get("title", "")).visible.split())[:500]
    body = said.get("description") or said.get("summary") or said.get("encoded") or said.get("content") or ""
    stamp = next((said[key] for key in ("pubDate", "published", "updated", "date") if said.get(key)), "")
    name = said.get("guid") or said.get("id") or url or headline
    return Item(name, headline, split_html(body, MOST_BYTES).visible, url, _moment(stamp))


def _web(text: str) -> str:
    return text[:2000] if text.startswith(("https://", "http://")) else ""


def _moment(stamp: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(stamp.strip())
    except ValueError:
        return instant_of(stamp[:200])
    return found if found.tzinfo is not None else instant_of(stamp[:200])


@dataclass(frozen=True)
class Newsroom:
    """For whom feeds are read."""

    setting: Setting
    directory: Directory
    latest: datetime
    """Wall time."""

    def found(self, content: bytes, file: str) -> Iterator[Found]:
        """Turn a feed into news, or say why not."""
        read = read_feed(content)
        if isinstance(read, str):
            yield Reject(file, 0, "feed", "", read)
            return
        if read.more:
            left_out = f"more than {ITEMS} entries: the {read.more:,} after them are left out"
            yield Reject(file, ITEMS + 1, "entry", "", left_out)
        for number, item in enumerate(read.items, start=1):
            text = cut(item.text)
            news = self._news(replace(item, text=text), file, number)
            yield news
            if text != item.text and isinstance(news, Event):
                yield Whole(event=news.id, field="text", text=item.text)
                yield Reject(file, number, "text", news.id, LONG, is_taken=True)

    def _news(self, item: Item, file: str, number: int) -> Found:
        if not item.headline:
            return Reject(file, number, "title", item.url[:200], "the entry has no headline")
        at = item.published
        if at is None or at > self.latest + SKEW:
            return Reject(file, number, "date", item.headline[:200], "the entry has no usable date")
        matched = self.directory.match(item)
        name = f"sha256:{hashlib.sha256(item.name.encode()).hexdigest()[:40]}"
        kind, person, company = told_of(item.headline)
        if matched is not None and company is not None and self.directory.is_called(matched[0], company):
            company = None
        record = NewsPublished(
            news=name, headline=item.headline, text=item.text, url=item.url, kind=kind, person=person,
            company=company, matched_by=matched[1] if matched else "name",
        )  # fmt: skip
        event = Event(
            id=EventId(f"{SOURCE}:{name}"), tenant=self.setting.tenant, account=matched[0] if matched else None,
            source=SOURCE, type=record.type, time=at, recorded_at=at, data=record,
        )  # fmt: skip
        fault = fault_of_event(event)
        return event if fault is None else Reject(file, number, fault.place, fault.value, fault.reason)


@dataclass(frozen=True)
class Feed:
    """The connector of one feed on the web; its cursor is what the server said to ask with next time."""

    url: str
    room: Newsroom
    egress: Egress

    @property
    def name(self) -> str:
        """Where it is read."""
        return self.url

    def deltas(self, cursor: str | None) -> Iterator[Batch]:
        """Ask once; what has not changed since the cursor is not sent again."""
        answer = self.egress.get(self.url, _asked_with(cursor))
        if isinstance(answer, Refused):
            yield self._batch((Reject(self.url, 0, "url", self.url[:200], answer.reason),), cursor, 0)
            return
        if answer.status == 304:
            yield self._batch((), cursor, 0)
            return
        if answer.status != 200:
            fault = Reject(
                self.url, 0, "url", self.url[:200], f"the server answered with status {answer.status}"
            )
            yield self._batch((fault,), cursor, 0)
            return
        found = tuple(self.room.found(answer.content, self.url))
        after = {key: answer.headers[key] for key in ("etag", "last-modified") if key in answer.headers}
        yield self._batch(found, json.dumps(after), len(found))

    def _batch(self, found: tuple[Found, ...], cursor: str | None, records: int) -> Batch:
        taken = sum(1 for one in found if isinstance(one, Event))
        return Batch(found, cursor or "{}", is_last=True, files=(FileRead(self.url, records, taken),))


def feed_file(path: Path, room: Newsroom) -> Stream:
    """Give the connector of a feed in a file. Raises: NotFound, InvalidInput."""
    if not path.is_file():
        raise NotFound(
            f"{path} is not a file.", field="path", value=str(path), remedy="Name a file with a feed."
        )
    if path.stat().st_size > MOST_BYTES:
        raise InvalidInput(f"{path} is larger than 5 MB.", field="path", value=str(path), remedy="Split it.")
    return Stream(path.name, lambda: room.found(path.read_bytes(), path.name))


def _asked_with(cursor: str | None) -> dict[str, str]:
    try:
        said = json.loads(cursor or "{}")
    except ValueError:
        return {}
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    pairs = said.items() if isinstance(said, dict) else ()
    return {names[key]: value for key, value in pairs if key in names and _is_line(value)}


def _is_line(value: object) -> bool:
    return isinstance(value, str) and len(value) < 500 and value.isprintable() and value.isascii()
