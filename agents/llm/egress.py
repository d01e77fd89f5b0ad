"""The way out to a model: one host, no proxy, no redirect, no tracer, no cache, a cap on what comes back.

Invariant: only the host that an admin set in `model_url` is ever called, and only at an address that the one way out
checked; its certificate is held against the host's name.
"""

import asyncio
import ssl
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from httpx2 import (
    AsyncByteStream,
    AsyncClient,
    AsyncHTTPTransport,
    Client,
    ConnectError,
    Limits,
    Request,
    Response,
)
from pydantic import BaseModel, SecretStr

from agents.llm.asking import Message
from agents.llm.prompts import PromptLimits
from agents.llm.schema import strict_schema
from state.errors import InvalidInput
from state.governance.destination import PORTS, Refused, destination_of
from state.ports.egress import WayOut

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI

FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 2.0


class AnswerTooLarge(Exception):
    """More bytes came back than an answer may have."""


class ForeignHost(Exception):
    """A call to another host than the model's was refused."""


class InsideRefused(Exception):
    """The host leads to an address that is not called; says why."""


OWN = (AnswerTooLarge, ForeignHost, InsideRefused)
"""What this side ended; asking again would end alike."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came back."""

    text: str
    instead: str
    """What came when no text did."""
    tokens_in: int
    tokens_out: int


class _Capped(AsyncByteStream):
    """Breaks off when too much comes."""

    def __init__(self, stream: AsyncByteStream, most: int) -> None:
        self._stream, self._most = stream, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in self._stream:
            seen += len(chunk)
            if seen > self._most:
                raise AnswerTooLarge
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Checked(AsyncHTTPTransport):
    """Connects to an address that was checked, and to no other; nothing is kept open for a later call."""

    def __init__(self, way: WayOut, certificates: ssl.SSLContext) -> None:
        super().__init__(verify=certificates, trust_env=False, limits=Limits(max_keepalive_connections=0))
        self._way = way

    async def handle_async_request(self, request: Request) -> Response:
        """Call the host at the first of its addresses that answers."""
        named = request.url
        port = named.port or PORTS[named.scheme]
        found = await asyncio.to_thread(self._way.addresses, named.host, port)
        if isinstance(found, Refused):
            raise ConnectError(found.reason) if found.code == "network" else InsideRefused(found.reason)
        request.extensions = {**request.extensions, "sni_hostname": named.host}
        try:
            return await self._first(request, found)
        finally:
            request.url = named

    async def _first(self, request: Request, addresses: Sequence[str]) -> Response:
        *others, last = addresses
        for address in others:
            request.url = request.url.copy_with(host=address)
            try:
                return await super().handle_async_request(request)
            except ConnectError:
                continue
        request.url = request.url.copy_with(host=last)
        return await super().handle_async_request(request)


