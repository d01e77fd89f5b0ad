"""Which installation this home is: an id outside the database, bound to the very files it was written as.

Invariant: a copy of the home or of the file has other inodes, so a clone is told from the original.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from state.errors import Unavailable

NAME = "instance.json"


@dataclass(frozen=True, slots=True)
class Instance:
    """What the home says of itself."""

    id: str
    is_original: bool
    """False for a copy of the home in another place."""


def instance_of(home: Path) -> Instance | None:
    """Read the home's id; None where none was written. Raises: Unavailable for a damaged file."""
    path = home / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Instance(str(found["id"]), found["place"] == _place(home, path.stat().st_ino))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise Unavailable(
            f"{path} cannot be read, so nobody can say whether this home was restored or copied.",
            field="home",
            value=str(path),
            remedy="Bring the file back from a backup, or remove it and run `revloop ledger confirm-restore`.",
        ) from fault


def settled_in(home: Path, instance: str = "") -> str:
    """Write the id of this home, as the original in this place; a new id unless one is given."""
    name = instance or secrets.token_hex(16)
    draft = home / f".{NAME}.{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        place = _place(home, os.fstat(stream.fileno()).st_ino)
        stream.write(json.dumps({"id": name, "place": place}) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(home / NAME)
    return name


def _place(home: Path, file: int) -> str:
    return f"{home.stat().st_ino}:{file}"
