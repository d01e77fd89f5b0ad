"""The one way out: nothing inside is ever called, and what is called is what was checked."""

import socket
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.governance.destination import (
    Destination,
    Named,
    Refused,
    address_refusal,
    destination_of,
    host_of,
    kind_of,
)
from tests.fakes.hostile_urls import LOOPBACK, careless, hostile_urls
from tools.egress import Bounds, Egress, Fetched

OK = b"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 2\r\n\r\nhi"


@dataclass
class Site:
    """A server on the loopback that counts who comes, and answers by path."""

    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    visits: int = 0
    port: int = 0

    @property
    def named(self) -> Named:
        """As an admin would name it."""
        return frozenset({f"{LOOPBACK}:{self.port}", f"site.example:{self.port}"})


def serve(site: Site, listening: socket.socket) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        site.visits += 1
        with connection:
            connection.settimeout(2)
            try:
                said = read_whole(connection)
                site.asked.append(said)
                path = said.split(" ")[1] if said.count(" ") > 1 else ""
                connection.sendall(site.answers.get(path, OK))
                if path == "/slow":
                    connection.recv(1)
            except OSError:
                continue


def read_whole(connection: socket.socket) -> str:
    """Read a request with the body it announces."""
    said = connection.recv(65_536).decode("latin-1")
    head, _, body = said.partition("\r\n\r\n")
    wanted = int(next((one[15:] for one in head.split("\r\n") if one.startswith("Content-Length:")), "0"))
    while len(body) < wanted:
        body += connection.recv(65_536).decode("latin-1")
    return f"{head}\r\n\r\n{body}"


@contextmanager
def site_with(**answers: bytes) -> Generator[Site]:
    listening = socket.create_server((LOOPBACK, 0))
    site = Site({f"/{name}": answer for name, answer in answers.items()}, port=listening.getsockname()[1])
    thread = threading.Thread(target=serve, args=(site, listening), daemon=True)
    thread.start()
    yield site
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(timeout=5)


@pytest.fixture
def site() -> Generator[Site]:
    with site_with() as found:
        yield found


def egress(site: Site, resolve: Callable[[str, int], Sequence[str]] = careless) -> Egress:
    return Egress(named=site.named, resolve=resolve, bounds=Bounds(content_bytes=1000, seconds=5))


