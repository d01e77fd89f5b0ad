"""Where a model's calls go: to the addresses that the one way out checked, under the name that was set."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from evals.faults import FaultServer
from state.governance.destination import named_by
from tests.unit.llm.desk import PROMPTS, at, story
from tests.waiting import waited
from tools.egress import Egress

LOOPBACK, PUBLIC, NAME = "127.0.0.1", "8.8.8.8", "model.example"


def placed(server: FaultServer, way: Egress, scheme: str = "http") -> str | None:
    """Ask a model by its name; say why the playbook spoke instead."""
    url = f"{scheme}://{NAME}:{urlsplit(server.url).port}/v1"
    return waited(at(url, way=way, budget=10).deliberate(story("S13", "scan"))).fell_back_because


class Rebinding:
    """A name that leads to a public address at the first look, and inside at every other one."""

    looks = 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.looks += 1
        return (PUBLIC,) if self.looks == 1 else (LOOPBACK,)


def test_a_name_that_leads_inside_at_its_second_look_up_connects_to_nothing_inside() -> None:
    with FaultServer() as server:
        resolve = Rebinding()
        because = placed(server, Egress(resolve=resolve))
    assert server.seen == []
    assert resolve.looks > 1
    assert because is not None
    assert f"{NAME} leads to a loopback address, and no admin has named it" in because


def test_with_the_guard_off_the_same_name_does_connect_inside() -> None:
    with FaultServer() as server:
        assert placed(server, Egress(resolve=Rebinding(), refusal=lambda *_: None)) is None
    assert len(server.seen) == 1


def test_what_is_connected_to_is_what_was_looked_up_and_nothing_is_looked_up_beside_it() -> None:
    with FaultServer() as server:
        way = Egress(frozenset({NAME}), resolve=lambda *_: ("127.0.0.9", LOOPBACK))
        assert placed(server, way) is None, "the system knows no such name"
    assert len(server.seen) == 1


@pytest.mark.parametrize(("name", "is_right"), [(NAME, True), ("another.example", False)])
def test_the_certificate_is_held_against_the_name_and_not_the_address(
    tmp_path: Path, name: str, is_right: bool
) -> None:
    held, trusted = certificate(tmp_path, name)
    with FaultServer(tls=held) as server:
        way = Egress(frozenset({NAME}), resolve=lambda *_: (LOOPBACK,))
        who = at(f"https://{NAME}:{urlsplit(server.url).port}/v1", way=way, budget=10)
        who.client.endpoint = replace(who.client.endpoint, authorities=trusted)
        said = waited(who.deliberate(story("S13", "scan")))
    assert (said.fell_back_because is None, bool(server.seen)) == (is_right, is_right)


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a server's certificate for a name, and what believes it."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = made.public_bytes(Encoding.PEM)
    file = folder / "server.pem"
    file.write_bytes(pem + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    held = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    held.load_cert_chain(file)
    return held, ssl.create_default_context(cadata=pem.decode())


@pytest.mark.parametrize(
    ("url", "is_named"),
    [("http://localhost:8000/v1", True), ("http://127.0.0.1:8000", True), ("http://[::1]:8000/v1", True),
     ("http://ollama:11434/v1", True), ("https://llm.internal/v1", True), ("https://api.example.com/v1", False),
     ("http://localhost.example.com/v1", False), ("no address", False)],
)  # fmt: skip
def test_a_setting_names_a_host_inside_only_where_it_shows_that_it_is_inside(
    url: str, is_named: bool
) -> None:
    assert bool(named_by(url)) is is_named


def test_a_client_is_made_once_per_model_and_event_loop() -> None:
    async def twice() -> tuple[object, ...]:
        made = at("http://localhost:9/v1").client.endpoint
        return tuple(made.chat(model, PROMPTS.limits) for model in ("a", "a", "b"))

    first, again, other = asyncio.run(twice())
    assert first is again
    assert first is not other
