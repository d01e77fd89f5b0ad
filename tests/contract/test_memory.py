"""What every store of memory does alike: scopes, words, vectors, knowledge, forgetting."""

from array import array
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from state.ids import AccountId
from state.ports.memory import MemoryStore, Neighbour, Sense
from state.ports.unit import Stores
from state.ports.world import Passage
from state.stores.memory_scan import FEW, tally_of, terms_of
from state.world.recall import tallied
from tests.contract.world import ACCOUNT, ELSEWHERE, passage
from tests.fakes.drafts import NOW, OTHER, TENANT
from tests.fakes.stores import MemoryStores
from tools.recall import recall

EVERYWHERE = ("account", "customer_safe", "internal", "legal")
SAFE = ("customer_safe",)
WORDS = st.lists(st.sampled_from(["gateway", "depot", "price", "zug", "the"]), min_size=1, max_size=6)


def vector(*values: float) -> bytes:
    return array("f", values).tobytes()


EAST, NORTH = vector(1, 0), vector(0, 1)
TOWARDS_EAST = Sense("test", vector(0.8, 0.6), 2.0, 0.1)


def piece(name: str, text: str, scope: str = "account", **fields: Any) -> Passage:
    account = ACCOUNT if scope == "account" else None
    return passage(name, text).model_copy(update={"scope": scope, "account": account, **fields})


def page(name: str, text: str, scope: str = "customer_safe") -> Passage:
    return piece(name, text, scope)


def found(memory: MemoryStore, words: str, scopes: tuple[str, ...] = EVERYWHERE) -> list[str]:
    return list(memory.candidates(words, scopes, 10).ranked)


