"""What every ledger store does alike."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from state.errors import InvalidInput
from state.governance.happening import Cancel
from state.ids import ActionId, TraceId
from state.ledger import verify
from state.ledger.chain import GENESIS, bundle
from state.ledger.entry import EntryDraft, Kind, hash_of
from state.ports.unit import Stores
from tests.fakes.drafts import OTHER, TENANT, UMA, WALL, an_action, approve, change, stamp


def note(text: str = "hello", trace: str = "trace-1", action: str = "") -> EntryDraft:
    return EntryDraft(
        Kind.SIGNAL, stamp(trace), {"text": text, "n": 7, "yes": True, "list": ["a"]}, action=action
    )


def test_entries_continue_each_other_from_the_first(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        assert unit.ledger.head() == GENESIS
        first, second = unit.ledger.append([note("a"), note("b")])
    with stores.begin(TENANT) as unit:
        third = unit.ledger.append([note("c")])[0]
        entries = unit.ledger.entries()
    assert [each.seq for each in entries] == [1, 2, 3]
    assert [each.previous for each in entries] == [GENESIS.hash, first.hash, second.hash]
    assert entries[-1] == third
    assert all(hash_of(each) == each.hash for each in entries)


def test_each_tenant_has_a_chain_of_its_own(stores: Stores) -> None:
    for tenant in (TENANT, OTHER):
        with stores.begin(tenant) as unit:
            assert unit.ledger.append([note()])[0].seq == 1
    with stores.read(OTHER) as unit:
        assert [each.tenant for each in unit.ledger.entries()] == [OTHER]


def test_entries_are_found_by_action_by_trace_and_page_by_page(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.ledger.append([note("a", "trace-1", "ac_1"), note("b", "trace-2", "ac_1"), note("c", "trace-2")])
    with stores.read(TENANT) as unit:
        assert [each.entry.seq for each in unit.ledger.of_action(ActionId("ac_1"))] == [1, 2]
        assert [each.entry.seq for each in unit.ledger.of_trace(TraceId("trace-2"))] == [2, 3]
        assert [each.seq for each in unit.ledger.entries(after=1, limit=1)] == [2]


def test_wall_time_never_runs_back(stores: Stores) -> None:
    earlier = replace(note(), stamp=stamp(wall=WALL - timedelta(hours=1)))
    with stores.begin(TENANT) as unit:
        first, second = unit.ledger.append([note(), earlier])
    assert second.wall == first.wall


@pytest.mark.parametrize("value", [1.5, None, 2**53, -(2**53), {"ключ": "x"}, ["x", [None]], "\ud800"])
def test_a_payload_with_more_than_one_byte_form_is_refused(stores: Stores, value: object) -> None:
    draft = replace(note(), payload={"value": value})  # type: ignore[dict-item]  # what JSON may hold and we may not
    with stores.begin(TENANT) as unit:
        with pytest.raises(InvalidInput):
            unit.ledger.append([draft])
        assert unit.ledger.head() == GENESIS


def test_a_salt_hides_an_equal_payload(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        first, second = unit.ledger.append([note(), note()])
    assert first.payload_hash != second.payload_hash


def test_the_bundle_of_a_life_verifies_in_a_process_without_us(stores: Stores, tmp_path: Path) -> None:
    with stores.begin(TENANT) as unit:
        action = unit.actions.draft([an_action()], stamp())[0].action
        unit.actions.apply([change(action, approve(action)), change(action, Cancel(UMA, "no"))], stamp())
        exported = bundle(TENANT, unit.ledger.sealed())
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(exported))
    command = [sys.executable, "-I", "-S", verify.__file__, str(file)]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (found.returncode, found.stdout.split(":")[0]) == (0, "OK"), found.stdout + found.stderr


def test_the_entry_of_a_decision_names_the_person_who_made_it(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        action = unit.actions.draft([an_action()], stamp())[0].action
        unit.actions.apply([change(action, approve(action))], stamp())
        drafted, approved = unit.ledger.of_action(action.id)
    assert (drafted.entry.user, approved.entry.user, approved.entry.channel) == ("bot", "uma", "cli")
    assert approved.payload is not None
    assert json.loads(approved.payload)["effect_hash"] == action.effect_hash
