"""The picture in the README is what the command prints today."""

from pathlib import Path

from server.render.picture import PICTURE, drawn

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_picture_is_what_is_printed_today() -> None:
    assert (ROOT / PICTURE).read_text(encoding="utf-8") == drawn(), "run: python -m server.render.picture"
