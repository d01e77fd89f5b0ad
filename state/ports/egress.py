"""The one way out as those who bring a client of their own see it: which addresses of a host may be connected to."""

from typing import Protocol

from state.governance.destination import Refused


class WayOut(Protocol):
    """Resolves a host once and checks what it leads to."""

    def addresses(self, host: str, port: int) -> tuple[str, ...] | Refused:
        """Give the addresses that were checked; whoever asks connects to them, and looks nothing up again."""
        ...
