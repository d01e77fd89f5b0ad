"""A tenant's key is made once, belongs to its owner alone, and is split by purpose."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from state.errors import Unavailable
from tools.keys import KEY_BYTES, Key, Ring, derived, is_secret, sealed, tenant_ring

KEY = Key(1, bytes(range(32)))


def tenant_key(folder: Path) -> bytes:
    return tenant_ring(folder).newest().secret


def test_the_key_is_made_once_and_read_again(tmp_path: Path) -> None:
    first = tenant_key(tmp_path / "acme")
    assert len(first) == KEY_BYTES
    assert tenant_key(tmp_path / "acme") == first
    assert tenant_key(tmp_path / "other") != first
    assert stat.S_IMODE((tmp_path / "acme" / "key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "acme").iterdir()] == ["key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    tenant_key(tmp_path)
    (tmp_path / "key").chmod(mode)
    with pytest.raises(Unavailable, match="chmod 600"):
        tenant_key(tmp_path)


def test_a_damaged_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    tenant_key(tmp_path)
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(Unavailable, match="5 bytes"):
        tenant_key(tmp_path)
    assert (tmp_path / "key").read_bytes() == b"short"


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable, match="cannot be used"):
        tenant_key(tmp_path / "file" / "acme")


def test_derived_keys_are_hkdf_and_differ_by_purpose() -> None:
    known = HKDF(SHA256(), 32, salt=b"revloop/1", info=b"message-id").derive(KEY.secret)
    assert derived(KEY, "message-id") == known
    assert derived(KEY, "unsubscribe") != known
    assert derived(Key(2, KEY.secret), "message-id") != known


def test_a_seal_depends_on_key_purpose_and_every_part() -> None:
    seals = {
        sealed(KEY, "a", "x", "yz"),
        sealed(KEY, "a", "xy", "z"),
        sealed(KEY, "b", "x", "yz"),
        sealed(Key(1, bytes(32)), "a", "x", "yz"),
    }
    assert len(seals) == 4
    assert sealed(KEY, "a", "x", "yz") in seals


def test_a_turned_key_stands_beside_the_older_one_and_is_the_newest(tmp_path: Path) -> None:
    ring = Ring(tmp_path / "key")
    first = ring.newest()
    second = ring.turned(first)
    assert ring.turned(first) == second, "who turns at the same time gets the same"
    assert (ring.read(), ring.newest()) == ((first, second), second)
    assert first.id != second.id
    assert stat.S_IMODE(ring.place(2).stat().st_mode) == 0o600
    assert [is_secret(path) for path in sorted(tmp_path.iterdir())] == [True, True]


def test_an_ended_key_is_gone_and_the_newest_stays(tmp_path: Path) -> None:
    ring = Ring(tmp_path / "key")
    second = ring.turned(ring.newest())
    assert (ring.end_before(second), ring.read()) == (1, (second,))
    assert not (tmp_path / "key").exists()
    assert ring.turned(second).number == 3


def test_neither_a_key_nor_its_name_is_ever_shown() -> None:
    assert KEY.secret.hex()[:8] not in KEY.id
    assert repr(KEY) == "Key(number=1)"


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_an_older_key_that_others_can_read_is_refused_too(tmp_path: Path, mode: int) -> None:
    ring = Ring(tmp_path / "key")
    ring.turned(ring.newest())
    ring.path.chmod(mode)
    with pytest.raises(Unavailable, match="chmod 600"):
        ring.read()
