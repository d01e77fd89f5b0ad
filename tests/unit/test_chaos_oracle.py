"""The crash enumeration judges rightly: its oracle sees each kind of harm, and the other side lies as it is told."""

import ast
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evals.chaos import provider
from evals.chaos.__main__ import main
from evals.chaos.enumeration import missed_points
from evals.chaos.provider import LAGS, LANDS, Manner, Provider
from evals.chaos.running import Ran
from evals.chaos.schedule import PAIRED, TRANSPORT_POINTS, WAYS, Death, parsed, possible
from graphs.crashing import crash_points
from graphs.keeping import rotating
from graphs.planning import orchestrating

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


def ran(effects: int, status: str, **more: object) -> Ran:
    return Ran(id="x", effects=effects, status=status, deaths=("carry.execute:sent",), missed=(), **more)  # type: ignore[arg-type]  # named fields


def test_one_effect_that_is_recorded_is_sound_and_so_is_none_that_a_person_settled() -> None:
    assert ran(1, "executed").is_sound
    assert ran(0, "failed", was_asked=True).is_sound


@pytest.mark.parametrize(
    ("one", "harm"),
    [
        (ran(2, "executed"), (1, False, False)),
        (ran(0, "executed"), (0, True, False)),
        (ran(1, "failed"), (0, True, False)),
        (ran(1, "cancelled"), (0, True, False)),
        (ran(0, "approved"), (0, False, True)),
        (ran(1, "claimed"), (0, False, True)),
        (ran(1, "ambiguous"), (0, False, True)),
        (ran(1, "executed", unfinished=1), (0, False, True)),
    ],
)
def test_the_oracle_sees_each_harm(one: Ran, harm: tuple[int, bool, bool]) -> None:
    assert (one.duplicated, one.lost, one.forgotten) == harm
    assert not one.is_sound


def test_a_death_that_never_came_a_broken_ledger_and_a_fault_are_no_success() -> None:
    assert not Ran("x", 1, "executed", (), ("carry.execute:sent",)).is_sound
    assert not ran(1, "executed", holds=False).is_sound
    assert not ran(1, "executed", fault="exit 1").is_sound


def test_the_run_fails_for_each_registered_point_at_which_nobody_died() -> None:
    everywhere = [
        Ran("x", 1, "executed", (f"carry.{one}",), ()) for one in (*crash_points(), *TRANSPORT_POINTS)
    ]
    assert missed_points(everywhere) == ()
    assert missed_points(everywhere[1:]) == (crash_points()[0],)


def test_every_crash_point_in_the_code_is_registered_and_no_other() -> None:
    sources = [path for room in ("agents", "graphs") for path in (ROOT / room).rglob("*.py")]
    found = {
        name
        for path in sources
        for name in re.findall(r'crash_point\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
    beside = {one for one in crash_points() if not one.startswith(("before:", "after:"))}
    assert found == beside | {*orchestrating.CRASH_POINTS, *rotating.CRASH_POINTS}
    assert set(PAIRED) <= {*crash_points(), *TRANSPORT_POINTS}


def test_the_other_side_knows_nothing_of_the_program() -> None:
    tree = ast.parse(Path(provider.__file__).read_text(encoding="utf-8"))
    names = [one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
    names += [each.name for one in ast.walk(tree) if isinstance(one, ast.Import) for each in one.names]
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_a_lagging_side_hides_what_it_has_and_a_late_one_has_it_later() -> None:
    side = Provider(manner=Manner(is_lagging=True))
    side.keep("k", AT)
    assert (side.shows("k", AT), side.shows("k", AT + LAGS)) == (False, True)
    side.fresh(Manner(is_late=True))
    side.keep("k", AT)
    assert (side.shows("k", AT), side.shows("k", AT + LANDS)) == (False, True)
    assert not side.shows("other", AT + timedelta(days=1))


def test_only_a_side_with_keys_takes_the_same_key_once() -> None:
    for manner, count in ((Manner(is_keyed=True), 1), (Manner(), 2)):
        side = Provider(manner=manner)
        for _ in range(2):
            side.keep("k", AT)
        assert len(side.effects) == count


def test_an_id_names_its_schedule_whole() -> None:
    name = "lag/carry.execute:sent+recover.recover:ended"
    assert parsed(name).id == name
    assert parsed(name).deaths[1] == Death("recover", "recover:ended")


@pytest.mark.parametrize("name", ["", "lag", "lag/carry.nowhere", "pigeon/carry.execute:sent"])
def test_what_names_no_schedule_is_said_so(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", name]) == 2
    assert "names no schedule" in capsys.readouterr().err


def test_the_other_sides_steps_are_deaths_wherever_something_is_sent() -> None:
    trace = ["carry.execute:claimed", "carry.execute:sending"]
    assert [one.point for one in possible(WAYS["folder"], trace)] == ["execute:claimed", "execute:sending"]
    assert [one.point for one in possible(WAYS["mail"], trace)][2:] == list(TRANSPORT_POINTS)
