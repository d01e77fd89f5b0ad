"""Contents of files in SQL: each once, under its kind and hash, and read only as what that hash names."""

from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy import Connection, select

from state.errors import NotFound, Unavailable
from state.ids import TenantId
from state.stores.autonomy_tables import files
from state.stores.runs import Row, insert_once


class SqlFiles:
    """`FileStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def keep(self, contents: Mapping[str, str]) -> Mapping[str, str]:
        """Keep contents by kind, each once."""
        versions = {kind: _hashed(content) for kind, content in contents.items()}
        rows: list[Row] = [
            {"tenant": self._tenant, "kind": kind, "version": versions[kind], "body": content}
            for kind, content in contents.items()
        ]
        insert_once(self._connection, files, rows)
        return versions

    def get(self, versions: Mapping[str, str]) -> Mapping[str, str]:
        """Read contents by kind."""
        mine = (files.c.tenant == self._tenant, files.c.version.in_(versions.values()))
        rows = self._connection.execute(select(files.c.kind, files.c.version, files.c.body).where(*mine))
        found = {(kind, version): body for kind, version, body in rows}
        return {kind: _checked(kind, version, found) for kind, version in versions.items()}


def _checked(kind: str, version: str, found: Mapping[tuple[str, str], str]) -> str:
    content = found.get((kind, version))
    if content is None:
        raise NotFound(f"What was in force as {kind} is not kept.", field=kind, value=version)
    if _hashed(content) != version:
        raise Unavailable(
            f"What is kept as {kind} is not what was put in force.", field=kind, value=version,
            remedy="Somebody changed the database past this program. See `revloop ledger verify`; restore a backup.",
        )  # fmt: skip
    return content


def _hashed(content: str) -> str:
    return sha256(content.encode()).hexdigest()
