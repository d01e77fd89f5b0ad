"""Writes that may be repeated: the same `Idempotency-Key` gives the first answer again and acts no second time.

Invariant: a key is one person's, for one request; used for another request it is refused.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel

from server.auth import Approving, Caller, home_of
from server.home import Home
from state.canonical import digest
from state.errors import InvalidInput
from state.ids import stable_id
from state.ports.credentials import Reply


@dataclass(frozen=True)
class Once:
    """One write of one caller."""

    home: Home
    caller: Caller
    key: str | None
    request: str

    def __call__(self, act: Callable[[], BaseModel]) -> Response:
        """Do it, or give the answer it had. Raises: InvalidInput for a key that was used for something else."""
        if not self.key:
            return _answer(act().model_dump_json(), replayed=False)
        name = stable_id("ik", self.caller.principal.user, self.key)
        with self.home.alone(f"{self.caller.tenant}/{name}"):
            return self._first(name, act)

    def _first(self, name: str, act: Callable[[], BaseModel]) -> Response:
        """Act unless it was done; whoever asks again meanwhile waits for the answer instead of acting beside it."""
        known = self._known(name)
        if known is not None:
            return _answer(known.body, replayed=True)
        body = act().model_dump_json()
        with self.home.looking.stores.begin(self.caller.tenant) as unit:
            unit.credentials.reply(Reply(key=name, request=self.request, status=200, body=body))
        return _answer(body, replayed=False)

    def _known(self, name: str) -> Reply | None:
        with self.home.looking.stores.read(self.caller.tenant) as unit:
            found = unit.credentials.replied(name)
        if found is not None and found.request != self.request:
            raise InvalidInput(
                "This Idempotency-Key was used for another request.",
                field="Idempotency-Key",
                remedy="Use a fresh one.",
            )
        return found


def _answer(body: str, *, replayed: bool) -> Response:
    headers = {"idempotent-replayed": "true"} if replayed else None
    return Response(body, media_type="application/json", headers=headers)


async def once_of(
    request: Request,
    caller: Approving,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> Once:
    """Read who writes what, under which key."""
    body = hashlib.sha256(await request.body()).hexdigest()
    asked = digest({"method": request.method, "path": request.url.path, "body": body})
    return Once(await home_of(request), caller, idempotency_key, asked)


OnceOnly = Annotated[Once, Depends(once_of)]
