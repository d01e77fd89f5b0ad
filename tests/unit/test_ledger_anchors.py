"""Anchors show what a chain alone cannot, a shortened or rewritten ledger, and name what they do not cover."""

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.redteam.tamper import ENTRIES, TAIL, Exhibit, exhibit, private_of, public_of, rehash, tried
from state.errors import InvalidInput
from state.ids import TenantId
from state.ledger import verify
from state.ledger.anchor import Anchor, anchor_hash, exported, following, key_id, parsed, signed_bytes
from state.ledger.chain import Head
from tools.anchors import AnchorFolder, Signer, is_writable_by
from tools.keys import Ring

TENANT = TenantId("tamper")
GOLDEN = Path(__file__).parent / "golden_ledger.json"
TURNED = Path(__file__).parent / "golden_ledger_turned.json"
"""The same ledger; the key that signs was changed twice."""
GOLDEN_KEY = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
SHORT = 80
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip
"""Source: RFC 8032, 7.1."""


@pytest.fixture(scope="module")
def sound() -> Exhibit:
    return exhibit()


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_signatures_of_the_standard_are_verified(key: str, message: str, signature: str) -> None:
    public, said, signed = (bytes.fromhex(text) for text in (key, message, signature))
    assert verify.is_signed(public, said, signed)
    assert not verify.is_signed(public, said + b"!", signed)


