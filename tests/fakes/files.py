"""Contents of files in memory."""

from collections.abc import Mapping
from hashlib import sha256

from state.errors import NotFound

Drawer = dict[tuple[str, str], str]
"""(kind, version) → content."""


class MemoryFiles:
    """`FileStore` on a drawer."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer

    def keep(self, contents: Mapping[str, str]) -> Mapping[str, str]:
        versions = {kind: sha256(content.encode()).hexdigest() for kind, content in contents.items()}
        self._drawer |= {(kind, versions[kind]): content for kind, content in contents.items()}
        return versions

    def get(self, versions: Mapping[str, str]) -> Mapping[str, str]:
        missing = [kind for kind, version in versions.items() if (kind, version) not in self._drawer]
        if missing:
            raise NotFound(f"What was in force as {missing[0]} is not kept.", field=missing[0])
        return {kind: self._drawer[kind, version] for kind, version in versions.items()}
