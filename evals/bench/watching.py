"""How far a long measurement is, on the error stream; silent where nobody watches."""

import sys

WIDTH = 60


def told(what: str, done: int, total: int = 0) -> None:
    """Say how many are done, of how many where that is known; the last one leaves a clean line."""
    if not sys.stderr.isatty():
        return
    text = f"{what}: {done:,}" + (f" of {total:,}" if total else "")
    sys.stderr.write(f"\r{'' if total and done >= total else text:<{WIDTH}}\r")
    sys.stderr.flush()
