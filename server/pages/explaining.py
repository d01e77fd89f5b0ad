"""Why something was proposed or done: what it rests on, the rule, who decided, each step with its entry."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from graphs.telling.explaining import explain
from server.auth import AnyHome, Reading
from server.home import reader_of
from server.pages.drawing import page
from server.render.card_words import effect_parts
from server.render.words import citations, verdict_words, without

router = APIRouter(include_in_schema=False)
SOURCES = 40


@router.get("/why/{name}")
def why(home: AnyHome, caller: Reading, name: str) -> HTMLResponse:
    """Show everything recorded about one proposal or action."""
    with home.look(caller.tenant) as tenancy:
        found = explain(home.looking, tenancy, name)
        reader = reader_of(tenancy)
        with home.looking.stores.read(caller.tenant) as unit:
            rows = {str(row.account): row.name for row in unit.situations.accounts()}
    name_there = rows.get(found.account, found.account)
    context = {
        "found": found,
        "account_name": name_there,
        "title": without(found.description, name_there),
        "state": verdict_words(found.verdict, found.status),
        "sources": citations(found.evidence, SOURCES),
        "effects": [(one, effect_parts(one.content)) for one in found.effects],
        "approvals": [reader.person(one) for one in found.approvals],
    }
    return page(home, caller, "why.html", context)
