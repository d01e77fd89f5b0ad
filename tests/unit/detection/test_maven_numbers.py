"""The age rule on a public export: what was flagged on four days, and which of those deals closed after all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from state.ids import AccountId, TenantId
from state.stores.database import Database
from state.world.delta import Delta, deltas_of
from state.world.detection.aging import deal_age
from state.world.detection.scene import Scene
from state.world.event import Event
from state.world.profile import Profile
from state.world.records import DealClosed
from state.world.signal import Signal
from state.world.situation import EMPTY_DIGEST, Situation
from state.world.view import AccountView
from tests.build import PROFILE, around, trust_of
from tools.connectors.csv_folder import Folder, Reject, events_of
from tools.connectors.mapping import Mapping as Rules
from tools.files import load_model

MAVEN = TenantId("maven")
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Export:
    """Every event with its claims, by account, and what the store makes of their closed cycles."""

    events: Mapping[AccountId, list[tuple[Event, tuple[Delta, ...]]]]
    cycles: Mapping[date, tuple[int, ...]]
    closed: frozenset[tuple[str, date]]

    def flagged(self, day: date, profile: Profile) -> set[str]:
        """List the stale deals as of the end of a day: nothing later is folded."""
        now = last_of(day)
        beside = around(now, zone="UTC", closed_cycles=self.cycles[day])
        found: set[str] = set()
        for account, told in self.events.items():
            known = [delta for event, deltas in told if event.visible_at <= now for delta in deltas]
            if known:
                view = AccountView.of(Situation(account, known, len(known), EMPTY_DIGEST))
                findings = deal_age(Scene(view, beside, profile))
                found |= {one.subject for one in findings if is_stale(one)}
        return {name.partition("/")[2] for name in found}

    def later(self, deals: Iterable[str], day: date) -> set[str]:
        """List those that closed after a day."""
        return {deal for deal in deals if any(name == deal and on > day for name, on in self.closed)}


def is_stale(finding: object) -> bool:
    return isinstance(finding, Signal) and finding.name == "DEAL_STALE"


def last_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), UTC)


DAYS = {
    "2017-05-31": (69, 5),
    "2017-07-31": (193, 0),
    "2017-08-31": (286, 1),
    "2017-11-30": (599, 2),
}


@pytest.fixture(scope="module")
def export(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Export:
    rules = load_model(ROOT / "samples" / "mappings" / "maven_crm.yaml", Rules)
    folder = Folder.open(shared_data / "maven_crm", rules)
    events = [one for one in events_of(folder, rules, MAVEN) if not isinstance(one, Reject)]
    by_account: dict[AccountId, list[tuple[Event, tuple[Delta, ...]]]] = {}
    for event in sorted(events, key=lambda one: (one.visible_at, one.id)):
        by_account.setdefault(AccountId(str(event.account)), []).append((event, deltas_of(event, trust_of)))
    closed = frozenset(
        (one.data.deal, one.data.closed_on) for one in events if isinstance(one.data, DealClosed)
    )
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('maven') / 'cycles.db'}")
    with database.begin(MAVEN) as unit:
        unit.around.note(events)
        cycles = {day: unit.around.closed_cycles(last_of(day)) for day in map(date.fromisoformat, DAYS)}
    database.close()
    return Export(by_account, cycles, closed)


@pytest.mark.parametrize(("day", "flagged", "later"), [(day, *counts) for day, counts in DAYS.items()])
def test_deals_above_the_p99_hardly_ever_close(export: Export, day: str, flagged: int, later: int) -> None:
    on = date.fromisoformat(day)
    found = export.flagged(on, PROFILE)
    assert (len(found), len(export.later(found, on))) == (flagged, later)


def test_on_31_august_the_p99_is_127_days_and_one_flagged_deal_closes(export: Export) -> None:
    on = date(2017, 8, 31)
    assert export.later(export.flagged(on, PROFILE), on) == {"2ZEFCKS3"}


def test_older_than_the_longest_cycle_flags_256_and_none_of_them_closes(export: Export) -> None:
    stale = PROFILE.signals.deal_stale.model_copy(update={"min_cycles": 10**6})
    signals = PROFILE.signals.model_copy(update={"deal_stale": stale})
    on = date(2017, 8, 31)
    found = export.flagged(on, PROFILE.model_copy(update={"signals": signals}))
    assert export.cycles[on][-1] == 138
    assert (len(found), export.later(found, on)) == (256, set())
