"""What the doctor says of mail: whether the server may be called, and whether a mail can be looked up there."""

from pathlib import Path

import pytest

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
