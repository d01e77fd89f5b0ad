"""The queue on both databases: once per id, in turn per account, later, taken back, and given back by the dead."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition, Event

import pytest
from sqlalchemy import event

from graphs.working.job_queue import LookedAtQueue, Place, WorkingQueue
from graphs.working.room import Room
from state.errors import Conflict
from state.ids import AccountId, TenantId
from state.ports.queueing import Job, JobKind, JobState
from tests.contract.conftest import SERVER
from tests.postgres import Schema, connected

ROOT = Path(__file__).parents[2]
GENEROUS_SECONDS = 200
DYING = """
import sys, time
from pathlib import Path
from graphs.working.job_queue import Place, WorkingQueue
from state.ports.queueing import Job
url, schema, job = sys.argv[1:]
def work(job):
    print("taken", flush=True)
    time.sleep(3600)
queue = WorkingQueue(Place(url, schema or None), "dead", work)
queue.enqueue(Job.model_validate_json(job))
time.sleep(3600)
"""

pytestmark = pytest.mark.apart


@dataclass
class Bench:
    """What was begun and ended, and which jobs are held up."""

    began: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    changed: Condition = field(default_factory=Condition)

    def work(self, job: Job) -> str:
        with self.changed:
            self.began.append(job.id)
            self.changed.notify_all()
            self.changed.wait_for(lambda: job.id not in self.held, GENEROUS_SECONDS)
            self.ended.append(job.id)
            self.changed.notify_all()
        return "done"

    def until(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, GENEROUS_SECONDS)

    def let_go(self) -> None:
        with self.changed:
            self.held.clear()
            self.changed.notify_all()


@pytest.fixture(params=["sqlite", SERVER])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Give a place for a queue on each database."""
    if request.param == "sqlite":
        made = Place.in_file(tmp_path / "engine.db")
        made.prepare()
        yield made
        return
    schema: Schema = request.getfixturevalue("server")
    named = schema.database.named_beside("engine")
    assert named is not None
    yield Place(*named)
    with connected(schema.url) as plain:
        plain.execute("SET client_min_messages = warning")
        plain.execute(f'DROP SCHEMA IF EXISTS "{named[1]}" CASCADE'.encode())


@contextmanager
def working(place: Place, bench: Bench) -> Generator[WorkingQueue, None, None]:
    queue = WorkingQueue(place, "alive", bench.work)
    try:
        yield queue
    finally:
        bench.let_go()
        queue.close(5)


def settled(queue: WorkingQueue, running: int = 0) -> None:
    """Wait until the library has written down what ended."""
    pause = Event()
    while queue.counts()[JobState.RUNNING] != running:
        pause.wait(0.05)


def job(subject: str, number: int = 1, account: str = "a") -> Job:
    return Job(
        kind=JobKind.LOOP,
        tenant=TenantId("t"),
        subject=subject,
        number=str(number),
        account=AccountId(account),
    )


def test_jobs_are_done_once_one_at_a_time_per_account_and_what_is_taken_back_never(place: Place) -> None:
    bench = Bench(held={job("a", 1).id})
    with working(place, bench) as queue:
        for wanted in (job("a", 1), job("a", 1), job("a", 2), job("b", 1, "b")):
            queue.enqueue(wanted)
        queue.enqueue(job("c"), delay_seconds=3600)
        queue.enqueue(job("d"), delay_seconds=0.2)
        queue.cancel(job("c").id)
        bench.until(lambda: job("b", 1, "b").id in bench.ended)
        assert job("a", 2).id not in bench.began
        bench.let_go()
        bench.until(lambda: len(bench.ended) == 4)
        assert sorted(bench.began) == sorted(
            [job("a", 1).id, job("a", 2).id, job("b", 1, "b").id, job("d").id]
        )
        cancelled = queue.listed([JobState.CANCELLED], 9)
        assert [one.id for one in cancelled] == [job("c").id]
        settled(queue)
        assert queue.counts()[JobState.DONE] == 4
        assert queue.listed([JobState.DONE], 1)[0].result == "done"
        assert queue.forget(datetime.now(UTC) + timedelta(days=1)) == 5
        queue.enqueue(job("a", 1).again())
        bench.until(lambda: job("a", 1).again().id in bench.ended)


