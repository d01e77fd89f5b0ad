"""Knowledge documents are read with their scope and agree with the profile."""

from datetime import date
from pathlib import Path

import pytest

from state.errors import InvalidInput
from state.world.knowledge import Scope
from tools.files import load_profile
from tools.knowledge import load_knowledge

ROOT = Path(__file__).parents[2]
DOCUMENTS = {document.id: document for document in load_knowledge([ROOT / "knowledge"])}
PROFILE = load_profile([ROOT / "profile"])
FRONT = "id: a\ntitle: A\nscope: internal\nupdated: 2026-01-05\nkind: tone\n"


def write(folder: Path, name: str, front: str = FRONT, text: str = "Words.") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"---\n{front}---\n{text}\n", encoding="utf-8")
    return folder


def test_the_fourteen_documents_have_their_kinds() -> None:
    kinds = sorted(document.kind for document in DOCUMENTS.values())
    assert len(kinds) == 14
    assert (kinds.count("battle_card"), kinds.count("case_study"), kinds.count("security")) == (2, 3, 2)


def test_internal_and_legal_documents_may_not_appear_in_a_draft() -> None:
    safe = {document.id for document in DOCUMENTS.values() if document.is_customer_safe}
    assert {"price-list", "soc2-summary", "security-faq"} <= safe
    assert not {"discount-matrix", "battle-card-routeright", "dpa", "objection-sheet"} & safe
    assert DOCUMENTS["dpa"].scope is Scope.LEGAL


def test_documents_are_one_page_and_recent() -> None:
    for document in DOCUMENTS.values():
        assert 150 <= len(document.text.split()) <= 400
        assert date(2025, 12, 1) <= document.updated <= date(2026, 2, 28)
        assert max(map(len, document.text.splitlines())) <= 140


def test_the_price_list_and_the_discount_matrix_say_what_the_profile_says() -> None:
    assert PROFILE.prices is not None
    for product in PROFILE.company.products:
        price = PROFILE.prices.list_price(product.id)
        assert f"| {product.name} |" in DOCUMENTS["price-list"].text
        assert f"| {price} |" in DOCUMENTS["price-list"].text
    for step in PROFILE.prices.discounts[:-1]:
        assert f"up to {step.up_to_percent} %" in DOCUMENTS["discount-matrix"].text
    assert DOCUMENTS["price-list"].updated == PROFILE.prices.confirmed_on


def test_the_forecast_rules_quote_the_paper_process_of_the_profile() -> None:
    text = DOCUMENTS["forecast-rules"].text
    assert all(f"{step.median_days} days" in text for step in PROFILE.pipeline.paper_process)


def test_every_document_that_the_profile_names_exists_and_a_proof_may_be_sent() -> None:
    assert PROFILE.competitors is not None
    assert PROFILE.personas is not None
    for competitor in PROFILE.competitors.competitors:
        assert competitor.battle_card is not None
        assert competitor.name in DOCUMENTS[competitor.battle_card].text
    for persona in PROFILE.personas.personas:
        assert all(DOCUMENTS[proof].is_customer_safe for proof in persona.proof)


def test_no_customer_safe_document_names_a_competitor() -> None:
    assert PROFILE.competitors is not None
    names = [name for one in PROFILE.competitors.competitors for name in (one.name, *one.aliases)]
    for document in DOCUMENTS.values():
        if document.is_customer_safe:
            assert not any(name.casefold() in document.text.casefold() for name in names)


def test_a_document_of_an_earlier_folder_replaces_the_shipped_one(tmp_path: Path) -> None:
    first = write(tmp_path / "first", "x.md", text="Mine.")
    second = write(write(tmp_path / "second", "y.md"), "z.md", FRONT.replace("id: a", "id: b"))
    found = load_knowledge([first, tmp_path / "none", second])
    assert [(document.id, document.text) for document in found] == [("a", "Mine."), ("b", "Words.")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "front matter is missing"),
        ("# Only text\n", "front matter is missing"),
        ("---\nid: a\n", "front matter is missing"),
        ("---\n- a\n---\nText\n", "not a map"),
        ("---\n" + FRONT.replace("internal", "secret") + "---\nText\n", "line 4: scope"),
        ("---\n" + FRONT.replace("title:", "titel:") + "---\nText\n", "Did you mean title"),
        ("---\n" + FRONT + "---\n\n", "text"),
        ("---\n" + FRONT.replace("2026-01-05", "2026-13-05") + "---\nText\n", "line 5: updated"),
    ],
)
def test_a_broken_document_is_refused_with_file_and_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "broken.md").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=message) as caught:
        load_knowledge([tmp_path])
    assert "broken.md" in caught.value.message


def test_one_id_twice_in_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="already taken"):
        load_knowledge([write(write(tmp_path, "x.md"), "y.md")])


def test_the_hash_changes_with_the_words_and_the_age_counts_days(tmp_path: Path) -> None:
    one, two = (load_knowledge([write(tmp_path / text, "x.md", text=text)])[0] for text in ("one", "two"))
    assert one.hash != two.hash
    assert one.age_days(date(2026, 1, 15)) == 10
    assert one.age_days(date(2025, 1, 15)) == 0
