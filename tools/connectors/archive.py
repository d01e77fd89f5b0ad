"""Measure what a packed attachment would unpack to, without ever holding more than one chunk of it.

Invariant: nothing is unpacked beyond 100 MB in all or 100 times its size; what says otherwise in its own list is still
measured.
"""

import gzip
import io
import lzma
import zipfile
import zlib
from typing import IO, Final

UNPACKED: Final = 100 * 1024 * 1024
RATIO: Final = 100
ENTRIES: Final = 10_000
CHUNK: Final = 65_536
_DAMAGED: Final = (
    OSError, EOFError, ValueError, LookupError, RuntimeError, NotImplementedError, OverflowError,
    zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip


def packing_fault(content: bytes, left: int = UNPACKED) -> tuple[int, str | None]:
    """Measure a zip or gzip file. Shape: (bytes unpacked, why it is not opened); (0, None) for anything else."""
    bound = min(left, RATIO * len(content))
    try:
        if content.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
                return _measured(stream, 0, bound)
        if content.startswith(b"PK\x03\x04"):
            return _zip(content, bound)
    except _DAMAGED:
        return 0, "the archive is damaged or locked"
    return 0, None


def _zip(content: bytes, bound: int) -> tuple[int, str | None]:
    seen = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.infolist()
        if len(listed) > ENTRIES:
            return 0, f"the archive holds more than {ENTRIES} files"
        if sum(one.file_size for one in listed) > bound:
            return 0, _too_much(bound)
        for one in listed:
            with archive.open(one) as stream:
                seen, fault = _measured(stream, seen, bound)
            if fault is not None:
                return seen, fault
    return seen, None


def _measured(stream: gzip.GzipFile | IO[bytes], seen: int, bound: int) -> tuple[int, str | None]:
    while chunk := stream.read(CHUNK):
        seen += len(chunk)
        if seen > bound:
            return seen, _too_much(bound)
    return seen, None


def _too_much(bound: int) -> str:
    limit = "100 MB" if bound == UNPACKED else f"{RATIO} times its size, or 100 MB in one mail"
    return f"it unpacks to more than {limit}"
