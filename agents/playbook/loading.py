"""A playbook made ready: rows compiled against the fact catalogue, every name and slot checked once.

Invariant: a file that is accepted cannot fail later for an unknown fact, slot, row, family, draft or topic.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from agents.playbook.catalogue import PLAN_FACTS, PURPOSES, SIGNAL_NAMES, SITUATION_FACTS
from agents.playbook.plan_rows import ByHandFile, PlanFile
from agents.playbook.reading import BY_HAND, FileReader, PlaybookFiles, read_playbooks
from agents.playbook.rows import DraftFile, DraftRow, HypothesisRow, QuestionRow, Row, RowFile, Settings
from agents.playbook.slot_catalogue import SLOTS
from agents.playbook.slots import check_template
from agents.playbook.testing import Test
from state.decision.trigger import TriggerMap
from state.errors import InvalidInput
from state.governance.catalogue import Catalogue
from state.governance.condition import Condition
from state.governance.plan import PlanType

AT_HAND = 16
"""Playbooks that a process keeps ready: the shipped one, and those of tenants that have their own."""


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
    plans: Mapping[PlanType, PlanFile]
    """Templates by type; a type without one has none."""
    steps: Mapping[str, Play]
    """Rows that only a plan's step proposes, by id."""
    by_hand: str
    """The row of a step whose kind has none."""

    def row(self, rule: str) -> Row | None:
        """Find a row by id."""
        return next((play.row for play in self.plays if play.row.id == rule), None)


def load_playbooks(folders: Sequence[Path], read: FileReader) -> Playbook:
    """Read the playbook from folders and check it. Raises: as `read_playbooks`; InvalidInput naming file and row."""
    files = read_playbooks(folders, read)
    return made_ready(files, files.hash)


def made_ready(files: PlaybookFiles, version: str) -> Playbook:
    """Compile and check a playbook, once per process and hash.

    Raises: InvalidInput naming file, row and what is not known.
    """
    return _ready(_Named(version, files))


@dataclass(frozen=True)
class _Named:
    """Files under their hash; equal content is an equal playbook."""

    version: str
    files: PlaybookFiles = field(compare=False)


@lru_cache(maxsize=AT_HAND)
def _ready(named: _Named) -> Playbook:
    # no tenant: the hash of the content is the key
    files = named.files
    plans = files.plans.values()
    _once("plan", [kind for plan in plans for kind in (*plan.also, plan.type)])
    plays = [play for name, file in files.rows.items() for play in _plays(name, file)]
    book = Playbook(
        plays=tuple(sorted(plays, key=lambda play: play.precedence)),
        questions=tuple(_asked(row) for row in files.questions.questions),
        hypotheses=tuple(
            Supposed(row, _test("hypotheses", row.id, row.when)) for row in files.hypotheses.hypotheses
        ),
        drafts={row.id: row for file in files.drafts.values() for row in file.drafts},
        settings=files.settings,
        triggers=files.triggers,
        hash=named.version,
        plans={kind: plan for plan in plans for kind in (*plan.also, plan.type)},
        steps={play.row.id: play for play in _step_plays(files.plans, files.by_hand)},
        by_hand=files.by_hand.does.id,
    )
    _check(book, files.rows.values(), files.drafts.values())
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


def _step_plays(plans: Mapping[str, PlanFile], by_hand: ByHandFile) -> Iterator[Play]:
    """Compile the rows that stand in templates, as if each template were a file of rows."""
    for name, plan in plans.items():
        own = tuple(step.does for step in plan.steps if step.does is not None)
        if own:
            yield from _plays(name, RowFile(family=plan.family, precedence=0, rows=own))
        for condition in plan.conditions():
            _test(name, plan.type, condition, catalogue=PLAN_FACTS)
    yield from _plays(BY_HAND, RowFile(family="plan", precedence=0, rows=(by_hand.does,)))


def _asked(row: QuestionRow) -> Asked:
    cues = {
        option.id: tuple(_test("questions.yaml", f"{row.topic}.{option.id}", cue.when) for cue in option.cues)
        for option in row.options
    }
    return Asked(row, _test("questions.yaml", row.topic, row.when), cues)


def _test(
    place: str, name: str, *conditions: Condition | None, catalogue: Catalogue = SITUATION_FACTS
) -> Test:
    try:
        return Test(conditions, catalogue)
    except InvalidInput as error:
        near = get_close_matches(error.field, sorted(catalogue.specs), n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else error.remedy
        raise InvalidInput(
            f"{place} {name}: {error.field} is not a fact, or {error.value!r} is not a value of it.",
            field=error.field, value=error.value, remedy=remedy,
        ) from None  # fmt: skip


def _check(book: Playbook, files: Iterable[RowFile], drafts: Iterable[DraftFile]) -> None:
    own = tuple(book.steps.values())
    _once("row", [play.row.id for play in (*book.plays, *own)])
    _once("draft", [row.id for file in drafts for row in file.drafts])
    _once("question", [asked.row.topic for asked in book.questions])
    rows = {play.row.id for play in book.plays}
    families = {file.family for file in files} | {plan.family for plan in book.plans.values()}
    topics = {asked.row.topic for asked in book.questions}
    for plan in book.plans.values():
        named = [*(step.row for step in plan.steps if step.row is not None), *plan.stands_for.values()]
        _known(f"the {plan.type} plan", "row", named, rows | set(book.steps))
    for play in (*book.plays, *own):
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
    for part, text in templates:
        check_template(text, SLOTS, f"{name} {part}")


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
