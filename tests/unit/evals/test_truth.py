"""False facts are found, whatever part of them is false."""

from datetime import UTC, datetime
from typing import Literal

import pytest

from evals.answer import Answer
from evals.truth import false_facts
from state.decision.brief import Brief, Operation, Section, Statement
from state.evidence import Evidence
from state.ids import TenantId
from state.world.event import Event, parse_event

EVENT = parse_event(
    {
        "id": "e1", "account": "acme", "source": "support", "type": "ticket.updated", "time": "2026-02-19T14:00:00Z",
        "recorded_at": "2026-02-19T14:00:00Z",
        "data": {"ticket": "SUP-7", "severity": 2, "opened_on": "2026-02-19", "subject": "The import fails"},
    },
    TenantId("fieldstone"),
)  # fmt: skip


def cited(field: str, value: str, quote: str | None = None) -> Evidence:
    return Evidence.model_validate(
        {
            "id": f"ev-{field}", "source": "support", "record": "SUP-7", "field": field, "value": value, "quote": quote,
            "observed_at": datetime(2026, 2, 19, 14, tzinfo=UTC), "hash": EVENT.hash, "trust": "system_of_record",
            "event": EVENT.id,
        }
    )  # fmt: skip


def faults(
    text: str,
    *evidence: Evidence,
    operations: tuple[Operation, ...] = (),
    kind: Literal["fact", "inferred"] = "fact",
    events: tuple[Event, ...] = (EVENT,),
) -> tuple[str, ...]:
    statement = Statement(id="s", text=text, kind=kind, evidence=evidence, operations=operations)
    section = Section(id="support", title="Support", statements=(statement,))
    brief = Brief(account="acme", title="", meeting=None, word_count=0, sections=(section,))
    return false_facts(Answer(brief=brief, events=events), ["Ann Lee"])


SEVERITY, OPENED = cited("severity", "2"), cited("opened_on", "2026-02-19")


def test_a_cited_fact_is_true() -> None:
    days = Operation(name="days", inputs=(OPENED.id, "2026-03-10"), result="19 days")
    text = "SUP-7, severity 2, “The import fails”, open since 19 February: 19 days."
    assert not faults(text, SEVERITY, OPENED, cited("subject", "The import fails"), operations=(days,))


@pytest.mark.parametrize(
    "text",
    [
        "SUP-7 has severity 1.",
        "SUP-8 has severity 2.",
        "SUP-7 is open since 20 February.",
        "SUP-7 is open since 19 February 2025.",
        "SUP-7: “The export fails”.",
        "SUP-7 costs $2,000.",
        "Ann Lee opened SUP-7.",
    ],
)
def test_a_false_number_date_name_or_quotation_is_found(text: str) -> None:
    assert faults(text, SEVERITY, OPENED, cited("subject", "The import fails"))


def test_a_citation_that_its_source_does_not_bear_out_is_found() -> None:
    assert faults("SUP-7 has severity 1.", cited("severity", "1"))
    assert faults("SUP-7 says “it is late”.", cited("subject", "it is late", "it is late"))


def test_a_wrong_sum_is_found() -> None:
    wrong = Operation(name="days", inputs=(OPENED.id, "2026-03-10"), result="30 days")
    assert faults("Open for 30 days.", OPENED, operations=(wrong,))
    value = Operation(name="expected_value", inputs=(".09 × 184,000 − 10 = $26,550",), result="$26,550")
    assert faults("It is worth $26,550.", OPENED, operations=(value,))


def test_what_is_marked_inferred_is_no_false_fact() -> None:
    assert not faults("Probably 9 more seats.", kind="inferred")
