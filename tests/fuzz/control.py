"""An application with four planted faults: the fuzz counts only if it finds each of them in the same run."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from tests.fuzz.asking import Asking, Stranger
from tests.fuzz.calling import Caller

GUARDED = {"security": [{"key": ["read"]}]}
SHARE = 18


class Number(BaseModel):
    """What one route says it gives."""

    number: int


def planted() -> FastAPI:
    """Make the application."""
    app = FastAPI(title="planted")

    @app.get("/fails", responses={500: {"description": "said beforehand"}})
    def fails(number: int = 0) -> Number:
        """Fail, as its description even says."""
        return JSONResponse({"number": number}, 500)  # type: ignore[return-value]  # the planted fault

    @app.get("/teapot")
    def teapot(number: int = 0) -> Number:
        """Answer what nobody described."""
        return JSONResponse({"number": number}, 418)  # type: ignore[return-value]  # the planted fault

    @app.get("/shape")
    def shape(number: int = 0) -> Number:
        """Give another shape than described."""
        return JSONResponse({"number": f"{number} or so"})  # type: ignore[return-value]  # the planted fault

    @app.get("/open", openapi_extra=GUARDED)
    def open_to_all(number: int = 0) -> Number:
        """Say that it requires somebody, and require nobody."""
        return Number(number=number)

    return app


def found_faults() -> frozenset[str]:
    """Say which of the planted faults the fuzz finds."""
    app = planted()
    caller = Caller(app)
    asking = Asking(app.openapi(), caller, [{}], [Stranger({})], lambda: 0)
    try:
        asking.by_operation(SHARE)
    finally:
        caller.close()
    tally = asking.tally
    kinds = {
        "a failure": any("/fails" in one for one in tally.failed),
        "a status nobody described": any("/teapot" in one for one in tally.undescribed),
        "a shape nobody described": any("/shape" in one for one in tally.undescribed),
        "a door left open": any("/open" in one for one in tally.passed),
    }
    return frozenset(name for name, is_found in kinds.items() if is_found)


FAULTS = 4
