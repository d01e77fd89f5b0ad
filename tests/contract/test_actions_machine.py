"""One machine, made from the table, drives the law, the database's trigger and the fakes side by side.

Invariant: the three agree after every happening, and each recorded step is one that the hand-written list has.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from state.governance.action import NONE, TABLE, Action
from state.governance.happening import (
    Approve,
    AttestDone,
    AttestNotDone,
    AutoDue,
    Cancel,
    Claim,
    ClaimersEnded,
    Draft,
    Edit,
    Expire,
    Happening,
    NotDone,
    PolicyChanged,
    ProbeAbsent,
    ProbeFound,
    Proof,
    Receipt,
    RefusedForGood,
    RetrySameKey,
    Snooze,
    StopOff,
    StopOn,
    Undo,
    Unknown,
    Wake,
    WorldChanged,
)  # fmt: skip
from state.governance.verdict import Allow, Deny
from state.ids import AccountId, EvidenceId
from state.ledger.chain import bundle
from state.ledger.verify import verify
from state.ports.acting import Applied, Change
from state.stores.database import Database
from tests.fakes.drafts import FACTS, LEASE_UNTIL, MAX, NOW, ROBOT, TENANT, UMA, WALL, an_action, guard, stamp
from tests.fakes.stores import MemoryStores
from tests.unit.test_lifecycle_table import MOVES

OTHER = {**FACTS, "deal.amount": "1"}
PEOPLE = [UMA, UMA, MAX, ROBOT]
MAKE: Mapping[str, Callable[[Action, int], Happening]] = {
    "draft": lambda action, n: Draft((EvidenceId(f"ev-{n}"),)),
    "approve": lambda action, n: Approve(PEOPLE[n % 4], action.card_hash if n % 5 else "other"),
    "cancel": lambda action, n: Cancel(PEOPLE[n % 4], "no"),
    "edit": lambda action, n: Edit(
        PEOPLE[n % 4], fresh(action, n), frozenset({"body", "stage"} if n % 5 else ())
    ),
    "snooze": lambda action, n: Snooze(PEOPLE[n % 4], NOW + timedelta(days=n % 9)),
    "wake": lambda action, n: Wake(),
    "undo": lambda action, n: Undo(PEOPLE[n % 4]),
    "auto_due": lambda action, n: AutoDue(),
    "expire": lambda action, n: Expire(),
    "world_changed": lambda action, n: WorldChanged(
        OTHER if n % 3 else FACTS, fresh(action, n) if n % 2 else None
    ),
    "policy_changed": lambda action, n: PolicyChanged(),
    "stop_on": lambda action, n: StopOn(),
    "stop_off": lambda action, n: StopOff(),
    "claim": lambda action, n: Claim("w", 1 + n % 5 // 4),
    "receipt": lambda action, n: Receipt(1 + n % 3, "250"),
    "refused_for_good": lambda action, n: RefusedForGood(1 + n % 3, "550"),
    "not_done": lambda action, n: NotDone(1 + n % 3, "451"),
    "unknown": lambda action, n: Unknown(1 + n % 3, has_returned=n % 2 == 0),
    "claimers_ended": lambda action, n: ClaimersEnded(list(Proof)[n % 4]),
    "retry_same_key": lambda action, n: RetrySameKey("w", 1),
    "probe_found": lambda action, n: ProbeFound("seen"),
    "probe_absent": lambda action, n: ProbeAbsent(1 + n % 3, has_lag_passed=n % 4 > 0),
    "attest_done": lambda action, n: AttestDone(PEOPLE[n % 4]),
    "attest_not_done": lambda action, n: AttestNotDone(PEOPLE[n % 4]),
}
"""How to make each happening of the table; the test below sees that none is missing."""


def fresh(action: Action, n: int) -> Action:
    body = f"text {n}"
    made = an_action(100 + n, external=action.is_external, body=body, facts=OTHER)
    return replace(made, dedup_key=action.dedup_key if n % 7 else "key-2")


def test_every_row_of_the_table_can_be_made() -> None:
    assert set(MAKE) == set(TABLE)


def template() -> Path:
    """Migrate one database for all runs of the machine."""
    if not TEMPLATE:
        TEMPLATE.append(Path(tempfile.mkdtemp()) / "revloop.db")
        Database(f"sqlite:///{TEMPLATE[0]}").close()
    return TEMPLATE[0]


TEMPLATE: list[Path] = []


class Lives(RuleBasedStateMachine):
    """An action, its successors and a neighbour, in two stores at once."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(template(), self.folder / "revloop.db")
        self.database, self.memory = Database(f"sqlite:///{self.folder / 'revloop.db'}"), MemoryStores()
        self.turn = 0
        self.current = an_action()

    def both(self, changes: list[Change]) -> tuple[Applied, ...]:
        with self.database.begin(TENANT) as unit:
            found = unit.actions.apply(changes, stamp())
        with self.memory.begin(TENANT) as unit:
            same = unit.actions.apply(changes, stamp())
        assert found == same
        return found

    @initialize(external=st.booleans())
    def begin(self, external: bool) -> None:
        self.current = an_action(external=external)
        for stores in (self.database, self.memory):
            with stores.begin(TENANT) as unit:
                unit.actions.draft([self.current, an_action(2)], stamp())
                unit.actions.acquire(AccountId("account-1"), "w", LEASE_UNTIL, WALL)

    @rule(
        events=st.lists(
            st.tuples(st.sampled_from(sorted(TABLE)), st.integers(0, 59)), min_size=1, max_size=4
        ),
        days=st.sampled_from([0, 0, 0, 8]),
        policy=st.sampled_from(["policy-1", "policy-1", "policy-2"]),
        denies=st.sampled_from([False, False, False, True]),
        keyed=st.booleans(),
    )
    def happen(
        self, events: list[tuple[str, int]], days: int, policy: str, denies: bool, keyed: bool
    ) -> None:
        facts = replace(
            guard(self.current), now=NOW + timedelta(days=days), policy_version=policy, is_keyed=keyed,
            verdict=Deny(rule="r") if denies else Allow(rule="r"),
        )  # fmt: skip
        changes = []
        for event, n in events:
            self.turn += 1
            changes.append(Change(self.current.id, MAKE[event](self.current, n), facts, f"turn-{self.turn}"))
        for change, applied in zip(changes, self.both(changes), strict=True):
            self.check(change, applied)
        self.follow()

    def check(self, change: Change, applied: Applied) -> None:
        with self.database.read(TENANT) as unit:
            step = next(each for each in unit.actions.history(change.action) if each.key == change.key)
        allowed = MOVES.get(step.start.value, {}).get(step.event, "").split()
        assert step.end is step.start or step.end.value in allowed
        assert (step.outcome, step.code) == (applied.result.outcome, applied.result.code)

    def follow(self) -> None:
        """Go on with the successor where there is one."""
        with self.database.read(TENANT) as unit:
            self.current = unit.actions.get(self.current.id)
            if self.current.successor:
                self.current = unit.actions.get(self.current.successor)

    @rule(
        event=st.sampled_from(sorted(TABLE)),
        start=st.sampled_from([*TABLE["claim"]]),
        end=st.sampled_from([*TABLE["claim"]]),
    )
    def forge(self, event: str, start: str, end: str) -> None:
        """Write a transition past our code: the database takes it only if it starts here and the list has it."""
        sql = (
            "INSERT INTO transitions SELECT tenant, action, version + 1, 'forged', ?, 'moved', ?, ?, '', '', '', '',"
            " '', 0, 'w', 1, 'forged', attempt + 1, NULL, NULL, NULL, NULL, moving, NULL FROM actions"
            " WHERE action = ?"
        )
        with closing(sqlite3.connect(self.folder / "revloop.db", isolation_level=None)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            try:
                raw.execute(sql, (event, str(start), str(end), self.current.id))
                is_taken = True
            except sqlite3.IntegrityError:
                is_taken = False
            raw.execute("ROLLBACK")
        moves = MOVES.get(str(start), {}).get(event, "").split()
        if str(start) != self.current.status.value or (start != end and str(end) not in moves):
            assert not is_taken
        elif start != end:
            assert is_taken

    @invariant()
    def agree(self) -> None:
        """Compare what the two stores hold."""
        with self.database.read(TENANT) as unit, self.memory.read(TENANT) as other:
            statuses = [*TABLE["claim"]]
            assert unit.actions.listed(statuses) == other.actions.listed(statuses)
            assert unit.actions.stop() == other.actions.stop()
            steps, entries = unit.actions.history(self.current.id), unit.ledger.of_action(self.current.id)
            assert len(entries) == len(steps) + 1  # every cell leaves one, and so does the beginning

    def teardown(self) -> None:
        """End as an auditor would: the exported ledger verifies."""
        with self.database.read(TENANT) as unit:
            holds, said = verify(bundle(TENANT, unit.ledger.sealed(limit=9999)))
        self.database.close()
        shutil.rmtree(self.folder)
        assert holds, said


assert NONE not in TABLE["claim"]
TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
