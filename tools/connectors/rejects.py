"""Keep what was not understood: a rejects file that no spreadsheet will run.

Source: OWASP, CSV Injection; cells that begin like a formula are quoted with an apostrophe.
"""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from tools.connectors.port import Reject

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def inert(cell: str) -> str:
    """Make a cell harmless in a spreadsheet."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def write_rejects(path: Path, rejects: Sequence[Reject]) -> None:
    """Write all rejects at once; the file replaces an earlier one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with open(part, "w", encoding="utf-8", newline="", opener=_private) as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "line", "column", "value", "reason", "outcome"))
        for one in rejects:
            cells = (one.file, one.column, one.value, one.reason)
            file, column, value, reason = (inert(cell) for cell in cells)
            writer.writerow((file, one.line, column, value, reason, _outcome(one)))
    part.replace(path)


def _outcome(one: Reject) -> str:
    if one.is_taken:
        return "taken all the same"
    return "kept out" if one.quarantine else "not understood"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
