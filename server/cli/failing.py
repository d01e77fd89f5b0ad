"""How failures are told: message, the field and value at fault, and what to do; never a traceback."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from state.errors import Ambiguous, InvalidInput, RevloopError

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]
LOG = "revloop.log"


def told_failure(error: RevloopError, *, is_json: bool) -> int:
    """Print a failure on the error stream, as JSON on standard output where that was asked for."""
    if is_json:
        from server.cli.printing import print_json

        print_json({"error": _fields(error)})
    else:
        print(f"{error.message}", file=sys.stderr)
        for line in _details(error):
            print(f"  {line}", file=sys.stderr)
    return error.exit_code


def _fields(error: RevloopError) -> dict[str, object]:
    found: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "field": error.field,
        "value": error.value,
        "remedy": error.remedy,
    }
    if isinstance(error, Ambiguous):
        found["candidates"] = list(error.candidates)
    return found


def _details(error: RevloopError) -> list[str]:
    lines = []
    if error.field and error.value and error.value not in error.message:
        lines.append(f"{error.field}: {error.value}")
    if isinstance(error, Ambiguous):
        lines += [f"- {name}" for name in error.candidates]
    if error.remedy:
        lines.append(error.remedy)
    return lines


def told_usage(message: str, tokens: list[str]) -> int:
    """Print what is wrong with the command line and where help is."""
    from server.cli.app import ROWS

    words = [token for token in tokens[:1] if token in {row.name for row in ROWS}]
    remedy = f"See: {' '.join(['revloop', *words, '--help'])}"
    error = InvalidInput(" ".join(message.split()), field="command", remedy=remedy)
    return told_failure(error, is_json="--json" in tokens)


def log_unexpected(tokens: list[str]) -> Hook:
    """Make the hook that writes an unforeseen failure to the log and tells one line."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        said = " ".join(str(error).split())[:160]
        place = _logged(tokens, "".join(traceback.format_exception(kind, error, trace)))
        where = f"details are in {place}" if place else "the log could not be written"
        print(f"revloop failed: {kind.__name__}: {said} ({where})", file=sys.stderr)

    return hook


def _logged(tokens: list[str], text: str) -> Path | None:
    from state.settings import read_settings

    try:
        flags = {"home": tokens[tokens.index("--home") + 1]} if "--home" in tokens[:-1] else {}
        path = read_settings(flags).home / LOG
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"revloop {' '.join(tokens)}\n{text}\n")
    except (OSError, RevloopError):
        return None
    return path