def read_carelessly(url: str, _: Named) -> Destination | Refused:
    """Read a URL as most programs do."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        return Refused("malformed", "unreadable")
    return Destination("http", host, port) if host else Refused("malformed", "no host")


def test_of_more_than_200_hostile_addresses_none_connects_inside(site: Site) -> None:
    urls = hostile_urls(site.port)
    assert len(urls) >= 200
    careful = Egress(resolve=careless, bounds=Bounds(seconds=1))
    answers = {url: careful.get(url) for url in urls}
    assert [url for url, answer in answers.items() if not isinstance(answer, Refused)] == []
    assert site.visits == 0


def test_with_the_guard_off_the_same_addresses_do_connect(site: Site) -> None:
    def reaches(host: str, port: int) -> Sequence[str]:
        return [one for one in careless(host, port) if one.startswith("127.")]

    off = Egress(resolve=reaches, read=read_carelessly, refusal=lambda *_: None, bounds=Bounds(seconds=1))
    urls = [url for url in hostile_urls(site.port) if str(site.port) in url and url.isascii()]
    reached = sum(isinstance(off.get(url), Fetched) for url in urls)
    assert reached >= 50
    assert site.visits >= 50


@pytest.mark.parametrize("guard", ["read", "refusal"])
def test_each_of_the_two_guards_is_needed(site: Site, guard: str) -> None:
    off = Egress(resolve=careless, bounds=Bounds(seconds=1))
    half = replace(off, read=read_carelessly) if guard == "read" else replace(off, refusal=lambda *_: None)
    plain, named = f"http://rebind.evil.example:{site.port}/", f"http://user@rebind.evil.example:{site.port}/"
    assert isinstance(half.get(plain), Fetched if guard == "refusal" else Refused)
    assert isinstance(half.get(named), Refused)


@pytest.mark.parametrize(
    "url",
    ["https://example.com", "http://example.com:8080/a?b=c", "https://xn--mnchen-3ya.de/", "http://8.8.8.8/"],
)
def test_public_addresses_are_let_through(url: str) -> None:
    found = destination_of(url)
    assert isinstance(found, Destination)
    assert address_refusal("8.8.8.8", found.host, found.port) is None
    assert address_refusal("2606:4700::1111", found.host, found.port) is None


def test_what_an_admin_named_is_reached_and_nothing_beside_it(site: Site) -> None:
    way = egress(site)
    assert isinstance(way.get(f"http://{LOOPBACK}:{site.port}/"), Fetched)
    assert isinstance(way.get(f"http://site.example:{site.port}/"), Fetched)
    assert isinstance(way.get(f"http://other.example:{site.port}/"), Refused)
    assert isinstance(way.get(f"http://site.example:{site.port + 1}/"), Refused)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "168.63.129.16", "::ffff:169.254.169.254", "224.0.0.1", "0.0.0.0"]
)
def test_a_name_that_an_admin_named_never_leads_to_metadata(address: str) -> None:
    assert address_refusal(address, "site.example", 80, frozenset({"site.example"})) is not None


def test_a_host_is_refused_when_one_of_its_addresses_is(site: Site) -> None:
    way = Egress(resolve=lambda *_: ("8.8.8.8", LOOPBACK))
    assert isinstance(way.addresses("evil.example", 80), Refused)
    assert isinstance(way.opened("evil.example", site.port, is_secure=False), Refused)


def test_a_name_is_resolved_once_so_a_second_answer_cannot_lead_elsewhere(site: Site) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return (LOOPBACK,) if len(asked) == 1 else ("10.0.0.1",)

    assert isinstance(egress(site, rebinding).get(f"http://site.example:{site.port}/"), Fetched)
    assert asked == ["site.example"]


def moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize(
    "to", ["http://10.0.0.1/", "http://evil.example/", "file:///etc/passwd", "http://[::1]/", "//localhost/"]
)
def test_a_redirect_is_checked_again(to: str) -> None:
    with site_with(a=moved(to)) as site:
        found = egress(site).get(f"http://{LOOPBACK}:{site.port}/a")
    assert isinstance(found, Refused)
    assert site.visits == 1


def test_a_redirect_to_an_allowed_place_is_followed_but_not_for_ever() -> None:
    with site_with(a=moved("/b"), b=OK, c=moved("/c")) as site:
        way = egress(site)
        found, endless = (
            way.get(f"http://{LOOPBACK}:{site.port}/a"),
            way.get(f"http://{LOOPBACK}:{site.port}/c"),
        )
    assert isinstance(found, Fetched)
    assert found.url.endswith("/b")
    assert endless == Refused("redirect", "the answer leads on more than 5 times")
    assert site.visits == 2 + 6


def test_what_is_asked_with_goes_to_no_other_host() -> None:
    with site_with() as site:
        site.answers["/a"] = moved(f"http://site.example:{site.port}/b")
        egress(site).get(f"http://{LOOPBACK}:{site.port}/a", {"If-None-Match": "secret"})
    assert ["secret" in one for one in site.asked] == [True, False]


def test_an_answer_that_is_too_large_packed_or_unreadable_is_refused() -> None:
    body = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" + b"x" * 1001
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi"
    with site_with(large=body % 1001, just=body[:-1] % 1000, packed=packed, broken=b"no\r\n\r\n") as site:
        way = egress(site)
        codes = {
            name: way.get(f"http://{LOOPBACK}:{site.port}/{name}")
            for name in ("large", "just", "packed", "broken")
        }
    assert [one.code if isinstance(one, Refused) else len(one.content) for one in codes.values()] == [
        "size", 1000, "size", "network",
    ]  # fmt: skip


def test_a_server_that_never_ends_is_left() -> None:
    with site_with(slow=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi") as site:
        way = replace(egress(site), bounds=Bounds(seconds=0.2))
        found = way.get(f"http://{LOOPBACK}:{site.port}/slow")
    assert isinstance(found, Refused)
    assert found.code == "time"


def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one() -> None:
    with site_with(half=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi") as site:
        found = egress(site).get(f"http://{LOOPBACK}:{site.port}/half")
    assert isinstance(found, Refused)
    assert found.code == "network"


def test_the_environments_proxies_are_not_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    found = egress(site).get(f"http://{LOOPBACK}:{site.port}/")
    assert isinstance(found, Fetched)
    assert (found.status, found.content, found.headers["etag"]) == (200, b"hi", "x")


def test_a_name_that_is_not_there_and_a_port_nobody_serves_are_refused() -> None:
    nobody = Egress(resolve=lambda *_: ())
    assert isinstance(nobody.get("http://gone.example/"), Refused)
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    closed = Egress(named=frozenset({LOOPBACK}), resolve=careless)
    assert closed.get(f"http://{LOOPBACK}:{port}/") == Refused("network", f"{LOOPBACK} does not answer")


def test_a_certificate_that_is_not_valid_ends_the_call(site: Site) -> None:
    found = egress(site).get(f"https://{LOOPBACK}:{site.port}/")
    assert isinstance(found, Refused)


@given(address=st.ip_addresses())
def test_an_address_is_let_through_only_when_it_is_public(address: object) -> None:
    from ipaddress import IPv4Address, IPv6Address  # the strategy gives either

    assert isinstance(address, IPv4Address | IPv6Address)
    if kind_of(address) is None:
        assert address.is_global
        assert (address.is_private, address.is_loopback) == (False, False)
        assert (address.is_multicast, address.is_link_local) == (False, False)


@given(text=st.text(max_size=60))
def test_any_text_is_a_destination_or_a_refusal(text: str) -> None:
    for url in (text, f"http://{text}/", f"http://{text}@x.example/"):
        found = destination_of(url)
        assert isinstance(found, Refused) or destination_of(found.url) == found
    assert isinstance(host_of(text, 80), str | Refused)
