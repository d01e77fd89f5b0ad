"""Whose turn it is on the one thread that acts: people before work, work before rounds, older before younger.

Invariant: who waits for an answer from elsewhere holds no turn, so nobody waits for two; a turn orders, never locks.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from enum import IntEnum
from heapq import heappop, heappush
from typing import TypeVar

from sqlalchemy.util import await_only
from sqlalchemy.util.concurrency import in_greenlet

T = TypeVar("T")


class Rank(IntEnum):
    """Who goes first."""

    PERSON = 0
    """Somebody waits for it."""
    WORK = 1
    """Nobody waits for it."""
    ROUND = 2
    """It goes on for long, over a whole company."""


class Turns:
    """The line in front of one thread; used on that thread alone."""

    def __init__(self) -> None:
        self._line: list[tuple[Rank, int, Turn]] = []
        self._has: Turn | None = None
        self._asked = 0

    def asked(self, rank: Rank) -> "Turn":
        """Stand in line."""
        self._asked += 1
        return Turn(self, rank, self._asked)

    def line_up(self, turn: "Turn") -> None:
        """Let it have the thread once nobody before it wants it."""
        heappush(self._line, (turn.rank, turn.number, turn))
        self.pass_on()

    def let_go(self, turn: "Turn") -> None:
        """Give the thread to the next, if this one has it."""
        if self._has is turn:
            self._has = None
            self.pass_on()

    def pass_on(self) -> None:
        """Give a free thread to who is next."""
        while self._has is None and self._line:
            _, _, turn = heappop(self._line)
            if turn.called():
                self._has = turn

    def is_urgent(self, than: Rank) -> bool:
        """Tell whether somebody of a higher rank stands in line."""
        return bool(self._line) and self._line[0][0] < than


class Turn:
    """One job's place in the line, from its first step to its last."""

    def __init__(self, turns: Turns, rank: Rank, number: int) -> None:
        self.rank = rank
        self.number = number
        """Its age: the older has the smaller one."""
        self._turns = turns
        self._call: asyncio.Future[None] | None = None
        self._away = 0

    async def come(self) -> None:
        """Wait for one's turn."""
        if self._call is None:
            self._call = asyncio.get_running_loop().create_future()
            self._turns.line_up(self)
        await asyncio.shield(self._call)

    def called(self) -> bool:
        """Be told that it is one's turn; say whether one is still there."""
        if self._call is None or self._call.done():
            return False
        self._call.set_result(None)
        return True

    def go(self) -> None:
        """Give the turn back, or leave the line."""
        if self._call is not None:
            self._call.cancel()
            self._call = None
        self._turns.let_go(self)

    @asynccontextmanager
    async def left(self) -> AsyncGenerator[None, None]:
        """Be without it meanwhile; where several steps of a job wait at once, until the last is back."""
        self._away += 1
        self.go()
        try:
            yield
        finally:
            self._away -= 1
            if self._away == 0:
                await self.come()

    async def give_way(self) -> None:
        """Let who is more urgent go first."""
        if self._away == 0 and self._turns.is_urgent(self.rank):
            self.go()
            await self.come()


TURN: ContextVar[Turn | None] = ContextVar("turn", default=None)
"""The turn of the job that asks, in all its tasks."""


@asynccontextmanager
async def elsewhere() -> AsyncGenerator[None, None]:
    """Wait for somebody else's answer, and let others go on meanwhile."""
    turn = TURN.get()
    if turn is None:
        yield
        return
    async with turn.left():
        yield


async def while_others_act(waited_for: Awaitable[T]) -> T:
    """Wait for something elsewhere."""
    async with elsewhere():
        return await waited_for


def give_way() -> None:
    """Let who is more urgent go first; a command that holds up nobody goes on at once."""
    turn = TURN.get()
    if turn is not None and in_greenlet():
        await_only(turn.give_way())
