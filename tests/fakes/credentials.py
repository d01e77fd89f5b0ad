"""Links, sessions and keys in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from state.ports.credentials import Credential, CredentialKind, Reply


@dataclass
class Wallet:
    """What one tenant keeps of its ways in."""

    credentials: dict[str, Credential] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    replies: dict[str, Reply] = field(default_factory=dict)

    def copy(self) -> "Wallet":
        """Copy the containers; what they hold is frozen."""
        return Wallet(dict(self.credentials), set(self.ended), dict(self.replies))


class MemoryCredentials:
    """`CredentialStore` on a wallet."""

    def __init__(self, wallet: Wallet) -> None:
        self._wallet = wallet

    def put(self, credential: Credential) -> None:
        self._wallet.credentials[credential.id] = credential

    def valid(self, kind: CredentialKind, hashed: str, wall: datetime) -> Credential | None:
        return next((one for one in self.listed(kind, wall) if one.hash == hashed), None)

    def end(self, name: str, wall: datetime) -> bool:
        is_first = name in self._wallet.credentials and name not in self._wallet.ended
        self._wallet.ended.add(name)
        return is_first

    def listed(self, kind: CredentialKind, wall: datetime) -> Sequence[Credential]:
        return sorted(
            (
                one
                for one in self._wallet.credentials.values()
                if one.kind == kind
                and one.id not in self._wallet.ended
                and (one.expires_at is None or one.expires_at > wall)
            ),
            key=lambda one: (one.made_at, one.id),
        )

    def replied(self, key: str) -> Reply | None:
        return self._wallet.replies.get(key)

    def reply(self, reply: Reply) -> None:
        self._wallet.replies.setdefault(reply.key, reply)
