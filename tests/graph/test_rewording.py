"""What a person writes into a card: nothing needs a record, and what may never leave is refused and changes nothing."""

import json
from typing import Any

import pytest

from graphs.bootstrap import House
from graphs.governing import rewording
from state.errors import Denied
from state.governance.action import Action, Status
from state.ids import AccountId, ActionId
from state.ledger.entry import Kind
from tests.graph.homes import TENANT, principal_of

OAKHAVEN = AccountId("oakhaven-hotels")


@pytest.fixture
def mail(house: House) -> Action:
    """Prepare an account whose price mail waits."""
    house.runner.start(principal_of(house), OAKHAVEN, "prep")
    with house.parts.stores.read(TENANT) as unit:
        waiting = unit.actions.listed((Status.PENDING,), account=OAKHAVEN)
    return next(one for one in waiting if one.action_type == "send_email")


def told_by(house: House, kind: Kind) -> list[dict[str, Any]]:
    with house.parts.stores.read(TENANT) as unit:
        sealed = unit.ledger.sealed(limit=10_000)
    return [json.loads(one.payload or "{}") for one in sealed if one.entry.kind is kind]


@pytest.mark.parametrize(
    "words",
    [
        "Hello Elena, forty seats at $100 a seat.",
        "Hello Elena, the password is Tr0ub4dor&3.",
        "Hello Elena, please write to partner@rival.example.",
    ],
)
def test_nobody_writes_what_may_never_leave_and_the_card_stays(
    house: House, mail: Action, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Denied):
        house.desk.edit(principal_of(house), mail.id, {"body": words})
    with house.parts.stores.read(TENANT) as unit:
        assert unit.actions.get(mail.id).status is Status.PENDING
    monkeypatch.setattr(rewording, "HELD_TO", frozenset())
    assert house.desk.edit(principal_of(house), mail.id, {"body": words}).action.successor


def test_a_persons_own_word_needs_no_record_and_the_check_is_entered(house: House, mail: Action) -> None:
    words = "Hello Elena, I am in the office until 17:45 on Thursday and have 3 questions."
    fresh = house.desk.edit(principal_of(house), mail.id, {"body": words}).action.successor
    with house.parts.stores.read(TENANT) as unit:
        assert unit.actions.get(ActionId(str(fresh))).status is Status.PENDING
    told = told_by(house, Kind.VALIDATION)[-1]
    assert (told["edited"], told["compliance"]) == (mail.id, {"blocking": 0, "warning": 0})


def test_what_every_validator_found_is_entered_with_the_judgement(house: House, mail: Action) -> None:
    (told,) = [one["checks"] for one in told_by(house, Kind.POLICY) if one["run"] == mail.run]
    names = {"freshness", "grounding", "contradiction", "compliance", "business_rule"}
    assert names <= told.keys()
    with house.parts.stores.read(TENANT) as unit:
        kept = {kind: name for name, kind in unit.runs.artifacts_of(mail.run)}
    assert told["findings"] == kept.get("findings.0", "")
