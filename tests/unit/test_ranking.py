"""Order of proposals: bands, then value per minute, promises first, and rows that come before others."""

from hypothesis import given
from hypothesis import strategies as st

from state.decision.ranking import rank, score
from state.ids import AccountId
from tests.unit.candidates import candidate


def names(*proposals: object) -> list[str]:
    return [getattr(proposal, "rule", "") for proposal in proposals]


def test_urgency_comes_before_value() -> None:
    later, sooner = candidate("later", 9_000, urgency="can_wait"), candidate("sooner", 1, urgency="now")
    assert names(*rank([later, sooner])) == ["sooner", "later"]


def test_inside_a_band_value_per_minute_decides() -> None:
    long, short = candidate("long", 300, 30), candidate("short", 100, 5)
    assert names(*rank([long, short])) == ["short", "long"]


def test_an_own_promise_that_is_due_is_first_whatever_its_value() -> None:
    rich, promise = (
        candidate("rich", 9_000, urgency="now"),
        candidate("promise", 1, urgency="now", subject="Commitment/c"),
    )
    assert names(*rank([rich, promise])) == ["promise", "rich"]


def test_what_waits_for_an_answer_comes_last_in_its_band() -> None:
    held, free = candidate("held", 9_000, held_by="qu"), candidate("free", 1)
    assert names(*rank([held, free])) == ["free", "held"]


def test_equal_values_are_ordered_by_the_accounts_name() -> None:
    one, two = candidate("one", account="z"), candidate("two", account="y")
    known = {AccountId("z"): "Alpha", AccountId("y"): "Beta"}
    assert names(*rank([two, one], known)) == ["one", "two"]


def test_a_row_that_comes_before_another_does_whatever_the_value() -> None:
    pitch, plan = candidate("pitch", 9_000), candidate("plan", 1)
    assert names(*rank([pitch, plan], before={"plan": {"pitch"}})) == ["plan", "pitch"]


def test_rows_order_only_their_own_account() -> None:
    pitch, plan = candidate("pitch", 9_000), candidate("plan", 1, account="other")
    assert names(*rank([pitch, plan], before={"plan": {"pitch"}})) == ["pitch", "plan"]


def test_rows_that_wait_for_each_other_are_all_kept() -> None:
    circle = {"a": {"b"}, "b": {"a"}}
    assert len(rank([candidate("a"), candidate("b")], before=circle)) == 2


def test_no_minutes_still_cost_a_glance() -> None:
    assert score(candidate("free", 100, 0)) == 200


@given(st.permutations(list(range(8))))
def test_the_order_given_does_not_change_the_order_found(order: list[int]) -> None:
    made = [
        candidate(f"r{n}", n % 3 * 100, urgency=("now", "this_week", "can_wait")[n % 3]) for n in range(8)
    ]
    assert rank([made[n] for n in order]) == rank(made)
