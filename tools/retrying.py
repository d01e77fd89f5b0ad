"""Trying a read again after a fault that passes, with full jitter; never an effect, which follows the lifecycle."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from state.errors import Unavailable

T = TypeVar("T")
TRANSIENT = (Unavailable, ConnectionError, TimeoutError)
"""Faults that may be gone in a moment; a refusal is none of them."""
ATTEMPTS = 3
FIRST_SECONDS, MOST_SECONDS = 0.1, 2.0


@dataclass
class Patience:
    """How often one read was tried."""

    seconds: float
    """No new attempt begins that would end the wait past this."""
    sleep: Callable[[float], None] = time.sleep
    attempts: int = field(default=0, init=False)

    def run(self, work: Callable[[], T]) -> T:
        """Try until it answers, refuses, or the attempts or the time are used up. Raises: what the last try raises."""
        trying = Retrying(
            stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(self.seconds),
            wait=wait_random_exponential(multiplier=FIRST_SECONDS, max=MOST_SECONDS),
            retry=retry_if_exception_type(TRANSIENT),
            sleep=self.sleep,
            reraise=True,
        )

        def once() -> T:
            self.attempts += 1
            return work()

        answer: T = trying(once)
        return answer