@settings(max_examples=10)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=99), bit=st.integers(0, 511))
def test_the_plain_verifier_agrees_with_the_library(seed: bytes, message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(message))
    assert verify.is_signed(public, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    with suppress(verify.Fault):
        assert not verify.is_signed(public, message, bytes(signature))


def test_a_signature_with_an_overlong_scalar_is_refused() -> None:
    key, message, signature = (bytes.fromhex(text) for text in VECTORS[0])
    scalar = int.from_bytes(signature[32:], "little") + verify.ORDER
    assert not verify.is_signed(key, message, signature[:32] + scalar.to_bytes(32, "little"))


def test_the_golden_bundle_holds_under_its_pinned_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([str(GOLDEN), "--key", GOLDEN_KEY]) == 0
    said = capsys.readouterr().out
    assert "Anchors: 3." in said
    assert "the pinned key" in said
    assert f"Unanchored tail: {TAIL}; entries {ENTRIES - TAIL + 1} to {ENTRIES} are younger" in said


def test_the_golden_bundle_is_what_we_would_export_today(sound: Exhibit) -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == sound.bundle
    assert sound.pin == GOLDEN_KEY


def test_anchors_may_be_brought_in_a_file_of_their_own(sound: Exhibit, tmp_path: Path) -> None:
    file = tmp_path / "anchors.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in sound.anchors), encoding="utf-8")
    assert verify.main([str(GOLDEN), "--anchors", str(file), "--key", GOLDEN_KEY]) == 0
    file.write_text("", encoding="utf-8")
    assert verify.main([str(GOLDEN), "--anchors", str(file), "--key", GOLDEN_KEY]) == 1


def test_every_mutation_is_found_and_the_tail_is_named() -> None:
    tally = tried(SHORT)
    assert tally.is_sound, tally
    assert sum(tally.tried.values()) == SHORT


def test_a_verifier_that_ignores_anchors_misses_what_only_they_show() -> None:
    tally = tried(SHORT, lambda found: verify.verify({**found, "anchors": []}))
    assert not tally.is_sound
    assert (tally.found["truncate"], tally.found["rewrite whole"]) == (0, 0)


def test_a_verifier_that_refuses_everything_is_no_verifier() -> None:
    assert not tried(8, lambda found: (False, [str(len(found))])).is_sound


ANCHOR_FAULTS: dict[str, Callable[[list[dict[str, Any]]], object]] = {
    "an anchor edited": lambda kept: kept[0].update(count=19),
    "an anchor deleted": lambda kept: kept.pop(1),
    "anchors swapped": lambda kept: kept.insert(0, kept.pop(1)),
    "the newest head edited": lambda kept: kept[-1].update(head="0" * 64),
    "the newest made later": lambda kept: kept[-1].update(at="2032"),
    "a signature edited": lambda kept: kept[-1].update(signature="00" * 64),
    "no signature": lambda kept: kept[-1].update(signature=""),
    "another tenant": lambda kept: kept[0].update(tenant="other"),
    "a restore made up": lambda kept: kept[-1].update(restored=0),
    "a place that is none": lambda kept: kept[0].update(count="x"),
    "a field added": lambda kept: kept[0].update(more=1),
}


@pytest.mark.parametrize("name", ANCHOR_FAULTS)
def test_an_edited_anchor_is_found(sound: Exhibit, name: str) -> None:
    kept = copy.deepcopy(list(sound.anchors))
    ANCHOR_FAULTS[name](kept)
    assert not verify.verify(sound.bundle, anchors=kept, pin=sound.pin)[0]


def test_a_ledger_signed_anew_with_another_key_is_found_by_the_pin_alone(sound: Exhibit) -> None:
    forged = copy.deepcopy(sound.bundle)
    rows = forged["entries"]
    assert isinstance(rows, list)
    rows[0]["entry"]["user"] = "eve"
    rehash(rows)
    key = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
    public = key.public_key().public_bytes_raw()
    head = Head(ENTRIES, rows[-1]["entry"]["hash"], "")
    anchor = following(TENANT, None, head, at="2031", key=key_id(public))
    anchor = replace(anchor, signature=key.sign(signed_bytes(anchor)).hex())
    forged |= {"anchors": [exported(anchor)], "anchor_key": public.hex()}
    holds, lines = verify.verify(forged)
    assert holds
    assert "a key nobody pinned" in lines[4]
    assert not verify.verify(forged, pin=sound.pin)[0]


def test_a_chain_of_anchors_does_not_shrink_unless_a_restore_says_so(sound: Exhibit) -> None:
    newest = parsed(sound.anchors[-1])
    with pytest.raises(InvalidInput, match="shorter"):
        following(TENANT, newest, Head(3, "0" * 64, ""), at="2031", key="k")
    assert following(TENANT, newest, Head(3, "0" * 64, ""), at="2031", key="k", restored=2).restored == 2


def test_a_folder_keeps_anchors_in_order_and_drops_half_a_line(sound: Exhibit, tmp_path: Path) -> None:
    folder = AnchorFolder(tmp_path / "anchors")
    assert (folder.newest(TENANT), folder.listed(TENANT)) == (None, ())
    wanted = [parsed(one) for one in sound.anchors]
    waiting = iter(wanted)
    folder.add(TENANT, lambda _: next(waiting))
    for _ in wanted[1:]:
        with folder.path(TENANT).open("a", encoding="utf-8") as torn:
            torn.write('{"torn":')
        folder.add(TENANT, lambda _: next(waiting))
    assert folder.listed(TENANT) == tuple(wanted)
    assert folder.newest(TENANT) == wanted[-1]
    assert folder.path(TENANT).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o700, 0o600), (0o755, 0o644), (0o750, 0o640)])
def test_anchors_are_read_by_those_who_may_read_their_folder(
    sound: Exhibit, tmp_path: Path, folder_mode: int, file_mode: int
) -> None:
    tmp_path.chmod(folder_mode)
    folder = AnchorFolder(tmp_path)
    folder.pin([public_of(0)])
    folder.add(TENANT, lambda _: parsed(sound.anchors[0]))
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {file_mode}


