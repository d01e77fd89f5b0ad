"""`python -m evals.bench [name ...]`: measure the hot paths and print a table for each."""

import os
import sys

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # before the library is imported

from collections.abc import Callable, Sequence

from evals.bench import as_of, growth, ingest, ledger, loop, memory, policy, prep, run_lengths, scan
from evals.bench.table import Line, attempted, rendered

BENCHES: dict[str, tuple[str, Callable[[], Sequence[Line]]]] = {
    "loop": ("One loop, the playbook on SQLite", loop.measure),
    "growth": ("A run on a growing situation", growth.measure),
    "as_of": ("Any moment of a long-lived account", as_of.measure),
    "ledger": ("The ledger: appended, and a chain verified", ledger.measure),
    "ledger_full": ("The ledger: a chain of a million verified", ledger.measure_full),
    "memory": ("Memory: one account, a whole company, its index", memory.measure),
    "policy": ("Policy: decisions, and the proof of it", policy.measure),
    "prep": ("Prep on the imported company", prep.measure),
    "prep_full": ("Prep among ten thousand accounts", prep.measure_full),
    "ingest": ("Events in, in two small towns", ingest.measure),
    "scan": ("The nightly scan of a small town", scan.measure),
    "ingest_full": ("Events in, up to a hundred thousand accounts", ingest.measure_full),
    "scan_full": ("The nightly scan of a hundred thousand accounts", scan.measure_full),
    "run_lengths": ("How long each chart runs before it speaks", run_lengths.measure),
}

ON_REQUEST = ("prep_full", "ingest_full", "scan_full", "ledger_full")
"""They take minutes, or build a home for a quarter of an hour, once; run when named."""


def main(names: Sequence[str]) -> int:
    """Run the benchmarks named, or all that need no large home; 2 for a name that is none."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"No benchmark {', '.join(unknown)}. Known: {', '.join(BENCHES)}.\n")
        return 2
    for name in names or [name for name in BENCHES if name not in ON_REQUEST]:
        title, measure = BENCHES[name]
        sys.stdout.write(rendered(attempted(f"{title} ({name})", measure)) + "\n\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
