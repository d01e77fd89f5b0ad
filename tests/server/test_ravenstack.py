"""A public export that contradicts itself: what is kept out, what is disputed, and that usage decides nothing."""

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from state.ids import AccountId, TenantId
from state.world.detection import Survey, survey
from state.world.event import Event, parse_event
from state.world.judgement import Judgement
from state.world.records import UsageCounted
from state.world.synthesis import synthesize
from state.world.view import AccountView
from tests.build import PROFILE, Story, around, source
from tests.conftest import ROOT
from tests.server.conftest import Cli
from tests.unit.brief.pages import compose
from tests.unit.playbook.desk import decide, looked_at
from tools.connectors.csv_folder import Folder, Reject, events_of
from tools.connectors.mapping import Mapping as Rules
from tools.files import load_model

RULES = ROOT / "samples" / "mappings" / "ravenstack.yaml"
TENANT = TenantId("ravenstack")
NOW = datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC)
AROUND = around(NOW, zone="UTC", sources={n: source(n, now=NOW) for n in ("crm", "support", "usage")})
DISPUTED, QUIET = AccountId("a-4c38bc"), AccountId("a-d40bf7")
SAMPLE = 16
USES = "ravenstack_feature_usage.csv"
LEFT_OUT = ("id", "based_on", "word_count")
"""Ids that are made of the situation's digest, and the length of the page."""


@dataclass(frozen=True)
class Export:
    """The export as the mapping reads it."""

    events: Mapping[AccountId, list[Event]]
    rejects: Sequence[Reject]

    def view(self, account: AccountId) -> AccountView:
        return Story(account, now=NOW, events=self.events[account]).view()


@dataclass(frozen=True)
class Looked:
    """One account as detection and synthesis see it."""

    said: Survey
    judgement: Judgement


@pytest.fixture(scope="module")
def export(shared_data: Path) -> Export:
    rules = load_model(RULES, Rules)
    return read(Folder.open(shared_data / "ravenstack", rules), rules)


def read(folder: Folder, rules: Rules) -> Export:
    found: dict[AccountId, list[Event]] = {}
    rejects: list[Reject] = []
    for one in events_of(folder, rules, TENANT):
        if isinstance(one, Reject):
            rejects.append(one)
        else:
            found.setdefault(AccountId(str(one.account)), []).append(one)
    return Export({name: sorted(told, key=_place) for name, told in found.items()}, rejects)


def _place(event: Event) -> tuple[datetime, str]:
    return event.visible_at, event.id


@pytest.fixture(scope="module")
def looked(export: Export) -> dict[AccountId, Looked]:
    found = {}
    for account in export.events:
        view = export.view(account)
        said = survey(view, AROUND, PROFILE)
        found[account] = Looked(said, synthesize(view, said.signals, AROUND, PROFILE))
    return found


def test_rows_that_contradict_another_table_are_counted_and_make_no_event(export: Export) -> None:
    held = Counter(one.quarantine for one in export.rejects)
    assert held == {"outside_subscription": 12_373, "before_signup": 687, "id_conflict": 8}
    kinds = Counter(event.type for told in export.events.values() for event in told)
    assert kinds["usage.counted"] == 15_915 - 12_373 - 2
    assert kinds["ticket.updated"] == 2 * (1_265 - 687)
    assert len(export.events) == 314


def test_without_quarantine_every_one_of_those_rows_would_be_evidence(shared_data: Path) -> None:
    rules = load_model(RULES, Rules)
    folder = Folder.open(shared_data / "ravenstack", rules)
    few = Folder({**folder.tables, USES: folder.tables[USES][:500]})
    only = rules.model_copy(update={"events": tuple(one for one in rules.events if one.name == "use")})
    unguarded = only.model_copy(update={"quarantine": ()})
    assert sum(map(len, read(few, unguarded).events.values())) == 500
    assert sum(map(len, read(few, only).events.values())) < 150


def test_contradictions_on_churned_by_type(looked: dict[AccountId, Looked]) -> None:
    kinds = Counter(kind for one in looked.values() for kind in disputed(one.judgement))
    assert kinds == {
        "flag without event": 22,
        "event without flag": 177,
        "flag, event and open contract": 42,
        "none": 73,
    }


def disputed(judgement: Judgement) -> list[str]:
    kinds = {
        frozenset({"churn_flag"}): "flag without event",
        frozenset({"status", "churned_on", "churn_flag"}): "event without flag",
    }
    found = []
    for one in judgement.contradictions:
        assert (one.attribute, one.is_critical_attribute) == ("churned", True)
        contracts = [side for side in one.sides if side.record.startswith("S-")]
        fields = frozenset(side.field for side in one.sides if side not in contracts)
        is_all = len(fields) == 3 and bool(contracts)
        found.append("flag, event and open contract" if is_all else kinds[fields])
    return found or ["none"]


