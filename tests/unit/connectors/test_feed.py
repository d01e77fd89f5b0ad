"""Feeds become news of the company they are surely about; a hostile feed becomes a reason."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.governance.destination import Destination, Refused
from state.ids import AccountId
from state.world.event import Event
from state.world.records import NewsPublished
from tests.unit.connectors.mail_desk import NOW, reasons, setting
from tools.connectors.feed import ITEMS, Directory, Feed, Firm, Item, Newsroom, read_feed
from tools.connectors.news_kinds import told_of
from tools.connectors.port import Found, drained
from tools.egress import Egress, Fetched

FIRMS = (
    Firm(AccountId("acme"), ("Acme Corp", "Acme"), "acme.example", ("Denver",)),
    Firm(AccountId("oak"), ("Oak",), "oak.example", ("Bern", "paper")),
    Firm(AccountId("meridian-health"), ("Meridian",), None, ("Oslo",)),
    Firm(AccountId("meridian-freight"), ("Meridian",), None, ("Kiel",)),
)
ROOM = Newsroom(setting(), Directory(FIRMS), NOW)
DAY = "<pubDate>Mon, 09 Mar 2026 08:00:00 GMT</pubDate>"


def rss(*items: str, head: str = "") -> bytes:
    listed = "".join(f"<item>{one}</item>" for one in items)
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel>{listed}</channel></rss>'.encode()


def found(content: bytes) -> tuple[Found, ...]:
    return tuple(ROOM.found(content, "feed"))


def news(content: bytes) -> tuple[Event, NewsPublished]:
    (event,) = [one for one in found(content) if isinstance(one, Event)]
    assert isinstance(event.data, NewsPublished)
    return event, event.data


@pytest.mark.parametrize(
    ("headline", "text", "url", "account", "by"),
    [
        ("A new depot", "See www.acme.example/news.", "", "acme", "domain"),
        ("A new depot", "", "https://press.acme.example/1", "acme", "domain"),
        ("A new depot", "", "https://notacme.example/1", None, "name"),
        ("A new depot", "see acme.example.org", "", None, "name"),
        ("Acme Corp opens in Denver", "", "", "acme", "name_and_city"),
        ("Oak grows", "The paper maker says so.", "", "oak", "name_and_city"),
        ("Acme Corp opens", "", "", "acme", "name"),
        ("acme corp opens in denver", "", "", None, "name"),
        ("Acmed opens in Denver", "", "", None, "name"),
        ("Meridian opens", "", "", None, "name"),
        ("Meridian opens in Kiel", "", "", "meridian-freight", "name_and_city"),
        ("Acme Corp and Oak", "acme.example oak.example", "", None, "name"),
        ("Nobody knows", "", "", None, "name"),
    ],
)
def test_a_report_is_matched_by_domain_else_by_name_and_place(
    headline: str, text: str, url: str, account: str | None, by: str
) -> None:
    event, record = news(
        rss(f"<title>{headline}</title><description>{text}</description><link>{url}</link>{DAY}")
    )
    assert (event.account, record.matched_by) == (account, by)


@pytest.mark.parametrize(
    ("headline", "kind", "person", "company"),
    [
        ("Daniel Kim joins Calder Logistics as VP", "person_joined", "Daniel Kim", "Calder Logistics"),
        ("Daniel Kim leaves Brightwater", "person_left", "Daniel Kim", "Brightwater"),
        ("Silverline appoints Ada Berg as CFO", "person_joined", "Ada Berg", "Silverline"),
        ("Silverline has a new CFO", "person_joined", None, None),
        ("Silverline is hiring 14 dispatchers", "hiring", None, None),
        ("Acme opens two depots", "expansion", None, None),
        ("Acme raises 20 million", "funding", None, None),
        ("Acme in the rain", "other", None, None),
    ],
)
def test_a_headline_says_what_happened(
    headline: str, kind: str, person: str | None, company: str | None
) -> None:
    assert told_of(headline) == (kind, person, company)


def test_who_joins_the_company_itself_went_nowhere_else() -> None:
    _, record = news(
        rss(f"<title>Acme Corp appoints Ada Berg</title><link>https://acme.example/</link>{DAY}")
    )
    assert (record.person, record.company) == ("Ada Berg", None)


def test_atom_is_read_like_rss() -> None:
    entry = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>u1</id>'
        '<title type="html">Acme &lt;b&gt;Corp&lt;/b&gt;</title>'
        '<link rel="self" href="https://x.example/self"/><link href="https://x.example/1"/>'
        "<updated>2026-03-09T08:00:00+01:00</updated><summary>Denver</summary></entry></feed>"
    )  # fmt: skip
    event, record = news(entry.encode())
    assert (record.headline, record.url, record.matched_by) == (
        "Acme Corp",
        "https://x.example/1",
        "name_and_city",
    )
    assert event.time == datetime(2026, 3, 9, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE rss [<!ENTITY a "b">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]>',
    ],
)
def test_a_feed_with_a_document_type_is_left_out(head: str) -> None:
    assert reasons(found(rss(f"<title>&a;</title>{DAY}", head=head)))[0].startswith(
        "it declares a document type"
    )


@pytest.mark.parametrize(
    "content", [b"", b"<rss>", b"<html/>", b"{}", b"\xff\xfe", b"<a>" * 50_000, b"x" * (5 * 1024 * 1024 + 1)]
)
def test_what_is_no_feed_is_left_out_with_a_reason(content: bytes) -> None:
    assert len(reasons(found(content))) == 1


@given(content=st.binary(max_size=300))
def test_any_bytes_give_news_or_a_reason(content: bytes) -> None:
    assert isinstance(read_feed(content), str | tuple)


def test_entries_beyond_the_bound_are_counted_in_a_reason() -> None:
    said = reasons(found(rss(*[f"<title>x</title>{DAY}"] * (ITEMS + 3))))
    assert said == [f"more than {ITEMS} entries: the 3 after them are left out"]
    assert reasons(found(rss(*[f"<title>x</title>{DAY}"] * ITEMS))) == []


def test_an_entry_without_headline_or_date_is_left_out() -> None:
    late = "<pubDate>Thu, 12 Mar 2026 08:00:00 GMT</pubDate>"
    assert reasons(found(rss(DAY, "<title>x</title>", f"<title>x</title>{late}"))) == [
        "the entry has no headline", "the entry has no usable date", "the entry has no usable date",
    ]  # fmt: skip


def test_a_link_that_is_no_web_address_is_not_kept() -> None:
    assert news(rss(f"<title>x</title><link>javascript:alert(1)</link>{DAY}"))[1].url == ""


def test_the_same_entry_is_the_same_event() -> None:
    item = f"<guid>n1</guid><title>x</title>{DAY}"
    assert news(rss(item))[0].hash == news(rss(item))[0].hash


class Web(Egress):
    """Answers without a network."""

    def get(self, url: str, headers: object = None) -> Fetched | Refused:
        if url.endswith("refused"):
            return Refused("address", "no admin has named it")
        is_known = isinstance(headers, dict) and headers.get("If-None-Match") == '"1"'
        status = 500 if url.endswith("broken") else 304 if is_known else 200
        return Fetched(url, status, {"etag": '"1"'}, rss(f"<title>x</title>{DAY}"))


def test_a_feed_is_asked_only_for_what_is_new() -> None:
    feed = Feed("https://x.example/feed", ROOM, Web())
    first = drained(feed.deltas(None))
    again = drained(feed.deltas(first.cursor))
    assert (len(first.events), len(again.events), again.cursor) == (1, 0, first.cursor)


@pytest.mark.parametrize(
    ("url", "reason"), [("https://x/refused", "no admin"), ("https://x/broken", "status 500")]
)
def test_a_feed_that_cannot_be_read_says_why(url: str, reason: str) -> None:
    assert reason in drained(Feed(url, ROOM, Web()).deltas("not json")).rejects[0].reason


def test_an_item_about_nothing_matches_nothing() -> None:
    assert Directory(()).match(Item("n", "h", "t", "https://[", None)) is None
    assert isinstance(Destination("https", "x.example", 443).url, str)
