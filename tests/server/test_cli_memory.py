"""`revloop memory`: what is found across a company, how, and who may open the index."""

from pathlib import Path

from graphs.bootstrap import projection_of
from state.ids import TenantId
from state.settings import read_settings
from tests.server.conftest import Cli

TENANT = TenantId("fieldstone")


def test_a_company_is_searched_before_and_after_it_is_indexed(home: Path, cli: Cli) -> None:
    assert cli("memory", "search", " ").code == 2
    before = cli("memory", "search", "is our data encrypted", "--in", "knowledge", "--json").json
    assert (before["how"], "memory index" in str(before["because"])) == ("words", True)
    assert cli("memory", "index").code == 0
    status = cli("memory", "status", "--json").json
    passages = status["passages"]
    assert isinstance(passages, dict)
    assert status["embedded"] == status["index"] == sum(passages.values())
    after = cli("memory", "search", "is our data encrypted", "--in", "knowledge", "--json").json
    assert (after["how"], after["because"]) == ("exact", "")
    for told in (before, after):
        assert first(told)["record"] == "security-faq"
    again = cli("memory", "index", "--json").json
    assert (again["embedded"], again["indexed"], again["rebuilt"]) == (0, 0, False)


def first(told: dict[str, object]) -> dict[str, object]:
    found = told["found"]
    assert isinstance(found, list)
    one = found[0]
    assert isinstance(one, dict)
    return one


def test_while_another_has_the_index_a_search_still_answers_and_indexing_is_refused(
    home: Path, cli: Cli
) -> None:
    place = projection_of(read_settings({"home": str(home)}, {}), TENANT)
    with place.opened():
        refused = cli("memory", "index")
        found = cli("memory", "search", "renewal of the gateway")
    assert (refused.code, "another process" in refused.err) == (5, True)
    assert (found.code, "by words alone, from the database" in found.out) == (0, True)


def test_prep_opens_no_index_and_imports_neither_numpy_nor_chroma(home: Path, cli: Cli) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from server.cli import run; run(['prep', 'Acme', '--json']);"
        "print([name for name in ('numpy', 'chromadb', 'onnxruntime', 'tokenizers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
    assert not (home / "memory.lock").exists()


def test_the_doctor_says_what_reads_the_meaning(home: Path, cli: Cli) -> None:
    assert "memory: meaning by" in cli("doctor").out
