"""Find an account by a few letters of its name: the part of the command palette that the server knows."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from server.auth import AnyHome, Reading
from server.home import reader_of
from server.pages.accounts_view import searched
from server.pages.drawing import fragment

router = APIRouter(include_in_schema=False)
MOST = 8


@router.get("/find")
def find(home: AnyHome, caller: Reading, q: Annotated[str, Query(max_length=120)] = "") -> HTMLResponse:
    """List the accounts that a few letters name."""
    with home.look(caller.tenant) as tenancy:
        reader = reader_of(tenancy)
    with home.looking.stores.read(caller.tenant) as unit:
        rows = unit.situations.accounts() if q.strip() else ()
    found = sorted(
        searched(rows, q, reader.names), key=lambda row: (row.owner != caller.principal.user, row.name)
    )
    return fragment("palette_accounts.html", {"rows": found[:MOST], "reader": reader})
