"""An anchor is never older than a minute while the ledger grows, and nothing is anchored twice."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from graphs.bootstrap import House
from graphs.keeping import anchoring
from graphs.keeping.anchoring import anchor_now, anchored, folder_of, is_due
from graphs.parts import Parts
from server.worker import SWEEP_SECONDS
from state.ids import AccountId
from state.settings import Settings
from tests.graph.homes import TENANT, principal_of

PATIENCE_SECONDS = 60.0
"""Only ends what hangs."""
EVERY = Settings.model_fields["anchor_every_seconds"].default


@dataclass(frozen=True)
class Ahead:
    """A wall clock that is ahead."""

    seconds: float

    def wall(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


def later(house: House, seconds: float) -> Parts:
    return replace(house.parts, clock=Ahead(seconds))


def test_an_anchor_is_due_before_it_is_a_minute_old_where_the_ledger_has_grown(house: House) -> None:
    anchor_now(house.parts, TENANT)
    assert not is_due(later(house, 10 * EVERY), TENANT), "nothing has grown"
    house.runner.start(principal_of(house), AccountId("oakhaven-hotels"), "prep")
    assert not is_due(later(house, EVERY / 2), TENANT)
    assert is_due(later(house, EVERY - SWEEP_SECONDS), TENANT), (
        "else a worker that sweeps now anchors too late"
    )


def test_whoever_works_looks_each_second_and_anchors_what_is_due(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchoring, "LOOK_SECONDS", 0.01)
    anchor_now(house.parts, TENANT)
    folder = folder_of(house.settings)
    before = folder.newest(TENANT)
    house.runner.start(principal_of(house), AccountId("oakhaven-hotels"), "prep")
    with anchored(later(house, EVERY - 1), principal_of(house)):
        ends = time.monotonic() + PATIENCE_SECONDS
        while folder.newest(TENANT) == before and time.monotonic() < ends:
            time.sleep(0.01)
        assert folder.newest(TENANT) != before
