"""Why something was proposed or done: what it rests on, the rule, who decided, each step with its entry."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from graphs.telling.explaining import StepOut, explain
from server.auth import AnyHome, Reading
from server.home import reader_of
from server.pages.drawing import page
from server.render.card_words import after_display, effect_parts, proposer, status_words
from server.render.words import Reader, citations, verdict_words, without
from state.ids import AccountId

router = APIRouter(include_in_schema=False)
SOURCES = 40
HAPPENED = {
    "cancel": "Withdrawn", "snooze": "Set aside", "wake": "Asked again", "undo": "Taken back",
    "auto_due": "Due by itself", "world_changed": "The account changed",
    "stop_on": "The stop switch went on", "stop_off": "The stop switch went off",
    "claim": "Begun", "retry_same_key": "Tried again", "receipt": "Done, with a receipt",
    "unknown": "No word whether it happened", "claimers_ended": "Whoever had begun it is gone",
    "probe_found": "Looked for and found", "probe_absent": "Looked for and not there",
    "attest_done": "Somebody says that it happened", "attest_not_done": "Somebody says that it did not happen",
}  # fmt: skip
"""How a step is called where its own name says nothing to a seller."""


@router.get("/why/{name}")
def why(home: AnyHome, caller: Reading, name: str) -> HTMLResponse:
    """Show everything recorded about one proposal or action."""
    with home.look(caller.tenant) as tenancy:
        found = explain(home.looking, tenancy, name)
        reader = reader_of(tenancy)
        with home.looking.stores.read(caller.tenant) as unit:
            row = unit.situations.account(AccountId(found.account))
    name_there = row.name if row else found.account
    context = {
        "found": found,
        "account_name": name_there,
        "title": without(found.description, name_there),
        "by": proposer(found.reasoner, reader),
        "state": verdict_words(found.verdict, found.status),
        "sources": citations(found.evidence, SOURCES),
        "effects": [(one, effect_parts(one.content)) for one in found.effects],
        "steps": [_told(one, reader) for one in found.steps],
        "approvals": [f"{reader.person(one.by)}, {after_display(one.after_ms)}" for one in found.approved],
    }
    return page(home, caller, "why.html", context)


def _told(one: StepOut, reader: Reader) -> tuple[str, str]:
    """Say a step. Shape: what happened, and how it stands since, by whom and when."""
    name = HAPPENED.get(one.event, one.event.replace("_", " ").capitalize())
    at = reader.moment(datetime.fromisoformat(one.at))
    return name, f"{status_words(one.end)} · {reader.person(one.by)} · {at}"
