"""The labels: forty cases with twins, every flip and slot known in any cast."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from evals.case import Case
from evals.dataset import FOLDER, SHIFT, filled, load
from evals.flips import FLIPS, flip_of
from evals.imported import CHANGES
from evals.stage import Stage
from state.errors import InvalidInput
from tests.samples import sampled
from tools.sample import Sample

SEEDS = (7, 3)
DATASET = load()
FIELDSTONE = [case for case in DATASET.cases if case.company == "fieldstone"]


@pytest.fixture(scope="module", params=SEEDS)
def sample(request: pytest.FixtureRequest) -> Sample:
    return sampled(request.param)


def staged(sample: Sample, case: Case) -> Stage:
    slots = {**sample.slots, SHIFT: str(sample.shift.days)}
    events = {key: list(sample.events_of(slots[f"{key}.account"])) for key in case.accounts}
    return Stage(sample, slots, events)


def templates(part: object) -> Iterator[str]:
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from templates(getattr(part, name))
    elif isinstance(part, tuple):
        for one in part:
            yield from templates(one)
    elif isinstance(part, str):
        yield part


def test_there_are_forty_cases_and_one_of_plans_each_with_a_twin_and_a_label() -> None:
    assert [case.id for case in DATASET.cases] == list(range(1, 42))
    assert all(case.twin.fact and case.twin.expect != case.expect for case in DATASET.cases)


def test_the_gate_names_cases_that_exist() -> None:
    assert set(DATASET.gate.cases) <= {case.id for case in DATASET.cases}
    assert DATASET.gate.right_with_twin <= len(DATASET.gate.cases)


def test_every_flip_is_used_and_every_used_flip_is_known() -> None:
    used = {name for case in DATASET.cases for name in (case.setup, case.twin.flip, case.request.arrives)}
    used |= {case.twin.request.arrives for case in DATASET.cases if case.twin.request}
    assert used - {None} == set(FLIPS) | set(CHANGES)
    with pytest.raises(InvalidInput, match="no flip"):
        flip_of("nothing")


@pytest.mark.parametrize("case", FIELDSTONE, ids=lambda case: str(case.id))
def test_a_label_can_be_filled_from_any_cast(case: Case, sample: Sample) -> None:
    stage = staged(sample, case)
    for name in (case.setup, case.twin.flip):
        if name is not None:
            flip_of(name)(stage)
    for template in (*templates(case.expect), *templates(case.twin.expect), case.request.said):
        assert "{" not in filled(template, stage.slots)


@pytest.mark.parametrize("case", [one for one in FIELDSTONE if one.twin.flip], ids=lambda case: str(case.id))
def test_a_flip_changes_what_sources_say_and_nothing_of_other_accounts(case: Case, sample: Sample) -> None:
    stage, before = staged(sample, case), staged(sample, case)
    flip_of(str(case.twin.flip))(stage)
    changed = {key for key, events in stage.events.items() if events != before.events.get(key)}
    assert changed or stage.back or stage.blocked
    assert len(changed) <= 2


def test_slots_are_written_as_people_write_them(sample: Sample) -> None:
    slots = {"a.money": "184000", "a.name": "Acme Corp", "a.day": "2026-03-06", SHIFT: "7"}
    assert (
        filled("{a.money:money} {a.name:first} {a.day:day} {a.day:month}", slots)
        == "184,000 Acme 6 March March"
    )
    assert filled("{on.2026-03-31:day}", slots) == "7 April"
    with pytest.raises(InvalidInput, match="no slot"):
        filled("{a.nothing}", slots)


def test_a_case_that_stands_twice_is_refused(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "05-again.yaml").write_bytes((FOLDER / "04-imports.yaml").read_bytes())
    with pytest.raises(InvalidInput, match="stands twice"):
        load(tmp_path)
