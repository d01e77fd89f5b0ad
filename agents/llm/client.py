"""One model call with everything that may go wrong around it: time, transport, form, one repair, another model.

Invariant: a failure is a value in plain words; nothing of the exchange is logged, cached or traced.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from agents.llm.asking import Ask, Message, Read
from agents.llm.egress import Endpoint, Said, ready, why
from agents.llm.prompts import PromptLimits, Tier

Result = TypeVar("Result")
_PLACE = re.compile(r"[A-Za-z0-9_. ]{1,60}")


@dataclass
class Usage:
    """What one model used since the start of this process."""

    calls: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Answered(Generic[Result]):
    """A valid answer and the model that gave it."""

    value: Result
    model: str


@dataclass(frozen=True, slots=True)
class Failed:
    """No model gave a valid answer in time; a clause in plain words."""

    because: str


@dataclass
class ModelClient:
    """Asks an OpenAI-compatible endpoint."""

    endpoint: Endpoint
    models: Mapping[Tier, str]
    timeout_seconds: float
    limits: PromptLimits
    usage: dict[str, Usage] = field(default_factory=dict)
    """By model."""

    async def ask(self, ask: Ask[Result]) -> Answered[Result] | Failed:
        """Ask the task's model, let it repair once, then ask the other; all within the timeout.

        Invariant: never raises.
        """
        ready()
        end = asyncio.get_running_loop().time() + self.timeout_seconds
        first, other = self.models[ask.tier], self.models[self.limits.other[ask.tier]]
        share = 1.0 if other == first else self.limits.first_share
        one = await self._exchange(ask, first, self.timeout_seconds * share, may_repair=True)
        if isinstance(one, Answered) or other == first:
            return one
        rest = end - asyncio.get_running_loop().time()
        two = await self._exchange(ask, other, rest, may_repair=False)
        if isinstance(two, Answered) or one.because == two.because:
            return two
        return Failed(f"{one.because}; asked instead, the other model failed too: {two.because}")

    async def _exchange(
        self, ask: Ask[Result], model: str, seconds: float, *, may_repair: bool
    ) -> Answered[Result] | Failed:
        """Ask one model; what is left of a flawed answer counts when the repair brings nothing better."""
        end = asyncio.get_running_loop().time() + seconds
        first = await self._read(ask, model, ask.messages, seconds)
        if isinstance(first, Failed):
            return first
        if first.objections and may_repair:
            rest = end - asyncio.get_running_loop().time()
            again = await self._read(ask, model, ask.repaired(first), rest)
            first = again if isinstance(again, Read) and (again.is_usable or not first.is_usable) else first
        if first.value is None or first.is_grave:
            return Failed(f"its answer was not valid: {_where(first.objections[0])}")
        return Answered(first.value, model)

    async def _read(
        self, ask: Ask[Result], model: str, messages: tuple[Message, ...], seconds: float
    ) -> Read[Result] | Failed:
        """Make one call: the edge at which whatever a model or its transport does becomes a value."""
        usage = self.usage.setdefault(model, Usage())
        usage.calls += 1
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                said = await self.endpoint.call(model, messages, ask.schema, self.limits)
            _count(usage, said)
            return ask.read(said.text) if said.text else Read(None, (said.instead,), is_grave=True)
        except Exception as error:
            usage.failed += 1
            return Failed(why(error, self.timeout_seconds))


def _where(objection: str) -> str:
    """Say where it was wrong, and repeat no word of the model's."""
    place = objection.partition(":")[0]
    return place if _PLACE.fullmatch(place) else "its form is wrong"


def _count(usage: Usage, said: Said) -> None:
    usage.tokens_in += said.tokens_in
    usage.tokens_out += said.tokens_out
