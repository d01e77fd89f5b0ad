"""A plan goes forward over days by what happens, pauses and goes on, and never past policy or a person."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphs.bootstrap import House
from graphs.planning.orchestrating import advance_due
from state.errors import Conflict, Forbidden, PlanActivationRejected
from state.governance.action import Status
from state.governance.policy import Layer
from state.ids import AccountId, ActionId
from state.ledger.chain import bundle
from state.ledger.entry import Kind
from state.ledger.verify import verify
from state.principal import Role
from state.world.event import Event, parse_event
from tests.graph.homes import TENANT, Home, copied, principal_of
from tests.graph.planned import (
    FJORD,
    HARBOR,
    YARROW,
    entries,
    looked,
    on,
    plan,
    planning,
    said,
    started,
    states,
    step,
    take,
    tenancy_of,
    told,
    with_plans,
)
from tests.graph.test_activating import activated, shipped
from tests.graph.test_autonomy import person
from tests.samples import sampled

NO_LETTERS = Layer.model_validate(
    {
        "layer": "tenant",
        "rules": [
            {
                "id": "no-letters",
                "kind": "deny",
                "reason": "Nobody writes this week.",
                "when": {"fact": "action.type", "op": "eq", "value": "send_email"},
            }
        ],
    }
)


@pytest.fixture(scope="module")
def planned_home(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Add the accounts of the sample that have plans."""
    return with_plans(base_home, tmp_path_factory.mktemp("planned"))


@pytest.fixture
def home(planned_home: Home, tmp_path: Path) -> Home:
    return copied(planned_home, tmp_path / "home")


@pytest.fixture
def house(home: Home) -> Iterator[House]:
    opened = home.house()
    yield opened
    opened.close()


def written(when: str) -> Event:
    """Let Harbor's main contact write to us."""
    head = {"id": "e-mail", "account": HARBOR, "source": "mail", "type": "mail.received", "time": when}
    sender = next(
        one["data"]["email"]  # type: ignore[index,call-overload]  # as the sample writes contacts
        for one in sampled().events
        if one["account"] == HARBOR and one["type"] == "contact.updated"
    )
    data = {"mail": "X-1", "sender": sender, "text": "Thank you, all is well here."}
    return parse_event({**head, "recorded_at": when, "data": data}, TENANT)


# The sample's plans


def test_plans_of_a_system_of_record_are_real_plans_of_ours(house: House) -> None:
    found = {one.account: (one.type, one.status, states(one)) for one in planning(house).listed()}
    assert found == {
        "fjord-energy": ("upsell", "ACTIVE", ["done", "waiting", "waiting"]),
        "union-dairy": ("renewal", "ACTIVE", ["done", "waiting"]),
        "westfield-clinics": ("onboarding", "ACTIVE", ["done", "waiting", "waiting"]),
        "yarrow-homes": ("revival", "ACTIVE", ["done", "waiting"]),
    }
    assert [one["event"] for one in entries(house, Kind.PLAN)] == ["adopt"] * 4


def test_a_second_activation_is_rejected_with_its_code_and_an_entry(house: House) -> None:
    second = planning(house).draft(YARROW, "revival")
    planning(house).approve(second.id)
    with pytest.raises(PlanActivationRejected) as refused:
        planning(house).activate(second.id)
    assert (refused.value.code, refused.value.status, refused.value.exit_code) == (
        "PLAN_ACTIVATION_REJECTED",
        409,
        5,
    )
    (entry,) = entries(house, Kind.PLAN_ACTIVATION_REJECTED)
    assert (entry["plan"], entry["rival"], entry["type"]) == (second.id, "P-yarrow-homes-1", "revival")
    assert told(house, YARROW) == {"P-yarrow-homes-1": "ACTIVE"}


def test_the_same_plan_is_not_started_twice(house: House) -> None:
    with pytest.raises(PlanActivationRejected):
        planning(house).activate("P-yarrow-homes-1")


def test_fire_pauses_the_real_plan_and_the_situation_hears_of_it(house: House) -> None:
    looked(house, FJORD)
    found = plan(house, "P-fjord-energy-1")
    assert (found.status, found.history[-1].event) == ("PAUSED", "pause")
    assert told(house, FJORD) == {"P-fjord-energy-1": "PAUSED"}
    assert all(one.plan.account != FJORD for one in on(house, "03-17"))
    with house.parts.stores.read(TENANT) as unit:
        kinds = {one.action_type for one in unit.actions.listed(tuple(Status), account=FJORD)}
    assert not kinds & {"send_email", "draft_email", "draft_quote"}


