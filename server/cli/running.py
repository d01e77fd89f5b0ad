"""Run one command line: parse, call, and turn every failure into a message and an exit code."""

import gc
import sys
from collections.abc import Sequence

from cyclopts import CycloptsError

from server.cli.app import app
from server.cli.failing import log_unexpected, told_failure, told_usage
from server.cli.options import is_json, rotated
from state.errors import RevloopError

USAGE = 2
INTERRUPTED = 130
YOUNG = 50_000
"""New objects that the collector waits for: what a command imports stays, and was walked three hundred times."""


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    gc.set_threshold(YOUNG)
    tokens = sys.argv[1:]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # TextIOWrapper
    sys.excepthook = log_unexpected(tokens)
    sys.exit(run(tokens))


def run(tokens: Sequence[str]) -> int:
    """Run a command and return its exit code; what nobody foresaw is raised on."""
    listed = rotated(list(tokens))
    try:
        code = app(
            listed or ["--help"],
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
    except CycloptsError as error:
        return told_usage(str(error), listed)
    except RevloopError as error:
        return told_failure(error, is_json=is_json(listed))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _closed_pipe()
    return code if isinstance(code, int) else 0


def _closed_pipe() -> int:
    """End quietly when the reader has gone, as `head` does."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