def test_one_account_is_flagged_and_nothing_else_says_it_left(looked: dict[AccountId, Looked]) -> None:
    (one,) = looked[DISPUTED].judgement.contradictions
    assert (
        one.text == "The record is flagged as churned, no churn event is known, and 14 contracts are running."
    )
    assert looked[DISPUTED].judgement.posture == "UNKNOWN"
    assert looked[QUIET].judgement.contradictions == ()


def test_counted_uses_make_no_usage_signal_and_the_reason_is_said(looked: dict[AccountId, Looked]) -> None:
    signals = Counter(signal.name for one in looked.values() for signal in one.said.signals)
    assert not [name for name in signals if name.startswith(("USAGE_", "SEAT_"))]
    silences = {quiet.text for one in looked.values() for quiet in one.said.silences if "USAGE" in quiet.name}
    assert silences == {"No active-user series."}


def test_nothing_but_the_usage_section_cites_a_use(export: Export) -> None:
    for account in (DISPUTED, *sorted(export.events)[:SAMPLE]):
        rest, usage = told(export.view(account))
        assert '"source":"usage"' not in rest
        assert not export.view(account).feature_uses or '"source":"usage"' in usage


def told(view: AccountView) -> tuple[str, str]:
    """Shape: (everything said of an account but its usage, its usage section); ids of the digest are left out."""
    about = looked_at(view, AROUND, PROFILE, "prep")
    page = compose(about)
    usage = [section for section in page.sections if section.id == "usage"]
    others = page.model_copy(update={"sections": tuple(one for one in page.sections if one not in usage)})
    rest = [one.model_dump(mode="json") for one in (decide(about), others, about.judgement)]
    return _text(rest), _text([one.model_dump(mode="json") for one in usage])


def _text(value: object) -> str:
    return json.dumps(_without_ids(value), sort_keys=True, separators=(",", ":"))


def _without_ids(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_ids(one) for key, one in value.items() if key not in LEFT_OUT}
    return [_without_ids(one) for one in value] if isinstance(value, list) else value


def shuffled(export: Export, accounts: Sequence[AccountId]) -> Export:
    """Give every account the uses of the next one."""
    uses = {name: [one for one in export.events[name] if is_use(one)] for name in accounts}
    dealt = {}
    for name, giver in zip(accounts, (*accounts[1:], accounts[0]), strict=True):
        own = [one for one in export.events[name] if not is_use(one)]
        given = [one.model_copy(update={"account": name}) for one in uses[giver]]
        dealt[name] = sorted([*own, *given], key=_place)
    return Export(dealt, ())


def is_use(event: Event) -> bool:
    return isinstance(event.data, UsageCounted)


def test_shuffled_uses_change_the_usage_section_and_nothing_else(export: Export) -> None:
    accounts = [DISPUTED, QUIET, *sorted(export.events)[:SAMPLE]]
    dealt = shuffled(export, accounts)
    before, after = ([told(one.view(name)) for name in accounts] for one in (export, dealt))
    assert [rest for rest, _ in before] == [rest for rest, _ in after]
    assert len({usage for _, usage in (*before, *after)}) > SAMPLE


def test_a_series_of_active_users_would_not_pass_the_shuffle(export: Export) -> None:
    """The planted fault: usage that does decide something is seen by the same comparison."""
    head = {"id": "X-1", "account": DISPUTED, "source": "usage", "type": "usage.reported"}
    values = [100] * 100 + [20] * 28
    series = {"series": "active_users", "first_day": "2024-08-26", "values": values}
    event = parse_event({**head, "time": "2024-12-31T00:00:00Z", "data": series}, TENANT)
    guilty = Export({DISPUTED: [*export.events[DISPUTED], event]}, ())
    assert told(guilty.view(DISPUTED))[0] != told(export.view(DISPUTED))[0]


@pytest.fixture
def few(shared_data: Path, tmp_path: Path) -> Path:
    """Give the same tables with the rows of six accounts."""
    folder = tmp_path / "export"
    folder.mkdir()
    owned = {"A-4c38bc", "A-d40bf7"}
    for path in sorted((shared_data / "ravenstack").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        if "accounts" in path.name:
            owned |= {row[0] for row in rows[:4]}
        keep = [row for row in rows if owned & set(row[:2])]
        if "subscriptions" in path.name:
            owned |= {row[0] for row in keep}
        with (folder / path.name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *keep])
    return folder


def test_the_import_reports_what_it_keeps_out_and_asks_about_the_flag(
    empty_home: Path, cli: Cli, few: Path
) -> None:
    assert empty_home.name == "home"
    ran = cli("import", "csv", str(few), "--mapping", str(RULES), "--tenant", "raven", "--now", "2024-12-31")
    assert ran.code == 0
    assert "KEPT OUT: COUNTED, AND NEVER USED AS EVIDENCE" in ran.out.upper()
    page = cli("prep", "a-4c38bc", "--tenant", "raven").out
    assert "Has Company_55 left us? The sources disagree." in page
    assert "no churn event is known, and 14 contracts" in " ".join(page.split())
    cli("next", "--tenant", "raven")
    card = cli("inbox", "--tenant", "raven").out
    assert "create task, one card" in card
