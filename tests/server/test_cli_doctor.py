"""What the doctor says of mail: whether the server may be called, and whether a mail can be looked up there."""

from pathlib import Path

import pytest

from evals.bench.stage import principal_of
from graphs.bootstrap import bootstrap
from graphs.keeping.anchoring import Rounds
from server.cli.doctor import _sources
from state.ids import TenantId
from state.settings import read_settings
from tests.fakes.imap_server import ImapBox, imap_server
from tests.fakes.mail_server import mail_server
from tests.server.conftest import Cli
from tools.connectors.webhook_secrets import add_secret


def told(cli: Cli, name: str) -> dict[str, object]:
    """Give what was said of one thing."""
    checks = cli("doctor", "--json").json["checks"]
    assert isinstance(checks, list)
    (found,) = [one for one in checks if one["name"] == name]
    assert isinstance(found, dict)
    return found


def test_a_server_inside_has_to_be_named_and_its_sent_folder_is_opened(
    home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server, imap_server(ImapBox({7: b"x"})) as box:
        monkeypatch.setenv("REVLOOP_SMTP_URL", server.url)
        assert told(cli, "mail")["sound"] is False
        monkeypatch.setenv("REVLOOP_INSIDE_HOSTS", "127.0.0.1")
        assert told(cli, "mail")["sound"] is True
        assert "REVLOOP_SENT_URL" in str(told(cli, "sent mail")["remedy"])
        monkeypatch.setenv("REVLOOP_SENT_URL", f"imap://maya:secret@127.0.0.1:{box.port}/Sent")
        assert "newest mail is number 7" in str(told(cli, "sent mail")["text"])
        monkeypatch.setenv("REVLOOP_SENT_URL", f"imap://maya:wrong@127.0.0.1:{box.port}/Sent")
        assert told(cli, "sent mail")["sound"] is False
        assert "wrong" not in cli("doctor").out


def test_a_key_that_signed_anchors_and_is_gone_is_missed_and_no_other_takes_its_place(
    home: Path, cli: Cli
) -> None:
    assert told(cli, "anchor key")["sound"] is True
    key = home / "anchor.key"
    kept = key.rename(home / "elsewhere")
    found = told(cli, "anchor key")
    assert (found["sound"], str(key) in str(found["remedy"])) == (False, True)
    assert "nothing is anchored" in cli("ledger", "anchor").err
    assert rounds_said(home, 2) == 1
    assert not key.exists()
    kept.rename(key)
    assert told(cli, "anchor key")["sound"] is True


def rounds_said(home: Path, times: int) -> int:
    """Try to anchor as a server does beside its work; count what its log was told."""
    house, said = bootstrap(read_settings({"home": str(home), "tenant": "fieldstone"}, {})), list[str]()
    rounds = Rounds(house.parts, principal_of(house, TenantId("fieldstone")), said.append, _seen=-1)
    for _ in range(times):
        rounds.anchor()
    house.close()
    return sum("not anchored" in line for line in said)


def test_what_is_missing_is_said_once_with_what_to_do(
    home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVLOOP_REASONER", "llm")
    checks = cli("doctor", "--json").json["checks"]
    assert isinstance(checks, list)
    by_name = {one["name"]: one for one in checks}
    assert [name for name, one in by_name.items() if not one["sound"]] == ["reasoner"]
    assert "REVLOOP_MODEL_URL" in by_name["reasoner"]["remedy"]
    assert "REVLOOP_SMTP_URL" in by_name["mail"]["remedy"]
    spelling = "spelling alone" in by_name["memory"]["text"]
    assert spelling is ("pip install" in by_name["memory"]["remedy"])


def test_a_source_that_is_behind_or_missing_says_what_rests_on_it() -> None:
    found = _sources("fieldstone", {"crm": "stale", "usage": "not_connected", "mail": "fresh"})
    assert (found.is_sound, found.text) == (False, "fresh: mail; stale: crm; not connected: usage")
    assert "nothing is decided on a stale source" in found.remedy
    assert "stay silent" in found.remedy


def test_what_is_wrong_around_the_pages_is_named_once_with_what_to_do(
    home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "checkpoints.db").write_bytes(b"no database" * 500)
    add_secret(home / "tenants" / "fieldstone", "crm")
    (home / "tenants" / "fieldstone" / "webhooks" / "crm.secrets").chmod(0o644)
    monkeypatch.setenv("REVLOOP_PUBLIC_URL", "revloop.example")
    monkeypatch.setenv("REVLOOP_OIDC_ISSUER", "https://id.example")
    monkeypatch.setenv("REVLOOP_TELEMETRY_URL", "nonsense")
    checks = cli("doctor", "--json").json["checks"]
    assert isinstance(checks, list)
    wrong = [one for one in checks if not one["sound"]]
    names = {"checkpoints", "pages", "identity provider", "senders of fieldstone", "spans"}
    assert {one["name"] for one in wrong} == names
    assert all(one["remedy"] for one in wrong)
    assert len({one["text"] for one in wrong}) == len(wrong)
