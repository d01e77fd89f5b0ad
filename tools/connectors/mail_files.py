"""Mails in files: one .eml, a folder of them, an mbox, a Maildir; each is a connector of the one port.

Invariant: a mail that is too large is never held whole; a file of another kind is counted, not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from state.errors import InvalidInput, NotFound
from state.world.event import Event
from tools.connectors.folder import Files, Listing, Outcome
from tools.connectors.mail import MAIL
from tools.connectors.mail_events import Mailroom
from tools.connectors.port import Connector, Found, Reject, Stream

LETTERS: Final = frozenset({".eml"})
BOXES: Final = frozenset({".mbox", ".mbx"})
_FROM: Final = b"From "
_LINE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class MailFiles:
    """What a path holds of mails."""

    connectors: tuple[Connector, ...]
    others: tuple[str, ...]
    """Files that are no mails, by name."""


def mail_files(path: Path, room: Mailroom) -> MailFiles:
    """Find the mails of a path. Raises: NotFound, InvalidInput naming path and remedy."""
    if path.is_file():
        return MailFiles(
            (_box(path, path.name, room) if _is_box(path) else _letters(Listing(path, (path,), ()), room),),
            (),
        )
    if not path.is_dir():
        raise NotFound(
            f"{path} is not there.",
            field="path",
            value=str(path),
            remedy="Name a mail, a folder or a mailbox.",
        )
    files = sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
    boxes = [one for one in files if one.suffix.lower() in BOXES]
    letters = tuple(one for one in files if one.suffix.lower() in LETTERS or _is_in_maildir(one, path))
    if not boxes and not letters:
        raise InvalidInput(
            f"{path} holds no .eml, no .mbox and no Maildir.", field="path", value=str(path),
            remedy="Name another folder, or one file.",
        )  # fmt: skip
    taken = {*boxes, *letters}
    others = tuple(one.relative_to(path).as_posix() for one in files if one not in taken)
    found: list[Connector] = [_letters(Listing(path, letters, others), room)] if letters else []
    found += [_box(one, one.relative_to(path).as_posix(), room) for one in boxes]
    return MailFiles(tuple(found), others)


def _letters(listing: Listing, room: Mailroom) -> Files:
    def read(content: bytes, name: str) -> Outcome:
        found = tuple(room.found(content, name))
        return Outcome(found, 1, int(any(isinstance(one, Event) for one in found)))

    return Files("mail", listing, read, MAIL)


def _box(path: Path, name: str, room: Mailroom) -> Stream:
    return Stream(name, lambda: _mails(path, name, room))


def _mails(path: Path, name: str, room: Mailroom) -> Iterator[Found]:
    for line, content in split_box(path):
        if content is None:
            yield Reject(name, line, "mail", "", "larger than 25 MB")
        else:
            yield from room.found(content, name, line)


def split_box(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Cut an mbox into its mails. Shape: (line of its From line, bytes; None where there were too many)."""
    start, number, kept, size, is_after_blank = 0, 0, list[bytes](), 0, True
    with path.open("rb") as stream:
        while piece := stream.readline(_LINE):
            number += piece.endswith(b"\n") or len(piece) < _LINE
            if is_after_blank and piece.startswith(_FROM):
                if start:
                    yield start, b"".join(kept) if size <= MAIL else None
                start, kept, size = number, [], 0
            elif start:
                size += len(piece)
                if size <= MAIL:
                    kept.append(_unquoted(piece))
                else:
                    kept.clear()
            is_after_blank = piece in (b"\n", b"\r\n")
    if start:
        yield start, b"".join(kept) if size <= MAIL else None


def _unquoted(line: bytes) -> bytes:
    """Take back the `>` that an mbox puts before a line that begins with From."""
    return line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(_FROM) else line


def _is_box(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_FROM)) == _FROM


def _is_in_maildir(file: Path, root: Path) -> bool:
    """Tell whether a file is a mail of a Maildir: in `cur` or `new`, beside the other two folders."""
    box = file.parent.parent
    is_below = file.parent != root and (root == box or root in box.parents)
    return (
        is_below
        and file.parent.name in ("cur", "new")
        and all((box / one).is_dir() for one in ("cur", "new", "tmp"))
    )
