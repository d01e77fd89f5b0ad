"""What every store of autonomy does alike: words in force, levels and pauses of an agent, counts, and open origins."""

from dataclasses import replace
from datetime import date, timedelta

from state.governance.autonomy import LevelSet, OptIn, Pause, Tally
from state.governance.ladder import Breach, Violation
from state.ids import TenantId, UserId
from state.ports.autonomy import Standing
from state.ports.unit import Stores
from tests.contract.acting import drafted
from tests.fakes.drafts import NOW, TENANT, an_action

MAYA = UserId("maya")
SOON = NOW + timedelta(days=1)
WORD = OptIn(MAYA, "update_crm", NOW, SOON)


def standing(stores: Stores, tenant: TenantId = TENANT, *origins: str) -> Standing:
    with stores.read(tenant) as unit:
        return unit.autonomy.standing("playbook", NOW, origins)


def test_an_opt_in_holds_until_its_time_and_not_a_moment_longer(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.autonomy.let(WORD)
        assert unit.autonomy.standing("playbook", NOW, ()).opt_ins == {("maya", "update_crm")}
        assert not unit.autonomy.standing("playbook", SOON, ()).opt_ins
        assert list(unit.autonomy.opt_ins()) == [WORD]


def test_a_later_word_takes_the_place_of_an_earlier_one(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.autonomy.let(WORD)
        unit.autonomy.let(replace(WORD, until=None))
        assert [one.until for one in unit.autonomy.opt_ins()] == [None]


def test_a_word_is_withdrawn_once(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.autonomy.let(WORD)
        assert unit.autonomy.withdraw(MAYA, "update_crm")
        assert not unit.autonomy.withdraw(MAYA, "update_crm")
        assert not unit.autonomy.standing("playbook", NOW, ()).opt_ins


def test_a_level_is_of_one_agent_and_class(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.autonomy.set_level(LevelSet("playbook", 2, "L2", NOW, UserId("lee")))
        unit.autonomy.set_level(LevelSet("playbook", 2, "L3", NOW, UserId("lee")))
        unit.autonomy.set_level(LevelSet("other", 1, "L0", NOW, UserId("lee")))
        assert [one.level for one in unit.autonomy.levels()] == ["L0", "L3"]
    assert standing(stores).levels == {2: "L3"}


def test_a_kind_of_action_is_paused_and_goes_on_again(stores: Stores) -> None:
    pause = Pause("playbook", "update_crm", NOW, "three violations")
    with stores.begin(TENANT) as unit:
        assert unit.autonomy.pause(pause)
        assert not unit.autonomy.pause(replace(pause, reason="again"))
        assert list(unit.autonomy.pauses()) == [pause]
        assert unit.autonomy.standing("playbook", NOW, ()).paused == {"update_crm"}
        assert unit.autonomy.go_on("playbook", "update_crm")
        assert not unit.autonomy.go_on("playbook", "update_crm")
    assert not standing(stores).paused


def test_counts_of_all_days_add_up(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        for day in (1, 1, 2):
            unit.autonomy.count("playbook", "update_crm", date(2026, 3, day), Tally(1, 1))
        unit.autonomy.count("playbook", "update_crm", date(2026, 3, 2), Tally(0, 1))
        assert unit.autonomy.tallies("playbook") == {"update_crm": Tally(3, 4)}
        assert not unit.autonomy.tallies("other")
    assert standing(stores).tallies == {"update_crm": Tally(3, 4)}


def test_a_violation_counts_once_and_for_its_agent(stores: Stores) -> None:
    one = Violation("v1", "playbook", "update_crm", Breach.DENIED, NOW, "ac_1", "out-of-scope")
    later = replace(one, id="v2", at=SOON)
    with stores.begin(TENANT) as unit:
        assert unit.autonomy.note(later)
        assert unit.autonomy.note(one)
        assert not unit.autonomy.note(one)
        assert list(unit.autonomy.violations("playbook", NOW)) == [one, later]
        assert list(unit.autonomy.violations("playbook", SOON)) == [later]
        assert not unit.autonomy.violations("other", NOW)


def test_open_actions_are_told_by_the_origin_that_decides_them(stores: Stores) -> None:
    action = drafted(stores, replace(an_action(1), origin="mail:shady.example"))
    drafted(stores, an_action(2))
    found = standing(stores, TENANT, "mail:shady.example", "form:nobody.example").open_keys
    assert found == {"mail:shady.example": {action.dedup_key}}


def test_another_tenant_has_none_of_it(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.autonomy.let(WORD)
        unit.autonomy.set_level(LevelSet("playbook", 2, "L3", NOW, UserId("lee")))
        unit.autonomy.count("playbook", "update_crm", date(2026, 3, 1), Tally(1, 1))
        unit.autonomy.pause(Pause("playbook", "merge", NOW, ""))
    empty = standing(stores, TenantId("other"))
    assert (empty.opt_ins, empty.levels, empty.paused, empty.tallies) == (frozenset(), {}, frozenset(), {})
