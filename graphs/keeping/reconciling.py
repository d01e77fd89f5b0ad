"""Compare the ledger with what left: a chain cannot show what was never written.

Invariant: what was sent is read from the transports' own records (outbox files, marks of what went to a server, CRM
rows), what was entered from the ledger alone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graphs.parts import Parts, Tenancy
from state.errors import RevloopError
from state.governance.action import Action, Status
from state.ids import ActionId
from state.ledger.entry import Kind
from state.ports.running import CrmRecord
from state.ports.unit import Unit

PAGE = 5000
SUFFIXES = (".eml", ".ics", ".json")
MARK = ".handed"
DONE = frozenset({Kind.RECEIPT, Kind.PROBE})
Fault = Literal["without_entry", "without_record", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that only one of the two sides knows."""

    kind: Fault
    what: str
    """File, row or action."""
    text: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the comparison came to."""

    compared: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Entered:
    """What the ledger says: whose claim is entered, and whose effect."""

    claimed: frozenset[str]
    done: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outbox:
    """What lies in the folder: files by name with their hash, and names of what went to a server."""

    files: Mapping[str, str]
    marks: frozenset[str]


def reconciled(parts: Parts, tenancy: Tenancy) -> Reconciled:
    """Compare both sides, in one consistent look at the database."""
    outbox = _outbox(parts.settings.tenant_folder(tenancy.id) / "outbox")
    with parts.stores.read(tenancy.id) as unit:
        entered = _entered(unit)
        actions = unit.actions.listed(tuple(Status))
        rows = unit.crm.listed()
    outside = [one for one in actions if tenancy.gateway.spec(one.effect.tool).kind == "outside"]
    differences = (
        *_files(outbox, outside, entered),
        *_sent(outbox, outside, entered),
        *_rows(rows, entered),
        *_rowless(tenancy, actions, rows, entered),
        *_unknown(actions, entered),
    )
    return Reconciled(len(entered.done), differences)


def _outbox(folder: Path) -> Outbox:
    found = [path for path in sorted(folder.iterdir()) if path.is_file()] if folder.is_dir() else []
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found if path.suffix in SUFFIXES
    }
    marks = {path.name.removeprefix(".").removesuffix(MARK) for path in found if path.suffix == MARK}
    return Outbox(files, frozenset(marks))


def _entered(unit: Unit) -> Entered:
    claimed, done, last = set[str](), set[str](), 0
    while page := unit.ledger.sealed(last, PAGE):
        last = page[-1].entry.seq
        for one in page:
            entry = one.entry
            if entry.kind is Kind.CLAIM and _has_moved(one.payload):
                claimed.add(entry.action)
            if entry.kind in DONE and _has_moved(one.payload, to=Status.EXECUTED):
                done.add(entry.action)
    return Entered(frozenset(claimed), frozenset(done))


def _has_moved(payload: str | None, to: Status | None = None) -> bool:
    """Say whether a step was made; an erased payload counts, its content can no longer be asked."""
    if payload is None:
        return True
    found = json.loads(payload)
    return found.get("outcome") == "moved" and (to is None or found.get("to") == to.value)


def _hash(action: Action) -> str:
    return hashlib.sha256(action.effect.content.encode()).hexdigest()


def _files(outbox: Outbox, outside: Sequence[Action], entered: Entered) -> Iterator[Difference]:
    """Find files that no claimed action wrote, or whose bytes are not those that were approved."""
    by_hash = {_hash(one): one for one in outside}
    for name, found in outbox.files.items():
        action = by_hash.get(found)
        if action is not None and action.id in entered.claimed:
            continue
        stem = Path(name).stem
        named = next((one for one in outside if stem in one.effect.content), None)
        if named is not None and action is None:
            yield Difference("changed", name, f"its content is not what was approved as {named.id}")
        else:
            yield Difference("without_entry", name, "it was sent, and no claim for it is in the ledger")


def _sent(outbox: Outbox, outside: Sequence[Action], entered: Entered) -> Iterator[Difference]:
    """Find entered effects that no transport knows of."""
    hashes = frozenset(outbox.files.values())
    for action in outside:
        if action.id not in entered.done or not action.effect.content or _hash(action) in hashes:
            continue
        names = [*(Path(name).stem for name in outbox.files), *outbox.marks]
        if not any(name in action.effect.content for name in names):
            yield Difference(
                "without_record", action.id, "the ledger says it was sent; no transport knows of it"
            )


def _rows(rows: Sequence[CrmRecord], entered: Entered) -> Iterator[Difference]:
    for row in rows:
        if row.action and row.action not in entered.done:
            yield Difference("without_entry", row.id, f"a {row.kind} in the CRM that no receipt accounts for")


def _rowless(
    tenancy: Tenancy, actions: Sequence[Action], rows: Sequence[CrmRecord], entered: Entered
) -> Iterator[Difference]:
    written = {row.action for row in rows}
    for action in actions:
        if action.id in entered.done and action.id not in written and _writes(tenancy, action):
            text = "the ledger says it was done; the CRM has no row of it"
            yield Difference("without_record", action.id, text)


def _writes(tenancy: Tenancy, action: Action) -> bool:
    """Say whether the action's tool writes rows at all; one that can no longer be rendered was erased."""
    gateway = tenancy.gateway
    try:
        if gateway.spec(action.effect.tool).kind == "outside":
            return bool(gateway.after(action, tenancy.now).records)
        return bool(gateway.inside(action, tenancy.now).records)
    except RevloopError:
        return False


def _unknown(actions: Sequence[Action], entered: Entered) -> Iterator[Difference]:
    """Find executed effects of actions that are gone from the table."""
    known = {one.id for one in actions}
    for name in sorted(entered.done - known):
        yield Difference("without_record", ActionId(name), "the ledger says it was done; the action is gone")
