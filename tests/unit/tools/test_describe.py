"""`docs/events.md` says what the records say, and its examples are events."""

import json
from pathlib import Path

import pytest

from state.ids import TenantId
from state.world.event import Event
from state.world.records import RECORD_TYPES, MailReceived
from tools.connectors.describe import PAGE, meanings, page
from tools.connectors.jsonl import events_of

WRITTEN = (Path(__file__).resolve().parents[3] / PAGE).read_text(encoding="utf-8")
EXAMPLES = [line for line in WRITTEN.splitlines() if line.startswith("{")]


def test_the_page_is_the_one_that_the_records_give() -> None:
    assert page() == WRITTEN, "run python -m tools.connectors.describe"


def test_every_type_and_every_field_is_on_the_page() -> None:
    for name, model in RECORD_TYPES.items():
        section = WRITTEN.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert model.__doc__ is not None
        assert model.__doc__ in section
        assert all(f"| `{field}` |" in section for field in model.model_fields)


@pytest.mark.parametrize("line", EXAMPLES, ids=lambda line: str(json.loads(line)["type"]))
def test_every_example_is_an_event(line: str) -> None:
    (event,) = events_of([line], TenantId("example"), PAGE.name)
    assert isinstance(event, Event), event


def test_there_is_one_example_of_every_type() -> None:
    assert sorted(json.loads(line)["type"] for line in EXAMPLES) == sorted(RECORD_TYPES)


def test_a_fields_meaning_is_the_sentence_under_it() -> None:
    assert meanings(MailReceived)["hidden_text"].startswith("Parts a reader would not see")
    assert "subject" not in meanings(MailReceived)
