"""An effect, the one exact thing a transport would be given, and the two hashes an approval is bound to.

Invariant: `effect_hash` covers everything the transport gets, so nothing of it changes unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from state.canonical import Json, digest
from state.errors import InvalidInput

CONTROL = frozenset(chr(code) for code in range(32)) | {"\x7f"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What would leave, complete: nothing is rendered, resolved or tracked in afterwards."""

    tool: str
    action_type: str
    arguments: Mapping[str, Json]
    """References to verified records, not free text; body slots excepted."""
    recipients: tuple[str, ...]
    """Raw addresses the transport will reach, fan-out included."""
    external: bool
    """Can reach a person outside, or another person's calendar, whatever the tool."""
    content: str
    """The bytes' text: the RFC 5322 message, the .ics, or the CRM row as canonical JSON."""
    attachments: tuple[str, ...] = ()
    """SHA-256 of each attached file."""
    reversible: bool = False
    compensation: str | None = None
    """The tool that takes it back, where one exists."""

    def __post_init__(self) -> None:
        """Refuse a recipient that carries a line break or another control character.

        Raises: InvalidInput.
        """
        for recipient in self.recipients:
            if not recipient or CONTROL & set(recipient):
                raise InvalidInput(
                    "A recipient holds a control character or nothing.",
                    field="recipients",
                    value=repr(recipient),
                    remedy="Choose a verified contact.",
                )


def effect_hash(effect: Effect) -> str:
    """Hash everything the transport gets; what is only said about it is not sent."""
    return digest(
        {
            "tool": effect.tool,
            "action_type": effect.action_type,
            "arguments": effect.arguments,
            "recipients": effect.recipients,
            "external": effect.external,
            "content": effect.content,
            "attachments": effect.attachments,
        }
    )


def rest_hash(facts: Mapping[str, Json]) -> str:
    """Hash every world fact the effect, its preconditions and the judged rules read."""
    return digest({"rest": facts})
