"""`docs/signals.md` says what the rules and the profile say."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from state.world.detection.meanings import MEANINGS, Meaning
from state.world.profile import Profile
from tests.build import PROFILE
from tests.conftest import ROOT
from tools.signals_page import PAGE, filled, page, section, slots_of, unnamed

SCALE = re.compile(
    r"\{[^}]*\}|lag-1|moved-\d|sev[12]|severity [12]|class 2 or 3|of 100|of 5|begins with 4|at 0 from"
)
"""Slots, and numbers that name a scale and are no border."""


def test_the_page_is_the_one_that_the_code_and_the_profile_give() -> None:
    assert page(PROFILE) == (ROOT / PAGE).read_text(encoding="utf-8"), "run python -m tools.signals_page"


def test_every_signal_of_the_profile_has_one_meaning() -> None:
    wanted = [info.alias for info in type(PROFILE.signals).model_fields.values() if info.alias]
    assert sorted(one.name for one in MEANINGS) == sorted(wanted)


def test_every_threshold_is_named_and_every_slot_is_one() -> None:
    assert unnamed(MEANINGS, PROFILE) == {}
    for one in MEANINGS:
        assert slots_of(one) <= set(filled(one, PROFILE)), one.name


def test_a_threshold_that_no_sentence_names_is_found() -> None:
    mute = replace(MEANINGS[1], fires="soon")
    assert unnamed((mute,), PROFILE) == {"NOTICE_DEADLINE": {"within_days"}}


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda one: one.name)
def test_no_sentence_holds_a_number_of_its_own(meaning: Meaning) -> None:
    texts = (meaning.fires, meaning.not_when, meaning.severity, meaning.sub_states)
    assert not [text for text in texts if re.search(r"\d", SCALE.sub("", text))]


@pytest.mark.parametrize("share", ["0.20", "0.40"])
def test_a_changed_threshold_changes_the_page(share: str) -> None:
    drop = PROFILE.signals.usage_drop_percent.model_copy(update={"share": Decimal(share)})
    signals = PROFILE.signals.model_copy(update={"usage_drop_percent": drop})
    profile: Profile = PROFILE.model_copy(update={"signals": signals})
    found = next(one for one in MEANINGS if one.name == "USAGE_DROP_PERCENT")
    assert f"{Decimal(share):.0%} or more under" in section(found, profile)
