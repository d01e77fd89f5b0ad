"""The brief of an account as a page that prints; on the newest one each line can be judged, put right or ticked off.

Invariant: looking records nothing; a past day is decided anew by the playbook, never by a model that costs.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.parts import Tenancy
from graphs.perceiving.correctable import correctable
from graphs.perceiving.ticking import promises_of, tick
from graphs.telling.assembling import assemble
from graphs.telling.marking import line_ratings, lines_of, rate_line
from graphs.telling.report import Report
from graphs.telling.retrospect import look_back
from server.auth import AnyHome, Approving, Caller, Reading
from server.home import Home, reader_of
from server.pages.accounts import Day, moment_of
from server.pages.accounts_view import fix, row_of
from server.pages.drawing import page
from server.render.page import Marking, brief_html
from state.errors import NotFound
from state.ids import AccountId
from state.ports.world import AccountRow
from state.world.view import AccountView

router = APIRouter(include_in_schema=False)
Line = Annotated[str, Form(max_length=80)]


@router.get("/accounts/{account}/brief")
def brief(home: AnyHome, caller: Reading, account: str, as_of: Day = "") -> HTMLResponse:
    """Show the newest brief; for an earlier day, what would have been said then."""
    row = row_of(home, caller, account)
    at = moment_of(home, caller, as_of, None)
    report = newest(home, caller, row) if at is None else home.act(_past, home, caller, row, at)
    if report is None or report.brief is None:
        return page(home, caller, "accounts_brief.html", {"row": row}, 200)
    marking = _marking(home, caller, row, report) if at is None and caller.may("approve") else None
    with home.look(caller.tenant) as tenancy:
        place = f"/accounts/{row.account}"
        return HTMLResponse(brief_html(report, row.name, reader_of(tenancy), place, marking))


@router.post("/accounts/{account}/brief/lines")
def judge_line(
    home: AnyHome, caller: Approving, account: str, good: Line = "", bad: Line = "", done: Line = ""
) -> Response:
    """Rate a line, or tick off the promise that it is about."""
    row = row_of(home, caller, account)
    home.act(_judged, home, caller, row, good, bad, done)
    return RedirectResponse(f"/accounts/{row.account}/brief#{good or bad or done}", 303)


def _judged(home: Home, caller: Caller, row: AccountRow, good: str, bad: str, done: str) -> None:
    parts = home.house.parts
    tenancy = parts.tenancy.refresh(caller.tenant)
    report = newest(home, caller, row)
    if report is None or report.brief is None:
        raise NotFound("There is no brief here.", field="account", value=row.account)
    if not done:
        rate_line(parts, tenancy, caller.principal, report, good or bad, is_good=bool(good))
        return
    about = promises_of(_view(home, caller, row), report.brief.sections).get(done)
    if about is None:
        raise NotFound("That line is about no promise.", field="done", value=done)
    tick(parts, tenancy, caller.principal, AccountId(row.account), about.identifier)


def _view(home: Home, caller: Caller, row: AccountRow) -> AccountView:
    with home.looking.stores.read(caller.tenant) as unit:
        return AccountView.of(
            home.looking.sights.situation(unit, caller.tenant, row.account, row.version, row.digest)
        )


def _marking(home: Home, caller: Caller, row: AccountRow, report: Report) -> Marking:
    """Collect what may be said of each line, and what was."""
    view = _view(home, caller, row)
    with home.looking.stores.read(caller.tenant) as unit:
        given = line_ratings(unit, caller.principal, row.account)
    promised = promises_of(view, report.brief.sections if report.brief else ())
    at = partial(fix, correctable(view))
    return Marking(
        place=f"/accounts/{row.account}/brief/lines",
        csrf=caller.csrf,
        given=given,
        wrong={line.id: f"/accounts/{row.account}{at(line.evidence)}" for line in lines_of(report)},
        open=frozenset(line for line, one in promised.items() if one.is_open),
        over=frozenset(line for line, one in promised.items() if not one.is_open),
    )


def newest(home: Home, caller: Caller, row: AccountRow) -> Report | None:
    """Give what was last decided about an account; None where nothing was."""
    with home.look(caller.tenant) as tenancy, home.looking.stores.read(caller.tenant) as unit:
        run = unit.runs.latest(row.account)
        if run is None or not any(kind.startswith("rulings.") for _, kind in unit.runs.artifacts_of(run.id)):
            return None
        return assemble(home.looking, unit, tenancy, run.id)


def _past(home: Home, caller: Caller, row: AccountRow, at: datetime) -> Report:
    tenancy: Tenancy = home.house.parts.tenancy.refresh(caller.tenant)
    cheap = replace(tenancy, reasoner=tenancy.playbook)
    return look_back(home.house.runner, cheap, caller.principal, row.account, at)
