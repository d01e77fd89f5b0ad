"""Every failure as an answer: problem+json for programs, a page or a fragment for people, from the one error tree."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from server.pages.drawing import failure_page, is_fragment, wants_page
from server.ticks import told
from state.errors import (
    Ambiguous,
    InvalidInput,
    NotFound,
    RevloopError,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)

MEDIA = "application/problem+json"
BY_STATUS = {404: NotFound, 413: TooLarge, 429: TooMany, 503: Unavailable}


def problem_of(error: RevloopError) -> dict[str, object]:
    """Lay a failure out. Source: RFC 9457; `code` is the stable name, `remedy` what to do."""
    found: dict[str, object] = {
        "type": f"urn:revloop:{error.code}",
        "title": error.code.replace("_", " "),
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        "field": error.field,
        "remedy": error.remedy,
    }
    if isinstance(error, Ambiguous):
        found["candidates"] = list(error.candidates)
    return found


def answer(request: Request, error: RevloopError) -> Response:
    """Answer a failure in the form that was asked for."""
    if isinstance(error, Unavailable):
        error = _missing(request, error)
    if not wants_page(request):
        headers = {"www-authenticate": "Bearer"} if isinstance(error, Unauthenticated) else None
        return JSONResponse(problem_of(error), error.status, headers, MEDIA)
    if isinstance(error, Unauthenticated) and not is_fragment(request):
        return RedirectResponse("/signin", 303)
    return failure_page(request, error)


def _missing(request: Request, error: Unavailable) -> Unavailable:
    """Write what cannot be used into the log; whoever is nobody yet learns no host, user or folder from it."""
    told(f"503 {error}")
    if getattr(request.state, "caller", None) is not None:
        return error
    return Unavailable(
        "Something that this server needs cannot be used now.", remedy="Try again; its log says what."
    )


async def on_failure(request: Request, error: Exception) -> Response:
    """Answer a failure of our own tree."""
    assert isinstance(error, RevloopError), "registered for that class"
    return answer(request, error)


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answer input that does not fit its declaration, naming the first field at fault."""
    assert isinstance(error, RequestValidationError), "registered for that class"
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return answer(request, InvalidInput(_misfit(str(first["loc"][-1]), first["msg"]), field=place))


def _misfit(name: str, fault: str) -> str:
    """Say in a sentence what does not fit."""
    if fault == "JSON decode error":
        return "The body is no JSON."
    told = name.replace("_", " ").replace("-", " ").capitalize()
    if fault == "Field required":
        return f"{told} is missing."
    rest = fault.removeprefix("Input should ").removeprefix("Value error, ").partition(", unable")[0]
    rest = rest.replace("valid integer", "whole number").replace("valid string", "text")
    return f"{told} should {rest}." if fault.startswith("Input should ") else f"{told}: {rest}."


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the framework itself refuses."""
    assert isinstance(error, HTTPException), "registered for that class"
    kind = BY_STATUS.get(error.status_code)
    if kind is not None:
        return answer(request, kind("There is no such page." if kind is NotFound else str(error.detail)))
    return refused(error.status_code, str(error.detail), error.headers)


def refused(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Answer what is refused before anything of ours sees it."""
    body = {
        "type": "about:blank",
        "title": detail.lower(),
        "status": status,
        "detail": detail,
        "code": "refused",
        "field": "",
        "remedy": "",
    }
    return JSONResponse(body, status, headers, MEDIA)


async def on_unforeseen(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw without its details; the server writes them to its log."""
    del error
    return answer(request, unforeseen())


def unforeseen() -> RevloopError:
    """Say that something failed, and nothing of what."""
    return RevloopError("Something went wrong here.", remedy="Try again; the log has the details.")


def tell_failures(app: FastAPI) -> None:
    """Register the answers."""
    app.add_exception_handler(RevloopError, on_failure)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_unforeseen)
