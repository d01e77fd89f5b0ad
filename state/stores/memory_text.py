"""The full-text index of passages in SQLite: kept by triggers, asked for a few rare words within scopes.

Invariant: no statistic of another tenant's words reaches a query; each question about a word is bounded.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from state.ids import TenantId

TABLE = "passages_text"
_MADE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5"
    "(scopes, words, content='passages', content_rowid='seq', tokenize='unicode61 remove_diacritics 0')"
)
_HEARD = f"""CREATE TRIGGER passages_heard AFTER INSERT ON passages
BEGIN
  INSERT INTO {TABLE}(rowid, scopes, words) VALUES (NEW.seq, NEW.scopes, NEW.words);
  INSERT INTO passage_counts (tenant, scope, passages, words, deletions)
  VALUES (NEW.tenant, NEW.scope, 1, length(NEW.terms) / 8, 0)
  ON CONFLICT DO UPDATE SET passages = passages + 1, words = words + excluded.words;
END"""  # noqa: S608  # names of ours
_GONE = f"""CREATE TRIGGER passages_gone AFTER DELETE ON passages
BEGIN
  INSERT INTO {TABLE}({TABLE}, rowid, scopes, words) VALUES ('delete', OLD.seq, OLD.scopes, OLD.words);
  UPDATE passage_counts
  SET passages = passages - 1, words = words - length(OLD.terms) / 8, deletions = deletions + 1
  WHERE tenant = OLD.tenant AND scope = OLD.scope;
  DELETE FROM passage_vectors WHERE tenant = OLD.tenant AND passage = OLD.passage;
END"""  # noqa: S608  # names of ours
_KEPT = """CREATE TRIGGER passages_kept BEFORE UPDATE ON passages
BEGIN
  SELECT RAISE(ABORT, 'memory: a passage never changes');
END"""

_NEWEST = " ORDER BY rowid DESC"
"""Backwards the index is read at twice the cost, so only where the newest are wanted."""


def sqlite() -> Sequence[str]:
    """Write the virtual table and the triggers that keep it, the counts and the vectors in step."""
    return (_MADE, _HEARD, _GONE, _KEPT)


def scope_word(tenant: TenantId, scope: str) -> str:
    """Name a tenant's scope by a word that no text holds by chance."""
    return "s" + hashlib.blake2b(f"{len(tenant)}:{tenant}:{scope}".encode(), digest_size=10).hexdigest()


class Heard(NamedTuple):
    """Where one word stands."""

    number: int
    """In how many passages, counted to one above what was asked."""
    rows: str
    """Row numbers, by commas."""


class WordIndex(Protocol):
    """Asks a full-text index within some scopes of one tenant."""

    def hear(self, words: Sequence[str], border: int) -> Mapping[str, Heard]:
        """Look each word up; one that stands in more passages than the border is not read to its end."""
        ...

    def all_of(self, words: Sequence[str], limit: int) -> list[int]:
        """Find the newest passages that hold every word."""
        ...

    def any_of(self, words: Sequence[str], limit: int) -> list[int]:
        """Find the newest passages that hold a word."""
        ...


class FileIndex:
    """`WordIndex` of SQLite: asks the full-text index within some scopes of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId, scopes: Sequence[str]) -> None:
        self._connection = connection
        self._where = f"scopes : ({' OR '.join(scope_word(tenant, one) for one in scopes)})"

    def hear(self, words: Sequence[str], border: int) -> Mapping[str, Heard]:
        """Look each word up; one that stands in more passages than the border is not read to its end."""
        return {word: Heard(*self._rows(f'words : "{word}"', border + 1, "")) for word in words}

    def all_of(self, words: Sequence[str], limit: int) -> list[int]:
        """Find the newest passages that hold every word."""
        return numbers(self._rows(" AND ".join(f'words : "{word}"' for word in words), limit)[1])

    def any_of(self, words: Sequence[str], limit: int) -> list[int]:
        """Find the newest passages that hold a word."""
        choices = " OR ".join(f'"{word}"' for word in words)
        return numbers(self._rows(f"words : ({choices})", limit)[1])

    def _rows(self, wanted: str, limit: int, order: str = _NEWEST) -> tuple[int, str]:
        # no tenant: it stands in the scopes of the match
        sql = (
            f"SELECT count(*), coalesce(group_concat(rowid), '') FROM (SELECT rowid FROM {TABLE}"  # noqa: S608  # names of ours
            f" WHERE {TABLE} MATCH ?{order} LIMIT ?)"
        )
        found = self._connection.exec_driver_sql(sql, (f"{self._where} AND {wanted}", limit)).one()
        return int(found[0]), str(found[1])


def numbers_of(heard: Heard) -> list[int]:
    """Read where a word stands."""
    return numbers(heard.rows)


def numbers(joined: str) -> list[int]:
    """Read row numbers by commas."""
    return [int(one) for one in joined.split(",")] if joined else []