def test_a_damaged_file_of_anchors_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "tamper.jsonl").write_text("nothing\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="no anchor"):
        AnchorFolder(tmp_path).newest(TENANT)


def test_another_key_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    folder = AnchorFolder(tmp_path / "anchors")
    folder.pin(Signer(Ring(tmp_path / "one")).publics())
    folder.pin(Signer(Ring(tmp_path / "one")).publics())
    with pytest.raises(InvalidInput, match="another key"):
        folder.pin(Signer(Ring(tmp_path / "two")).publics())


@pytest.fixture(scope="module")
def turned() -> Exhibit:
    return exhibit(is_turned=True)


def test_the_golden_bundle_of_a_changed_key_holds_from_every_key_that_was_in_force(
    turned: Exhibit, capsys: pytest.CaptureFixture[str]
) -> None:
    assert json.loads(TURNED.read_text(encoding="utf-8")) == turned.bundle
    pins = {number: public_of(number).hex() for number in range(3)}
    assert [verify.main([str(TURNED), "--key", pin]) for pin in pins.values()] == [0, 0, 0]
    said = capsys.readouterr().out
    assert "2 introductions from the pinned key" in said
    assert verify.main([str(TURNED), "--key", public_of(3).hex()]) == 1


def test_every_mutation_is_found_after_a_change_of_the_key_too() -> None:
    assert tried(SHORT, is_turned=True).is_sound


def resigned(kept: list[dict[str, Any]], place: int, generation: int, **changes: object) -> None:
    """Change an anchor and sign it, and all behind it, with these keys, as their thief could."""
    kept[place].update(changes)
    for number in range(place, len(kept)):
        before: Anchor | None = parsed(kept[number - 1]) if number else None
        anchor = replace(parsed(kept[number]), previous=anchor_hash(before))
        signer = private_of(generation if number == place else number // 2)
        kept[number] = exported(replace(anchor, signature=signer.sign(signed_bytes(anchor)).hex()))


KEY_FAULTS: dict[str, Callable[[list[dict[str, Any]]], object]] = {
    "another key introduced": lambda kept: kept[1].update(next=public_of(9).hex()),
    "an introduction signed by the key it names": lambda kept: resigned(kept, 1, 1),
    "an introduction left out": lambda kept: kept.pop(1),
    "an introduction made plain": lambda kept: (kept[1].update(v=1), kept[1].pop("next")),
    "a plain anchor that introduces": lambda kept: kept[0].update(next=public_of(9).hex()),
    "the older key signs on": lambda kept: resigned(kept, 2, 0, key=key_id(public_of(0))),
    "a key nobody introduced": lambda kept: resigned(kept, 4, 9, key=key_id(public_of(9))),
    "a next key that is none": lambda kept: kept[1].update(next="zz"),
    "an unknown version": lambda kept: kept[1].update(v=3),
}
"""Of the anchors 1 to 5 the second introduces the second key and the fourth the third one."""


@pytest.mark.parametrize("name", KEY_FAULTS)
def test_a_change_of_the_key_that_the_older_one_did_not_sign_is_found(turned: Exhibit, name: str) -> None:
    kept = copy.deepcopy(list(turned.anchors))
    assert verify.verify(turned.bundle, anchors=kept, pin=turned.pin)[0]
    KEY_FAULTS[name](kept)
    assert not verify.verify(turned.bundle, anchors=kept, pin=turned.pin)[0]


def test_a_signer_with_a_newer_key_introduces_it_and_then_signs_with_it(tmp_path: Path) -> None:
    signer, head = Signer(Ring(tmp_path / "anchor.key")), Head(3, "0" * 64, "")
    first = signer.signed(None, following(TENANT, None, head, at="2031"))
    second = signer.ring.turned(signer.ring.newest())
    between = signer.signed(first, following(TENANT, first, head, at="2031"))
    after = signer.signed(between, following(TENANT, between, head, at="2031"))
    assert (between.key, between.introduced) == (first.key, signer.publics()[-1].hex())
    assert (after.key, after.introduced) == (key_id(signer.publics()[-1]), "")
    signer.ring.end_before(second)
    with pytest.raises(InvalidInput, match="another key"):
        signer.signed(first, following(TENANT, first, head, at="2031"))


def test_what_a_user_owns_or_may_replace_counts_as_writable(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    owner, group = tmp_path.stat().st_uid, tmp_path.stat().st_gid
    assert is_writable_by(file, owner, group)
    stranger = 12_345 if owner != 12_345 else 12_346
    file.chmod(0o600)
    assert not is_writable_by(file, stranger, stranger)
    file.chmod(0o602)
    assert is_writable_by(file, stranger, stranger)
    assert is_writable_by(tmp_path / "not-there", owner, group)
    assert is_writable_by(file, 0, 0)
