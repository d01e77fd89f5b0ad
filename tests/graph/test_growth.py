"""What a run costs does not grow with the situation: counted in steps of our own code, so no clock is read."""

import gc
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from math import prod
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from evals.bench.stage import CLOCK_FIELDS, NODES_EACH, crowd, fill, opened
from graphs.bootstrap import House, shipped
from graphs.settling import settle
from state.ids import AccountId, TenantId
from state.ports.world import Tenant
from state.principal import Principal
from tools.files import load_profile

OURS = str(Path(__file__).parents[2])
CLOCK = datetime(2026, 3, 10, 15, tzinfo=UTC)
TENANT = TenantId("crowds")
FEW, MANY = 10, 110
"""People of an account; each has a past of several records."""
MOST_STATEMENTS = 20
SELDOM = 5_000_000
"""New objects after which everything is looked through again."""


@pytest.fixture(scope="module")
def crowds() -> Iterator[tuple[House, Principal]]:
    users = load_profile([shipped() / "profile"]).company.users
    tenant = Tenant(id=TENANT, clock=CLOCK, default_user=users[0].id, **CLOCK_FIELDS)
    events = [
        event
        for people in (FEW, MANY)
        for event in crowd(AccountId(f"crowd-{people}"), people * NODES_EACH, CLOCK, TENANT)
    ]
    with opened(TENANT) as house:
        yield house, fill(house, tenant, users, events)


def steps_of(act: Callable[[], object]) -> int:
    """Count the lines of our own code that an act goes through; each turn of a loop is one more."""
    taken = 0

    def look(frame: FrameType, event: str, _: object) -> Any:  # as the interpreter takes it
        nonlocal taken
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        taken += event == "line"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        act()
    finally:
        sys.settrace(before)
    return taken


@pytest.mark.parametrize("intent", ["scan", "prep"])
def test_a_run_takes_as_many_steps_however_much_is_known(
    crowds: tuple[House, Principal], intent: str
) -> None:
    house, principal = crowds
    found: dict[int, int] = {}
    for people in (FEW, MANY):
        account = AccountId(f"crowd-{people}")
        for _ in range(2):
            house.runner.start(principal, account, intent)
        found[people] = steps_of(partial(house.runner.start, principal, account, intent))
    assert found[MANY] - found[FEW] < MANY - FEW, "something goes through every person, mail or case again"


def test_what_a_run_looked_at_is_let_go_when_it_ends(crowds: tuple[House, Principal]) -> None:
    house, principal = crowds
    house.runner.start(principal, AccountId(f"crowd-{FEW}"), "scan")
    assert (dict(house.parts.seen), dict(house.parts.gathered)) == ({}, {})


def test_a_process_that_stays_leaves_what_it_loaded_alone_and_looks_seldom() -> None:
    was, frozen = gc.get_threshold(), gc.get_freeze_count()
    kept = [[number] for number in range(1000)]
    try:
        settle()
        assert gc.get_freeze_count() >= frozen + len(kept)
        assert prod(gc.get_threshold()) >= SELDOM
    finally:
        gc.set_threshold(*was)


def test_a_run_that_finds_nothing_to_do_sends_twenty_statements_at_most(
    crowds: tuple[House, Principal],
) -> None:
    house, principal = crowds
    account = AccountId(f"crowd-{MANY}")
    house.runner.start(principal, account, "scan")
    before = house.database.statements
    house.runner.start(principal, account, "scan")
    assert 0 < house.database.statements - before <= MOST_STATEMENTS
