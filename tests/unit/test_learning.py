"""Learning: counts and priors by hand, caps of unverified sources, the day's order, and borders that only rise."""

import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from state.decision.decided import DecidedProposal, counted
from state.decision.learning import ODDS_DRAWS, learned, odds, sampled
from state.decision.preferences import EVERY, Preferences
from state.decision.proposal import Proposal
from state.decision.ranking import rank, score
from state.ids import TenantId
from tests.conftest import ROOT
from tests.unit.candidates import candidate
from tests.unit.decided import DAY, LIMITS, decided, many

TENANT, TODAY = TenantId("t"), date(2026, 3, 10)
LEARNED = learned([*many(18, 6, "update_crm"), *many(3, 9, "create_task")], LIMITS)
PLACE = (LEARNED, "A", TENANT, TODAY)


def test_a_kind_starts_from_all_kinds_and_a_segment_from_its_kind() -> None:
    found = learned([*many(6, 2), decided("x", "merge", right=False)], LIMITS)
    # all: (6 + .5·2) ÷ (9 + 2) = .6364; four decisions' worth of it
    kind, segment = found.posterior("update_crm", EVERY), found.posterior("update_crm", "A")
    assert (kind.alpha, kind.beta) == (Decimal("8.5456"), Decimal("3.4544"))
    # the kind: (6 + .6364·4) ÷ (8 + 4) = .7121
    assert (segment.alpha, segment.beta) == (Decimal("8.8484"), Decimal("3.1516"))
    assert found.posterior(EVERY, EVERY).mean == Decimal(7) / 11


def test_what_is_not_known_falls_back_to_what_is() -> None:
    assert LEARNED.posterior("update_crm", "C") == LEARNED.posterior("update_crm", EVERY)
    assert LEARNED.posterior("never_seen", "A") == LEARNED.posterior(EVERY, EVERY)


@given(st.integers(0, 40), st.booleans())
def test_an_unverified_origin_moves_a_posterior_by_its_cap_and_a_prior_by_nothing(
    times: int, right: bool
) -> None:
    flood = [decided(f"z{n}", right=right, at=DAY + timedelta(days=n), origin="or_1") for n in range(times)]
    before, after = learned(many(20, 5), LIMITS), learned([*many(20, 5), *flood], LIMITS)
    for segment in (EVERY, "A"):
        old, new = before.posterior("update_crm", segment), after.posterior("update_crm", segment)
        moved = (new.alpha - old.alpha, new.beta - old.beta)
        assert sorted(moved) == [0, min(times, LIMITS.per_origin)]


def test_without_the_cap_and_the_wall_a_flood_is_seen_to_move_both() -> None:
    flood = [decided(f"z{n}", "merge", right=False, at=DAY + timedelta(days=n)) for n in range(40)]
    shady = [one.model_copy(update={"origin": "or_1"}) for one in flood]
    plain, uncapped = learned(many(20, 5), LIMITS), LIMITS.model_copy(update={"per_origin": 40})
    assert learned([*many(20, 5), *shady], uncapped).posterior("merge", EVERY).wrong == 40
    kept, moved = (learned([*many(20, 5), *some], LIMITS) for some in (shady, flood))
    prior = [one.posterior("update_crm", EVERY).alpha for one in (plain, kept, moved)]
    assert prior[0] == prior[1] > prior[2]


def test_one_sender_tells_no_more_outcomes_than_its_cap() -> None:
    told = [
        decided(f"a{n}", at=DAY + timedelta(hours=n), outcome="reply_positive", outcome_origin="or_1")
        for n in range(9)
    ]
    assert [one.was_met for one in counted(told, 3)] == [True, True, True] + [None] * 6


def test_an_opened_image_is_no_outcome() -> None:
    case = decided("a").model_dump()
    with pytest.raises(ValidationError, match="outcome"):
        DecidedProposal.model_validate({**case, "outcome": "mail_opened"})


def test_the_same_day_and_card_draw_the_same_whatever_else_is_there() -> None:
    one, two = (candidate(name, 300, 10, action_type="update_crm") for name in ("one", "two"))
    alone, both = sampled([one], *PLACE)(one), sampled([two, one], *PLACE)(one)
    assert alone == both
    assert sampled([one], LEARNED, "A", TENANT, TODAY + timedelta(days=1))(one) != alone
    assert sampled([one], LEARNED, "A", TenantId("u"), TODAY)(one) != alone


@given(st.permutations([candidate(f"p{n}", 40 * n - 60, 4 + n) for n in range(6)]))
def test_the_order_of_the_input_says_nothing(proposals: list[Proposal]) -> None:
    first = rank(sorted(proposals, key=lambda one: one.rule), worth=sampled(proposals, *PLACE))
    assert rank(proposals, worth=sampled(proposals, *PLACE)) == first


