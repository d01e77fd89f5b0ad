"""A home is for its owner alone: itself, its outbox, and whatever the process writes after opening it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from state.errors import Unavailable
from state.settings import prepare_home


@pytest.fixture
def open_handed() -> Iterator[None]:
    """Let every new file be read by all, as a careless shell does."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_handed")
def test_what_is_written_after_a_home_was_opened_is_its_owners_alone(tmp_path: Path) -> None:
    prepare_home(tmp_path / "home")
    (tmp_path / "home" / "note").write_text("mine", encoding="utf-8")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "home", tmp_path / "home" / "note")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o702])
@pytest.mark.parametrize("place", [".", "tenants/fieldstone/outbox"])
def test_a_home_or_outbox_that_others_can_reach_is_refused(tmp_path: Path, place: str, mode: int) -> None:
    home = tmp_path / "home"
    (home / "tenants/fieldstone/outbox").mkdir(parents=True)
    for path in (home, home / "tenants/fieldstone/outbox"):
        path.chmod(0o700)
    prepare_home(home)
    (home / place).chmod(mode)
    with pytest.raises(Unavailable) as fault:
        prepare_home(home)
    assert fault.value.remedy == f"Run: chmod 700 {home / place}"