@dataclass
class Endpoint:
    """An OpenAI-compatible endpoint."""

    url: str
    key: str = field(repr=False)
    way: WayOut = field(repr=False)
    authorities: ssl.SSLContext | None = field(default=None, repr=False)
    """None: the system's."""
    host: str = field(init=False)
    """The only host that is called."""
    _chats: "WeakKeyDictionary[AbstractEventLoop, dict[tuple[str, int, int], ChatOpenAI]]" = field(
        default_factory=WeakKeyDictionary, repr=False
    )
    """What was made to ask with, by event loop, model and limits; an endpoint is one tenant's."""

    def __post_init__(self) -> None:
        self.host = _host_of(self.url)

    async def call(
        self, model: str, messages: Sequence[Message], schema: type[BaseModel], limits: PromptLimits
    ) -> Said:
        """Make one call in strict structured form; transport errors are tried again.

        Raises: whatever the transport or the client raises.
        """
        from langsmith.run_helpers import tracing_context
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

        again = AsyncRetrying(
            retry=retry_if_exception(_is_transport),
            stop=stop_after_attempt(limits.attempts),
            wait=wait_random_exponential(multiplier=FIRST_WAIT_SECONDS, max=LONGEST_WAIT_SECONDS),
            reraise=True,
        )
        form = {"name": schema.__name__, "strict": True, "schema": strict_schema(schema)}
        with tracing_context(enabled=False):
            chat = self.chat(model, limits).bind(response_format={"type": "json_schema", "json_schema": form})
            sent = [(message.role, message.text) for message in messages]
            return _said(await again(chat.ainvoke, sent))

    def chat(self, model: str, limits: PromptLimits) -> "ChatOpenAI":
        """Give what to ask a model with; made once in an event loop."""
        made = self._chats.setdefault(asyncio.get_running_loop(), {})
        key = (model, limits.answer_tokens, limits.answer_bytes)
        if key not in made:
            made[key] = self._made(model, limits)
        return made[key]

    def _made(self, model: str, limits: PromptLimits) -> "ChatOpenAI":
        from langchain_openai import ChatOpenAI

        return ChatOpenAI.model_validate(
            {
                "model": model,
                "base_url": self.url,
                "api_key": SecretStr(self.key or "none"),
                "openai_proxy": None,
                "max_retries": 0,
                "max_completion_tokens": limits.answer_tokens,
                "http_client": self._unused,
                "http_async_client": self._client(limits.answer_bytes),
                "use_responses_api": False,
                "stream_usage": False,
                "cache": False,
                "verbose": False,
            }
        )

    def _client(self, most: int) -> AsyncClient:
        async def cap(response: Response) -> None:
            if isinstance(response.stream, AsyncByteStream):
                response.stream = _Capped(response.stream, most)

        return AsyncClient(
            transport=_Checked(self.way, self._certificates),
            trust_env=False,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
            event_hooks={"request": [self._refuse_others], "response": [cap]},
        )

    async def _refuse_others(self, request: Request) -> None:
        if request.url.host != self.host:
            raise ForeignHost(request.url.host)

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        return self.authorities or ssl.create_default_context()

    @cached_property
    def _unused(self) -> Client:
        """Given so that no client with the environment's proxies is made; never called."""
        return Client(trust_env=False, verify=self._certificates)


def ready() -> None:
    """Import the vendor's client, so that the time this takes once is not the model's."""
    import_module("langchain_openai")


def _host_of(url: str) -> str:
    """Read the host of an address. Raises: InvalidInput for one that names none."""
    try:
        named = frozenset({urlsplit(url).hostname or ""})
    except ValueError:
        named = frozenset()
    found = destination_of(url, named)
    if isinstance(found, Refused):
        remedy = "Set REVLOOP_MODEL_URL to an http or https address such as http://localhost:8000/v1."
        message = f"The model's address is no web address: {found.reason}."
        raise InvalidInput(message, field="model_url", value=url, remedy=remedy)
    return found.host


def _said(message: "AIMessage") -> Said:
    used = message.usage_metadata
    text = message.content if isinstance(message.content, str) else ""
    instead = "it called a tool instead of answering" if message.tool_calls else "it was empty"
    if message.additional_kwargs.get("refusal"):
        instead = "the model refused to answer"
    return Said(
        text=text.strip(),
        instead=instead,
        tokens_in=used["input_tokens"] if used else 0,
        tokens_out=used["output_tokens"] if used else 0,
    )


def _is_transport(error: BaseException) -> bool:
    from openai import APIConnectionError, APITimeoutError, InternalServerError, RateLimitError

    if isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError):
        return not isinstance(error.__cause__, OWN)
    return isinstance(error, RateLimitError | InternalServerError)


def why(error: BaseException, seconds: float) -> str:
    """Say in a clause of plain words why a call brought nothing; no word of the endpoint's is repeated."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError, LengthFinishReasonError

    if isinstance(error.__cause__, OWN):
        error = error.__cause__
    reasons: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
        ((TimeoutError, APITimeoutError), f"it did not answer within {seconds:g} seconds"),
        ((AnswerTooLarge,), "its answer was too large"),
        ((ForeignHost,), "it led to another host than the one set"),
        ((InsideRefused,), f"it was not called: {error}"),
        ((APIStatusError,), f"its endpoint answered with status {getattr(error, 'status_code', 'unknown')}"),
        ((APIConnectionError,), "its endpoint could not be reached, or broke off"),
        ((LengthFinishReasonError,), "its answer was cut off"),
    )
    unread = f"its answer could not be read ({type(error).__name__})"
    return next((said for kinds, said in reasons if isinstance(error, kinds)), unread)
