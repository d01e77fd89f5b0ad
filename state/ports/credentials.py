"""What proves who somebody is on the web: links, sessions and keys, kept as hashes of secrets that are shown once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from state.ids import UserId

CredentialKind = Literal["link", "session", "key"]
Scope = Literal["read", "run", "approve", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "run", "approve", "admin")
"""read: look; run: ask and prepare; approve: decide as a person; admin: keys, policy and clock."""


class Credential(BaseModel):
    """One way in; the secret itself is nowhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: CredentialKind
    hash: str
    """SHA-256 of the secret, which has 256 random bits."""
    user: UserId
    scopes: tuple[Scope, ...]
    label: str = ""
    is_owner: bool = False
    """Given by the operating-system owner of the home, who may act as any user of the company."""
    made_at: datetime
    expires_at: datetime | None
    """Wall time; None: until it is revoked."""


class Reply(BaseModel):
    """What a write with an idempotency key answered the first time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    request: str
    """Hash of what was asked."""
    status: int
    body: str


class CredentialStore(Protocol):
    """Ways in of one tenant, and what their writes answered."""

    def put(self, credential: Credential) -> None:
        """Keep a new one."""
        ...

    def valid(self, kind: CredentialKind, hashed: str, wall: datetime) -> Credential | None:
        """Find one that is neither over nor ended."""
        ...

    def end(self, name: str, wall: datetime) -> bool:
        """End one for good; say whether it was this call that did."""
        ...

    def listed(self, kind: CredentialKind, wall: datetime) -> Sequence[Credential]:
        """List those that are valid, oldest first."""
        ...

    def replied(self, key: str) -> Reply | None:
        """Say what a key answered before."""
        ...

    def reply(self, reply: Reply) -> None:
        """Keep an answer; the first of a key stays."""
        ...
