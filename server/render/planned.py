"""Plans in the terminal: a list, and one plan with its steps, why it stands where it does, and what happened."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from server.render.inert import one_line
from server.render.layout import GREY, bullet, heading, labelled, line, table, title
from server.render.words import Reader

if TYPE_CHECKING:
    from graphs.planning.explaining import PlanMoveOut, PlanOut, StepOut
    from server.render.layout import Shape

MARKS = {"done": "✓", "running": "▸", "waiting": "·", "skipped": "–", "missed": "✗", "cancelled": "–"}


def plan_table(found: "Sequence[PlanOut]", reader: Reader) -> "Shape":
    """List plans, one per line."""
    rows = [(one.id, one_line(one.name), one.type, one.status, _next(one, reader)) for one in found]
    return table((("Plan", 0), ("Account", 1), ("Type", 0), ("Status", 0), ("Next", 2)), rows)


def _next(one: "PlanOut", reader: Reader) -> str:
    step = next((step for step in one.steps if step.state in ("waiting", "running")), None)
    if step is None:
        return one_line(one.reason)
    return f"{one_line(step.title)}, {reader.day(step.due_at)}"


def plan_page(one: "PlanOut", reader: Reader) -> "Iterator[Shape]":
    """Show one plan."""
    yield title(f"{one_line(one.title)}: {one.status}")
    yield labelled(_head(one, reader))
    yield heading("Steps")
    yield from (_step(step, reader) for step in one.steps)
    if one.waits:
        yield heading("It waits for")
        yield from (bullet(one_line(text)) for text in one.waits)
    if one.history:
        yield heading("What happened")
        yield from (line(f"  {_moved(move, reader)}", GREY) for move in one.history)


def _head(one: "PlanOut", reader: Reader) -> Iterator[tuple[str, str]]:
    yield "Plan", f"{one.id}, {one.type}"
    why = f", {one_line(one.reason)}" if one.reason else ""
    yield "Since", f"{reader.moment(one.since)}{why}"
    if one.approved_by:
        yield "Approved by", reader.person(one.approved_by)
    if one.pauses_when:
        yield "Pauses when", one.pauses_when
    if one.ends_when:
        yield "Ends when", one.ends_when


def _step(step: "StepOut", reader: Reader) -> "Shape":
    below = [f"{step.action_type}, due {reader.moment(step.due_at)} [{step.step}]"]
    if step.condition:
        below.append(f"if {step.condition}")
    if step.verdict:
        rule = f" by {step.verdict_rule}" if step.verdict_rule else ""
        below.append(f"verdict: {step.verdict.replace('_', ' ')}{rule}")
    if step.reason:
        below.append(one_line(step.reason))
    below += [f"{one.action_type} {one.status}: {one_line(one.summary)} [{one.id}]" for one in step.actions]
    return bullet(f"{one_line(step.title)}: {step.state}", below, mark=MARKS[step.state])


def _moved(move: "PlanMoveOut", reader: Reader) -> str:
    what = " ".join(part for part in (move.event.replace("_", " "), move.step) if part)
    why = f": {one_line(move.reason)}" if move.reason else ""
    return f"{reader.moment(move.at)}  {what} → {move.status} (entry {move.entry}){why}"
