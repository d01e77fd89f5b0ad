"""What a page costs the server at ten thousand accounts: 95 of 100 answers, one after another.

Units: milliseconds from request to the last byte, over a connection of the same machine.
"""

import time
from collections.abc import Sequence

from evals.bench.settled import TOWN
from evals.bench.table import Line
from evals.bench.town import account_of
from evals.web.homes import town_home
from evals.web.serving import Served, served
from evals.web.slow import named

ROUNDS, WARM = 40, 3
P95_MS = 100.0


def measure() -> Sequence[Line]:
    """Measure every page of the town."""
    with town_home() as (home, size), served(home, TOWN) as server:
        lines = [line for place in places(server) for line in _lines(server, place)]
        return [Line("accounts", size, ""), *lines]


def places(server: Served) -> list[str]:
    """List the pages, one of each kind."""
    waiting = server.client.get("/api/cards", params={"limit": 1}).json()["items"]
    cards = [place for one in waiting for place in (f"/inbox/{one['id']}", f"/why/{one['id']}")]
    lists = ["/accounts?q=house+77", "/accounts?at=150", "/find?q=house+1234", f"/accounts/{account_of(7)}"]
    return [*named(server.client.get("/today").text), *cards, *lists, "/api/cards", "/api/accounts?limit=100"]


def _lines(server: Served, place: str) -> list[Line]:
    walls: list[float] = []
    before = 0.0
    for number in range(WARM + ROUNDS):
        if number == WARM:
            before = server.cpu_seconds()
        begun = time.perf_counter()
        server.client.get(place).raise_for_status()
        walls.append((time.perf_counter() - begun) * 1000)
    cpu = (server.cpu_seconds() - before) * 1000 / ROUNDS
    p95 = sorted(walls[WARM:])[int(0.95 * ROUNDS) - 1]
    shown = place if "_" not in place else place.rpartition("/")[0] + "/…"
    return [Line(f"{shown}: p95", p95, "ms", P95_MS), Line(f"{shown}: CPU", cpu, "ms")]
