"""Plans over the interface for programs: the same acts as at the command line, refused with the same codes."""

from typing import Any

from tests.site import Site

PLANS = "/api/plans"


def sent(site: Site, place: str, user: str = "maya", **body: str) -> dict[str, Any]:
    found: dict[str, Any] = site.client.post(f"{PLANS}{place}", json=body, headers=site.key(user)).json()
    return found


def drafted(site: Site, account: str = "acme-corp", kind: str = "renewal") -> dict[str, Any]:
    found = sent(site, "", account=account, type=kind)
    assert found["status"] == "DRAFT", found
    return found


def test_a_plan_is_drafted_approved_started_set_aside_and_ended(site: Site) -> None:
    name = drafted(site)["id"]
    for act, body, status in (
        ("approve", {}, "APPROVED"),
        ("activate", {}, "ACTIVE"),
        ("pause", {"reason": "merger talks"}, "PAUSED"),
        ("resume", {}, "ACTIVE"),
        ("cancel", {"reason": "they left"}, "CANCELLED"),
    ):
        assert sent(site, f"/{name}/{act}", **body)["status"] == status
    why = site.client.get(f"{PLANS}/{name}/explain", headers=site.key("maya")).json()
    assert [one["event"] for one in why["history"]][:3] == ["approve", "activate", "begin_step"]
    assert why["reason"] == "they left"


def test_a_plan_that_may_not_start_is_rejected_with_its_code(site: Site) -> None:
    name = drafted(site, kind="expansion")["id"]
    answer = site.client.post(f"{PLANS}/{name}/activate", headers=site.key("maya"))
    assert (answer.status_code, answer.json()["code"]) == (409, "PLAN_ACTIVATION_REJECTED")
    assert answer.headers["content-type"] == "application/problem+json"
    assert sent(site, f"/{name}/resume")["code"] == "PLAN_ACTIVATION_REJECTED"


def test_plans_are_listed_by_pages_that_join_to_the_whole(site: Site) -> None:
    for kind in ("onboarding", "upsell"):
        drafted(site, kind=kind)
    key = site.key("maya")
    whole = [one["id"] for one in site.client.get(PLANS, headers=key).json()["items"]]
    names: list[str] = []
    after: str | None = ""
    while after is not None:
        page = site.client.get(PLANS, params={"limit": 1, "after": after}, headers=key).json()
        names += [one["id"] for one in page["items"]]
        after = page["next"]
    assert names == whole
    assert len(names) > 1


def test_a_plan_that_is_known_already_is_not_sent_again_until_it_changes(site: Site) -> None:
    name, key = drafted(site, kind="revival")["id"], site.key("maya")
    first = site.client.get(f"{PLANS}/{name}", headers=key)
    known = key | {"if-none-match": first.headers["etag"]}
    assert site.client.get(f"{PLANS}/{name}", headers=known).status_code == 304
    sent(site, f"/{name}/approve")
    assert site.client.get(f"{PLANS}/{name}", headers=known).json()["status"] == "APPROVED"


def test_a_repeated_draft_gives_the_first_plan_again(site: Site) -> None:
    headers = site.key("maya") | {"idempotency-key": "plan-once"}
    asked = {"account": "acme-corp", "type": "upsell"}
    first, again = (site.client.post(PLANS, json=asked, headers=headers) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotent-replayed"] == "true"


def test_who_may_only_read_starts_no_plan(site: Site) -> None:
    name = drafted(site, kind="onboarding")["id"]
    headers = site.key("maya", scopes=("read", "run"))
    assert site.client.post(f"{PLANS}/{name}/approve", headers=headers).status_code == 403
    assert site.client.get(f"{PLANS}/{name}", headers=headers).json()["status"] == "DRAFT"
