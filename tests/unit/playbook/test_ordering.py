"""What was learned moves the order of a real deliberation inside a band, the same all day and over a weekend."""

from dataclasses import replace
from datetime import datetime, timedelta

from agents.playbook.ordering import place_of
from state.decision.learning import learned
from state.decision.ranking import BANDS
from state.ports.deciding import Deliberating
from tests.unit.decided import LIMITS, many
from tests.unit.playbook.desk import about, decide, proposals
from tests.unit.playbook.test_considering import renewing

ACME = about(renewing().opened_ticket("SUP-1", "2026-02-16", 2))
TAUGHT = learned([*many(2, 38, "draft_email"), *many(38, 2, "escalate_support")], LIMITS)


def knowing(here: Deliberating) -> Deliberating:
    return replace(here, preferences=TAUGHT)


def test_what_was_learned_moves_proposals_inside_their_band_and_drops_none() -> None:
    plain, moved = proposals(decide(ACME)), proposals(decide(knowing(ACME)))
    assert [one.id for one in plain] != [one.id for one in moved]
    assert {one.id for one in plain} == {one.id for one in moved}
    bands = [BANDS.index(one.urgency) for one in moved]
    assert bands == sorted(bands)


def test_while_too_little_is_decided_the_order_is_plain_and_no_draw() -> None:
    little = replace(ACME, preferences=learned(many(2, 17, "draft_email"), LIMITS))
    assert decide(little).decision == decide(ACME).decision


def test_a_weekend_draws_as_its_monday_and_another_day_otherwise() -> None:
    saturday = ACME.around.now + timedelta(days=(5 - ACME.around.now.weekday()) % 7)
    first, monday, tuesday = (place_of(on(saturday + timedelta(days=days))) for days in (0, 2, 3))
    assert first == monday != tuesday


def on(day: datetime) -> Deliberating:
    return replace(ACME, around=ACME.around.model_copy(update={"now": day}))
