"""`revloop inbox`: every card that waits, in full, and the open questions."""

from typing import Annotated

from cyclopts import Parameter

from server.cli.elsewhere import told_elsewhere
from server.cli.options import PLAIN, Options
from server.cli.session import opened


def inbox(
    *,
    account: Annotated[str | None, Parameter(help="Only this account.")] = None,
    full: Annotated[bool, Parameter(negative="", help="Show the exact effect of every card.")] = False,
    common: Options = PLAIN,
) -> int:
    """Show what waits for you."""
    from graphs.telling.displaying import displayed
    from graphs.telling.inbox import open_inbox
    from server.cli.preparing import the_account
    from server.cli.printing import print_json, show

    with opened(common) as session:
        wanted = the_account(session, account)[0].account if account else None
        found = open_inbox(session.parts, session.tenancy, session.principal, wanted)
        reader, wall = session.reader, session.parts.clock.wall()
        displayed(session.parts, session.principal, found.cards)
        elsewhere = told_elsewhere(session)
        grouped_from = session.tenancy.profile.judgement.grouped_from
    if common.json:
        print_json(found)
        return 0
    from server.render.card import inbox_page

    show(
        inbox_page(found, reader, wall, grouped_from=grouped_from, is_full=full),
        *([elsewhere] if elsewhere else []),
    )
    return 0
