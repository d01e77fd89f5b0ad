"""What every store of plans does alike, and what the databases guard whatever the code does."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from state.errors import Ambiguous, NotFound
from state.governance.action import Outcome
from state.governance.happening import Cancel as CancelAction
from state.governance.plan import Plan, PlanId, PlanStatus
from state.governance.plan_moving import REJECTED, Acted
from state.ids import AccountId, EventId
from state.ledger.entry import Kind
from state.ports.plans import Heard
from state.ports.unit import Stores
from state.stores.database import Database
from tests.contract.acting import apply as act_on
from tests.contract.acting import drafted as action_drafted
from tests.fakes.drafts import MAX, NOW, OTHER, TENANT, an_action, change, stamp
from tests.fakes.plan_drafts import DAY, a_plan, happening

START = ("approve", "activate")


def added(stores: Stores, plan: Plan | None = None, *events: str) -> Plan:
    plan = plan or a_plan()
    with stores.begin(TENANT) as unit:
        unit.plans.add(plan, "draft", stamp())
    for event in events:
        done(stores, plan.id, event)
    with stores.read(TENANT) as unit:
        return unit.plans.by_prefix(plan.id)


def done(stores: Stores, plan: PlanId, event: str, step: str = "look") -> Acted:
    with stores.begin(TENANT) as unit:
        return unit.plans.apply(plan, happening(event, step), stamp())


def test_a_plan_comes_back_as_it_was_kept_and_the_first_stays(stores: Stores) -> None:
    added(stores)
    assert added(stores, a_plan(title="Another")) == a_plan()
    with stores.read(TENANT) as unit:
        assert (unit.plans.get(PlanId("pl_001")), unit.plans.get(PlanId("pl_404"))) == (a_plan(), None)
        assert [entry.kind for entry in unit.ledger.entries()] == [Kind.PLAN]


def test_each_event_is_a_move_with_its_entry(stores: Stores) -> None:
    plan = added(stores, None, *START, "pause")
    assert (plan.status, plan.version) == (PlanStatus.PAUSED, 3)
    with stores.read(TENANT) as unit:
        found = [
            (move.event, move.from_status, move.to_status, move.entry) for move in unit.plans.history(plan.id)
        ]
        assert [entry.kind for entry in unit.ledger.entries()] == [Kind.PLAN] * 4
    assert found == [
        ("approve", "DRAFT", "APPROVED", 2),
        ("activate", "APPROVED", "ACTIVE", 3),
        ("pause", "ACTIVE", "PAUSED", 4),
    ]


def test_a_second_active_plan_of_a_type_is_refused_and_the_refusal_is_kept(stores: Stores) -> None:
    added(stores, None, *START)
    added(stores, a_plan(2), "approve")
    added(stores, a_plan(3, "revival"), *START)
    added(stores, a_plan(4, account="account-2"), *START)
    refused = done(stores, PlanId("pl_002"), "activate")
    assert (refused.outcome, refused.code) == (Outcome.REFUSED, REJECTED)
    with stores.read(TENANT) as unit:
        last = unit.ledger.sealed()[-1]
        assert (last.entry.kind, len(unit.plans.history(PlanId("pl_002")))) == (
            Kind.PLAN_ACTIVATION_REJECTED,
            1,
        )
        assert '"rival":"pl_001"' in str(last.payload)
        active = unit.plans.active(AccountId("account-1"), "renewal")
        assert active is not None
        assert active.id == "pl_001"


def test_a_paused_plan_does_not_go_on_beside_another(stores: Stores) -> None:
    added(stores, None, *START, "pause")
    added(stores, a_plan(2), *START)
    assert done(stores, PlanId("pl_001"), "resume").code == REJECTED


def test_what_happens_twice_or_may_not_leaves_no_move(stores: Stores) -> None:
    plan = added(stores, None, *START, "pause")
    assert done(stores, plan.id, "pause").outcome is Outcome.NOOP
    assert done(stores, plan.id, "begin_step").outcome is Outcome.REFUSED
    with stores.read(TENANT) as unit:
        assert (len(unit.plans.history(plan.id)), len(unit.ledger.entries())) == (3, 5)
        assert unit.plans.by_prefix(plan.id) == plan


def test_a_plan_is_due_by_its_step_or_by_the_end_of_an_action(stores: Stores) -> None:
    action = action_drafted(stores, an_action())
    added(stores, None, *START)
    assert (due(stores, -1), due(stores, 0)) == ([], ["pl_001"])
    done(stores, PlanId("pl_001"), "begin_step")
    assert due(stores, 0) == ["pl_001"]
    done(stores, PlanId("pl_001"), "place_step")
    assert due(stores, 90) == []
    act_on(stores, change(action, CancelAction(MAX, "no")))
    assert due(stores, 0) == ["pl_001"]
    done(stores, PlanId("pl_001"), "pause")
    assert due(stores, 90) == []


def due(stores: Stores, days: int) -> list[str]:
    with stores.read(TENANT) as unit:
        return [plan.id for plan in unit.plans.due(NOW + days * DAY)]


def test_plans_are_listed_by_status_and_account_oldest_first(stores: Stores) -> None:
    added(stores, a_plan(2, created_at=NOW + DAY))
    added(stores, a_plan(1, account="account-2"), *START)
    with stores.read(TENANT) as unit:
        assert [plan.id for plan in unit.plans.listed()] == ["pl_001", "pl_002"]
        assert [plan.id for plan in unit.plans.listed([PlanStatus.ACTIVE])] == ["pl_001"]
        assert [plan.id for plan in unit.plans.listed(account=AccountId("account-1"))] == ["pl_002"]


def test_a_plan_is_found_by_the_start_of_its_id(stores: Stores) -> None:
    added(stores)
    added(stores, a_plan(2))
    with stores.read(TENANT) as unit:
        assert unit.plans.by_prefix("pl_002").id == "pl_002"
        with pytest.raises(Ambiguous):
            unit.plans.by_prefix("pl_")
        with pytest.raises(NotFound):
            unit.plans.by_prefix("pl_%")


def test_another_tenant_has_no_plan_of_ours(stores: Stores) -> None:
    added(stores, None, *START)
    with stores.begin(TENANT) as unit:
        unit.plans.hear([Heard(PlanId("P-1"), EventId("e-1"))])
    with stores.begin(OTHER) as unit:
        assert (unit.plans.listed(), unit.plans.due(NOW), unit.plans.heard()) == ((), (), ())
        assert unit.plans.history(PlanId("pl_001")) == ()
        with pytest.raises(NotFound):
            unit.plans.apply(PlanId("pl_001"), happening("pause"), stamp())


def test_of_what_is_heard_of_a_plan_the_newest_waits_until_it_is_answered(stores: Stores) -> None:
    first, second = (Heard(PlanId("P-1"), EventId(name)) for name in ("e-1", "e-2"))
    other = Heard(PlanId("P-0"), EventId("e-3"))
    with stores.begin(TENANT) as unit:
        unit.plans.hear([first])
        unit.plans.hear([other, first, second])
        assert unit.plans.heard() == (other, second)
        unit.plans.answer([second])
        assert unit.plans.heard() == (other,)


def test_of_racing_activations_exactly_one_wins(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    for number in range(4):
        added(database, a_plan(number), "approve")
    opened, gate, outcomes = [Database(url) for _ in range(4)], threading.Barrier(4), list[str]()

    def start(number: int) -> None:
        gate.wait()
        outcomes.append(done(opened[number], PlanId(f"pl_{number:03d}"), "activate").outcome.value)

    threads = [threading.Thread(target=start, args=(number,)) for number in range(4)]
    for thread in [*threads]:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "refused", "refused", "refused"]
    for one in opened:
        one.close()


FORGED = {
    "a plan moved by hand": "UPDATE plans SET status = 'ACTIVE', version = 1",
    "a plan's words changed": "UPDATE plans SET body = '{}'",
    "a plan taken away": "DELETE FROM plans",
    "a move changed": "UPDATE plan_moves SET reason = 'x'",
    "a move taken away": "DELETE FROM plan_moves",
    "a move that the table has not": (
        "INSERT INTO plan_moves SELECT tenant, plan, 2, 'activate', 'APPROVED', 'COMPLETED', step, reason, by, at,"
        " entry, next_at, body FROM plan_moves"
    ),
    "a move from elsewhere": (
        "INSERT INTO plan_moves SELECT tenant, plan, 2, 'resume', 'PAUSED', 'ACTIVE', step, reason, by, at,"
        " entry, next_at, body FROM plan_moves"
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_the_database_refuses(database: Database, name: str) -> None:
    added(database, None, "approve")
    with pytest.raises(DBAPIError, match="plan: "), database.begin(TENANT) as unit:
        unit.connection.exec_driver_sql(FORGED[name])


def test_without_its_guard_the_database_would_take_it(sqlite_file: Path) -> None:
    """On a server the role that works owns no trigger, and cannot take one away."""
    database = Database(f"sqlite:///{sqlite_file}")
    added(database, None, "approve")
    with database.begin(TENANT) as unit:
        unit.connection.exec_driver_sql("DROP TRIGGER plans_moved")
        unit.connection.exec_driver_sql(FORGED["a plan moved by hand"])
        assert unit.plans.listed([PlanStatus.ACTIVE]) != ()
    database.close()


def test_two_active_plans_of_a_type_are_refused_by_the_database_itself(database: Database) -> None:
    added(database, a_plan(1, status=PlanStatus.ACTIVE))
    with pytest.raises(DBAPIError):
        added(database, a_plan(2, status=PlanStatus.ACTIVE))
