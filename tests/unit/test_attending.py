"""Which cards the attention budget may not delay: each reason alone is enough."""

from datetime import UTC, datetime

import pytest

from graphs.telling.attending import may_not_wait
from graphs.telling.card import CardOut, LikenessOut, YesOut
from graphs.telling.report import ValueOut, VerdictOut
from graphs.telling.tracking import TrackOut

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)
ALIKE = LikenessOut(domain="acrne.com", decoded="acrne.com", like="acme.com", how="its letters look the same")
CARD = CardOut(
    id="ac_1", account="acme", account_name="Acme", action_type="create_task", action_class=2, summary="",
    description="", why_now="", owner="maya", inbox_of="maya", status="pending", tool="crm.create_task",
    recipients=(), in_name_of=None, thread=None, decide_by=None, expires_at=NOW, confidence=0.5, track=TrackOut(),
    expected_value=ValueOut(amount="1", currency="USD", arithmetic="1"), p_outcome=0.5, reversible=True,
    touches_14d=0, is_first_to_address=False, rests_on_untrusted=False, without_untrusted=(), unverified=(),
    alternative=None, effect="", verdict=VerdictOut(kind="require_approval", rule="r", reasons=()),
    seats=("owner",), approved_by=(), editable=(), group=None, snoozed_until=None, runs_at=None, hold_until=None,
    shown="h",
)  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "ambiguous"},
        {"status": "approved"},
        {"runs_at": NOW},
        {"approvals": (YesOut(by="dana", after_ms=None),)},
        {"rests_on_untrusted": True},
        {"without_untrusted": ("its place in the order",)},
        {"looks_like": (ALIKE,)},
        {"is_alarm": True},
        {"is_asked_for": True},
        {"inbox_of": "priya"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_may_not_wait_comes_before_its_person_at_once(changed: dict[str, object]) -> None:
    assert may_not_wait(CARD.model_copy(update=changed), "maya")


def test_any_other_card_may_wait() -> None:
    assert not may_not_wait(CARD, "maya")