@pytest.mark.crash
def test_what_a_killed_worker_had_taken_is_done_by_another_that_is_told(place: Place) -> None:
    bench, wanted = Bench(), job("a")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-c", DYING, place.url, place.schema or "", wanted.model_dump_json()]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as dying:
        assert dying.stdout is not None
        assert dying.stdout.readline() == "taken\n"
        dying.send_signal(signal.SIGKILL)
        dying.wait()
    with working(place, bench) as queue:
        assert (bench.began, queue.adopt("somebody"), queue.adopt("dead")) == ([], 0, 1)
        bench.until(lambda: bench.ended == [wanted.id])
        assert queue.adopt("dead") == 0


def test_whoever_looks_from_outside_sees_every_job_while_a_worker_has_it(place: Place) -> None:
    bench = Bench(held={job("a").id})
    with working(place, bench) as queue:
        queue.enqueue(job("a"))
        queue.enqueue(job("b"), delay_seconds=3600)
        bench.until(lambda: bench.began == [job("a").id])
        looked = LookedAtQueue.at(place)
        assert looked is not None
        rows = {one.id: one.state for one in looked.listed(list(JobState), 9)}
        counts = looked.counts()
        looked.close()
    assert rows == {job("a").id: JobState.RUNNING, job("b").id: JobState.WAITING}
    assert (counts[JobState.RUNNING], counts[JobState.WAITING], counts[JobState.DONE]) == (1, 1, 0)


def asked_of(queue: WorkingQueue) -> list[str]:
    """Write down what the library asks of its tables from now on."""
    asked: list[str] = []
    event.listen(queue._dbos._sys_db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    return asked


class Closed(Room):
    """Takes nothing before it is opened."""

    is_open = False

    def left(self) -> int:
        return super().left() if self.is_open else 0


def test_a_worker_takes_what_it_can_begin_soon_and_what_people_released_past_all_that_waits(
    place: Place,
) -> None:
    wanted = [job(name, account=name) for name in "abc"]
    bench, room = Bench(held={one.id for one in wanted}), Closed()

    def work(taken: Job) -> str:
        with room.waiting(taken.id):
            return bench.work(taken)

    queue = WorkingQueue(place, "alive", work, room)
    asked = asked_of(queue)
    for one in wanted:
        queue.enqueue(one)
    bench.until(lambda: len(bench.began) == (0 if place.file is None else 3))
    released = wanted[0].model_copy(update={"kind": JobKind.ACT})
    queue.enqueue(released)
    bench.until(lambda: bench.ended == [released.id])
    bench.began.remove(released.id)
    room.is_open = True
    most = 2 if place.file is None else 3
    bench.until(lambda: len(bench.began) == most)
    settled(queue, most)
    assert queue.counts()[JobState.RUNNING] == most
    room.begun(bench.began[0])
    bench.until(lambda: len(bench.began) == 3)
    bench.let_go()
    queue.close(5)
    assert not [one for one in asked if "queues.name =" in one]
    assert place.file or not [one for one in asked if "application_versions" in one]


def test_a_process_takes_jobs_from_one_place_and_never_silently_from_another(tmp_path: Path) -> None:
    first, second = (Place.in_file(tmp_path / name) for name in ("first.db", "second.db"))
    with working(first, Bench()):
        with pytest.raises(Conflict, match="already takes jobs"), working(second, Bench()):
            pass
        looked = LookedAtQueue.at(first)
        assert looked is not None
        looked.close()
    with working(second, Bench()):
        assert LookedAtQueue.at(second) is not None


def test_nothing_crafted_in_the_queue_is_called() -> None:
    from graphs.working.job_queue import PlainJson

    written = PlainJson().serialize({"args": [ValueError("x")]})
    assert PlainJson().deserialize(written) == {"args": ["ValueError('x')"]}
    with pytest.raises(ValueError, match="Expecting value"):
        PlainJson().deserialize("gASVIAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOU")


def test_a_queue_that_nobody_made_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert LookedAtQueue.at(Place.in_file(tmp_path / "none.db")) is None
