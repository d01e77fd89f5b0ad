"""One thread acts: who comes first on it, and that nobody waits for somebody else's model."""

import asyncio
from dataclasses import dataclass, field

import pytest
from sqlalchemy.util import greenlet_spawn

from graphs.working.room import Room
from graphs.working.turns import TURN, Rank, Turns, give_way, while_others_act

PERSON, WORK, ROUND = Rank.PERSON, Rank.WORK, Rank.ROUND


@dataclass
class Line:
    """A line of jobs, each of which says when it has its turn."""

    turns: Turns = field(default_factory=Turns)
    told: list[str] = field(default_factory=list)

    async def job(self, name: str, rank: Rank, answer: asyncio.Event | None = None) -> None:
        turn = self.turns.asked(rank)
        TURN.set(turn)
        try:
            await turn.come()
            self.told.append(name)
            if answer is not None:
                await while_others_act(answer.wait())
                self.told.append(f"{name} again")
        finally:
            turn.go()

    async def behind(self, *jobs: "asyncio.Task[None]") -> None:
        """Let all of them stand in line, and the first one have its turn only then."""
        ahead = self.turns.asked(PERSON)
        await ahead.come()
        await asyncio.sleep(0)
        ahead.go()
        await asyncio.gather(*jobs)


def begun(line: Line, name: str, rank: Rank, answer: asyncio.Event | None = None) -> "asyncio.Task[None]":
    return asyncio.get_running_loop().create_task(line.job(name, rank, answer))


async def test_people_go_before_work_and_the_older_before_the_younger() -> None:
    line = Line()
    asked = [("round", ROUND), ("old", WORK), ("young", WORK), ("person", PERSON)]
    await line.behind(*(begun(line, name, rank) for name, rank in asked))
    assert line.told == ["person", "old", "young", "round"]


async def test_who_waits_for_a_model_lets_others_go_on_and_goes_before_the_younger_when_it_is_back() -> None:
    line, answer = Line(), asyncio.Event()
    first = begun(line, "first", WORK, answer)
    second = begun(line, "second", WORK, answer)
    third = begun(line, "third", WORK)
    await line.behind(third)
    assert line.told == ["first", "second", "third"]
    fourth = begun(line, "fourth", WORK)
    answer.set()
    await line.behind(first, second, fourth)
    assert line.told[3:] == ["first again", "second again", "fourth"]


async def test_a_job_that_is_given_up_leaves_the_line_to_the_others() -> None:
    line, never = Line(), asyncio.Event()
    waiting = begun(line, "waiting", WORK, never)
    given_up = begun(line, "given up", WORK)
    ahead = line.turns.asked(PERSON)
    await ahead.come()
    await asyncio.sleep(0)
    given_up.cancel()
    ahead.go()
    await line.behind(begun(line, "next", WORK))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await line.job("last", WORK)
    assert line.told == ["waiting", "next", "last"]


async def test_a_long_round_gives_way_to_a_person_and_to_work_and_to_no_other_round() -> None:
    line, jobs = Line(), list["asyncio.Task[None]"]()

    def walk() -> None:
        for place in range(2):
            line.told.append(f"walk {place}")
            give_way()

    turn = line.turns.asked(ROUND)
    TURN.set(turn)
    await turn.come()
    jobs += [begun(line, name, rank) for name, rank in (("round", ROUND), ("work", WORK), ("person", PERSON))]
    await asyncio.sleep(0)
    await greenlet_spawn(walk)
    turn.go()
    await asyncio.gather(*jobs)
    assert line.told == ["walk 0", "person", "work", "walk 1", "round"]


def test_a_worker_takes_what_it_can_begin_soon_and_leaves_the_rest_to_another() -> None:
    room = Room()
    with room.waiting("a"), room.waiting("b"):
        assert room.left() == 0
        room.begun("a")
        room.begun("b")
        assert room.left() == 4, "short jobs: twice as many as it began"
        assert room.left() == 2
    with room.waiting("c"):
        assert room.left() == 1
    assert room.left() == 2, "one that failed before it began waits no more"
