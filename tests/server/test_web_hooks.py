"""Webhooks: who may send, what is kept once, what is kept as a conflict, and that nothing else moves anything."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from state.errors import Conflict, InvalidInput, Unavailable
from state.ledger.entry import Kind
from tests.fuzz.hooks import CONNECTOR, Sender, Sent, attack, moved
from tests.server.conftest import Cli
from tests.site import FIELDSTONE, Site
from tools.connectors.webhook_secrets import add_secret, end_oldest, secrets_of, senders


def post(site: Site, sent: Sent) -> int:
    """Send one; give the status."""
    found = site.client.post(
        f"/webhooks/{FIELDSTONE}/{sent.connector}", content=sent.body, headers=dict(sent.headers)
    )
    return found.status_code


def test_forged_stale_and_replayed_webhooks_move_nothing_and_each_would_without_its_guard(
    lone_site: Site,
) -> None:
    score = attack(lone_site, partial(post, lone_site), 240)
    assert score.moved.total() == 0, "\n".join(score.lines())
    assert score.holds, "\n".join(score.lines())


def test_a_signed_event_is_kept_once_folded_and_proved(lone_site: Site) -> None:
    sender = Sender(lone_site)
    sent = sender.genuine("msg_1", "one")
    assert [post(lone_site, sent) for _ in range(3)] == [202, 200, 200]
    with lone_site.home.looking.stores.read(FIELDSTONE) as unit:
        last = unit.ledger.sealed(unit.ledger.head().seq - 9, 10)
        told = [json.loads(one.payload or "{}") for one in last if one.entry.kind is Kind.INGEST]
        (user,) = {one.entry.user for one in last if one.entry.kind is Kind.INGEST}
    assert [(one["source"], one["new"]) for one in told] == [("webhook:support", 1)]
    assert (user, last[-1].entry.method) == (CONNECTOR, "webhook")


def test_the_same_id_with_another_content_is_kept_beside_the_first_once(lone_site: Site) -> None:
    sender = Sender(lone_site)
    assert post(lone_site, sender.genuine("msg_1", "one")) == 202
    other = sender.genuine("msg_1", "two")
    assert post(lone_site, other) == 409
    has_moved = moved(lone_site)
    assert post(lone_site, other) == 409
    assert not has_moved()
    with lone_site.home.looking.stores.read(FIELDSTONE) as unit:
        (kept,) = (one.event for one in unit.events.conflicts(10) if one.event.id == "support:msg_1")
        assert "two is down" in str(kept.told)
        first = unit.events.get(kept.id)
    assert first is not None
    assert "one is down" in str(first.told)


def test_two_senders_never_share_an_event(lone_site: Site) -> None:
    sender = Sender(lone_site)
    mine = sender.genuine("msg_1", "one")
    theirs = Sent(sender.signed("msg_1", mine.body, connector="usage"), mine.body, "usage")
    assert [post(lone_site, mine), post(lone_site, theirs)] == [202, 202]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "another"},
        {"source": "crm"},
        {"source": "user"},
        {"type": "no.such"},
        {"data": 3},
        {"time": "soon"},
    ],
    ids=str,
)
def test_a_signed_body_that_is_no_event_of_its_sender_is_refused(
    site: Site, sender: Sender, change: dict[str, object]
) -> None:
    has_moved = moved(site)
    body = json.dumps({**json.loads(sender.body("x")), **change}).encode()
    assert post(site, Sent(sender.signed("msg_x", body), body)) == 422
    assert not has_moved()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}', b"NaN"], ids=str)
def test_a_signed_body_that_is_no_json_object_is_refused(site: Site, sender: Sender, body: bytes) -> None:
    assert post(site, Sent(sender.signed("msg_y", body), body)) == 422


def test_who_is_refused_learns_nothing_of_why_not_even_that_the_body_is_none(
    site: Site, sender: Sender
) -> None:
    genuine = sender.genuine(sender.name(), "w")
    late = sender.signed(sender.name(), genuine.body, at=sender.now() - timedelta(days=1))
    forged = {**genuine.headers, "webhook-signature": "v1," + "A" * 43 + "="}
    told = [
        site.client.post(f"/webhooks/{place}", content=body, headers=dict(headers))
        for place, headers, body in (
            ("fieldstone/support", forged, genuine.body), ("fieldstone/support", forged, b"{"),
            ("fieldstone/support", late, genuine.body), ("fieldstone/calendar", genuine.headers, b"[]"),
            ("nowhere/support", genuine.headers, genuine.body),
        )
    ]  # fmt: skip
    assert {(one.status_code, one.text) for one in told} == {(401, told[0].text)}


@pytest.mark.parametrize("place", ["fieldstone/calendar", "nowhere/crm", "fieldstone/..", "-/crm"])
def test_a_sender_nobody_named_and_a_company_that_is_not_there_answer_alike(
    site: Site, sender: Sender, place: str
) -> None:
    sent = sender.genuine(sender.name(), "z")
    found = site.client.post(f"/webhooks/{place}", content=sent.body, headers=dict(sent.headers))
    assert found.status_code in (401, 404, 422)


@pytest.fixture(scope="module")
def sender(site: Site) -> Sender:
    """Let one sender in."""
    return Sender(site)


def test_a_secret_is_shown_once_changed_over_and_ended_by_an_admin(home: Path, cli: Cli) -> None:
    made = cli("webhook", "new", "crm", "--as", "lee", "--json").json
    assert str(made["secret"]) not in cli("webhook", "list").out
    assert cli("webhook", "list", "--json").json == {"senders": {"crm": 1}}
    file = home / "tenants" / FIELDSTONE / "webhooks" / "crm.secrets"
    assert file.stat().st_mode & 0o077 == 0
    assert str(made["secret"]).encode() not in (home / "revloop.db").read_bytes()
    assert cli("webhook", "end", "crm", "--as", "lee", "--json").json == {"sender": "crm", "left": 0}
    assert cli("webhook", "new", "crm", "--as", "maya").code == 4
    assert cli("webhook", "new", "user", "--as", "lee").code == 2
    assert cli("webhook", "list").out.startswith("Nobody may send yet")


def test_two_secrets_are_in_force_while_one_is_changed_and_no_third(tmp_path: Path) -> None:
    both = (add_secret(tmp_path, "crm"), add_secret(tmp_path, "crm"))
    assert secrets_of(tmp_path, "crm") == both
    with pytest.raises(Conflict):
        add_secret(tmp_path, "crm")
    assert end_oldest(tmp_path, "crm") == 1
    assert secrets_of(tmp_path, "crm") == both[1:]
    assert senders(tmp_path) == {"crm": 1}


def test_a_secret_that_others_can_read_is_none_and_a_name_leads_nowhere_else(tmp_path: Path) -> None:
    add_secret(tmp_path, "crm")
    (tmp_path / "webhooks" / "crm.secrets").chmod(0o644)
    with pytest.raises(Unavailable):
        secrets_of(tmp_path, "crm")
    with pytest.raises(InvalidInput):
        secrets_of(tmp_path, "../key")
