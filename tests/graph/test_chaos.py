"""A short crash enumeration: some lives of each way with one death or two, two claimers, a restore, the planted faults.

The whole is `make chaos`; every count here comes from the other side's log.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from evals.chaos import contests
from evals.chaos.enumeration import CONTROLS, control
from evals.chaos.place import Places
from evals.chaos.running import Theatre, run, theatre
from evals.chaos.schedule import parsed

pytestmark = pytest.mark.crash

SCHEDULES = (
    "lag/propose.run:waiting+approve.decide:recording",
    "lag/approve.decide:recorded+carry.execute:claiming",
    "lag/carry.execute:sending+recover.recover:ended",
    "lag/carry.transport:kept+carry.recover:settling",
    "late/carry.execute:sent",
    "slow/carry.execute:sent",
    "keyed/carry.transport:reached+recover.retry:claimed",
    "keyed/carry.execute:recording",
    "mail-mute/carry.transport:kept+attest.decide:recording",
    "folder/carry.execute:sent",
    "queue/carry.job:asked",
    "queue/carry.job:done",
)
"""Each arrow of propose → approve → claim → send → record → recover, and each way the other side behaves."""

ON_SERVER = ("lag/carry.transport:kept+carry.recover:settling", "queue/carry.job:asked")


@pytest.fixture(scope="module")
def stage() -> Iterator[Theatre]:
    """Warm one parent and prepare the homes, once."""
    with theatre() as found:
        yield found


def test_every_life_begins_with_the_queues_own_tables(stage: Theatre) -> None:
    for place in stage.starts.values():
        with closing(sqlite3.connect(place.home / "engine.db")) as raw:
            assert raw.execute("SELECT count(*) FROM workflow_status").fetchone() == (0,)


@pytest.mark.parametrize("name", SCHEDULES)
def test_whatever_the_process_dies_of_there_is_one_effect_and_nothing_is_forgotten(
    stage: Theatre, name: str
) -> None:
    ran = run(stage, parsed(name))
    assert ran.is_sound, ran
    assert ran.deaths == tuple(map(str, parsed(name).deaths))
    assert ran.effects == 1


def test_where_nobody_can_look_a_person_is_asked_and_nothing_is_sent_again(stage: Theatre) -> None:
    ran = run(stage, parsed("mail/carry.execute:claimed"))
    assert ran.is_sound, ran
    assert (ran.effects, ran.was_asked, ran.status) == (0, True, "failed")


@pytest.fixture(scope="module")
def on_server(stage: Theatre, server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """Prepare the homes once more, with their databases on PostgreSQL."""
    found = Theatre(stage.nursery, stage.provider, Places(tmp_path_factory.mktemp("chaos"), server_url))
    found.prepared()
    yield found
    for place in found.starts.values():
        found.places.gone(place)


@pytest.mark.postgres
@pytest.mark.parametrize("name", ON_SERVER)
def test_on_postgresql_too_there_is_one_effect_and_nothing_is_forgotten(
    on_server: Theatre, name: str
) -> None:
    ran = run(on_server, parsed(name))
    assert ran.is_sound, ran
    assert (ran.effects, len(ran.deaths)) == (1, len(parsed(name).deaths))


@pytest.mark.parametrize("mutant", CONTROLS)
def test_a_planted_fault_sends_twice_in_a_schedule_of_the_same_run(stage: Theatre, mutant: str) -> None:
    caught = control(stage, mutant, CONTROLS[mutant][1][1:2])
    assert caught.duplicated == 1
    assert not caught.ran[0].fault


@pytest.mark.parametrize(
    "contest",
    [
        contests.before_the_check,
        contests.after_the_check,
        contests.with_an_old_answer,
        contests.unproven,
        contests.restored_claimed,
    ],
)
def test_two_claimers_and_a_restore_come_out_as_they_must(
    stage: Theatre, contest: "contests.Contest"
) -> None:
    fought = contest(stage)
    assert fought.is_as_it_must, fought
