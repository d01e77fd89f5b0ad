"""What a soak came to, in lines, each with what it is held against."""

from collections.abc import Iterator, Sequence
from statistics import median, quantiles

from evals.bench.settled import TOWN
from evals.bench.table import Line
from evals.soak.holding import in_two_hands, takings
from evals.soak.running import BATCH, Sample, Soak
from graphs.bootstrap import House
from state.ids import EventId
from state.ledger.chain import bundle
from state.ledger.verify import verify

ADOPTED_SECONDS = 30.0
REVIVED_SECONDS = 5.0
GROWN_MEGABYTES = 30.0
GROWN_FILES = 12.0
PAGE = 1_000_000


def lines(soak: Soak) -> Iterator[Line]:
    """Judge it."""
    asked = soak.asked.events // BATCH * BATCH
    yield Line("events that happened", soak.happened, "")
    yield Line("events not taken in", asked - _taken_in(soak.house, asked), "", 0)
    yield Line("accounts with an event that no loop saw", len(soak.unseen()), "", 0)
    yield Line("runs that are neither over nor wait", soak.unfinished(), "", 0)
    held = takings(soak.engine)
    yield Line("times an account was taken", len(held), "")
    yield Line("times it was in two hands", len(in_two_hands(held, soak.fates)), "", 0)
    yield Line("ledgers that do not verify", float(not _verifies(soak.house)), "", 0)
    yield from _deaths(soak)
    yield from _growth(soak.samples)


def _taken_in(house: House, asked: int) -> int:
    with house.parts.stores.read(TOWN) as unit:
        return sum(unit.events.get(EventId(f"now-{number}")) is not None for number in range(asked))


def _verifies(house: House) -> bool:
    with house.parts.stores.read(TOWN) as unit:
        holds, _ = verify(bundle(TOWN, unit.ledger.sealed(limit=PAGE)))
    return holds


def _deaths(soak: Soak) -> Iterator[Line]:
    yield Line("workers killed", len(soak.fates.killed), "")
    orphaned = soak.orphaned()
    yield Line("jobs they had in hand", len(orphaned), "")
    yield Line("of these done by nobody", len(soak.undone()), "", 0)
    if orphaned:
        begun = sorted(one.begun for one in orphaned)
        yield Line("taken up by another after, p50", median(begun), "s")
        yield Line("taken up by another after, p95", _p95(begun), "s")
        last = max(orphaned, key=lambda one: one.over)
        yield Line(f"the last of them, {last.job}, done after", last.over, "s", ADOPTED_SECONDS)
    for number, seconds in enumerate(soak.revived, 1):
        yield Line(f"next job after restart {number} of the server", seconds, "s", REVIVED_SECONDS)


def _p95(found: Sequence[float]) -> float:
    return quantiles(found, n=20, method="inclusive")[-1] if len(found) > 1 else found[0]


def _growth(samples: Sequence[Sample]) -> Iterator[Line]:
    """Compare the second quarter of the longest life with the last one."""
    lives = {pid: [one for one in samples if one.pid == pid] for pid in {one.pid for one in samples}}
    longest = max(lives.values(), key=len, default=[])
    quarter = len(longest) // 4
    if not quarter:
        return
    early, late = longest[quarter : 2 * quarter], longest[-quarter:]
    megabytes = median(one.megabytes for one in late) - median(one.megabytes for one in early)
    files = median(one.files for one in late) - median(one.files for one in early)
    yield Line("the longest life of a worker", longest[-1].at - longest[0].at, "s")
    yield Line("memory it gained after its first half", megabytes, "MB", GROWN_MEGABYTES)
    yield Line("open files it gained", files, "", GROWN_FILES)
