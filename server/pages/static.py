"""The files pages load: only those of the folder, by name, compressed once, each kept for ever under its hash."""

import gzip
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.pages.drawing import STATIC
from state.errors import NotFound

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
KEPT = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class File:
    """One file, as it is and compressed."""

    media: str
    content: bytes
    small: bytes


@lru_cache(maxsize=1)
def files() -> dict[str, File]:
    """Read the folder once. Shape: by name."""
    return {
        path.name: File(TYPES[path.suffix], content, gzip.compress(content, mtime=0))
        for path in sorted(STATIC.iterdir())
        if path.suffix in TYPES and (content := path.read_bytes())
    }


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """Give a file."""
    found = files().get(name)
    if found is None:
        raise NotFound("There is no such file.")
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = KEPT | {"content-encoding": "gzip"}
        return Response(found.small, media_type=found.media, headers=headers)
    return Response(found.content, media_type=found.media, headers=KEPT)


@router.get("/favicon.ico")
def icon(request: Request) -> Response:
    """Give the mark."""
    return static(request, "mark.svg")