def test_the_orchestrator_pauses_at_a_fire_that_nobody_has_looked_at(house: House) -> None:
    (found,) = [one for one in on(house, "03-10") if one.plan.account == FJORD]
    assert [one.event for one in found.happened] == ["pause"]
    assert "support is on fire" in found.plan.reason


def test_the_step_of_a_churned_customer_is_cancelled_and_its_plan_ends(house: House) -> None:
    looked(house, AccountId("union-dairy"))
    assert states(plan(house, "P-union-dairy-1")) == ["done", "cancelled"]
    on(house, "03-11")
    assert told(house, AccountId("union-dairy")) == {"P-union-dairy-1": "CANCELLED"}


# From start to end


def test_a_plan_runs_over_days_to_its_end(house: House) -> None:
    walked = [on(house, day) for day in ("03-11", "03-12", "03-25", "03-26")]
    found = plan(house, "P-westfield-clinics-1")
    assert (found.status, states(found)) == ("COMPLETED", ["done", "done", "done"])
    assert [any(one.plan.type == "onboarding" for one in day) for day in walked] == [False, True, False, True]
    assert [one.status for one in found.steps[1].actions] == ["executed"]
    with house.parts.stores.read(TENANT) as unit:
        verify(bundle(TENANT, unit.ledger.sealed(limit=10_000)))


def test_a_step_waits_for_a_person_and_goes_on_in_another_process(house: House, home: Home) -> None:
    name = started(house).id
    on(house, "03-18")
    card = step(house, name, "letter").actions[-1]
    assert (card.action_type, card.status, step(house, name, "letter").verdict) == (
        "send_email", "pending", "require_approval"
    )  # fmt: skip
    with house.parts.stores.read(TENANT) as unit:
        waiting = unit.actions.get(ActionId(card.id))
    assert (waiting.action_class, waiting.grant, list(home.path.rglob("*.eml"))) == (3, None, [])
    assert home.drive("approve", card.id).said["status"] == "approved"
    home.drive("sweep+60s")
    advance_due(house.runner, tenancy_of(house))
    assert (step(house, name, "letter").state, len(list(home.path.rglob("*.eml")))) == ("done", 1)


def test_a_step_that_a_person_rejects_pauses_its_plan(house: House) -> None:
    name = started(house).id
    on(house, "03-18")
    house.desk.reject(principal_of(house), step(house, name, "letter").actions[-1].id, "not now")
    advance_due(house.runner, tenancy_of(house))
    found = plan(house, name)
    assert (found.status, found.steps[1].state) == ("PAUSED", "missed")
    assert "its action is cancelled" in found.reason


def test_a_step_that_policy_refuses_pauses_its_plan_and_says_by_which_rule(house: House) -> None:
    name = started(house).id
    activated(house, (*shipped(house), NO_LETTERS))
    on(house, "03-18")
    found = plan(house, name)
    letter = found.steps[1]
    assert (found.status, letter.state, letter.verdict, letter.verdict_rule) == (
        "PAUSED", "missed", "deny", "no-letters"
    )  # fmt: skip
    assert "Nobody writes this week." in found.reason


def test_a_condition_that_does_not_hold_skips_its_step(house: House) -> None:
    name = started(house).id
    take(house, written("2026-03-16T14:00:00Z"))
    on(house, "03-18")
    letter = step(house, name, "letter")
    assert (letter.state, letter.reason, letter.actions) == ("skipped", "its condition does not hold", ())


def test_a_row_without_a_proposal_is_waited_for_and_looked_at_daily(house: House) -> None:
    name = started(house, HARBOR, "expansion").id
    (found,) = [one for one in on(house, "03-13") if one.plan.id == name]
    offer = step(house, name, "offer")
    assert [one.event for one in found.happened] == ["begin_step", "look_later"]
    assert (offer.state, found.rest.at) == ("waiting", datetime(2026, 3, 14, 15, tzinfo=UTC))
    assert "nothing to propose" in offer.reason


