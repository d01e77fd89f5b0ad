"""What people set: a change runs by itself only at L2 with its owner's word, and a withdrawal beats every timer."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from agents.executor import perform
from graphs.bootstrap import House
from graphs.governing.authority import is_armed
from graphs.governing.decisions import stamp_of
from graphs.governing.hands import hands_of
from graphs.governing.laddering import climb
from graphs.governing.letting import Letting
from graphs.governing.levelling import Levelling, LevelOut
from graphs.working.leasing import leased
from state.errors import Conflict, Forbidden, InvalidInput, NotFound
from state.governance.action import Action, Status
from state.governance.autonomy import Tally
from state.governance.ladder import Breach, Rung, Violation
from state.ids import AccountId, ActionId, UserId
from state.ledger.entry import Kind
from state.ports.tooling import Gateway, Sent
from state.principal import Principal, Role, User
from tests.graph.homes import TENANT, principal_of

FJORD = AccountId("fjord-energy")
KIND = "escalate_support"
OWNER = UserId("priya")


def person(user: str, role: Role = Role.SELLER, *, method: str = "local", channel: str = "cli") -> Principal:
    return Principal(tenant=TENANT, user=UserId(user), role=role, method=method, channel=channel)


def letting(house: House, who: Principal | None = None) -> Letting:
    return Letting(house.parts, house.parts.tenancy.refresh(TENANT), who or person(OWNER))


def levelling(house: House, who: Principal | None = None) -> Levelling:
    return Levelling(house.parts, house.parts.tenancy.refresh(TENANT), who or person("lee", Role.ADMIN))


def raised(house: House) -> LevelOut:
    """Let an admin raise changes inside to L2."""
    board = levelling(house)
    return board.set(2, "L2", board.set(2, "L2", None).code)


def let(house: House) -> None:
    """Let the owner's escalations run by themselves."""
    board = letting(house)
    board.on(KIND, None, board.on(KIND, None, None).code)


def card(house: House) -> Action:
    """Scan the account and give its escalation."""
    house.runner.start(principal_of(house), FJORD, "scan")
    return found(house)


def found(house: House) -> Action:
    with house.parts.stores.read(TENANT) as unit:
        listed = unit.actions.listed(tuple(Status), account=FJORD)
    return next(one for one in listed if one.action_type == KIND)


def kinds(house: House) -> list[Kind]:
    with house.parts.stores.read(TENANT) as unit:
        return [one.kind for one in unit.ledger.entries(limit=10_000)]


def test_a_change_waits_for_a_person_without_level_or_word(house: House) -> None:
    let(house)
    assert not is_armed(card(house))


def test_at_l2_with_its_owners_word_a_change_is_armed_and_a_withdrawal_takes_the_timer(house: House) -> None:
    raised(house)
    let(house)
    armed = card(house)
    assert armed.auto_at is not None
    assert armed.auto_at - house.parts.clock.wall() <= timedelta(minutes=30)
    assert letting(house).off(KIND).timers == 1
    assert (found(house).status, is_armed(found(house))) == (Status.PENDING, False)
    assert kinds(house).count(Kind.OPT_IN) == 2
    house.desk.sweep(house.parts.tenancy(TENANT), principal_of(house))
    assert found(house).status is Status.PENDING


def test_lowering_the_level_takes_every_timer_at_once(house: House) -> None:
    raised(house)
    let(house)
    assert is_armed(card(house))
    assert levelling(house).set(2, "L1", None).timers == 1
    assert not is_armed(found(house))


@pytest.mark.parametrize(
    "who",
    [
        person(OWNER, Role.AGENT),
        person(OWNER, Role.AUDITOR),
        person(OWNER, channel="chat"),
        person(OWNER, channel="scan"),
        person(OWNER, method="api_key"),
    ],
    ids=["agent", "auditor", "chat", "schedule", "old sign-in"],
)
def test_nobody_but_the_owner_in_person_lets_anything_run(house: House, who: Principal) -> None:
    with pytest.raises(Forbidden):
        letting(house, who).on(KIND, None, None)
    with pytest.raises(Forbidden):
        letting(house, who).off(KIND)


