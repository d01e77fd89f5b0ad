"""A tenant's key is made once, belongs to its owner alone, and is split by purpose."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from state.errors import Unavailable
from tools.keys import KEY_BYTES, KEY_ID, derived, sealed, tenant_key

KEY = bytes(range(32))


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
    known = HKDF(SHA256(), 32, salt=KEY_ID, info=b"message-id").derive(KEY)
    assert derived(KEY, "message-id") == known
    assert derived(KEY, "unsubscribe") != known


def test_a_seal_depends_on_key_purpose_and_every_part() -> None:
    seals = {
        sealed(KEY, "a", "x", "yz"),
        sealed(KEY, "a", "xy", "z"),
        sealed(KEY, "b", "x", "yz"),
        sealed(bytes(32), "a", "x", "yz"),
    }
    assert len(seals) == 4
    assert sealed(KEY, "a", "x", "yz") in seals
