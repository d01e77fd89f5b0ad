"""A playbook made ready: rows compiled against the fact catalogue, every name and slot checked once.

Invariant: a file that is accepted cannot fail later for an unknown fact, slot, row, family, draft or topic.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import BaseModel

from agents.playbook.catalogue import PURPOSES, SIGNAL_NAMES, SITUATION_FACTS
from agents.playbook.rows import (
    DraftFile,
    DraftRow,
    HypothesisFile,
    HypothesisRow,
    QuestionFile,
    QuestionRow,
    Row,
    RowFile,
    Settings,
)
from agents.playbook.scene import Known
from agents.playbook.slot_catalogue import SLOTS
from agents.playbook.slots import check_template
from state.canonical import digest
from state.decision.trigger import TriggerMap
from state.errors import InvalidInput, NotFound
from state.governance.catalogue import Scalar
from state.governance.condition import Condition, Traced, traced

M = TypeVar("M", bound=BaseModel)
SPECIAL = ("settings.yaml", "questions.yaml", "hypotheses.yaml", "triggers.yaml")


class Reader(Protocol):
    """Reads one file of the playbook into its type, by its path below the folder."""

    def __call__(self, name: str, model: type[M], /) -> M:
        """Read and validate. Raises: NotFound, InvalidInput."""
        ...


class FileReader(Protocol):
    """Reads one file into its type."""

    def __call__(self, path: Path, model: type[M]) -> M:
        """Read and validate. Raises: NotFound, InvalidInput naming file, line and field."""
        ...


class _Values(Mapping[str, Scalar]):
    """The values of facts, without a copy of them."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[str, Known]) -> None:
        self._facts = facts

    def __getitem__(self, name: str) -> Scalar:
        return self._facts[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


class Test:
    """A compiled condition that also tells which facts it looked at."""

    __slots__ = ("_runs",)

    def __init__(self, conditions: Iterable[Condition | None]) -> None:
        kept = [condition for condition in conditions if condition is not None]
        self._runs: tuple[Traced, ...] = tuple(_asking(condition) for condition in kept)

    def __call__(self, facts: Mapping[str, Known]) -> frozenset[str] | None:
        """Give the facts that were looked at, None when the condition does not hold."""
        values, seen = _Values(facts), set[str]()
        return frozenset(seen) if all(run(values, seen) for run in self._runs) else None


def _asking(condition: Condition) -> Traced:
    run = traced(condition, SITUATION_FACTS, when_missing=False)
    return (lambda _values, _seen: run) if isinstance(run, bool) else run


@dataclass(frozen=True)
class Play:
    """A row with its family and compiled condition."""

    row: Row
    family: str
    precedence: int
    test: Test
    urgencies: tuple[Test, ...]
    """One per band rule, in order."""


@dataclass(frozen=True)
class Asked:
    """A question row, compiled."""

    row: QuestionRow
    test: Test
    cues: Mapping[str, tuple[Test, ...]]
    """Option id → tests of its cues, in order."""


@dataclass(frozen=True)
class Supposed:
    """A hypothesis row, compiled."""

    row: HypothesisRow
    test: Test


@dataclass(frozen=True)
class Playbook:
    """Everything the deterministic reasoner knows how to say and propose."""

    plays: tuple[Play, ...]
    questions: tuple[Asked, ...]
    hypotheses: tuple[Supposed, ...]
    drafts: Mapping[str, DraftRow]
    settings: Settings
    triggers: TriggerMap
    hash: str
    """Digest of the files; recorded with each run."""

    def row(self, rule: str) -> Row | None:
        """Find a row by id."""
        return next((play.row for play in self.plays if play.row.id == rule), None)


def load_playbooks(folders: Sequence[Path], read: FileReader) -> Playbook:
    """Read the playbook from folders in order of preference, file by file.

    Raises: NotFound without any file; InvalidInput naming file, row and what is wrong.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.yaml")):
            found.setdefault(path.relative_to(folder).as_posix(), path)
    if not found:
        places = ", ".join(str(folder) for folder in folders) or "no folder"
        raise NotFound(f"No playbook in {places}.", field="playbooks", remedy="Restore the shipped folder.")

    def by_name(name: str, model: type[M], /) -> M:
        return read(found[name], model)

    return load_playbook(tuple(found), by_name)


def load_playbook(names: Sequence[str], read: Reader) -> Playbook:
    """Read every file below the playbook's folder: `drafts/*.yaml`, the special ones, else rows.

    Raises: InvalidInput naming file, row and what is not known.
    """
    missing = next((name for name in SPECIAL if name not in names), None)
    if missing is not None:
        raise NotFound(f"The playbook has no {missing}.", field=missing, remedy="Restore the shipped file.")
    row_names = [name for name in sorted(names) if name not in SPECIAL and not name.startswith("drafts/")]
    files = {name: read(name, RowFile) for name in row_names}
    drafts = {name: read(name, DraftFile) for name in sorted(names) if name.startswith("drafts/")}
    questions, hypotheses = read("questions.yaml", QuestionFile), read("hypotheses.yaml", HypothesisFile)
    settings, triggers = read("settings.yaml", Settings), read("triggers.yaml", TriggerMap)
    everything = [*files.values(), *drafts.values(), questions, hypotheses, settings, triggers]
    plays = [play for name, file in files.items() for play in _plays(name, file)]
    book = Playbook(
        plays=tuple(sorted(plays, key=lambda play: play.precedence)),
        questions=tuple(_asked(row) for row in questions.questions),
        hypotheses=tuple(
            Supposed(row, _test("hypotheses", row.id, row.when)) for row in hypotheses.hypotheses
        ),
        drafts={row.id: row for file in drafts.values() for row in file.drafts},
        settings=settings,
        triggers=triggers,
        hash=digest([one.model_dump(mode="json") for one in everything]),
    )
    _check(book, files.values(), drafts.values())
    return book


def _plays(name: str, file: RowFile) -> Iterator[Play]:
    for row in file.rows:
        where = f"{name} {row.id}"
        yield Play(
            row=row,
            family=file.family,
            precedence=file.precedence,
            test=_test(name, row.id, file.when, row.when),
            urgencies=tuple(_test(where, "urgency", band.when) for band in row.urgency),
        )


def _asked(row: QuestionRow) -> Asked:
    cues = {
        option.id: tuple(_test("questions.yaml", f"{row.topic}.{option.id}", cue.when) for cue in option.cues)
        for option in row.options
    }
    return Asked(row, _test("questions.yaml", row.topic, row.when), cues)


def _test(place: str, name: str, *conditions: Condition | None) -> Test:
    try:
        return Test(conditions)
    except InvalidInput as error:
        near = get_close_matches(error.field, sorted(SITUATION_FACTS.specs), n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else error.remedy
        raise InvalidInput(
            f"{place} {name}: {error.field} is not a fact, or {error.value!r} is not a value of it.",
            field=error.field, value=error.value, remedy=remedy,
        ) from None  # fmt: skip


def _check(book: Playbook, files: Iterable[RowFile], drafts: Iterable[DraftFile]) -> None:
    _once("row", [play.row.id for play in book.plays])
    _once("draft", [row.id for file in drafts for row in file.drafts])
    _once("question", [asked.row.topic for asked in book.questions])
    rows = {play.row.id for play in book.plays}
    families = {file.family for file in files}
    topics = {asked.row.topic for asked in book.questions}
    for play in book.plays:
        row = play.row
        _known(row.id, "suppresses", row.suppresses, rows | families)
        _known(row.id, "orders_before", row.orders_before, rows)
        _known(row.id, "waits_for", (*row.waits_for, *row.send_waits_for), topics)
        _known(row.id, "after", () if row.after is None else (row.after,), topics)
        _known(row.id, "draft", () if row.draft is None else (row.draft,), set(book.drafts))
        _known(row.id, "serves", () if row.serves is None else (row.serves,), set(PURPOSES))
        _templates(row.id, row.templates())
    for asked in book.questions:
        _known(asked.row.topic, "favours", [name for one in asked.row.options for name in one.favours], rows)
        _templates(asked.row.topic, asked.row.templates())
    _known("triggers", "signal", (row.signal for row in book.triggers.triggers), set(SIGNAL_NAMES))
    for supposed in book.hypotheses:
        _templates(supposed.row.id, supposed.row.templates())
    for draft in book.drafts.values():
        _templates(draft.id, draft.templates())


def _templates(name: str, templates: Iterable[tuple[str, str]]) -> None:
    for field, text in templates:
        check_template(text, SLOTS, f"{name} {field}")


def _once(kind: str, names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidInput(f"Two {kind}s are called {twice}.", field="id", value=twice, remedy="Rename one.")


def _known(name: str, field: str, named: Iterable[str], known: set[str]) -> None:
    for wanted in named:
        if wanted not in known:
            near = get_close_matches(wanted, sorted(known), n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else "Name one that exists."
            raise InvalidInput(
                f"{name} {field}: {wanted!r} is not known.", field=field, value=wanted, remedy=remedy
            )