def test_what_reaches_people_or_says_who_they_are_cannot_be_let_run(house: House) -> None:
    for kind in ("send_email", "schedule_meeting", "merge", "brief", "made_up"):
        with pytest.raises(InvalidInput):
            letting(house).on(kind, None, None)


def test_a_word_needs_the_code_of_what_was_shown_and_is_withdrawn_once(house: House) -> None:
    with pytest.raises(Conflict):
        letting(house).on(KIND, None, "00000000")
    with pytest.raises(NotFound):
        letting(house).off(KIND)


def test_raising_needs_an_admin_the_shown_code_and_stays_under_the_maximum(house: House) -> None:
    with pytest.raises(Forbidden):
        levelling(house, person("maya")).set(2, "L2", None)
    with pytest.raises(Conflict):
        levelling(house).set(2, "L2", "00000000")
    with pytest.raises(Conflict, match="maximum"):
        levelling(house).set(2, "L3", None)
    assert not levelling(house).set(2, "L2", None).done


def test_a_second_admin_is_wanted_where_there_is_one(house: House) -> None:
    tenancy = house.parts.tenancy.refresh(TENANT)
    second = User(id=UserId("kim"), name="Kim", email="kim@x.example", role=Role.ADMIN)
    with house.parts.stores.begin(TENANT) as unit:
        unit.tenants.create(tenancy.tenant, [*tenancy.users, second])
    code = levelling(house).set(2, "L2", None).code
    assert not levelling(house).set(2, "L2", code).done
    assert not levelling(house).set(2, "L2", code).done
    assert levelling(house, person("kim", Role.ADMIN)).set(2, "L2", code).done
    assert levelling(house).set(2, "L1", None).done
    assert not levelling(house, person("kim", Role.ADMIN)).set(2, "L2", code).done, "a word counts once"
    assert levelling(house).set(2, "L2", code).done


def test_decisions_of_people_are_counted_for_the_evidence(house: House) -> None:
    action = card(house)
    house.desk.reject(principal_of(house).model_copy(update={"user": OWNER}), action.id, "not worth it")
    record = {one.action_type: (one.right, one.decided) for one in levelling(house).shown().record}
    assert record == {KIND: (0, 1)}
    with house.parts.stores.begin(TENANT) as unit:
        unit.autonomy.count("playbook", KIND, action.created_at.date(), Tally(9, 9))
    assert "9 of 10" in " ".join(levelling(house).set(2, "L2", None).changes)


def climbed(house: House, count: int, first: int = 0) -> list[Rung]:
    """Let the agent break the same rule so many times."""
    tenancy = house.parts.tenancy.refresh(TENANT)
    reached: list[Rung] = []
    for number in range(first, first + count):
        one = Violation(f"v{number}", "playbook", KIND, Breach.DENIED, tenancy.now, "p", "out-of-scope")
        with house.parts.stores.begin(TENANT) as unit:
            stamp = stamp_of(tenancy, unit, principal_of(house), f"v{number}")
            reached += climb(unit, tenancy, stamp, [one, one])
    return reached


def test_violations_climb_the_ladder_and_an_admin_is_told_at_each_rung(house: House) -> None:
    assert climbed(house, 10) == [Rung.WARN, Rung.PAUSE, Rung.SHADOW, Rung.STOP]
    with house.parts.stores.read(TENANT) as unit:
        assert unit.actions.stop().is_on
        assert {one.level for one in unit.autonomy.levels()} == {"L0"}
        assert [one.action_type for one in unit.autonomy.pauses()] == [KIND]
        assert len(unit.alerts.waiting(UserId("lee"))) == 4
    assert kinds(house).count(Kind.ROLE) == 4


def test_only_a_person_steps_back_up_and_the_next_violation_steps_down_again(house: House) -> None:
    assert climbed(house, 3)[-1] is Rung.PAUSE
    board = levelling(house)
    assert board.resume(KIND, board.resume(KIND, None).code).done
    assert not levelling(house).shown().paused
    assert climbed(house, 1, first=3) == [Rung.PAUSE]


