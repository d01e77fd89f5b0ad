"""Approvals sooner after their display than anybody reads are counted and shown; nothing is refused for it."""

from datetime import timedelta

import pytest

from graphs.telling.card import CardOut
from state.governance.approval import Pace
from state.ids import ActionId, UserId
from tests.server.test_web_inbox import approve, cards
from tests.site import FIELDSTONE, Site


def a_fresh_task(site: Site, user: str = "maya") -> CardOut:
    """Take a card that reaches nobody outside and that nobody approved before."""
    waiting = (one for one in cards(site, user) if one.in_name_of is None and one.status == "pending")
    return next(one for one in waiting if not one.approvals)


def counts(site: Site, user: str = "maya") -> tuple[int, int, int]:
    """Read a person's approvals, the hasty and those of what was never shown there, past the pages."""
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        found = next(iter(unit.actions.paces(UserId(user))), Pace(UserId(user), 0, 0, 0))
    return found.approvals, found.hasty, found.undisplayed


def more(site: Site, before: tuple[int, int, int], user: str = "maya") -> tuple[int, ...]:
    """Say what came to the counts since."""
    return tuple(now - then for now, then in zip(counts(site, user), before, strict=True))


def after_ms(site: Site, action: str) -> int | None:
    """Read what stands with the approval itself."""
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        return next(one.after_ms for one in unit.actions.history(ActionId(action)) if one.event == "approve")


def let_pass(site: Site, milliseconds: int) -> None:
    """Let so much time go by, and none besides."""
    site.watch.ahead += timedelta(milliseconds=milliseconds)


@pytest.fixture
def slow(site: Site) -> Site:
    """Give a site whose clock goes on only when told."""
    site.watch.stand_still()
    return site


@pytest.mark.parametrize(("waited", "hasty"), [(1999, 1), (2000, 0)])
def test_an_approval_under_two_seconds_from_display_is_counted_and_said(
    slow: Site, waited: int, hasty: int
) -> None:
    card, maya, before = a_fresh_task(slow), slow.as_("maya"), counts(slow)
    maya.get(f"/inbox/{card.id}")
    let_pass(slow, waited)
    assert approve(maya, card)[0] == 303
    assert (more(slow, before), after_ms(slow, card.id)) == ((1, hasty, 0), waited)
    said = f"Maya Ortiz, 2.0 s after it was shown{': under 2 s' if hasty else ''}"
    assert said in maya.get(f"/inbox/{card.id}").text
    hastened = counts(slow)[1]
    assert (f"{hastened} within 2 s of being shown" in maya.get("/inbox").text) is bool(hastened)
    assert said in maya.get(f"/why/{card.id}").text


def test_looking_again_does_not_begin_the_time_anew(slow: Site) -> None:
    card, maya, before = a_fresh_task(slow), slow.as_("maya"), counts(slow)
    for _ in range(2):
        maya.get(f"/inbox/{card.id}")
        let_pass(slow, 3000)
    approve(maya, card)
    assert (more(slow, before), after_ms(slow, card.id)) == ((1, 0, 0), 6000)


def test_what_another_person_or_channel_was_shown_is_no_display(slow: Site) -> None:
    card, before = a_fresh_task(slow, "priya"), counts(slow, "priya")
    slow.as_("dana").get(f"/inbox/{card.id}")
    assert slow.client.get(f"/api/cards/{card.id}", headers=slow.key("priya")).status_code == 200
    approve(slow.as_("priya"), card)
    assert (more(slow, before, "priya"), after_ms(slow, card.id)) == ((1, 0, 1), None)
    assert "without being shown there first" in slow.as_("priya").get("/inbox").text


def test_a_program_that_reads_and_approves_at_once_is_counted(slow: Site) -> None:
    card, key, before = a_fresh_task(slow, "priya"), slow.key("priya"), counts(slow, "priya")
    shown = slow.client.get(f"/api/cards/{card.id}", headers=key).json()["shown"]
    slow.client.post(f"/api/cards/{card.id}/approve", json={"shown": shown}, headers=key)
    assert slow.client.get("/api/cards", headers=key).json()["pace"]["hasty"] == before[1] + 1
    assert slow.client.get(f"/api/cards/{card.id}", headers=key).json()["approvals"] == [
        {"by": "priya", "after_ms": 0}
    ]


def test_rows_approved_together_count_from_what_showed_them(slow: Site) -> None:
    row, priya, before = a_fresh_task(slow, "priya"), slow.as_("priya"), counts(slow, "priya")
    priya.get(f"/inbox/{row.id}")
    let_pass(slow, 500)
    assert priya.post("/inbox/bulk", row=f"{row.id}|{row.shown}").status == 200
    assert (more(slow, before, "priya"), after_ms(slow, row.id)) == ((1, 1, 0), 500)
    with slow.home.looking.stores.read(FIELDSTONE) as unit:
        entries = unit.ledger.of_action(ActionId(row.id))
    kept = [one.payload or "" for one in entries if one.entry.kind == "APPROVAL"]
    assert ['"decided_after_ms":500' in one for one in kept] == [True]


def test_a_manager_sees_everybodys_pace_and_a_seller_his_own(slow: Site) -> None:
    card, maya = a_fresh_task(slow), slow.as_("maya")
    maya.get(f"/inbox/{card.id}")
    approve(maya, card)
    line = f'revloop_approvals_total{{tenant="fieldstone",user="maya",how="hasty"}} {counts(slow)[1]}'
    read = {
        user: slow.client.get("/metrics", headers=slow.key(user)).text for user in ("dana", "maya", "tom")
    }
    assert {user: line in text for user, text in read.items()} == {"dana": True, "maya": True, "tom": False}
    assert 'id="paces"' in slow.as_("dana").get("/policy").text
    assert 'id="paces"' not in maya.get("/policy").text
