"""Run the cases: one world per seed, one home per half, every answer scored and held against the baselines."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.answer import Answer
from evals.asking import ask
from evals.baselines import BASELINES
from evals.case import Case, Dataset, Expectation, Request
from evals.flips import flip_of
from evals.imported import Imports
from evals.metric import Score
from evals.report import Half, Report, Row, joined
from evals.scorer import Held, forbidden_effects, scored, top
from evals.world import World

Progress = Callable[[int, int], None]
"""Told how many halves of how many are done."""


def run(dataset: Dataset, seeds: Sequence[int], progress: Progress | None = None) -> Report:
    """Run every case and its twin under every seed."""
    total, done = 2 * len(dataset.cases) * len(seeds), 0
    reports = []
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="revloop-eval-") as folder:
            players = Players(seed, Path(folder))
            rows = []
            for case in dataset.cases:
                rows.append(played(players, case, seed))
                done += 2
                if progress is not None:
                    progress(done, total)
            reports.append(Report(tuple(rows), dataset.gate))
    return joined(reports)


class Players:
    """Answers cases of the sample company and of imported ones; each world is built when first needed."""

    def __init__(self, seed: int, folder: Path) -> None:
        self._seed, self._folder = seed, folder
        self._world: World | None = None
        self.imports = Imports(folder)

    @property
    def world(self) -> World:
        """The sample company in this seed's cast."""
        if self._world is None:
            self._world = World.build(self._seed, self._folder)
        return self._world

    def answer(
        self, case: Case, request: Request, flips: Sequence[str]
    ) -> tuple[Answer, dict[str, str]] | str:
        """Answer one half, or say why that cannot be done here."""
        if case.company != "fieldstone":
            return self.imports.answer(case, request, flips)
        stage = self.world.stage(case.accounts)
        for name in flips:
            flip_of(name)(stage)
        clock = stage.at(request.clock, request.zone) if request.clock else None
        opened = self.world.open(stage, clock)
        try:
            return ask(opened, request, case.accounts), opened.stage.slots
        finally:
            self.world.close(opened)


def played(players: Players, case: Case, seed: int) -> Row:
    """Play a case and its twin."""
    setup = [case.setup] if case.setup else []
    twin = case.twin
    first = _half(players, case, case.request, setup, case.expect)
    flips = [*setup, *([twin.flip] if twin.flip else [])]
    return Row(case, seed, first, _half(players, case, twin.request or case.request, flips, twin.expect))


def _half(players: Players, case: Case, request: Request, flips: Sequence[str], expect: Expectation) -> Half:
    found = players.answer(case, request, flips)
    if isinstance(found, str):
        return Half(None, (), Score.unscored("top", found), unscored=found)
    answer, slots = found
    held = Held(answer, expect, slots)
    is_look = request.kind == "look"
    is_labelled = bool(expect.rest or expect.cards or expect.asks)
    given = not answer.cards and answer.question is None
    rests = (expect.rest is not None, given) if is_look and is_labelled else None
    simple = {
        name: top(Held(baseline(answer), expect, slots)) for name, baseline in BASELINES.items() if is_look
    }
    return Half(
        answer=answer,
        scores=scored(held),
        top=top(held),
        forbidden=tuple(forbidden_effects(held)),
        false_facts=held.false_facts,
        baselines=simple,
        rests=rests,
    )
