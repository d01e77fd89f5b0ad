"""Learning from what really happened here: decisions become cases, versions are kept, and judgements read them."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from graphs.bootstrap import House
from graphs.governing.hands import ground_of
from graphs.learning.bringing import bring
from graphs.learning.gathering import gathered
from graphs.learning.relearning import Relearned, relearn, revert
from graphs.perceiving.intake import take_events
from graphs.telling.replaying import replay
from graphs.telling.report import Report
from graphs.working.jobs import do
from graphs.working.scanning import scanner
from state.canonical import Json
from state.decision.decided import DecidedProposal
from state.decision.learning import learned
from state.decision.preferences import InForce, KeptPreferences
from state.errors import Forbidden, NotFound
from state.governance.action import Action, Status
from state.ids import AccountId, ActionId, UserId
from state.ledger.entry import Kind
from state.ports.queueing import Job, JobKind
from state.ports.running import CrmRecord
from state.principal import Principal, Role
from state.world.event import parse_event
from tests.graph.homes import TENANT, principal_of
from tests.graph.test_autonomy import KIND, OWNER, card, found, let, person, raised
from tests.graph.test_sleeping import HOTEL, later, proposed, rejected
from tests.unit.decided import LIMITS, many
from tools.sample.decided import decided

LEFT = AccountId("brightwater-utilities")
LEE = Principal(tenant=TENANT, user=UserId("lee"), role=Role.ADMIN, method="local", channel="cli")


def cases(house: House) -> dict[str, DecidedProposal]:
    with house.parts.stores.read(TENANT) as unit:
        told = gathered(house.parts, unit, house.parts.tenancy.refresh(TENANT))
    return {one.action: one for one in told}


def taught(house: House, right: int, wrong: int, kind: str = KIND) -> KeptPreferences:
    """Put in force what so many decisions teach."""
    document = learned(many(right, wrong, kind), LIMITS)
    now = house.parts.tenancy(TENANT).now
    kept = KeptPreferences(version=1, at=now, by="lee", cause="run", hash="h", document=document)
    with house.parts.stores.begin(TENANT) as unit:
        unit.preferences.keep(kept)
        unit.preferences.put_in_force(InForce(version=1, is_pinned=False))
    return kept


def daily(house: House) -> Relearned:
    tenancy = house.parts.tenancy.refresh(TENANT)
    return relearn(house.parts, tenancy, scanner(tenancy), "daily")


def test_a_no_is_a_case_with_its_kind_of_reason_and_no_outcome(house: House) -> None:
    gone = rejected(house, reason="they told me in a long private talk")
    one = cases(house)[gone.id]
    assert (one.decision, one.was_right, one.reason, one.outcome) == ("rejected", False, "other", None)
    assert (one.action_type, one.segment in {"A", "B", "C"}) == ("send_email", True)


def test_a_yes_is_right_until_it_is_taken_back(house: House) -> None:
    name = str(proposed(house).action)
    house.desk.approve(principal_of(house), name)
    assert cases(house)[name].was_right is True
    house.desk.undo(principal_of(house), name)
    assert name not in cases(house)


def test_what_runs_by_itself_is_right_only_when_a_week_has_passed(house: House) -> None:
    house.runner.start(principal_of(house), AccountId("acme-corp"), "prep")
    ran = [one for one in cases(house).values() if one.decision == "ran"]
    assert ran
    assert all(one.was_right is None for one in ran)
    assert not daily(house).is_new
    later(house, 8)
    assert all(cases(house)[one.action].was_right for one in ran)


def test_a_reply_of_an_unverified_sender_is_an_outcome_of_its_origin_and_an_open_is_none(
    house: House,
) -> None:
    name = str(proposed(house).action)
    house.desk.approve(principal_of(house), name)
    heard(house, name, "opened_multiple")
    assert cases(house)[name].outcome is None
    heard(house, name, "reply_positive")
    one = cases(house)[name]
    assert (one.outcome, one.outcome_origin[:3]) in {("reply_positive", "or_"), (None, "")}


def heard(house: House, action: str, outcome: str, account: AccountId = HOTEL) -> None:
    """Record what an outside address answered."""
    at = house.parts.tenancy(TENANT).now + timedelta(minutes=5)
    body: dict[str, Json] = {
        "outcome": outcome,
        "action": action,
        "is_addressee": True,
        "trust": "untrusted",
        "sender": "x@y.example",
    }
    row = CrmRecord(
        id=f"cr_{outcome}", kind="touch", account=account, subject="Interaction/m", owner=None, action=f"cr_{outcome}",
        body=body, at=at,
    )  # fmt: skip
    with house.parts.stores.begin(TENANT) as unit:
        unit.crm.put([row])


@pytest.mark.parametrize(("outcome", "is_met"), [("lost", True), ("won", False)])
def test_a_deal_that_was_to_be_closed_as_lost_has_met_its_measure_when_it_is_lost(
    house: House, outcome: str, is_met: bool
) -> None:
    gone = {"account": LEFT, "churned_on": "2026-03-10"}
    head = {
        "id": "gone",
        "account": LEFT,
        "source": "crm",
        "type": "account.churned",
        "time": "2026-03-10T12:00:00Z",
    }
    event = parse_event({**head, "data": gone}, TENANT)
    take_events(house.parts, house.parts.tenancy(TENANT), principal_of(house), [event], "test")
    name = str(proposed(house, LEFT, "close_out").action)
    house.desk.approve(principal_of(house), name)
    heard(house, name, outcome, LEFT)
    assert cases(house)[name].was_met is is_met


def test_each_version_is_kept_with_its_entry_and_nothing_new_writes_nothing(house: House) -> None:
    rejected(house)
    first, again = daily(house), daily(house)
    assert (first.is_new, again.is_new) == (True, False)
    with house.parts.stores.read(TENANT) as unit:
        rows = [one.payload for one in unit.ledger.sealed(limit=10_000) if one.entry.kind is Kind.LEARNING]
    said = [json.loads(str(row)) for row in rows]
    assert first.kept is not None
    learned_now = [(one["version"], one["hash"]) for one in said if one.get("act") == "learn"]
    assert learned_now == [(1, first.kept.hash)]


def test_the_daily_job_of_a_worker_learns(house: House) -> None:
    rejected(house)
    job = Job(kind=JobKind.DAILY, tenant=TENANT, subject="America/New_York", number="2026-03-10")
    assert do(house, job, scanner(house.parts.tenancy(TENANT))).endswith("learned version 1")


def test_going_back_restores_the_bytes_and_holds_against_the_daily_look(house: House) -> None:
    rejected(house)
    first = daily(house).kept
    house.desk.reject(person(OWNER), card(house).id, "tone")
    assert daily(house).is_new
    tenancy = house.parts.tenancy(TENANT)
    back = revert(house.parts, tenancy, LEE, 1)
    assert back.kept is not None
    assert first is not None
    assert back.kept.document.text() == first.document.text()
    assert (daily(house).is_pinned, daily(house).is_new) == (True, False)
    assert relearn(house.parts, tenancy, LEE, "run").was == 1


def test_history_that_is_brought_along_makes_no_action_run_card_or_alert(house: House) -> None:
    tenancy = house.parts.tenancy(TENANT)
    first = bring(house.parts, tenancy, principal_of(house), decided())
    again = bring(house.parts, tenancy, principal_of(house), decided())
    with house.parts.stores.read(TENANT) as unit:
        assert not any((unit.actions.listed(tuple(Status)), unit.runs.newest(9), unit.crm.listed()))
        assert not any(unit.alerts.waiting(user.id) for user in tenancy.users)
        counted = sum(one.decided for one in unit.autonomy.tallies("playbook").values())
        assert len(unit.preferences.decided()) == counted == 412
    assert (first.is_new, again.is_new) == (True, False)


def test_only_an_admin_goes_back_and_only_to_a_version_there_is(house: House) -> None:
    tenancy = house.parts.tenancy(TENANT)
    with pytest.raises(Forbidden):
        revert(house.parts, tenancy, principal_of(house), 1)
    with pytest.raises(Forbidden):
        relearn(house.parts, tenancy, principal_of(house), "run")
    with pytest.raises(NotFound):
        revert(house.parts, tenancy, LEE, 1)


def test_a_judgement_reads_the_smaller_confidence_and_a_person_decides(house: House) -> None:
    raised(house)
    let(house)
    taught(house, 20, 20)
    assert card(house).auto_at is None


def test_what_is_learned_after_a_grant_stops_it_at_the_claim(house: House) -> None:
    raised(house)
    let(house)
    armed = card(house)
    assert (armed.auto_at is not None, ground(house, armed)) == (True, "allow")
    taught(house, 20, 20)
    assert ground(house, found(house)) == "require_approval"


def ground(house: House, action: Action) -> str:
    """Judge a stored action as the claim does."""
    tenancy = house.parts.tenancy.refresh(TENANT)
    with house.parts.stores.read(TENANT) as unit:
        return ground_of(house.parts, tenancy, unit, unit.actions.get(ActionId(action.id))).verdict.kind


def test_a_decision_is_replayed_by_the_version_it_was_ordered_by(house: House) -> None:
    taught(house, 39, 1, "draft_email")
    report = house.runner.start(principal_of(house), AccountId("acme-corp"), "prep")
    with house.parts.stores.begin(TENANT) as unit:
        unit.preferences.keep(changed(house))
        unit.preferences.put_in_force(InForce(version=2, is_pinned=False))
        odds = [one.propensity for one in unit.runs.candidates_of(report.run)]  # type: ignore[arg-type]  # an id
    assert replay(house.runner, house.parts.tenancy.refresh(TENANT), report.run).is_equal
    again = house.runner.start(principal_of(house), AccountId("acme-corp"), "prep")
    assert order(again) != order(report)
    assert all(0 < Decimal(one) <= 1 for one in odds)


def order(report: Report) -> list[str]:
    return [one.description for one in report.proposals]


def changed(house: House) -> KeptPreferences:
    """Make another version that orders otherwise."""
    document = learned([*many(1, 39, "draft_email"), *many(39, 1, KIND)], LIMITS)
    now = house.parts.tenancy(TENANT).now
    return KeptPreferences(version=2, at=now, by="lee", cause="run", hash="h2", document=document)
