"""Situations computed by hand give what the hand computed."""

from collections import Counter

import pytest

from state.world.judgement import Judgement
from state.world.profile import Profile
from tests.build import PROFILE
from tests.unit.synthesis.hand import HAND, Computed, qualified
from tests.unit.synthesis.stories import judged

CASES = pytest.mark.parametrize("case", HAND.values(), ids=list(HAND))


def drivers(found: Judgement, direction: str) -> set[str]:
    return {one.name for one in found.momentum.drivers if one.direction == direction}


def differing(found: Judgement, case: Computed) -> dict[str, tuple[object, object]]:
    """Give what differs: name → (found, computed)."""
    health = "none" if found.health.score is None else found.health.score
    pairs: dict[str, tuple[object, object]] = {
        "posture": (found.posture, case.posture),
        "momentum": (found.momentum.direction, case.momentum),
        "up": (drivers(found, "up"), case.up),
        "down": (drivers(found, "down"), case.down),
        "health": (health, case.health),
        "components": (found.health.components, case.components),
        "contradictions": (
            {f"{one.subject}.{one.attribute}" for one in found.contradictions},
            case.contradictions,
        ),
        "unknowns": (tuple(one.id for one in found.unknowns), case.unknowns),
    }
    return {name: pair for name, pair in pairs.items() if pair[1] is not None and pair[0] != pair[1]}


@CASES
def test_the_judgement_is_the_one_computed_by_hand(case: Computed) -> None:
    found = judged(case.story())
    assert differing(found, case) == {}
    overlays = {one.method: one.known for one in found.overlays}
    assert {
        name: overlays[name] for name in ("MEDDPICC", "BANT", "SPICED") if name in case.known
    } == case.known
    people = {one.name: (one.stance, one.influence, one.champion_by) for one in found.people}
    assert {name: people[name] for name in case.people or {}} == (case.people or {})


def test_the_table_covers_what_a_situation_can_be() -> None:
    assert len(HAND) >= 20
    postures = Counter(case.posture for case in HAND.values())
    assert len([name for name in postures if name]) >= 13
    assert {case.momentum for case in HAND.values()} >= {"UP", "FLAT", "MIXED", "UNKNOWN"}


def changed(**posture: object) -> Profile:
    rule = PROFILE.judgement.posture.model_copy(update=posture)
    judgement = PROFILE.judgement.model_copy(update={"posture": rule})
    return PROFILE.model_copy(update={"judgement": judgement})


def test_the_order_of_the_rules_is_the_files() -> None:
    """Planted: the same situation under the rules in another order."""
    case = HAND["a notice received"]
    rules = PROFILE.judgement.posture.customer
    watch_first = tuple(sorted(rules, key=lambda line: line.posture != "WATCH"))
    assert judged(case.story()).posture == "CRITICAL"
    assert judged(case.story(), profile=changed(customer=watch_first)).posture == "WATCH"


def test_a_rule_that_is_taken_out_of_the_file_is_not_asked() -> None:
    rules = tuple(line for line in PROFILE.judgement.posture.customer if line.posture != "HEALTHY")
    assert judged(HAND["a bare customer"].story(), profile=changed(customer=rules)).posture == "UNKNOWN"


@pytest.mark.parametrize(("border", "posture"), [(64, "HEALTHY"), (65, "WATCH")])
def test_the_borders_are_the_files(border: int, posture: str) -> None:
    found = judged(HAND["a bare customer"].story(), profile=changed(healthy_from_health=border))
    assert found.posture == posture


def test_drivers_are_weighed_as_the_file_lists_them() -> None:
    rule = PROFILE.judgement.momentum.model_copy(update={"drivers": ("tickets", "stage")})
    judgement = PROFILE.judgement.model_copy(update={"momentum": rule})
    profile = PROFILE.model_copy(update={"judgement": judgement})
    found = judged(HAND["a bare customer"].story(), profile=profile).momentum
    assert [driver.name for driver in found.drivers] == ["tickets", "stage"]


def test_a_method_without_elements_is_switched_off() -> None:
    off = PROFILE.judgement.overlays.model_copy(update={"BANT": ()})
    profile = PROFILE.model_copy(update={"judgement": PROFILE.judgement.model_copy(update={"overlays": off})})
    found = judged(HAND["a bare customer"].story(), profile=profile)
    assert [one.method for one in found.overlays] == ["MEDDPICC", "SPICED"]


def test_elements_say_by_whom_and_how_old() -> None:
    found = judged(HAND["aged fields do not count"].story())
    pain = next(one for one in found.overlays[0].elements if one.element == "identified_pain")
    assert (pain.status, pain.by, pain.age_days, pain.text) == ("aged", "crm", 91, "Late routes")
    assert [item.field for item in pain.evidence] == ["identified_pain"]
    assert found.overlays[0].missing == ("decision_process", "paper_process", "competition")


def test_what_was_only_said_is_inferred_and_cited() -> None:
    found = judged(qualified("2026-02-20").reads("competitor", "2026-03-01", "We also look at RouteRight."))
    rival = next(one for one in found.overlays[0].elements if one.element == "competition")
    assert (rival.status, rival.evidence[0].trust.value) == ("inferred", "untrusted")
    assert found.overlays[0].known == 5