def test_a_paused_kind_is_not_begun(house: House) -> None:
    climbed(house, 3)
    house.runner.start(principal_of(house), FJORD, "scan")
    with house.parts.stores.read(TENANT) as unit:
        listed = unit.actions.listed(tuple(Status), account=FJORD)
    assert KIND not in {one.action_type for one in listed}


def test_what_ran_by_itself_and_was_wrong_counts_against_the_agent(house: House) -> None:
    raised(house)
    let(house)
    armed = card(house)
    tenancy = house.parts.tenancy.refresh(TENANT)
    late = timedelta(minutes=31)
    hands = replace(hands_of(house.parts, tenancy), wall=lambda: house.parts.clock.wall() + late)
    with leased(house.parts, TENANT, FJORD), house.parts.stores.read(TENANT) as unit:
        stamp = stamp_of(tenancy, unit, principal_of(house), "late")
    with leased(house.parts, TENANT, FJORD, ahead=late):
        assert perform(hands, [armed.id], stamp)[0].is_done
    assert letting(house).wrong(armed.id)[1] == (Rung.WARN,)
    with pytest.raises(Conflict):
        letting(house).wrong(armed.id)
    with pytest.raises(Forbidden):
        letting(house, person("tom")).wrong(armed.id)


def test_at_l0_no_timer_is_left(house: House) -> None:
    raised(house)
    let(house)
    assert is_armed(card(house))
    assert Rung.SHADOW in climbed(house, 5)
    assert not is_armed(found(house))


class Otherwise:
    """A gateway whose transport is about to do something else than was approved."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def __getattr__(self, name: str) -> object:
        return getattr(self._gateway, name)

    def outside(self, action: Action) -> Sent:
        return Sent("refused", "x@y.example would get it, and nobody approved that", is_mismatch=True)


def test_a_send_that_would_do_otherwise_counts_against_the_agent_and_stays_undone(house: House) -> None:
    report = house.runner.start(principal_of(house), AccountId("oakhaven-hotels"), "prep")
    mail = next(ActionId(str(one.action)) for one in report.proposals if one.action_type == "send_email")
    house.desk.approve(principal_of(house), mail)
    tenancy, late = house.parts.tenancy.refresh(TENANT), timedelta(minutes=5)
    hands = hands_of(house.parts, tenancy)
    gateway = cast("Gateway", Otherwise(hands.gateway))
    hands = replace(hands, gateway=gateway, wall=lambda: house.parts.clock.wall() + late)
    with leased(house.parts, TENANT, AccountId("oakhaven-hotels"), ahead=late):
        with house.parts.stores.read(TENANT) as unit:
            stamp = stamp_of(tenancy, unit, principal_of(house), "otherwise")
        done = perform(hands, [mail], stamp)[0]
    with house.parts.stores.read(TENANT) as unit:
        counted = unit.autonomy.violations("playbook", tenancy.now)
    assert (done.action.status, [one.breach for one in counted]) == (Status.FAILED, [Breach.MISMATCH])


def test_what_did_not_run_by_itself_is_not_marked(house: House) -> None:
    with pytest.raises(Conflict):
        letting(house).wrong(card(house).id)


def test_a_transport_that_would_do_otherwise_is_a_violation(house: House) -> None:
    tenancy = house.parts.tenancy.refresh(TENANT)
    action = card(house)
    sent = Sent("refused", "x@y.example would get it, and nobody approved that", is_mismatch=True)
    with house.parts.stores.begin(TENANT) as unit:
        stamp = stamp_of(tenancy, unit, principal_of(house), "sent")
        hands_of(house.parts, tenancy).breached(unit, action, sent, stamp)
    with house.parts.stores.read(TENANT) as unit:
        found = unit.autonomy.violations("playbook", tenancy.now)
    assert [one.breach for one in found] == [Breach.MISMATCH]
