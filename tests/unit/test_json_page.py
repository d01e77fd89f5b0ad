"""`docs/json.md` says what `prep --json` and `why --json` print, field by field."""

from pathlib import Path

from pydantic import BaseModel

from graphs.telling.explaining import Why
from graphs.telling.report import ProposalOut, Report
from server.render.contract import PAGE, page
from tools.connectors.describe import models_in

WRITTEN = (Path(__file__).resolve().parents[2] / PAGE).read_text(encoding="utf-8")
"""The page as it stands in the checkout."""


def fields_of(model: type[BaseModel]) -> set[str]:
    inner = [one for info in model.model_fields.values() for one in models_in(info.annotation)]
    return set(model.model_fields).union(*(fields_of(one) for one in inner))


def test_the_page_is_the_one_that_the_types_give() -> None:
    assert page() == WRITTEN, "run python -m server.render.contract"


def test_every_field_at_any_depth_is_on_the_page() -> None:
    assert {name for name in fields_of(Report) | fields_of(Why) if f"| `{name}` |" not in WRITTEN} == set()
    assert set(ProposalOut.model_fields) <= fields_of(Report)
