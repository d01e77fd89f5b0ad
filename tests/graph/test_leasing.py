"""An account is in one hand, is let go whatever happens, and whoever is more urgent comes between two of them."""

import asyncio
from contextvars import copy_context
from typing import NoReturn

import pytest
from sqlalchemy.util import greenlet_spawn

from graphs.bootstrap import House
from graphs.working.jobs import rank_of
from graphs.working.leasing import leased
from graphs.working.turns import TURN, Rank, Turns
from state.errors import Unavailable
from state.ids import TenantId
from state.ports.queueing import Job, JobKind
from tests.graph.canary import ACME, FJORD
from tests.graph.homes import TENANT


class Away:
    """A database that is away."""

    def begin(self, tenant: TenantId) -> NoReturn:
        raise Unavailable(f"not now, {tenant}")


async def test_a_round_over_accounts_lets_a_person_in_before_the_next(house: House) -> None:
    turns, told = Turns(), list[str]()

    async def person() -> None:
        turn = turns.asked(Rank.PERSON)
        await turn.come()
        told.append("person")
        turn.go()

    def looked() -> None:
        for account in (ACME, FJORD):
            with leased(house.parts, TENANT, account):
                told.append(account)

    turn = turns.asked(rank_of(Job(kind=JobKind.DAILY, tenant=TENANT, subject="zone", number="1")))
    TURN.set(turn)
    await turn.come()
    asked = asyncio.get_running_loop().create_task(person())
    await asyncio.sleep(0)
    await greenlet_spawn(looked)
    turn.go()
    await asked
    assert told == ["person", ACME, FJORD]


def test_an_account_is_let_go_in_whatever_context_its_job_ends(house: House) -> None:
    holding = leased(house.parts, TENANT, ACME)
    copy_context().run(holding.__enter__)
    assert (TENANT, ACME) in house.parts.leases
    copy_context().run(holding.__exit__, None, None, None)
    with leased(house.parts, TENANT, ACME):
        assert house.parts.leases[TENANT, ACME].fence == 2


def test_an_account_whose_end_could_not_be_written_is_taken_again_by_the_same_process(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unavailable), leased(house.parts, TENANT, ACME):
        monkeypatch.setattr(house.parts, "stores", Away())
    monkeypatch.undo()
    with leased(house.parts, TENANT, ACME):
        assert list(house.parts.leases) == [(TENANT, ACME)]
