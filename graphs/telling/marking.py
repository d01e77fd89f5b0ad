"""A thumb up or down on a line of a brief: an entry about it, which feeds nothing but the record.

Invariant: only a person rates, and only a line of what was decided last; the last word of a person counts.
"""

import json
from collections.abc import Mapping

from graphs.parts import Parts, Tenancy
from graphs.telling.report import Report, StatementOut
from state.canonical import Json
from state.errors import Forbidden, NotFound
from state.ids import TraceId, stable_id
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal

PURPOSE = "line_rated"


def lines_of(report: Report) -> tuple[StatementOut, ...]:
    """List the lines of a report's brief."""
    return tuple(
        line for section in (report.brief.sections if report.brief else ()) for line in section.statements
    )


def rate_line(
    parts: Parts, tenancy: Tenancy, principal: Principal, report: Report, line: str, *, is_good: bool
) -> None:
    """Record what a person thinks of a line. Raises: NotFound, Forbidden."""
    if not principal.is_human:
        raise Forbidden("An agent rates no line.", remedy="A person does.")
    if line not in {one.id for one in lines_of(report)}:
        raise NotFound(
            "That line stands in the brief no more.", field="line", value=line, remedy="Read it as it is now."
        )
    said: Mapping[str, Json] = {
        "purpose": PURPOSE, "account": report.account, "run": report.run, "line": line, "good": is_good,
    }  # fmt: skip
    with parts.stores.begin(tenancy.id) as unit:
        stamp = tenancy.stamp(principal, _trace(principal, report.account))
        unit.ledger.append([EntryDraft(Kind.VALIDATION, stamp, said)])


def line_ratings(unit: Unit, principal: Principal, account: str) -> dict[str, bool]:
    """Say what a person thought of lines of an account's briefs. Shape: line → whether it was good."""
    found: dict[str, bool] = {}
    for sealed in unit.ledger.of_trace(_trace(principal, account)):
        if sealed.payload is not None:
            said = json.loads(sealed.payload)
            found[str(said["line"])] = bool(said["good"])
    return found


def _trace(principal: Principal, account: str) -> TraceId:
    """Name what a person says of an account's briefs, so that it is found again without a table of its own."""
    return TraceId(stable_id("tr", principal.tenant, principal.user, PURPOSE, account))
