"""`python -m evals.web [name ...]`: measure the pages, a target beside each figure; end with 1 where one is missed."""

import os
import sys

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # before the library is imported

from collections.abc import Callable, Sequence

from evals.bench.table import Line, attempted, rendered
from evals.web import busy, slow, streams, swift

BENCHES: dict[str, tuple[str, Callable[[], Sequence[Line]]]] = {
    "slow": ("Each page on a slow laptop and a slow line (CPU ×4, 150 ms, 1.6 Mbit/s)", slow.measure),
    "busy": ("Each page at ten thousand accounts", busy.measure),
    "streams": ("Nine hundred open pages, nothing happening", streams.measure),
    "swift": ("From recommendation to executed", swift.measure),
}


def main(names: Sequence[str]) -> int:
    """Run what is named, or all; 2 for a name that is none."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"No benchmark {', '.join(unknown)}. Known: {', '.join(BENCHES)}.\n")
        return 2
    is_missed = False
    for name in names or BENCHES:
        title, measure = BENCHES[name]
        found = attempted(f"{title} ({name})", measure)
        sys.stdout.write(rendered(found) + "\n\n")
        sys.stdout.flush()
        is_missed = is_missed or any(one.border is not None and one.value > one.border for one in found.lines)
    return 1 if is_missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
