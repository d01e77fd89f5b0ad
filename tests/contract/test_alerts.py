"""What every store of alerts does alike: once per id, newest first, put away by whom they were for."""

from datetime import timedelta

from state.ids import ActionId, TenantId, UserId
from state.ports.alerting import Alert
from state.ports.unit import Stores
from tests.fakes.drafts import NOW, TENANT

MAYA, LEE = UserId("maya"), UserId("lee")


def alert(name: str = "al_1", person: UserId = MAYA, matter: str = "m", hours: int = 0) -> Alert:
    """Say something to somebody, so many hours after the story's clock."""
    return Alert(
        id=name, person=person, kind="signal", matter=matter, severity="high", at=NOW + timedelta(hours=hours),
        text="Something fired.", action=ActionId("ac_1"), default="create_task", chosen="draft_email",
    )  # fmt: skip


def test_alerts_wait_for_their_person_newest_first_and_each_once(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.alerts.put([alert(), alert("al_2", hours=1), alert("al_3", LEE)])
        unit.alerts.put([alert().model_copy(update={"text": "Told again."})])
        assert [one.id for one in unit.alerts.waiting(MAYA)] == ["al_2", "al_1"]
        assert unit.alerts.waiting(MAYA)[1].text == "Something fired."


def test_only_whom_an_alert_is_for_puts_it_away_and_once(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.alerts.put([alert()])
        assert not unit.alerts.see("al_1", LEE, NOW)
        assert unit.alerts.see("al_1", MAYA, NOW)
        assert not unit.alerts.see("al_1", MAYA, NOW)
        assert not unit.alerts.waiting(MAYA)


def test_the_newest_of_a_matter_and_of_an_action_is_found(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.alerts.put([alert("al_9", hours=0), alert("al_1", hours=2), alert("al_5", matter="n", hours=1)])
        found = unit.alerts.latest({"m", "n", "nothing"})
        assert {matter: one.id for matter, one in found.items()} == {"m": "al_1", "n": "al_5"}
        assert (unit.alerts.of_action(ActionId("ac_1")) or alert("none")).id == "al_1"
        assert unit.alerts.get("al_1") == unit.alerts.of_action(ActionId("ac_1"))
        assert unit.alerts.of_action(ActionId("ac_2")) is None


def test_another_tenant_hears_nothing(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.alerts.put([alert()])
    with stores.begin(TenantId("other")) as unit:
        assert not unit.alerts.waiting(MAYA)
        assert not unit.alerts.latest({"m"})
        assert unit.alerts.of_action(ActionId("ac_1")) is None
        assert not unit.alerts.see("al_1", MAYA, NOW)
