"""The outbox folder: one file per message, whole or not at all, never two under one name."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from state.ports.tooling import Sent
from tools.transports.approved import Approved
from tools.transports.parcel import Looked, Parcel

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}@[A-Za-z0-9][A-Za-z0-9.-]{0,190}")
"""What may become a file name; no separator, no leading dot."""


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """Writes `<folder>/<name>.<suffix>`, mode 0600, by temporary file, fsync and an exclusive link."""

    folder: Path

    def deliver(self, parcel: Parcel, approved: Approved) -> Sent:
        """Write it once; the same bytes under the same name count as done, other bytes are refused."""
        if not _NAME.fullmatch(parcel.name):
            return Sent("refused", f"{parcel.name!r} cannot name a file")
        path = self._path(parcel)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._draft(parcel.content)
        except OSError as fault:
            return Sent("not_done", f"the outbox folder cannot be written: {fault.strerror}")
        try:
            changed = approved.difference(parcel.sender, parcel.recipients, draft.read_bytes())
            if changed is not None:
                return Sent("refused", changed, is_mismatch=True)
            path.hardlink_to(draft)
        except FileExistsError:
            return self._there_already(parcel)
        except OSError as fault:
            return Sent("not_done", f"the outbox folder takes no file: {fault.strerror}")
        finally:
            draft.unlink(missing_ok=True)
        return self._settled(path)

    def look(self, parcel: Parcel) -> Looked:
        """Compare the file of that name, if any, with these bytes."""
        try:
            content = self._path(parcel).read_bytes()
        except FileNotFoundError:
            return "absent"
        except OSError:
            return "unknown"
        return "found" if hashlib.sha256(content).hexdigest() == parcel.sha256 else "unknown"

    def _path(self, parcel: Parcel) -> Path:
        return self.folder / f"{parcel.name}.{parcel.suffix}"

    def _draft(self, content: bytes) -> Path:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.folder)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        return Path(name)

    def _there_already(self, parcel: Parcel) -> Sent:
        if self.look(parcel) == "found":
            return Sent("receipt", f"{parcel.name}.{parcel.suffix}")
        return Sent("refused", f"other content already stands under {parcel.name}")

    def _settled(self, path: Path) -> Sent:
        """Make the name itself durable; until then nobody can say whether it survives."""
        try:
            handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as fault:
            return Sent("unknown", f"written, but not known to be durable: {fault.strerror}")
        return Sent("receipt", path.name)
