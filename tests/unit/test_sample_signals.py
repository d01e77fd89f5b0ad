"""The ordinary accounts of the sample company are as quiet as they are meant to be, whoever plays them."""

from collections import defaultdict
from datetime import date
from functools import cache

import pytest

from state.ids import AccountId
from state.world.delta import deltas_of
from state.world.detection import detect
from state.world.event import Event, parse_event
from state.world.situation import EMPTY_DIGEST, Situation
from state.world.surroundings import SourceState, Surroundings
from state.world.view import AccountView
from tests.conftest import ROOT
from tests.samples import sampled
from tools.files import load_profile
from tools.sample import Sample
from tools.sample.closed import cycles
from tools.sample.ordinary import kind_of

SEEDS = (7, 8)
EXPECTED_ANYWHERE = {"MEETING_COMPLETED", "REPLY_RECEIVED"}
PROFILE = load_profile([ROOT / "profile"])


@cache
def signals(seed: int) -> dict[str, list[str]]:
    """Detect on every account; account keys are those of the cast, so that seeds compare."""
    sample, by_account = sampled(seed), defaultdict[AccountId, list[Event]](list)
    for raw in sample.events:
        event = parse_event(dict(raw), sample.tenant)
        if event.account is not None:
            by_account[event.account].append(event)
    around = surroundings(sample)
    keys = {
        value: key.removesuffix(".account") for key, value in sample.slots.items() if key.endswith(".account")
    }
    return {keys[account]: seen(account, events, around) for account, events in by_account.items()}


def surroundings(sample: Sample) -> Surroundings:
    feeds = [str(raw["data"]["feed"]) for raw in sample.of_tenant if isinstance(raw["data"], dict)]
    return Surroundings(
        now=sample.clock,
        zone="America/New_York",
        sources={feed: SourceState(source=feed, synced_at=sample.clock) for feed in sorted(set(feeds))},
        silent_feeds={"depot-gateway": (date(2026, 2, 20) + sample.shift, 3)},
        closed_cycles=cycles(),
    )


def seen(account: AccountId, events: list[Event], around: Surroundings) -> list[str]:
    deltas = [delta for event in events for delta in deltas_of(event, PROFILE.sources.trust_of)]
    view = AccountView.of(Situation(account, deltas, len(events), EMPTY_DIGEST))
    return [signal.name for signal in detect(view, around, PROFILE) if signal.name not in EXPECTED_ANYWHERE]


@pytest.mark.parametrize("seed", SEEDS)
def test_quiet_and_noisy_accounts_show_nothing_and_mild_ones_one_thing(seed: int) -> None:
    counts = {"quiet": 0, "noise": 0, "mild": 1}
    for number in range(40):
        found = signals(seed)[f"ordinary-{number}"]
        assert len(found) == counts[kind_of(number)], (number, found)


def test_another_cast_shows_the_same_signals_at_every_account() -> None:
    assert signals(SEEDS[0]) == signals(SEEDS[1])


@pytest.mark.parametrize(
    "quiet", ["harbor", "meridian-health", "meridian-freight", "vantage", "xenon", "alder"]
)
def test_stories_of_nothing_to_do_show_nothing(quiet: str) -> None:
    assert signals(SEEDS[0])[quiet] == []


def test_acme_shows_what_makes_it_critical() -> None:
    assert signals(SEEDS[0])["acme"] == [
        "CHAMPION_WENT_COLD", "MEETING_UPCOMING", "NOTICE_DEADLINE", "RENEWAL_WINDOW_ENTERED", "STAKEHOLDER_GAP",
        "STAKEHOLDER_GAP", "SUPPORT_SEV2_AGING", "USAGE_DROP_PERCENT",
    ]  # fmt: skip
