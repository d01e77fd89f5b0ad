"""What is looked up for words that leave comes from documents that may be sent, and from no other."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphs.perceiving.remembering import knowledge_passages
from state.canonical import Json
from state.world.knowledge import KnowledgeDocument, Scope
from tests.build import TENANT
from tests.fakes.stores import MemoryStores
from tests.fakes.tooling import acme, gateway, looking_at, reading
from tools.catalog import memory as tool

NOWHERE = Path("home")
ABOUT = looking_at(acme())


def document(scope: Scope) -> KnowledgeDocument:
    return KnowledgeDocument(
        id=f"page-{scope.value.replace('_', '-')}", title="Price", scope=scope, kind="other",
        updated=datetime(2026, 1, 1, tzinfo=UTC).date(), text=f"# Price\nThe discount of the {scope.value} page.",
    )  # fmt: skip


def asked(words: str) -> list[str]:
    stores = MemoryStores()
    with stores.begin(TENANT) as unit:
        unit.memory.renew_knowledge(knowledge_passages(TENANT, [document(scope) for scope in Scope]))
    arguments: dict[str, Json] = {"words": words, "where": "knowledge"}
    found = gateway(NOWHERE).read(reading("memory.search", arguments, run=None), stores, ABOUT)
    assert isinstance(found.value, dict)
    passages = found.value["passages"]
    assert isinstance(passages, list)
    return [str(one["scope"]) for one in passages if isinstance(one, dict)]


def test_a_search_for_words_that_leave_finds_only_what_may_be_sent() -> None:
    assert asked("discount") == ["customer_safe"]
    assert asked("internal page legal") == ["customer_safe"]


def test_with_the_guard_widened_internal_words_would_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "DRAFTABLE", tuple(Scope))
    assert sorted(asked("discount")) == ["customer_safe", "internal", "legal"]


def test_each_passage_of_a_document_says_where_it_stands_and_of_which_version() -> None:
    (passage,) = knowledge_passages(TENANT, [document(Scope.LEGAL)])
    assert (passage.title, passage.field, passage.scope) == ("Price: Price", "Price", "legal")
    assert (passage.record, passage.hash) == ("page-legal", document(Scope.LEGAL).hash)
    assert passage.trust == "admin"
