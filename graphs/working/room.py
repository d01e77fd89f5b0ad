"""How many jobs a worker takes from a shared queue: what it can begin soon, so that another one finds the rest.

Why: a worker waits for many models at once, and one that took a hundred jobs because it may wait for a hundred left
nothing to a second worker, which idled while the first computed for them all.
"""

from collections.abc import Generator
from contextlib import contextmanager

LEAST = 2
"""One is being done, the next is at hand."""
GROWTH = 2
"""A worker that begins many between two looks, because they are short or wait for a model, takes more at the next."""


class Room:
    """What one worker took and has not begun."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._begun = 0

    @contextmanager
    def waiting(self, job: str) -> Generator[None, None, None]:
        """Hold a job that was taken; whatever becomes of it, it does not wait for ever."""
        self._waiting.add(job)
        try:
            yield
        finally:
            self._waiting.discard(job)

    def begun(self, job: str) -> None:
        """Note that a job has the thread for the first time."""
        self._waiting.discard(job)
        self._begun += 1

    def left(self) -> int:
        """Say how many more to take now; asked once at each look at the queue."""
        begun, self._begun = self._begun, 0
        return max(0, max(LEAST, GROWTH * begun) - len(self._waiting))
