"""What an import did not understand is kept in a table that no spreadsheet runs, for its owner alone."""

import csv
import stat
from pathlib import Path

import pytest

from tools.connectors.port import Reject
from tools.connectors.rejects import DANGEROUS, write_rejects


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted_in_every_column(tmp_path: Path, start: str) -> None:
    cell = f"{start}HYPERLINK(1)"
    write_rejects(tmp_path / "rejects.csv", [Reject(cell, 1, cell, cell, cell)])
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert sorted(rows[1]) == sorted(["1", "not understood", *[f"'{cell}"] * 4])
    assert start in DANGEROUS


def test_a_plain_cell_stays_as_it_is_and_the_file_is_its_owners(tmp_path: Path) -> None:
    write_rejects(tmp_path / "rejects.csv", [Reject("a.csv", 3, "amount", "12", "no date")])
    assert "a.csv,3,amount,12,no date" in (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "rejects.csv").stat().st_mode) == 0o600
