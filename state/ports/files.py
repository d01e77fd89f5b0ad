"""Where the contents of files are kept that were put in force; which of them count stands with the tenant."""

from collections.abc import Mapping
from typing import Protocol


class FileStore(Protocol):
    """What one tenant's files said, by kind, under the hash of what they said."""

    def keep(self, contents: Mapping[str, str]) -> Mapping[str, str]:
        """Keep contents by kind, each once. Shape: kind → version."""
        ...

    def get(self, versions: Mapping[str, str]) -> Mapping[str, str]:
        """Read contents by kind. Raises: NotFound; Unavailable for one that does not have its hash any more."""
        ...
