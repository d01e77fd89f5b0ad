"""What nine hundred open pages cost a server at which nothing happens.

Units: percent of one core.
"""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from evals.bench.table import Line
from evals.web.homes import sample_home
from evals.web.serving import Served, served

STREAMS = 900
SETTLE_SECONDS, WATCHED_SECONDS = 4.0, 20.0
IDLE_PERCENT = 2.0


def measure() -> Sequence[Line]:
    """Measure a server without a reader, then with all of them."""
    with sample_home() as home, served(home, "fieldstone") as server:
        alone = _idle(server)
        read, with_all = asyncio.run(_with_readers(server))
    return [
        Line("open streams that were told something first", read, ""),
        Line("nobody reads: CPU", alone, "%"),
        Line(f"{STREAMS} read: CPU", with_all, "%", IDLE_PERCENT),
    ]


def _idle(server: Served) -> float:
    time.sleep(SETTLE_SECONDS)
    before, begun = server.cpu_seconds(), time.perf_counter()
    time.sleep(WATCHED_SECONDS)
    return 100 * (server.cpu_seconds() - before) / (time.perf_counter() - begun)


async def _with_readers(server: Served) -> tuple[int, float]:
    """Open all streams, see that each answered, and watch."""
    place = urlsplit(server.url)
    name, value = server.cookie
    asked = f"GET /changes HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {name}={value}\r\n\r\n".encode()
    writers: list[asyncio.StreamWriter] = []
    read = 0
    for _ in range(STREAMS):
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(asked)
        writers.append(writer)
        read += b"200" in await reader.readline()
        assert await reader.readuntil(b"retry: 1000\n\n"), "a stream begins with its pace"
    found = await asyncio.to_thread(_idle, server)
    for writer in writers:
        writer.close()
    return read, found
