"""`docs/settings.md` names every setting, and nothing that is none."""

import re
from pathlib import Path

from state.settings import PREFIX, Settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text("utf-8")
FOR_TESTS = {"crash_at"}


def test_the_page_names_every_setting_and_no_other() -> None:
    named = {name.removeprefix(PREFIX).lower() for name in re.findall(rf"`({PREFIX}[A-Z_]+)`", PAGE)}
    assert named == set(Settings.model_fields) - FOR_TESTS
