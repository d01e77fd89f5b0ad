"""Taking a person out of what stands beside the database: checkpoints, outbox, rejects, exports, projections."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from state.world.erasure import Marks
from tools.keys import is_secret

if TYPE_CHECKING:
    from graphs.checkpoint import Saver

DATABASES = (".db", ".db-wal", ".db-shm")
ADMINS = frozenset({"profile", "policies", "playbooks", "knowledge", "prompts"})
"""Folders whose files a person wrote; they are named, not changed."""
KEPT = frozenset({"config.toml"})


@dataclass(frozen=True)
class Places:
    """Where files of a tenant stand."""

    home: Path
    tenant: Path


def forget_threads(saver: "Saver", threads: Sequence[str], marks: Marks) -> None:
    """Delete the threads of some runs and every other that names the person; rewrite the rest. Raises: Conflict."""
    named = {*threads}
    for thread, found in saver.contents():
        if any(_names(_bytes(one), marks) for one in found):
            named.add(thread)
    for thread in sorted(named):
        saver.delete_thread(thread)
    saver.compact()


def forget_files(places: Places, marks: Marks) -> tuple[int, tuple[str, ...]]:
    """Delete or clean files that name the person. Shape: how many, and those an admin has to change."""
    changed, left = 0, list[str]()
    for path in sorted(_files(places)):
        if not _names(_plain_of(path), marks):
            continue
        if path.relative_to(places.home).parts[0] in ADMINS or ADMINS & {
            *path.relative_to(places.home).parts
        }:
            left.append(str(path))
        elif path.suffix == ".csv":
            _without_lines(path, marks)
            changed += 1
        elif path.is_relative_to(places.tenant):
            path.unlink()
            changed += 1
        else:
            left.append(str(path))
    return changed, tuple(left)


def named_in_force(contents: Mapping[str, str], marks: Marks) -> tuple[str, ...]:
    """Name the kinds of files in force that name the person: an admin edits them and puts them in force."""
    return tuple(f"{kind} in force" for kind, content in contents.items() if _names(_bytes(content), marks))


def _files(places: Places) -> Iterator[Path]:
    """List what a program or an admin wrote for this tenant; databases and projections are emptied otherwise."""
    for path in places.home.rglob("*"):
        inside = path.relative_to(places.home).parts
        is_theirs = inside[0] == "tenants" and not path.is_relative_to(places.tenant)
        is_kept = path.name in KEPT or is_secret(path) or path.name.endswith(DATABASES)
        is_left = is_kept or "chroma" in inside or is_theirs
        if path.is_file() and not path.is_symlink() and not is_left:
            yield path


def _plain_of(path: Path) -> bytes:
    """Read a file; of a mail also what its encodings hide."""
    raw = path.read_bytes()
    if path.suffix != ".eml":
        return raw.replace(b"\r\n ", b"").replace(b"\n ", b"") if path.suffix == ".ics" else raw
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    heads = " ".join(map(str, mail.values()))
    return raw + "\n".join([heads, *map(str, parts)]).encode()


def _without_lines(path: Path, marks: Marks) -> None:
    kept = [line for line in path.read_bytes().splitlines(keepends=True) if not _names(line, marks)]
    draft = path.with_suffix(".part")
    draft.write_bytes(b"".join(kept))
    draft.chmod(0o600)
    draft.replace(path)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value or "").encode()


def _names(content: bytes, marks: Marks) -> bool:
    text = content.decode("utf-8", errors="replace").casefold()
    return any(one.casefold() in text for one in marks.needles)