def test_nothing_leaves_its_band_and_no_value_loses_more_than_the_admin_lets_it() -> None:
    rich, urgent = candidate("rich", 90_000), candidate("urgent", 1, urgency="now")
    assert rank([rich, urgent], worth=sampled([rich, urgent], *PLACE))[0] == urgent
    assert score(rich) * LIMITS.rank_share_min <= sampled([rich], *PLACE)(rich) <= score(rich)
    cost = candidate("cost", -10, 1)
    assert score(cost) * Decimal("1.5") <= sampled([cost], *PLACE)(cost) <= score(cost)


def test_a_mail_stands_with_its_draft() -> None:
    draft = candidate("draft", 300, 10)
    mail = candidate("mail", 300, 10).model_copy(
        update={"action_type": "send_email", "arguments": {"draft": str(draft.id)}}
    )
    worth = sampled([mail, draft], *PLACE)
    assert worth(mail) == worth(draft)


def test_odds_are_of_the_place_never_zero_and_the_same_each_time() -> None:
    near = [candidate("a", 300, 10), candidate("b", 290, 10), candidate("far", 9, 10)]
    order = rank(near, worth=sampled(near, *PLACE))
    found = odds(order, *PLACE, lambda worth: rank(order, worth=worth))
    assert found == odds(order, *PLACE, lambda worth: rank(order, worth=worth))
    assert found[order[2].id] == "1.0000"
    assert all(Decimal(1) / (ODDS_DRAWS + 1) - Decimal("0.0001") <= Decimal(one) < 1 for name, one in found.items()
               if name != order[2].id)  # fmt: skip


def test_too_few_decisions_leave_the_order_alone() -> None:
    assert not learned(many(15, 4), LIMITS).has_order
    assert learned(many(15, 5), LIMITS).has_order


def test_a_border_rises_by_the_shortfall_and_no_further_than_it_may() -> None:
    # Wilson's upper end of 22 of 40 is .6928; the border .85 may rise by .10 at most
    (raised,) = learned(many(22, 18), LIMITS).borders
    assert (raised.raised_by, raised.right, raised.n) == (Decimal("0.1000"), 22, 40)
    # of 28 of 40 it is .8193
    (raised,) = learned(many(28, 12), LIMITS).borders
    assert raised.raised_by == Decimal("0.0307")
    assert not learned(many(34, 6), LIMITS).borders
    assert not learned(many(2, 17), LIMITS).borders
    assert not learned(many(22, 18, stated="0.8"), LIMITS).borders


def test_a_raised_border_is_read_as_a_lower_confidence() -> None:
    plain, raised = learned(many(28, 12), LIMITS), LIMITS.model_copy(update={"raise_at_most": Decimal(0)})
    without = learned(many(28, 12), raised)
    assert not without.borders
    high, low = (
        without.confidence("update_crm", Decimal("0.9")),
        plain.confidence("update_crm", Decimal("0.9")),
    )
    assert high is not None
    assert low == high - Decimal("0.0307")


def test_too_little_data_claims_no_confidence() -> None:
    assert learned(many(15, 4), LIMITS).confidence("update_crm", Decimal("0.9")) is None
    assert learned(many(15, 5), LIMITS).confidence("merge", Decimal("0.9")) is None


def test_outcomes_are_labelled_as_those_of_what_was_done() -> None:
    cases = [decided(f"a{n}", outcome="won", at=DAY + timedelta(hours=n)) for n in range(20)]
    found = learned([*cases, decided("no", right=False)], LIMITS)
    assert [(one.card.n, one.is_selected) for one in found.of("p_outcome")] == [(20, True)]
    assert [(one.card.n, one.is_selected) for one in found.of("confidence")] == [(21, False)]


def test_equal_cases_in_any_order_give_equal_bytes() -> None:
    cases = [*many(22, 18), *many(9, 3, "merge")]
    text = learned(cases, LIMITS).text()
    assert learned(cases[::-1], LIMITS).text() == text
    assert Preferences.model_validate_json(text).text() == text


def test_learning_has_no_way_to_policy() -> None:
    learn = partial(learned, limits=LIMITS)
    assert "allow" not in learn(many(30, 0)).text()


def test_another_process_with_another_hash_seed_learns_and_orders_the_same() -> None:
    code = (
        "from datetime import date\n"
        "from state.decision.learning import learned, sampled\n"
        "from state.decision.ranking import rank\n"
        "from tests.unit.candidates import candidate\n"
        "from tests.unit.decided import LIMITS, many\n"
        "taught = learned([*many(18, 6), *many(3, 9, 'create_task')], LIMITS)\n"
        "cards = [candidate(f'p{n}', 300 + n, 10, action_type='update_crm') for n in range(9)]\n"
        "worth = sampled(cards, taught, 'A', 't', date(2026, 3, 10))\n"
        "print(taught.text(), [one.rule for one in rank(cards, worth=worth)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1")
    }  # fmt: skip
    assert len(said) == 1
