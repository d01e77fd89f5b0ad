"""The interface for programs: the same acts as the page, keys, repeated writes, and a description that holds."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from server.auth import found
from tests.server.test_web_inbox import a_mail, status
from tests.site import FIELDSTONE, Site


def test_cards_are_listed_by_pages_that_join_to_the_whole(looked_at: Site) -> None:
    key = looked_at.key("maya")
    whole = looked_at.client.get("/api/cards", headers=key).json()
    names: list[str] = []
    after: str | None = ""
    while after is not None:
        page = looked_at.client.get("/api/cards", params={"limit": 3, "after": after}, headers=key).json()
        names += [one["id"] for one in page["items"]]
        after = page["next"]
    assert names == [one["id"] for one in whole["items"]]
    assert len(names) > 3


def test_a_card_that_is_known_already_is_not_sent_again(looked_at: Site) -> None:
    key, card = looked_at.key("maya"), a_mail(looked_at)
    first = looked_at.client.get(f"/api/cards/{card.id}", headers=key)
    again = looked_at.client.get(
        f"/api/cards/{card.id}", headers=key | {"if-none-match": first.headers["etag"]}
    )
    assert first.json()["shown"] == card.shown
    assert (again.status_code, again.content) == (304, b"")


def test_a_card_that_moved_is_sent_again(site: Site) -> None:
    card, key = a_mail(site), site.key("maya")
    place = f"/api/cards/{card.id}"
    known = site.client.get(place, headers=key).headers["etag"]
    site.client.post(f"{place}/approve", json={"shown": card.shown}, headers=key)
    again = site.client.get(place, headers=key | {"if-none-match": known})
    assert (again.status_code, again.json()["status"]) == (200, "approved")
    site.client.post(f"{place}/undo", headers=key)


def test_a_repeated_write_gives_the_first_answer_and_acts_once(site: Site) -> None:
    card = a_mail(site)
    headers = site.key("maya") | {"idempotency-key": "mine"}
    place, asked = f"/api/cards/{card.id}/approve", {"shown": card.shown}
    first = site.client.post(place, json=asked, headers=headers)
    again = site.client.post(place, json=asked, headers=headers)
    assert (first.status_code, first.json()["status"]) == (200, "approved")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = site.client.post(place, json={"shown": "something else"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "invalid_input")
    elsewhere = site.client.post(f"/api/cards/{card.id}/done", headers=headers)
    theirs = site.client.post(place, json=asked, headers=site.key("dana") | {"idempotency-key": "mine"})
    assert (elsewhere.status_code, theirs.status_code) == (422, 409)
    undone = site.client.post(f"/api/cards/{card.id}/undo", headers=site.key("maya"))
    assert undone.json()["status"] == "pending"
    stale = site.client.post(place, json={"shown": "0" * 64}, headers=site.key("maya"))
    assert (stale.status_code, stale.headers["content-type"]) == (409, "application/problem+json")


def test_a_repeated_write_waits_for_the_first_one_at_every_server_of_the_database(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[str] = []

    @contextmanager
    def alone(name: str) -> Generator[None, None, None]:
        waited.append(name)
        yield

    monkeypatch.setattr(site.home.house.database, "alone", alone)
    headers = site.key("maya") | {"idempotency-key": "theirs"}
    asked = {"account": "harbor-medical", "type": "revival"}
    drafts = [site.client.post("/api/plans", json=asked, headers=headers).json()["id"] for _ in range(2)]
    assert len(set(drafts)) == 1
    assert len(waited) == 2
    assert waited[0] == waited[1]
    assert waited[0].startswith(f"{FIELDSTONE}/ik")


def test_a_key_without_the_scope_decides_nothing(site: Site) -> None:
    card = a_mail(site)
    headers = site.key("maya", scopes=("read", "run"))
    answer = site.client.post(f"/api/cards/{card.id}/approve", json={"shown": card.shown}, headers=headers)
    assert answer.status_code == 403
    assert status(site, card.id).value == "pending"


def test_a_key_is_shown_once_made_by_an_admin_and_ended_for_good(looked_at: Site) -> None:
    lee = looked_at.as_("lee")
    headers = lee.headers | {"x-csrf": lee.csrf}
    made = looked_at.client.post("/api/keys", json={"user": "maya", "scopes": ["read"]}, headers=headers)
    secret, name = made.json()["secret"], made.json()["id"]
    bearer = {"authorization": f"Bearer {secret}"}
    assert looked_at.client.get("/api/me", headers=bearer).json()["scopes"] == ["read"]
    listed = looked_at.client.get("/api/keys", headers=headers).text
    assert name in listed
    assert secret not in listed
    assert looked_at.client.post("/api/keys", json={}, headers=looked_at.key("lee")).status_code in (403, 422)
    assert looked_at.client.delete(f"/api/keys/{name}", headers=looked_at.key("lee")).status_code == 403
    assert looked_at.client.delete(f"/api/keys/{name}", headers=headers).status_code == 204
    assert looked_at.client.get("/api/me", headers=bearer).status_code == 401
    assert looked_at.client.delete(f"/api/keys/{name}", headers=headers).status_code == 404
    with looked_at.home.looking.stores.read(FIELDSTONE) as unit:
        told = [json.loads(one.payload or "{}") for one in unit.ledger.sealed(unit.ledger.head().seq - 2)]
    assert told == [{"purpose": "api", "key": name, "step": step} for step in ("made", "ended")]


def test_a_key_is_made_for_a_user_there_is_and_only_keys_are_ended_as_keys(looked_at: Site) -> None:
    lee, maya = looked_at.as_("lee"), looked_at.as_("maya")
    headers = lee.headers | {"x-csrf": lee.csrf}
    asked = {"user": "mallory", "scopes": ["read"]}
    assert looked_at.client.post("/api/keys", json=asked, headers=headers).status_code == 404
    session = found(looked_at.home, maya.headers["cookie"].partition("=")[2], "session")[1]
    assert looked_at.client.delete(f"/api/keys/{session.id}", headers=headers).status_code == 404
    assert looked_at.client.get("/api/me", headers=maya.headers).status_code == 200


def test_a_key_makes_no_key(looked_at: Site) -> None:
    asked = {"user": "maya", "scopes": ["read"]}
    assert looked_at.client.post("/api/keys", json=asked, headers=looked_at.key("lee")).status_code == 403


def test_an_account_is_read_as_it_is_and_as_it_was(looked_at: Site) -> None:
    key = looked_at.key("maya")
    rows = looked_at.client.get("/api/accounts", params={"limit": 500}, headers=key).json()["items"]
    acme = next(row["account"] for row in rows if row["name"] == "Acme Corp")
    now = looked_at.client.get(f"/api/accounts/{acme}", headers=key).json()
    then = looked_at.client.get(f"/api/accounts/{acme}?as_of=2026-02-01", headers=key).json()
    assert now["name"] == then["name"] == "Acme Corp"
    assert "SUP-4412" in str(now)
    assert "SUP-4412" not in str(then)
    assert looked_at.client.get("/api/accounts/nowhere", headers=key).status_code == 404


def test_every_route_for_programs_declares_every_refusal(looked_at: Site) -> None:
    described = looked_at.client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    refusals = {"401", "403", "404", "409", "422", "429", "503"}
    for place, methods in described["paths"].items():
        for method, route in methods.items():
            if place.startswith("/api/"):
                assert refusals <= set(route["responses"]), (method, place)


def test_too_many_writes_in_a_minute_are_refused(looked_at: Site) -> None:
    key = looked_at.key("maya")
    pace = looked_at.app.state.pace
    pace.most, before = 3, pace.most
    try:
        codes = [
            looked_at.client.post("/api/cards/ac_nothing/done", headers=key).status_code for _ in range(5)
        ]
    finally:
        pace.most = before
        looked_at.watch.ahead += timedelta(minutes=2)
    assert codes == [404, 404, 404, 429, 429]


ODD = (
    "",
    "%00",
    "..%2f",
    "\N{PILE OF POO}",
    "' or 1=1",
    "_",
    "2026-02-30",
    "9" * 400,
    "ac_\N{RIGHT-TO-LEFT OVERRIDE}",
)


@pytest.mark.parametrize(
    "asked",
    [
        ("approve", {"shown": "x"}),
        ("snooze", {"until": "2026-03-12T08:00:00"}),
        ("snooze", {"until": "2026-03-12T08:00:00Z"}),
        ("edit", {"fields": {"recipient": "someone@else.example"}}),
        ("reject", {"reason": "wrong fact", "fact": {"subject": "a", "attribute": "b", "value": "c"}}),
        ("delegate", {"to": "nobody"}),
        ("approve", ["no", "object"]),
    ],
    ids=str,
)
def test_odd_input_is_refused_as_described_and_nothing_fails(
    looked_at: Site, asked: tuple[str, object]
) -> None:
    key, (act, body) = looked_at.key("maya"), asked
    for name in (*ODD, "ac_"):
        found = looked_at.client.post(f"/api/cards/{name}/{act}", json=body, headers=key)
        assert found.status_code in (300, 404, 405, 409, 422), (name, act, found.text)
        assert found.headers["content-type"] == "application/problem+json"
