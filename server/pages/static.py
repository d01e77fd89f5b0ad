"""The files pages load: only those of the folder, by name, and each may be kept for ever under its hash."""

from functools import lru_cache

from fastapi import APIRouter
from fastapi.responses import Response

from server.pages.drawing import STATIC
from state.errors import NotFound

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
router = APIRouter(include_in_schema=False)


@lru_cache(maxsize=1)
def files() -> dict[str, tuple[bytes, str]]:
    """Read the folder once. Shape: name → (content, media type)."""
    return {
        path.name: (path.read_bytes(), TYPES[path.suffix])
        for path in sorted(STATIC.iterdir())
        if path.suffix in TYPES
    }


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Give a file."""
    found = files().get(name)
    if found is None:
        raise NotFound("There is no such file.")
    content, media = found
    return Response(
        content, media_type=media, headers={"cache-control": "public, max-age=31536000, immutable"}
    )


@router.get("/favicon.ico")
def icon() -> Response:
    """Give the mark."""
    return static("mark.svg")
