"""`revloop demo`: the sample company, what the morning scan proposed unasked, one meeting prepared, then the pages."""

import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import SAMPLE, Session, house_of, session_of, swept, watched

if TYPE_CHECKING:
    from graphs.telling.report import Report
    from graphs.working.scanning import Looked

MEETING = "Acme"
"""The account whose meeting the demo prepares."""


def demo(
    *,
    once: Annotated[bool, Parameter(negative="", help="Print and end; serve no pages.")] = False,
    browser: Annotated[
        bool,
        Parameter(
            negative="--no-browser", show_default=False, help="Serve the pages and open them; else talk here."
        ),
    ] = True,
    common: Options = PLAIN,
) -> int:
    """Load, scan, prepare; in a terminal the pages are served afterwards, or a conversation begins."""
    here = Options(common.tenant or SAMPLE, common.user, common.home, common.json)
    goes_on = not (once or common.json) and sys.stdin.isatty() and sys.stdout.isatty()
    _shown(here, is_serving=goes_on and browser)
    if not goes_on:
        return 0
    if browser:
        from server.cli.serving import serve

        return serve(shown=True, common=here)
    from server.cli.chat import chat

    return chat(common=here)


def _shown(common: Options, *, is_serving: bool) -> None:
    from server.cli.printing import print_json, show

    with house_of(common) as house:
        session = ready(house, quiet=common.json)
        with watched(session) as is_at_home:
            if is_at_home:
                swept(session)
            looked, reports = scanned(session, quiet=common.json)
            prepared = prepared_meeting(session)
            if common.json:
                print_json({"scan": list(reports), "prep": prepared})
                return
            from server.render.brief import brief_page
            from server.render.overview import overview, welcome
            from server.render.proposals import decisions

            reader = session.reader
            show(welcome(session.tenancy.profile.company.name, reader, session.settings.home))
            show(overview(looked, reports, reader))
            show(
                brief_page(prepared, name_of(session, prepared.account), reader), decisions(prepared, reader)
            )
            show(f"\nIn another terminal:\n{TRY}\n" if is_serving else f"\nTry next:  revloop serve\n{TRY}")


def ready(house: "House", *, quiet: bool) -> Session:
    """Load the sample company where it is not there yet, and open it."""
    from server.cli.loading import load_sample
    from server.cli.progress import bar

    with bar("Loading the sample company", quiet=quiet) as step:
        load_sample(house, SAMPLE, step)
    return session_of(house)


def scanned(session: Session, *, quiet: bool) -> "tuple[tuple[Looked, ...], tuple[Report, ...]]":
    """Look at every account, with a bar."""
    from graphs.settling import settle
    from graphs.working.scanning import reports, scan
    from server.cli.progress import bar

    with session.parts.stores.read(session.tenancy.id) as unit:
        rows = unit.situations.accounts()
    session.house.warm()
    settle()
    done = [0]
    with bar("Scanning accounts", quiet=quiet) as step:

        def tell(_: object) -> None:
            done[0] += 1
            step(done[0], len(rows))

        looked = scan(session.house.runner, session.tenancy, rows, tell)
    return looked, reports(session.house.runner, session.tenancy, looked)


def prepared_meeting(session: Session) -> "Report":
    """Prepare the person for the demo's meeting."""
    from agents.clarifier.names import Match
    from graphs.telling.naming import named
    from state.errors import NotFound

    found = named(session.parts, session.tenancy, session.principal, MEETING)
    if not isinstance(found, Match):
        raise NotFound(f"The sample company has no one account {MEETING!r}.", field="account", value=MEETING)
    return session.house.runner.start(session.principal, found.account.account, "prep")


def name_of(session: Session, account: str) -> str:
    """Name an account as the CRM does."""
    from state.ids import AccountId

    with session.parts.stores.read(session.tenancy.id) as unit:
        row = unit.situations.account(AccountId(account))
    return row.name if row else account


TRY = (
    "  revloop inbox · revloop next --minutes 30 · revloop why ID · revloop tick"
    "\n  revloop prep Meridian · revloop account Acme diff · revloop chat"
)


if TYPE_CHECKING:
    from graphs.bootstrap import House
