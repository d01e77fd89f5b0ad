"""Approvals that differ in one field are refused for it; all ten thousand: `python -m evals.redteam forgery`."""

from evals.redteam.ballots import FORGERIES
from evals.redteam.forgery import heard, stored, unseen


def test_a_forged_field_is_refused_for_itself_and_the_unmodified_twin_counts() -> None:
    found = heard(3 * len(FORGERIES))
    assert {name for name, one in found.items() if not one.tried == one.refused == one.twins == 3} == set()
    assert sum(one.accepted for one in found.values()) == 0


def test_each_rule_is_missed_when_it_is_forgotten() -> None:
    assert unseen(1) == []


def test_a_store_refuses_what_the_law_refuses_and_takes_the_twin() -> None:
    found = stored(14)
    assert (found.tried, found.refused, found.accepted, found.twins) == (14, 14, 0, 14)
