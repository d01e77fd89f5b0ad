"""Each guard of ladder, redrafted cards, alerts, activation and origins, taken away: the test that must fail does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from inspect import signature
from typing import Any

import pytest

from agents.guardrail import History
from graphs.governing import (
    activating,
    alerting,
    authority,
    hands,
    laddering,
    letting,
    levelling,
    superseding,
)
from graphs.governing.judging import Before, Judged, history_of
from graphs.nodes import guarding
from graphs.runner import Runner
from state.decision import origin
from state.decision.trigger import Trigger, TriggerMap
from state.governance import ladder
from state.governance.action import Action
from state.governance.happening import WorldChanged
from state.governance.ladder import Rung, Violation
from state.governance.policy import Ladder
from state.ids import ActionId
from state.ports.acting import Drafted
from state.ports.unit import Unit
from state.stores.autonomy import SqlAutonomy
from state.world.signal import Severity, Signal
from tests.graph import test_activating as activation
from tests.graph import test_alerting as alerts
from tests.graph import test_autonomy as autonomy
from tests.graph import test_superseding as redrafts
from tests.unit import test_autonomy_laws as laws
from tests.unit import test_origin as origins

Law = Callable[..., object]
REAL_NOTE, REAL_RUNG, REAL_ROW = SqlAutonomy.note, ladder.rung_for, TriggerMap.row_of


@dataclass(frozen=True)
class Fault:
    """One guard taken away, and the test that has to fail then."""

    name: str
    place: object
    attribute: str
    instead: object
    caught_by: Law


def _says(value: object) -> Callable[..., object]:
    return lambda *_, **__: value


def _counted_again(store: SqlAutonomy, one: Violation) -> bool:
    REAL_NOTE(store, one)
    return True


def _never_stops(of: Ladder, violations: Sequence[Violation], kind: str) -> Rung:
    found = REAL_RUNG(of, violations, kind)
    return Rung.SHADOW if found is Rung.STOP else found


def _only_its_kind(of: Ladder, mine: int, _: int) -> Iterator[Rung]:
    yield from (Rung.NONE, Rung.WARN if mine >= of.warn else Rung.NONE)
    yield Rung.SHADOW if mine >= of.shadow else Rung.NONE


def _unpaused(*given: Any, **named: Any) -> History:
    return replace(history_of(*given, **named), paused=frozenset())


def _moved_whatever(
    judged: Sequence[Judged], drafted: Mapping[str, Drafted], anew: superseding.Anew, *, is_any_world: bool
) -> Iterator[tuple[Action, WorldChanged]]:
    """Give way also where a person has touched the card, or where nothing has changed."""
    for one in judged:
        old = None if one.action is None else drafted[one.action.dedup_key].action
        if old is None or one.action is None or drafted[old.dedup_key].is_created:
            continue
        if is_any_world or old.rest_hash != one.action.rest_hash:
            fresh = anew(one, Before(ActionId(old.id), is_asleep=False)).action
            yield old, WorldChanged(one.action.rest_facts, fresh)


def _touched(*given: Any) -> Iterator[tuple[Action, WorldChanged]]:
    return _moved_whatever(*given, is_any_world=False)


def _unchanged(*given: Any) -> Iterator[tuple[Action, WorldChanged]]:
    return _moved_whatever(*given, is_any_world=True)


def _of_any_age(triggers: TriggerMap, signal: Signal, _: datetime) -> Trigger | None:
    return REAL_ROW(triggers, signal, signal.since)


def _whatever_grew(_: TriggerMap, now: datetime, told: Sequence[object], severity: Severity) -> bool:
    return bool(told)


def _same_person(unit: Unit, tenancy: object, principal: object, trace: Any, *rest: object) -> bool:
    agreed = authority.agreed_by(unit, trace)
    return bool(agreed) or authority.has_second(unit, tenancy, principal, trace, *rest)  # type: ignore[arg-type]  # as given


def _itself_too(history: History, source: str, _: str) -> History:
    return replace(history, open_untrusted=len(history.open_keys.get(source, ())))


def _forgotten(history: History, source: str, key: str) -> History:
    return history


def _by_address(item: Any, view: Any, _: object) -> str:
    return f"{item.source}:{item.record}"


def _at_the_border() -> None:
    laws.test_each_rung_has_its_border(1, 4, Rung.SHADOW)


FAULTS = (
    Fault("a violation counts again", SqlAutonomy, "note", _counted_again,
          autonomy.test_violations_climb_the_ladder_and_an_admin_is_told_at_each_rung),
    Fault("no rung stops the company", laddering, "rung_for", _never_stops,
          autonomy.test_violations_climb_the_ladder_and_an_admin_is_told_at_each_rung),
    Fault("no admin is told", laddering, "admins_of", _says(frozenset()),
          autonomy.test_violations_climb_the_ladder_and_an_admin_is_told_at_each_rung),
    Fault("the upper rungs count one kind", ladder, "_rungs", _only_its_kind,
          _at_the_border),
    Fault("a pause is forgotten", guarding, "history_of", _unpaused, autonomy.test_a_paused_kind_is_not_begun),
    Fault("timers outlive L0", laddering, "disarm", _says(0), autonomy.test_at_l0_no_timer_is_left),
    Fault("a mark costs nothing", letting, "climb", _says(()),
          autonomy.test_what_ran_by_itself_and_was_wrong_counts_against_the_agent),
    Fault("a mismatch costs nothing", hands, "climb", _says(()),
          autonomy.test_a_send_that_would_do_otherwise_counts_against_the_agent_and_stays_undone),
    Fault("one admin raises alone", levelling, "has_second", _says(value=True),
          autonomy.test_a_second_admin_is_wanted_where_there_is_one),
    Fault("a name is a difference", superseding, "NAMES", frozenset(),
          redrafts.test_a_name_is_no_difference_and_every_word_recipient_and_file_is_one),
    Fault("no redraft is another", superseding, "differs", _says(value=False),
          redrafts.test_a_redrafted_effect_supersedes_the_card_and_carries_no_permission_over),
    Fault("a person's card gives way", superseding, "_moved", _touched,
          redrafts.test_a_card_that_a_person_set_aside_is_not_replaced),
    Fault("an unchanged world replaces cards", superseding, "_moved", _unchanged,
          redrafts.test_looking_again_at_an_unchanged_world_changes_no_card),
    Fault("the old run is not told", Runner, "go_on", _says(None),
          redrafts.test_a_redrafted_effect_supersedes_the_card_and_carries_no_permission_over),
    Fault("the same is told again", alerting, "_is_told", _says(value=False),
          alerts.test_the_same_is_told_once_within_its_days),
    Fault("history is told", TriggerMap, "row_of", _of_any_age,
          alerts.test_what_began_long_ago_is_history_and_told_to_nobody),
    Fault("what grew is not told again", TriggerMap, "is_told", _whatever_grew,
          alerts.test_what_began_long_ago_is_history_and_told_to_nobody),
    Fault("one admin widens alone", activating, "has_second", _says(value=True),
          activation.test_what_widens_waits_for_a_second_admin_and_can_be_rolled_back),
    Fault("the first is the second too", activating, "has_second", _same_person,
          activation.test_what_widens_waits_for_a_second_admin_and_can_be_rolled_back),
    Fault("a yes to whatever", activating, "require_seen", _says(None),
          activation.test_only_an_admin_who_saw_it_activates),
    Fault("anybody activates", activating, "require_admin", _says(None),
          activation.test_only_an_admin_who_saw_it_activates),
    Fault("open cards keep the old policy", activating, "_rejudged", _says(()),
          activation.test_a_denied_open_card_ends_in_the_transaction_that_activates),
    Fault("a card counts itself", History, "about", _itself_too,
          origins.test_other_open_cards_of_an_origin_count_and_a_card_never_itself),
    Fault("the cards of one run do not count", History, "also", _forgotten,
          origins.test_other_open_cards_of_an_origin_count_and_a_card_never_itself),
    Fault("every address is an origin", origin, "_origin", _by_address,
          origins.test_addresses_of_one_company_are_one_origin_and_of_a_free_host_each_its_own),
)  # fmt: skip
"""The cap itself is a rule of the policy: `test_the_table_notices_when_a_rule_is_missing` takes it away."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_guard_that_is_gone_is_noticed(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    needs = signature(fault.caught_by).parameters
    given = {name: request.getfixturevalue(name) for name in needs}
    monkeypatch.setattr(fault.place, fault.attribute, fault.instead)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        fault.caught_by(**given)
