"""What holds for every signal: pure, ordered, unique, grounded in its evidence, and known to the profile."""

import random
import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.signal import Severity, Signal
from tests.build import PROFILE, Story
from tests.unit.detection.stories import ALL

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAY = re.compile(rf"(\d{{1,2}}) ({MONTHS}) (\d{{4}})")
Make = Callable[[], Story]
KNOWN = {field.alias for field in type(PROFILE.signals).model_fields.values() if field.alias}


def iso(day: re.Match[str]) -> str:
    names: list[str] = list(MONTHS.split("|"))
    month = names.index(day[2]) + 1
    return date(int(day[3]), month, int(day[1])).isoformat()


def proven(signal: Signal) -> str:
    """Everything a sentence may rest on: cited values, quotes and records, and computed numbers."""
    cited = [part for e in signal.evidence for part in (e.value, e.quote or "", e.record)]
    return " | ".join([*cited, *signal.numbers.values()])


def ungrounded(signal: Signal) -> list[str]:
    """Name the days, numbers and names of the sentence that nothing proves."""
    proof = proven(signal)
    days = [day[0] for day in DAY.finditer(signal.text) if iso(day) not in proof]
    rest, plain = DAY.sub("", signal.text), proof.replace(",", "")
    numbers = [number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)*", rest)]
    unknown = [number for number in numbers if not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", plain)]
    names = re.findall(r"(?<=[a-z,;:] )[A-Z][a-z]+(?: [A-Z][a-z]+)*", rest)
    return [*days, *unknown, *(name for name in names if name.casefold() not in proof.casefold())]


@pytest.mark.parametrize("make", ALL)
def test_every_number_day_and_name_of_a_sentence_is_proven(make: Make) -> None:
    found = {(s.name, s.sub_state): ungrounded(s) for s in make().signals()}
    assert {key: missing for key, missing in found.items() if missing} == {}


def test_the_grounding_check_can_fail() -> None:
    signal = ALL[0]().one("RENEWAL_WINDOW_ENTERED")
    lie = signal.model_copy(update={"text": "The contract of Zeta ends on 1 May 2026, in 52 days."})
    assert ungrounded(lie) == ["1 May 2026", "52", "Zeta"]


@pytest.mark.parametrize("make", ALL)
def test_signals_are_sorted_unique_and_have_evidence(make: Make) -> None:
    signals = make().signals()
    keys = [(s.name, s.subject, s.sub_state) for s in signals]
    assert keys == sorted(set(keys))
    assert len({s.id for s in signals}) == len(signals)
    assert [s.name for s in signals if not s.evidence and not (s.to_admin and s.name == "SOURCE_STALE")] == []
    assert all(s.since <= make().now for s in signals)


@pytest.mark.parametrize("make", ALL)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_events_changes_no_signal(make: Make, seed: int) -> None:
    story, shuffled = make(), make()
    random.Random(seed).shuffle(shuffled.events)
    assert shuffled.signals() == story.signals()


@pytest.mark.parametrize("make", ALL)
def test_a_repeated_delivery_changes_no_signal(make: Make) -> None:
    story = make()
    twice = make()
    twice.events = [*story.events, *story.events]
    assert twice.signals() == story.signals()


def test_between_them_the_stories_make_every_signal_of_the_profile() -> None:
    found = {signal.name for make in ALL for signal in make().signals()}
    assert KNOWN - found == set()
    assert found - KNOWN == set()


@pytest.mark.parametrize("make", ALL)
def test_only_medium_and_high_signals_of_the_profiles_list_are_risks(make: Make) -> None:
    for signal in make().signals():
        if signal.is_posture_risk:
            assert signal.severity.rank >= Severity.MEDIUM.rank
            assert signal.name in PROFILE.judgement.posture.risk_signals


@pytest.mark.parametrize("make", ALL)
def test_the_tenants_own_people_are_no_touches(make: Make) -> None:
    addresses = {touch.address for touch in make().view().touches(make().now)}
    assert not [address for address in addresses if address.endswith("fieldstone.example")]


def test_our_own_attendees_do_not_hold_a_meeting() -> None:
    story = (
        Story().account().meeting("2026-03-05T14:00", ["maya@fieldstone.example", "tom@fieldstone.example"])
    )
    assert story.view().held_meetings(story.now) == ()
    assert story.view().touches(story.now) == ()
    assert len(story.view().seen_from(()).touches(story.now)) == 2, "without the domains everybody is outside"
