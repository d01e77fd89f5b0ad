"""Wait for a coroutine in a test that is none."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def waited(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end.

    Why: `asyncio.run` writes out what its task came to when it looks at the signal handler, whole models of ours.
    """
    came: list[T] = []

    async def kept() -> None:
        came.append(await coroutine)

    asyncio.run(kept())
    return came[0]
