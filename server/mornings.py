"""The next morning of a company whose clock stands still: what `revloop tick` does, from a page.

Shared with the command line: `server/cli/ticking.py` moves the clock and lets delays elapse.
"""

from graphs.learning.relearning import relearn
from graphs.planning.orchestrating import advance_due
from graphs.working.scanning import scan, scanner
from server.auth import Caller
from server.cli.session import Session
from server.cli.ticking import let_elapse, moved
from server.home import Home


def next_morning_at(home: Home, caller: Caller) -> None:
    """Move the clock, carry out what is due, and look at every account. Raises: InvalidInput for a running clock."""
    house = home.house
    before = Session(house, house.parts.tenancy.refresh(caller.tenant), caller.principal)
    session, *_ = moved(before)
    let_elapse(session)
    house.desk.sweep(session.tenancy, caller.principal)
    advance_due(house.runner, session.tenancy)
    relearn(house.parts, session.tenancy, scanner(session.tenancy), "daily")
    with house.parts.stores.read(caller.tenant) as unit:
        rows = unit.situations.accounts()
    scan(house.runner, session.tenancy, rows)
