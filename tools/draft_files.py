"""The files of a kind that an admin edits: which there are, and one of them replaced as a whole.

Invariant: a name is one of the files there are or a new document; no name leads out of its folder.
"""

import os
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from state.errors import InvalidInput, Unavailable
from state.world.profile import OPTIONAL_PARTS, REQUIRED_PARTS

SHAPES = {"profile": "*.yaml", "playbooks": "*.yaml", "prompts": "*", "knowledge": "*.md"}
"""Kind of files → what they are called."""
DOCUMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.md")
"""A document that is not there yet."""


def files_of(kind: str, folders: Sequence[Path]) -> Mapping[str, Path]:
    """Find every file of a kind in the first folder that has it. Shape: name below its folder → where it stands."""
    found: dict[str, Path] = {}
    for folder in folders:
        paths = folder.rglob(SHAPES[kind]) if kind == "playbooks" else folder.glob(SHAPES[kind])
        for path in sorted(paths):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not path.name.startswith(".") and _is_meant(kind, name):
                found.setdefault(name, path)
    return dict(sorted(found.items()))


def _is_meant(kind: str, name: str) -> bool:
    if kind == "profile":
        return name.removesuffix(".yaml") in (*REQUIRED_PARTS, *OPTIONAL_PARTS)
    return kind != "prompts" or name.endswith((".md", ".yaml"))


def require_name(kind: str, name: str, known: Mapping[str, Path]) -> None:
    """Accept a file that is there, or the name of a new document. Raises: InvalidInput."""
    if name in known or (kind == "knowledge" and DOCUMENT.fullmatch(name)):
        return
    remedy = "Call a new document like price-list.md." if kind == "knowledge" else "Choose one that is there."
    raise InvalidInput(f"{kind} has no file {name!r}.", field="name", value=name, remedy=remedy)


def put_file(path: Path, text: str) -> None:
    """Replace a file as a whole. Raises: Unavailable."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Unavailable(
            f"{path} cannot be written: {error.strerror}.", remedy="Check who owns the home."
        ) from error
