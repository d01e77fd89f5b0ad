"""The verifier finds every edit, deletion and swap, names the first bad entry, and claims no more than that."""

import ast
import copy
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.canonical import Json, canonical_json
from state.governance.happening import Cancel, Snooze
from state.ledger import verify
from state.ledger.chain import GENESIS, bundle, extend
from state.ledger.entry import EntryDraft, Kind
from state.ledger.verify import canonical
from tests.fakes.drafts import NOW, TENANT, UMA, an_action, approve, change, stamp
from tests.fakes.stores import MemoryStores

Row = dict[str, Any]
Bundle = dict[str, Any]
PLAIN: st.SearchStrategy[Json] = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner, max_size=4)
    ),
    max_leaves=10,
)


def a_life(*more: EntryDraft) -> Bundle:
    """Export a short ledger: two actions, one approved and cancelled, one refused; then what else is told."""
    stores = MemoryStores()
    with stores.begin(TENANT) as unit:
        first, second = (each.action for each in unit.actions.draft([an_action(1), an_action(2)], stamp()))
        unit.actions.apply(
            [
                change(first, approve(first)),
                change(second, Snooze(UMA, NOW)),
                change(first, Cancel(UMA, "not worth it")),
                change(first, Cancel(UMA, "again"), "again"),
            ],
            stamp(),
        )
        unit.ledger.append(more)
        exported = bundle(TENANT, unit.ledger.sealed())
    read: Bundle = json.loads(json.dumps(exported))
    return read


def rehash(found: Bundle) -> None:
    """Rewrite all hashes, as one could who can write the whole database."""
    previous = GENESIS.hash
    for row in found["entries"]:
        entry, salt = row["entry"], bytes.fromhex(row["salt"])
        entry["payload_hash"] = hashlib.sha256(salt + row["payload"].encode()).hexdigest()
        entry["previous"] = previous
        fields = {name: value for name, value in entry.items() if name != "hash"}
        entry["hash"] = previous = hashlib.sha256(canonical(fields)).hexdigest()


def test_an_untouched_bundle_holds_and_says_what_it_does_not_prove() -> None:
    holds, said = verify.verify(a_life())
    assert holds
    assert said[0] == "OK: 6 entries of tenant-a, 0 of them erased."
    assert "Anchors: none" in said[-1]


ENTRY_FIELDS = [name for name in verify.FIELDS if name != "hash"]


@pytest.mark.parametrize("name", [*ENTRY_FIELDS, "hash"])
@pytest.mark.parametrize("place", [0, 3, 5])
def test_an_edited_field_is_found_at_its_entry(name: str, place: int) -> None:
    found = a_life()
    old = found["entries"][place]["entry"][name]
    found["entries"][place]["entry"][name] = old + 1 if isinstance(old, int) else f"{old}0"
    holds, said = verify.verify(found)
    assert not holds
    assert said[0].startswith(f"BAD at entry {place + 1}:")


TAMPER: dict[str, tuple[Callable[[list[Row]], object], int]] = {
    "an entry deleted": (lambda rows: rows.pop(2), 3),
    "the first entry deleted": (lambda rows: rows.pop(0), 1),
    "two entries swapped": (lambda rows: rows.insert(2, rows.pop(3)), 3),
    "an entry doubled": (lambda rows: rows.insert(2, copy.deepcopy(rows[1])), 3),
    "a payload edited": (
        lambda rows: rows[2].update(payload=rows[2]["payload"].replace("moved", "noop")),
        3,
    ),
    "two payloads swapped": (lambda rows: swap(rows, 2, 3), 3),
    "a salt edited": (lambda rows: rows[4].update(salt="00" * 32), 5),
    "a payload missing": (lambda rows: rows[4].pop("payload"), 5),
    "a field missing": (lambda rows: rows[1]["entry"].pop("user"), 2),
    "a field added": (lambda rows: rows[1]["entry"].update(extra="x"), 2),
    "an entry replaced by text": (
        lambda rows: rows.__setitem__(3, cast("Row", "x")),
        4,
    ),
}


def swap(rows: list[Row], one: int, other: int) -> None:
    for name in ("payload", "salt"):
        rows[one][name], rows[other][name] = rows[other][name], rows[one][name]


@pytest.mark.parametrize("name", TAMPER)
def test_tampering_is_found_at_the_first_bad_entry(name: str) -> None:
    found, (tamper, place) = a_life(), TAMPER[name]
    tamper(found["entries"])
    holds, said = verify.verify(found)
    assert (holds, said[0].split(":")[0].split()[-1]) == (False, str(place)), said


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        (2, '"to":"approved"', '"to":"executed"'),
        (2, '"event":"approve"', '"event":"receipt"'),
        (2, '"outcome":"moved"', '"outcome":"stays"'),
        (4, '"from":"approved"', '"from":"pending"'),
        (0, '"event":"draft"', '"event":"claim"'),
        (0, '"from":"none"', '"from":"pending"'),
    ],
)
def test_a_step_outside_the_lifecycle_is_found_even_when_every_hash_was_rewritten(
    place: int, old: str, new: str
) -> None:
    found = a_life()
    payload = found["entries"][place]["payload"]
    assert old in payload
    found["entries"][place]["payload"] = payload.replace(old, new)
    rehash(found)
    holds, said = verify.verify(found)
    assert not holds
    assert "lifecycle" in said[0]