def test_a_pause_takes_the_open_card_away_and_a_resumed_step_asks_anew(house: House) -> None:
    name = started(house).id
    on(house, "03-18")
    before = step(house, name, "letter").actions[-1].id
    planning(house).pause(name, "merger talks")
    with house.parts.stores.read(TENANT) as unit:
        assert unit.actions.get(ActionId(before)).status is Status.CANCELLED
    with pytest.raises(Conflict):
        house.desk.approve(principal_of(house), before)
    on(house, "03-20")
    planning(house).resume(name)
    found = plan(house, name)
    assert (found.status, found.steps[1].due_at.day, found.steps[2].due_at.day) == ("ACTIVE", 19, 28)
    assert found.steps[1].actions[-1].id != before


def test_an_account_that_is_looked_at_again_does_not_do_a_step_twice(house: House) -> None:
    started(house)
    for _ in range(2):
        house.runner.start(principal_of(house), HARBOR, "scan")
    with house.parts.stores.read(TENANT) as unit:
        tasks = [one for one in unit.crm.listed(HARBOR) if one.kind == "research"]
    assert len(tasks) == 1


# Who may


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR])
def test_only_a_person_who_may_approve_starts_a_plan(house: House, role: Role) -> None:
    mine, theirs = planning(house).draft(HARBOR, "revival"), planning(house, person("bot", role))
    with pytest.raises(Forbidden):
        theirs.approve(mine.id)
    planning(house).approve(mine.id)
    with pytest.raises(Forbidden):
        theirs.activate(mine.id)
    assert plan(house, mine.id).status == "APPROVED"


# One truth


def test_what_a_source_says_of_a_plan_we_keep_is_answered_by_ours(house: House) -> None:
    take(house, said("e-1", "yarrow-homes", plan="P-yarrow-homes-1", status="COMPLETED"))
    assert plan(house, "P-yarrow-homes-1").status == "ACTIVE"
    assert told(house, YARROW) == {"P-yarrow-homes-1": "ACTIVE"}


def test_a_source_that_is_not_trusted_with_plans_brings_none(house: House) -> None:
    steps = [{"step": "s", "title": "Send it", "action_type": "send_email", "due_at": "2026-03-10T09:00:00Z"}]
    given = {"plan": "P-x", "kind": "renewal", "status": "ACTIVE", "steps": steps}
    take(house, said("e-1", "harbor-medical", "mail", **given))
    assert planning(house).listed(HARBOR) == ()
    take(house, said("e-2", "harbor-medical", "crm", **given))
    assert [one.id for one in planning(house).listed(HARBOR)] == ["P-x"]


def test_an_imported_record_that_names_an_action_moves_no_plan(house: House) -> None:
    looked(house, FJORD)
    with house.parts.stores.read(TENANT) as unit:
        pause = next(one for one in unit.actions.listed(tuple(Status)) if one.action_type == "pause_plan")
    given = {"plan": "P-yarrow-homes-1", "status": "PAUSED", "acted_by": pause.id}
    take(house, said("e-1", "yarrow-homes", **given))
    assert plan(house, "P-yarrow-homes-1").status == "ACTIVE"


def test_a_second_active_record_of_a_type_is_taken_over_paused(house: House) -> None:
    steps = [{"step": "s", "title": "Call", "action_type": "create_task", "due_at": "2026-03-10T09:00:00Z"}]
    take(house, said("e-1", "yarrow-homes", plan="P-2", kind="revival", status="ACTIVE", steps=steps))
    assert told(house, YARROW) == {"P-yarrow-homes-1": "ACTIVE", "P-2": "PAUSED"}


def test_explaining_says_what_a_plan_waits_for_and_what_comes_next(house: House) -> None:
    ends = "Its next look, which ends it early: the account's status is churned"
    assert plan(house, "P-union-dairy-1").waits == (ends,)
    name = started(house).id
    assert plan(house, name).waits == ("Write to the main contact: its day",)
    on(house, "03-18")
    assert plan(house, name).waits[0].startswith("maya decides on send_email ac_")
    planning(house).pause(name)
    assert plan(house, name).waits == (f"Somebody lets it go on: revloop plan resume {name}",)
    told = f"The account's active revival plan, {started(house).id}, ends or is set aside first"
    assert plan(house, name).waits[0] == told