def test_a_company_is_searched_within_the_scopes_asked_for(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.memory.remember(
            [
                piece("p-1", "price of ours"),
                page("k-1", "price for all"),
                page("k-2", "secret price", "internal"),
            ]
        )
        assert sorted(found(unit.memory, "price")) == ["k-1", "k-2", "p-1"]
        assert found(unit.memory, "price", SAFE) == ["k-1"]
        assert found(unit.memory, "price", ("internal", "legal")) == ["k-2"]
        assert unit.memory.candidates("price", SAFE, 10).passages == 1


def test_no_word_of_another_company_is_found_or_counted(stores: Stores) -> None:
    for tenant, text in ((TENANT, "ours"), (OTHER, "theirs gateway")):
        with stores.begin(tenant) as unit:
            unit.memory.remember([page("k-1", text)])
    with stores.read(TENANT) as unit:
        told = unit.memory.candidates("gateway ours", SAFE, 10)
        assert (told.ranked, dict(told.frequency), told.passages) == (("k-1",), {"gateway": 0, "ours": 1}, 1)


def test_the_rarest_words_decide_and_the_more_important_of_equals_comes_first(stores: Stores) -> None:
    same = [piece(f"p-{number}", "the gateway", importance=number) for number in (1, 3, 2)]
    with stores.begin(TENANT) as unit:
        unit.memory.remember([*same, piece("p-4", "the gateway leaks"), piece("p-5", "the end")])
        assert found(unit.memory, "gateway leaks") == ["p-4", "p-3", "p-2", "p-1"]


def test_a_word_with_a_quote_a_star_or_an_operator_is_a_word(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.memory.remember([piece("p-1", "the gateway AND the depot")])
        for words in (
            'gateway" OR scopes : "x',
            "gate* NEAR(gateway)",
            "gateway AND",
            "-gateway ^",
            "'gateway'",
        ):
            assert found(unit.memory, words) == ["p-1"]
        assert found(unit.memory, '"*') == []


def test_within_an_account_meaning_joins_the_words(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.memory.remember([piece("p-1", "gateway"), piece("p-2", "depot"), passage("p-3", "x", ELSEWHERE)])
        unit.memory.put_vectors("test", {"p-1": NORTH, "p-2": EAST, "p-3": EAST})
        by_words = unit.memory.search("gateway", ACCOUNT, 5)
        by_both = unit.memory.search("gateway", ACCOUNT, 5, TOWARDS_EAST)
        assert [one.evidence.id for one in by_words] == ["p-1"]
        assert [one.evidence.id for one in by_both] == ["p-1", "p-2"]
        assert [one.score for one in by_both] == [round(1 / 61 + 2 / 62, 4), round(2 / 61, 4)]


def test_vectors_of_another_embedder_and_what_is_too_unlike_do_not_count(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.memory.remember([page("k-1", "one"), page("k-2", "two"), page("k-3", "three", "legal")])
        unit.memory.put_vectors("test", {"k-1": EAST, "k-2": vector(-1, 0), "k-3": EAST})
        unit.memory.put_vectors("other", {"k-2": EAST})
        near = unit.memory.nearest(TOWARDS_EAST, SAFE, 5)
        assert near is not None
        assert [(one.id, round(one.likeness, 3)) for one in near] == [("k-1", 0.8)]


def test_vectors_are_kept_once_numbered_upwards_and_only_of_what_is_there(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.memory.remember([piece("p-1", "one"), piece("p-2", "two"), piece("p-3", "three")])
        assert [one.id for one in unit.memory.unembedded("test", 2)] == ["p-1", "p-2"]
        unit.memory.put_vectors("test", {"p-1": EAST, "p-2": NORTH, "p-9": EAST})
        unit.memory.put_vectors("test", {"p-1": NORTH})
        first, second = unit.memory.vectors("test", 0, 9)
        assert (first.id, first.vector, second.id) == ("p-1", EAST, "p-2")
        assert unit.memory.vectors("test", first.number, 9) == (second,)
        assert [one.id for one in unit.memory.unembedded("test", 9)] == ["p-3"]
        standing = unit.memory.standing("test")
        assert (standing.embedded, standing.newest) == (2, second.number)
        assert (standing.scopes, standing.deletions) == ({"account": 3}, 0)


def test_what_is_forgotten_leaves_words_vectors_and_counts(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.memory.remember([piece("p-1", "gateway"), piece("p-2", "gateway depot")])
        unit.memory.put_vectors("test", {"p-1": EAST, "p-2": EAST})
        newest = unit.memory.standing("test").newest
        assert unit.memory.forget(["p-2", "p-9"]) == 1
        assert (found(unit.memory, "depot"), found(unit.memory, "gateway")) == ([], ["p-1"])
        assert [one.id for one in unit.memory.vectors("test", 0, 9)] == ["p-1"]
        assert unit.memory.standing("test").deletions == 1
        unit.memory.remember([piece("p-2", "depot again")])
        unit.memory.put_vectors("test", {"p-2": NORTH})
        assert found(unit.memory, "depot") == ["p-2"]
        assert unit.memory.vectors("test", newest, 9)[0].id == "p-2"


def test_an_account_and_what_has_expired_are_forgotten_whole(stores: Stores) -> None:
    soon = piece("p-1", "one", keep_until=NOW)
    late = piece("p-2", "two", keep_until=NOW + timedelta(days=1))
    with stores.begin(TENANT) as unit:
        unit.memory.remember([soon, late, piece("p-3", "three"), passage("p-4", "four", ELSEWHERE)])
        assert unit.memory.expire(NOW) == 1
        assert unit.memory.forget_account(ACCOUNT) == 2
        assert [one.id for one in unit.memory.by_ids(["p-1", "p-2", "p-3", "p-4"])] == ["p-4"]


def test_knowledge_is_what_the_files_say_now(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.memory.remember([piece("p-1", "price")])
        unit.memory.renew_knowledge([page("k-1", "price one"), page("k-2", "price two", "internal")])
        unit.memory.renew_knowledge([page("k-2", "price two", "internal"), page("k-3", "price three")])
        assert sorted(found(unit.memory, "price")) == ["k-2", "k-3", "p-1"]
        assert unit.memory.standing("test").deletions == 1


class Lying:
    """An index that holds what was deleted and what stands outside the scopes."""

    def nearest(self, sense: Sense, limit: int) -> tuple[Neighbour, ...]:
        return (Neighbour("k-gone", 0.99), Neighbour("k-internal", 0.98), Neighbour("k-safe", 0.9))


def test_whatever_an_index_holds_only_what_is_there_and_in_scope_comes_back(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.memory.remember([page("k-safe", "one"), page("k-internal", "two", "internal")])
        many = Many(unit.memory)
        told = recall(many, "zzz", SAFE, 5, TOWARDS_EAST, Lying())  # type: ignore[arg-type]  # the one method it uses
        assert ([one.passage.id for one in told.found], told.how) == (["k-safe"], "index")
        many.is_checked = False
        told = recall(many, "zzz", SAFE, 5, TOWARDS_EAST, Lying())  # type: ignore[arg-type]  # the one method it uses
        assert "k-internal" in [one.passage.id for one in told.found]


class Many:
    """A memory that is too large to compare one by one; its guard can be taken away."""

    def __init__(self, memory: MemoryStore) -> None:
        self.memory, self.is_checked = memory, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.memory, name)

    def nearest(self, sense: Sense, scopes: Any, limit: int) -> None:
        return None

    def within(self, ids: Any, scopes: Any) -> frozenset[str]:
        return self.memory.within(ids, scopes) if self.is_checked else frozenset(ids)


def test_a_text_that_many_accounts_hold_is_shown_once(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        same = [piece(f"p-{n}", "the gateway fails", account=AccountId(f"a{n}")) for n in range(4)]
        unit.memory.remember([*same, piece("p-9", "a gateway somewhere else, far away")])
        told = recall(unit.memory, "gateway", EVERYWHERE, 5)
        assert ([one.passage.id for one in told.found], told.how) == (["p-0", "p-9"], "words")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(texts=st.lists(WORDS, min_size=1, max_size=8), query=WORDS)
def test_both_stores_rank_alike(stores: Stores, texts: list[list[str]], query: list[str]) -> None:
    pieces = [piece(f"p-{number}", " ".join(text)) for number, text in enumerate(texts)]
    ranked = []
    for store in (stores, MemoryStores()):
        with store.begin(TENANT) as unit:
            unit.memory.forget_account(ACCOUNT)
            unit.memory.remember(pieces)
            near = unit.memory.search(" ".join(query), ACCOUNT, 9)
            ranked.append(
                (found(unit.memory, " ".join(query)), [(one.evidence.id, one.score) for one in near])
            )
    assert ranked[0] == ranked[1]


@given(st.lists(WORDS, min_size=1, max_size=5), WORDS)
def test_words_are_counted_alike_with_and_without_numpy(texts: list[list[str]], query: list[str]) -> None:
    asked = list(dict.fromkeys(query))
    many = (texts * FEW)[: FEW + 1]
    for documents in (texts, many):
        tally = tally_of([terms_of(text) for text in documents])
        held = tallied(asked, documents)
        assert {word: dict(tally.times(word)) for word in asked} == held
        assert tally.frequency(asked) == {word: len(places) for word, places in held.items()}
