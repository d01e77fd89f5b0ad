"""`revloop prep`: the brief, the proposals and the one question for an account."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened
from state.errors import Ambiguous, InvalidInput, NotFound

if TYPE_CHECKING:
    from agents.clarifier.names import Candidates
    from graphs.telling.report import Report
    from state.ports.world import AccountRow


def prep(
    *account: Annotated[str, Parameter(help="Name or id of the account; part of the name will do.")],
    as_of: Annotated[
        str | None, Parameter(help="Day to look from, as 2026-02-01; nothing is recorded.")
    ] = None,
    html: Annotated[str | None, Parameter(help="Write a printable page to this file as well.")] = None,
    common: Options = PLAIN,
) -> int:
    """Prepare for an account."""
    from agents.clarifier.names import Candidates
    from server.cli.printing import print_json, show

    name = " ".join(account)
    with opened(common, sweep=as_of is None) as session:
        found = looked_up(session, name)
        if isinstance(found, Candidates):
            return _asked_which(session, found, is_json=common.json)
        row, note = found
        report = prepared(session, row, as_of)
        if html is not None:
            _write_page(session, report, row.name, html)
        if common.json:
            print_json(report)
            return 0
        from server.render.brief import brief_page
        from server.render.layout import GREY, line
        from server.render.proposals import decisions
        from server.render.shorter import for_reader

        if note:
            show(line(note, GREY))
        who, form = session.tenancy.users, session.tenancy.profile.brief
        reader = next((user for user in who if user.id == session.principal.user), None)
        page = for_reader(report, reader, form.never_cut)
        show(brief_page(page, row.name, session.reader), decisions(report, session.reader))
        if html is not None:
            show(line(f"\nPrintable page: {html}", GREY))
    return 0


def looked_up(session: Session, name: str) -> "tuple[AccountRow, str] | Candidates":
    """Find the account of a name, with what was assumed; several of that name are handed back.

    Raises: InvalidInput for no name at all; NotFound with the nearest names.
    """
    from agents.clarifier.names import Match
    from graphs.telling.naming import named

    if not name.strip():
        raise InvalidInput(
            "Which account?", field="account", remedy="Name one, for example: revloop prep Acme"
        )
    found = named(session.parts, session.tenancy, session.principal, name)
    if isinstance(found, Match):
        return found.account, found.note
    if found.is_known:
        return found
    near = ", ".join(row.name for row in found.accounts)
    raise NotFound(
        f"No account is called {name!r}.",
        field="account",
        value=name,
        remedy=f"Did you mean {near}?" if near else "Check the name, or import the account first.",
    )


def the_account(session: Session, name: str) -> "tuple[AccountRow, str]":
    """Find the one account of a name. Raises: NotFound, Ambiguous listing the candidates."""
    found = looked_up(session, name)
    if isinstance(found, tuple):
        return found
    names = tuple(row.name for row in found.accounts)
    raise Ambiguous(
        f"More than one account is called {name!r}.", candidates=names, remedy="Name one of them in full."
    )


def prepared(session: Session, row: "AccountRow", as_of: str | None) -> "Report":
    """Run the loop now, or decide as of an earlier day without recording anything."""
    if as_of is None:
        return session.house.runner.start(session.principal, row.account, "prep")
    from graphs.telling.retrospect import end_of_day, look_back
    from server.cli.dates import day

    at = end_of_day(session.tenancy, day(as_of, "as_of"))
    return look_back(session.house.runner, session.tenancy, session.principal, row.account, at)


def _asked_which(session: Session, found: "Candidates", *, is_json: bool) -> int:
    from graphs.telling.naming import clarification
    from server.cli.printing import print_json, show

    report = clarification(session.tenancy, session.principal, found)
    if is_json:
        print_json(report)
    else:
        from server.render.layout import GREY, line
        from server.render.proposals import question

        if report.question is not None:
            show(question(report.question, answer="by its name, for example:"))
        for row in found.accounts:
            show(line(f'          revloop prep "{row.name}"', GREY))
    return 0


def _write_page(session: Session, report: "Report", name: str, html: str) -> None:
    from pathlib import Path

    from server.render.page import brief_html
    from state.errors import Unavailable

    try:
        Path(html).write_text(brief_html(report, name, session.reader), encoding="utf-8")
    except OSError as error:
        raise Unavailable(
            f"{html} cannot be written: {error.strerror}.",
            field="html",
            value=html,
            remedy="Choose a folder that you can write to.",
        ) from error
