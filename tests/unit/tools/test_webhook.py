"""What one of us is told: the approved bytes, once, where an admin said, and an honest word about what came of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from state.governance.action import Action
from state.governance.effect import effect_hash
from tests.build import NOW
from tests.fakes.tooling import ACTION, acme, carrying, gateway, looking_at, proposal
from tests.unit.tools.test_egress import Site, egress, site_with
from tools.gateway import TenantGateway

ABOUT = looking_at(acme())
NOTE = {"title": "Silent <feed>", "message": "Look & say <!channel>", "source": "usage"}
ANSWERS = {
    "ok": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "receipt"),
    "later": (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "not_done"),
    "gone": (b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n", "refused"),
    "moved": (b"HTTP/1.1 302 There\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n", "refused"),
    "broken": (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "unknown"),
    "cut": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "unknown"),
}


def desk(tmp_path: Path, site: Site, path: str = "ok", **changes: object) -> TenantGateway:
    url = f"http://127.0.0.1:{site.port}/{path}"
    return gateway(tmp_path, **{"is_frozen": False, "notify_url": url, "egress": egress(site), **changes})


def telling(at: TenantGateway) -> Action:
    return carrying(at.prepare(proposal("notify_admin", arguments=NOTE), ACTION, None, ABOUT))


def test_what_is_posted_is_what_was_approved_in_the_form_slack_takes_and_pings_nobody(tmp_path: Path) -> None:
    with site_with(ok=ANSWERS["ok"][0]) as site:
        at = desk(tmp_path, site)
        action = telling(at)
        assert (at.probe(action), at.outside(action).kind, at.probe(action)) == (
            "absent",
            "receipt",
            "unknown",
        )
    (asked,) = site.asked
    head, _, body = asked.partition("\r\n\r\n")
    said = json.loads(body)
    assert body == action.effect.content
    assert said["text"] == "Silent &lt;feed&gt;\nLook &amp; say &lt;!channel&gt;"
    assert said["metadata"]["event_payload"]["to"] == "lee@fieldstone.example"
    assert f"webhook-id: {said['metadata']['event_payload']['id']}" in head
    assert [row.kind for row in at.after(action, NOW).records] == ["notification"]


@pytest.mark.parametrize("path", sorted(ANSWERS))
def test_each_answer_is_read_for_what_it_says(tmp_path: Path, path: str) -> None:
    answer, kind = ANSWERS[path]
    with site_with(**{path: answer}) as site:
        at = desk(tmp_path, site, path)
        action = telling(at)
        assert at.outside(action).kind == kind
        assert site.visits == 1
        assert at.probe(action) == ("unknown" if kind in ("receipt", "unknown") else "absent")


def test_a_host_that_is_away_may_be_tried_again_and_one_inside_that_nobody_named_is_refused(
    tmp_path: Path,
) -> None:
    with site_with() as site:
        away = desk(tmp_path, replace(site, port=1))
        action = telling(away)
        assert away.outside(action).kind == "not_done"
        unnamed = desk(tmp_path, site, egress=replace(egress(site), named=frozenset()))
        assert (unnamed.outside(action).kind, site.visits) == ("refused", 0)


def test_a_forged_notification_and_a_frozen_company_post_nothing(tmp_path: Path) -> None:
    with site_with() as site:
        at = desk(tmp_path, site)
        action = telling(at)
        other = replace(action.effect, content=action.effect.content.replace("lee@", "eve@"))
        forged = (carrying(other), carrying(other, effect_hash=effect_hash(action.effect)))
        assert [at.outside(one).kind for one in forged] == ["refused"] * 2
        assert replace(at, is_frozen=True).outside(action).kind == "receipt"
        assert site.visits == 0
    (file,) = at.outbox.glob("*.json")
    assert file.read_text(encoding="utf-8") == action.effect.content
