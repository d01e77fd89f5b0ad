"""One thread that acts: what it does happens alone between two waits, and whoever waits for a model lets others go on.

Invariant: what is done here is plain code from end to end, and another's turn begins only while one waits or gives way;
so what a process remembers needs no lock, and an account is in one hand because its lease is.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import ParamSpec, TypeVar

from sqlalchemy.util import greenlet_spawn

from graphs.working.turns import TURN, Rank, Turns

P = ParamSpec("P")
T = TypeVar("T")


class Abreast:
    """The thread, for the life of a server or a worker."""

    def __init__(self) -> None:
        self._events = asyncio.new_event_loop()
        self._turns = Turns()
        self._thread = Thread(target=self._events.run_forever, daemon=True, name="acting")
        self._thread.start()

    def act(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what a person waits for, and wait for what comes of it."""
        return self.act_as(Rank.PERSON, partial(do, *args, **kwargs))

    def act_as(self, rank: Rank, do: Callable[[], T]) -> T:
        """Do something in its turn, and wait for what comes of it."""
        return asyncio.run_coroutine_threadsafe(self._in_turn(rank, do), self._events).result()

    async def _in_turn(self, rank: Rank, do: Callable[[], T]) -> T:
        turn = self._turns.asked(rank)
        TURN.set(turn)
        try:
            await turn.come()
            return await greenlet_spawn(do)
        finally:
            turn.go()

    def close(self, last: Callable[[], None], wait_seconds: float) -> None:
        """End: let what is under way come to its end for so long, give up the rest, and do something last."""
        asyncio.run_coroutine_threadsafe(_ended(wait_seconds), self._events).result()
        self.act(last)
        self._events.call_soon_threadsafe(self._events.stop)
        self._thread.join()
        self._events.close()


async def _ended(wait_seconds: float) -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        _, late = await asyncio.wait(left, timeout=wait_seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
