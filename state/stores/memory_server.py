"""The word index of passages in PostgreSQL: each word within each of its scopes as one number, in an inverted index.

Invariant: as in SQLite, no statistic of another tenant's words reaches a query; a scope's word names its tenant.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from state.ids import TenantId
from state.stores.memory_text import FileIndex, Heard, WordIndex, numbers, scope_word
from state.stores.row_security import SETTING

INDEX = "passages_by_word"
FUNCTION = "words_in_scopes"
_CALLED = f"{FUNCTION}(scopes, words)"
_NUMBERS = f"""CREATE FUNCTION {FUNCTION}(scopes text, words text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT hashtextextended(scope || ' ' || word, 0)), '{{}}')
  FROM unnest(string_to_array(scopes, ' ')) AS scope, unnest(string_to_array(words, ' ')) AS word
$$"""  # noqa: S608  # names of ours
_MADE = f"CREATE INDEX {INDEX} ON passages USING gin ({_CALLED})"
LOOKED_UP = "passages_with"
_LOOKED_UP = f"""CREATE FUNCTION {LOOKED_UP}(asked text, groups text[], most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE wanted text := '';
BEGIN
  FOR place IN 1 .. cardinality(groups) LOOP
    wanted := wanted || ' AND {_CALLED} && ' || quote_literal({FUNCTION}(asked, groups[place])::text) || '::bigint[]';
  END LOOP;
  RETURN QUERY EXECUTE 'SELECT seq::bigint FROM passages WHERE concat(tenant) = $1' || wanted
    || ' ORDER BY seq DESC LIMIT $2' USING current_setting('{SETTING}', true), most;
END
$$"""  # noqa: S608  # names of ours
"""Works as the tables' owner, who alone looks words up past the policy: an inverted index cannot be used under one, as
its comparison could tell of rows that are to be hidden. It gives numbers of rows of the tenant that was said, no more.
"""
_HEARD = """CREATE FUNCTION passages_heard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO passage_counts (tenant, scope, passages, words, deletions)
  VALUES (NEW.tenant, NEW.scope, 1, length(NEW.terms) / 8, 0)
  ON CONFLICT (tenant, scope) DO UPDATE
  SET passages = passage_counts.passages + 1, words = passage_counts.words + excluded.words;
  RETURN NULL;
END
$$"""
_GONE = """CREATE FUNCTION passages_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE passage_counts
  SET passages = passages - 1, words = words - length(OLD.terms) / 8, deletions = deletions + 1
  WHERE tenant = OLD.tenant AND scope = OLD.scope;
  DELETE FROM passage_vectors WHERE tenant = OLD.tenant AND passage = OLD.passage;
  RETURN NULL;
END
$$"""
_KEPT = """CREATE FUNCTION passages_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'memory: a passage never changes' USING ERRCODE = '23514';
END
$$"""
_WHEN = (
    ("passages_heard", "AFTER INSERT"),
    ("passages_gone", "AFTER DELETE"),
    ("passages_kept", "BEFORE UPDATE"),
)


def postgresql() -> Sequence[str]:
    """Write the index and the triggers that keep counts and vectors in step."""
    hung = (
        f"CREATE TRIGGER {name} {when} ON passages FOR EACH ROW EXECUTE FUNCTION {name}()"
        for name, when in _WHEN
    )
    return (_NUMBERS, _MADE, _LOOKED_UP, _HEARD, _GONE, _KEPT, *hung)


def word_index(connection: Connection, tenant: TenantId, scopes: Sequence[str]) -> WordIndex:
    """Choose the index of the database in use."""
    kind = ServerIndex if connection.dialect.name == "postgresql" else FileIndex
    return kind(connection, tenant, scopes)


class ServerIndex:
    """`WordIndex` of PostgreSQL."""

    def __init__(self, connection: Connection, tenant: TenantId, scopes: Sequence[str]) -> None:
        self._connection = connection
        self._scopes = [scope_word(tenant, one) for one in scopes]

    def hear(self, words: Sequence[str], border: int) -> Mapping[str, Heard]:
        """Look all words up in one statement, each no further than the border."""
        # no tenant: it stands in the numbers of the scopes
        sql = (
            "SELECT asked.word, count(found.seq), coalesce(string_agg(found.seq::text, ','), '')"  # noqa: S608  # names of ours
            f" FROM unnest(%s::text[]) AS asked(word) LEFT JOIN LATERAL {LOOKED_UP}(%s, ARRAY[asked.word], %s)"
            " AS found(seq) ON true GROUP BY asked.word"
        )
        given = (list(words), " ".join(self._scopes), border + 1)
        found = {
            row[0]: Heard(int(row[1]), str(row[2])) for row in self._connection.exec_driver_sql(sql, given)
        }
        return {word: found[word] for word in words}

    def all_of(self, words: Sequence[str], limit: int) -> list[int]:
        """Find the newest passages that hold every word."""
        return self._newest([[word] for word in words], limit)

    def any_of(self, words: Sequence[str], limit: int) -> list[int]:
        """Find the newest passages that hold a word."""
        return self._newest([words], limit)

    def _newest(self, groups: Sequence[Sequence[str]], limit: int) -> list[int]:
        """Find the newest that hold a word of each group."""
        # no tenant: it is the transaction's, and stands in the numbers of the scopes
        sql = (
            "SELECT coalesce(string_agg(seq::text, ',' ORDER BY seq DESC), '')"  # noqa: S608  # names of ours
            f" FROM {LOOKED_UP}(%s, %s::text[], %s) AS found(seq)"
        )
        given = (" ".join(self._scopes), [" ".join(group) for group in groups], limit)
        return numbers(str(self._connection.exec_driver_sql(sql, given).scalar_one()))
