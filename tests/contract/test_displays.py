"""What every store of displays does alike: the first time stays, each exact card, person and channel by itself."""

from dataclasses import replace
from datetime import date, timedelta

from state.governance.approval import HASTY_MS, Pace
from state.governance.happening import Approve
from state.governance.verdict import Approver
from state.ids import ActionId, TenantId, UserId
from state.ports.displaying import Display, Turn
from state.ports.unit import Stores
from tests.contract.acting import apply, drafted
from tests.fakes.drafts import MAX, TENANT, UMA, VIC, WALL, an_action, change

SEEN = Display(UserId("uma"), ActionId("ac_1"), "hash-1", "web")
LATER = WALL + timedelta(seconds=9)


def test_the_first_display_stays(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.displays.put([SEEN], WALL)
        unit.displays.put([SEEN, replace(SEEN, person=UserId("vic"))], LATER)
        assert unit.displays.first(SEEN) == WALL
        assert unit.displays.first(replace(SEEN, person=UserId("vic"))) == LATER


def test_another_hash_person_channel_action_or_tenant_is_another_display(stores: Stores) -> None:
    others = [
        replace(SEEN, shown="hash-2"), replace(SEEN, person=UserId("vic")), replace(SEEN, channel="cli"),
        replace(SEEN, action=ActionId("ac_2")),
    ]  # fmt: skip
    with stores.begin(TENANT) as unit:
        unit.displays.put([SEEN], WALL)
        assert [unit.displays.first(one) for one in others] == [None] * len(others)
        assert list(unit.displays.fresh([SEEN, *others])) == others
    with stores.read(TenantId("other")) as unit:
        assert unit.displays.first(SEEN) is None


def test_approvals_are_counted_by_how_soon_they_came(stores: Stores) -> None:
    actions = [drafted(stores, an_action(number)) for number in range(4)]
    for action, after_ms in zip(actions, (0, HASTY_MS - 1, HASTY_MS, None), strict=True):
        apply(stores, change(action, Approve(UMA, action.card_hash, after_ms)))
    with stores.read(TENANT) as unit:
        assert list(unit.actions.paces()) == [Pace(UserId("uma"), 4, 2, 1)]
        assert list(unit.actions.paces(UserId("vic"))) == []
        assert [unit.actions.history(one.id)[-1].after_ms for one in actions[2:]] == [HASTY_MS, None]


def test_a_refused_yes_is_not_counted_and_a_partial_one_is(stores: Stores) -> None:
    action = drafted(stores, replace(an_action(), quorum=(Approver.OWNER, Approver.MANAGER)))
    apply(stores, change(action, Approve(VIC, action.card_hash, 1), "no"))
    apply(stores, change(action, Approve(MAX, action.card_hash, 1), "half"))
    with stores.read(TENANT) as unit:
        assert [(one.person, one.hasty) for one in unit.actions.paces()] == [("max", 1)]


def test_the_first_turn_of_an_item_stays_and_a_day_is_listed_whole(stores: Stores) -> None:
    monday, tuesday = date(2031, 5, 5), date(2031, 5, 6)
    first, other = Turn(UserId("uma"), "ac_1", "ac_1", monday), Turn(UserId("uma"), "ac_2", "group", tuesday)
    with stores.begin(TENANT) as unit:
        unit.displays.take([first, other, replace(first, person=UserId("vic"))])
        unit.displays.take([replace(first, day=tuesday)])
        assert list(unit.displays.turns(UserId("uma"), ["ac_1"], tuesday)) == [first, other]
        assert list(unit.displays.turns(UserId("uma"), [], tuesday)) == [other]
