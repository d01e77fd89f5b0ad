"""What a subject line says of the mail: that it answers or forwards another one.

Invariant: a mark of an answer is seen in any width, spacing and counting that mail programs write.
"""

import re
import unicodedata

_ANSWER = re.compile(
    r"(?:re|aw|antw|antwort|sv|vs|fwd?|wg|tr|rv|res|rif|odp|ynt|enc|reply|forwarded)"
    r"\s{0,3}(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s{0,3}[:\u2236]",
    re.IGNORECASE,
)


def claims_to_answer(subject: str) -> bool:
    """Tell whether a subject begins as an answer or a forwarded mail does."""
    return _ANSWER.match(unicodedata.normalize("NFKC", subject).lstrip(" \t[(")) is not None