def test_one_entry_rewritten_with_its_own_hash_is_found_at_the_next() -> None:
    found = a_life()
    entry = found["entries"][2]["entry"]
    entry["user"] = "eve"
    fields = {name: value for name, value in entry.items() if name != "hash"}
    entry["hash"] = hashlib.sha256(canonical(fields)).hexdigest()
    assert verify.verify(found)[1][0] == "BAD at entry 4: it does not continue the entry before it"


def test_a_gap_is_found_even_when_every_hash_was_rewritten() -> None:
    found = a_life()
    found["entries"].pop(3)
    rehash(found)
    assert verify.verify(found)[1][0].startswith("BAD at entry 4: place 5 where 4 was due")


def test_wall_time_that_runs_back_is_found_even_when_every_hash_was_rewritten() -> None:
    found = a_life()
    found["entries"][3]["entry"]["wall"] = "2001-01-01T00:00:00.000000+00:00"
    rehash(found)
    assert "wall time" in verify.verify(found)[1][0]


def test_rewriting_hashes_alone_changes_nothing_so_the_test_above_shows_the_table() -> None:
    found = a_life()
    rehash(found)
    assert verify.verify(found)[0]


def test_a_shortened_ledger_cannot_be_told_and_nothing_claims_it_can() -> None:
    found = a_life()
    found["entries"] = found["entries"][:4]
    holds, said = verify.verify(found)
    assert holds
    assert "cannot be told" in said[-1]


def test_an_erased_payload_leaves_the_chain_whole_where_an_erasure_accounts_for_it() -> None:
    for told, holds in ((2, True), (1, False), (3, False), (0, False)):
        found = a_life(EntryDraft(Kind.ERASED, stamp(), {"entries": told}))
        for place in (0, 2):
            found["entries"][place] = {"entry": found["entries"][place]["entry"], "erased": True}
        is_sound, said = verify.verify(found)
        assert is_sound is holds
        expected = "2 of them erased" if holds else f"2 payloads are gone, and erasures account for {told}"
        assert expected in said[0]


@pytest.mark.parametrize("more", [{"user": "eve"}, {"erased": False}, {"erased": True}])
def test_what_stands_beside_an_entry_and_no_hash_covers_is_found(more: dict[str, object]) -> None:
    found = a_life()
    found["entries"][2] |= more
    assert verify.verify(found)[1][0].startswith("BAD at entry 3: something stands beside it")


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "x",
        {},
        {"format": 1},
        {"format": 2, "tenant": "t", "entries": []},
        {"format": 1, "rows": verify.ROWS, "tenant": "t"},
    ],
)
def test_what_is_no_bundle_is_said_so(bad: object) -> None:
    assert verify.verify(bad)[0] is False


def test_a_bundle_with_another_table_is_refused() -> None:
    found = a_life()
    found["rows"] = verify.ROWS.replace("undo              x   Px", "undo              x   Xx")
    assert verify.verify(found)[0] is False


def test_the_command_reports_and_exits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(a_life()))
    assert verify.main([str(file)]) == 0
    file.write_text(file.read_text().replace("uma", "eve"))
    assert verify.main([str(file)]) == 1
    file.write_text("[" * 99_999)
    assert verify.main([str(file)]) == 1
    assert verify.main([str(tmp_path / "none.json")]) == 1
    assert verify.main([]) == 1
    assert capsys.readouterr().out.count("BAD") == 3


def test_the_verifier_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(verify.__file__).read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)


@given(payload=st.dictionaries(st.text(st.characters(max_codepoint=127)), PLAIN, max_size=5))
def test_any_plain_payload_survives_export_and_verifies(payload: dict[str, Json]) -> None:
    sealed = tuple(extend(TENANT, GENESIS, [EntryDraft(Kind.SIGNAL, stamp(), payload)], [bytes(32)]))
    exported = json.loads(json.dumps(bundle(TENANT, sealed)))
    assert verify.verify(exported)[0]
    assert canonical(payload) == canonical_json(payload)


@given(
    texts=st.lists(st.text(st.characters(codec="utf-8")), min_size=15, max_size=15),
    number=st.integers(0, 2**53),
)
def test_the_fast_form_of_an_entry_is_the_canonical_one(texts: list[str], number: int) -> None:
    entry: dict[str, object] = dict(zip(verify.FIELDS, texts, strict=True))
    entry |= {"v": 1, "seq": number, "attempt": number}
    assert verify.linked(entry) == canonical(entry)


@pytest.mark.parametrize("odd", [True, 1.5, None, ["x"], {"x": 1}])
def test_a_field_that_is_neither_text_nor_number_is_found(odd: object) -> None:
    found = a_life()
    found["entries"][2]["entry"]["trace"] = odd
    assert verify.verify(found)[1][0].startswith("BAD at entry 3:")
