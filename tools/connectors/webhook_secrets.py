"""The secrets by which senders sign their webhooks: files in the tenant's folder, never in the database.

Invariant: a file that others can read is no secret and refuses its sender; several lines are in force at once, while a
secret is being changed.
"""

import base64
import os
import re
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from state.errors import Conflict, InvalidInput, NotFound, Unavailable

FOLDER = "webhooks"
ENDING = ".secrets"
MOST = 2
"""The old one and the new one."""
SECRET_BYTES = 32
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def secrets_of(folder: Path, connector: str) -> tuple[str, ...]:
    """Read the secrets in force for a sender, newest last; none where nobody made one. Raises: Unavailable."""
    place = _place(folder, connector)
    if not place.is_file():
        return ()
    if stat.S_IMODE(place.stat().st_mode) & 0o077:
        raise Unavailable(f"The secrets {place} can be read by others.", remedy=f"Run: chmod 600 {place}")
    return tuple(line.strip() for line in place.read_text("ascii").splitlines() if line.strip())


def add_secret(folder: Path, connector: str) -> str:
    """Make a secret, and give it this once. Raises: Conflict while two are in force, InvalidInput for a name."""
    known = secrets_of(folder, connector)
    if len(known) >= MOST:
        raise Conflict(
            f"{connector} has {MOST} secrets already.",
            field="connector",
            value=connector,
            remedy=f"End the older one first: revloop webhook end {connector}",
        )
    made = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    _write(_place(folder, connector), (*known, made))
    return made


def end_oldest(folder: Path, connector: str) -> int:
    """End the oldest secret; give how many are left. Raises: NotFound."""
    known = secrets_of(folder, connector)
    if not known:
        raise NotFound(f"no webhook secret of {connector!r}", field="connector", value=connector)
    _write(_place(folder, connector), known[1:])
    return len(known) - 1


def senders(folder: Path) -> dict[str, int]:
    """Shape: sender → secrets in force."""
    places = sorted((folder / FOLDER).glob(f"*{ENDING}"))
    names = [place.name.removesuffix(ENDING) for place in places]
    return {name: len(secrets_of(folder, name)) for name in names if NAME.fullmatch(name)}


def _place(folder: Path, connector: str) -> Path:
    if not NAME.fullmatch(connector):
        raise InvalidInput(
            f"{connector!r} is no sender's name.",
            field="connector",
            value=connector,
            remedy="Small letters, digits, - and _, at most 40.",
        )
    return folder / FOLDER / f"{connector}{ENDING}"


def _write(place: Path, lines: Sequence[str]) -> None:
    """Write all or nothing, for the owner alone."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not lines:
        place.unlink(missing_ok=True)
        return
    draft = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write("".join(f"{line}\n" for line in lines))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(place)
