"""A file, or all files of some endings below a folder, read one after the other; the cursor is when a file changed.

Invariant: a file that is added or changed after a cursor is read again from it, whatever date it bears; files of
other endings are counted, so that nothing is dropped unseen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from state.errors import InvalidInput, NotFound
from tools.connectors.port import Batch, FileRead, Found, Reject

FILES = 50
"""Files in one batch."""
MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What a path holds."""

    root: Path
    files: tuple[Path, ...]
    others: tuple[str, ...]
    """Files of other endings, by their name below the folder."""

    def name(self, file: Path) -> str:
        """Name a file as a report does: below the folder."""
        return file.name if file == self.root else file.relative_to(self.root).as_posix()


def listed(path: Path, endings: tuple[str, ...]) -> Listing:
    """Find the files. Raises: NotFound, InvalidInput naming path and remedy."""
    if path.is_file():
        return Listing(path, (path,), ())
    if not path.is_dir():
        raise NotFound(
            f"{path} is not there.", field="path", value=str(path), remedy="Name a file or a folder."
        )
    found = sorted(one for one in path.rglob("*") if one.is_file())
    if len(found) > MOST_FILES:
        raise InvalidInput(
            f"{path} holds more than {MOST_FILES:,} files.",
            field="path",
            value=str(path),
            remedy="Import its folders one by one.",
        )
    files = tuple(one for one in found if one.suffix.lower() in endings)
    if not files:
        raise InvalidInput(
            f"{path} holds no file ending in {' or '.join(endings)}.",
            field="path",
            value=str(path),
            remedy="Name another folder, or one file.",
        )
    others = tuple(one.relative_to(path).as_posix() for one in found if one.suffix.lower() not in endings)
    return Listing(path, files, others)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file."""

    found: tuple[Found, ...]
    records: int
    understood: int
    """Records of which something was taken."""


def unread(file: str, reason: str, value: str = "") -> Outcome:
    """Leave a whole file out."""
    return Outcome((Reject(file, 0, "file", value[:200], reason),), 0, 0)


@dataclass(frozen=True)
class Files:
    """The connector of a folder: each file is read by one function, which never raises on what it holds."""

    name: str
    listing: Listing
    read: Callable[[bytes, str], Outcome]
    most_bytes: int

    def deltas(self, cursor: str | None) -> Iterator[Batch]:
        """Read the files that changed after the cursor, oldest change first."""
        since = _parsed(cursor)
        waiting = sorted((one.stat().st_ctime_ns, self.listing.name(one), one) for one in self.listing.files)
        waiting = [one for one in waiting if one[:2] > since]
        parts = list(batched_files(waiting))
        for number, part in enumerate(parts, start=1):
            is_last = number == len(parts)
            outcomes = [(name, self._outcome(file, name)) for _, name, file in part]
            files = tuple(FileRead(name, one.records, one.understood) for name, one in outcomes)
            found = tuple(item for _, one in outcomes for item in one.found)
            changed, name, _ = part[-1]
            # of the newest files all of the same instant are read again next time: one more may have come in it
            yield Batch(found, f"{changed}:{'' if is_last else name}", is_last, files)
        if not parts:
            yield Batch((), cursor or "0:", is_last=True)

    def _outcome(self, file: Path, name: str) -> Outcome:
        try:
            with file.open("rb") as stream:
                content = stream.read(self.most_bytes + 1)
        except OSError as error:
            return unread(name, f"cannot be opened: {error.strerror}")
        if len(content) > self.most_bytes:
            return unread(name, f"larger than {self.most_bytes // 1024 // 1024} MB")
        outcome = self.read(content, name)
        return outcome if outcome.found else unread(name, "nothing in it")


def batched_files(waiting: list[tuple[int, str, Path]]) -> Iterator[tuple[tuple[int, str, Path], ...]]:
    """Cut a list into batches."""
    return (tuple(waiting[start : start + FILES]) for start in range(0, len(waiting), FILES))


def _parsed(cursor: str | None) -> tuple[int, str]:
    changed, _, name = (cursor or "-1:").partition(":")
    return int(changed), name
