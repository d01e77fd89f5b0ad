"""What a transport is handed, and what every transport can do.

Invariant: a transport adds nothing and leaves nothing out; the key names the effect over all attempts.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal, Protocol

from state.ports.tooling import Sent
from tools.transports.approved import Approved

Looked = Literal["found", "absent", "unknown", "different"]
"""different: a message bears the name and says something else."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message, invitation or notification, ready."""

    name: str
    """The Message-ID or UID without brackets: what it is found by, and the stem of its file."""
    suffix: Literal["eml", "ics", "json"]
    sender: str
    """Envelope sender."""
    recipients: tuple[str, ...]
    """Envelope recipients, complete."""
    content: bytes

    @property
    def sha256(self) -> str:
        """What a probe compares."""
        return hashlib.sha256(self.content).hexdigest()


class Transport(Protocol):
    """Hands parcels over and, where it can, looks whether one is there."""

    def deliver(self, parcel: Parcel, approved: Approved) -> Sent:
        """Hand it over if it is what was approved, saying as much as is known of the outcome; faults never raise."""
        ...

    def look(self, parcel: Parcel) -> Looked:
        """Look for it by name and content."""
        ...
