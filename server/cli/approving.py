"""Approve one card or a group: show it, record the yes to what was shown, wait out the hold, carry it out."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from server.cli.deciding import DONE, WAITS, as_json, conflict_of
from server.cli.printing import print_json, screen, show
from server.cli.session import Session
from state.errors import InvalidInput, NotFound, RevloopError, Unavailable

if TYPE_CHECKING:
    from agents.executor import Performed
    from graphs.governing.decisions import Decided
    from graphs.telling.card import CardOut
    from state.governance.action import Action

FAILED, BLOCKED, CONFLICT = 1, 4, 5
MAIN = ("body", "text", "message", "agenda")
"""Fields that take the free text of an edit file, the first that the tool has."""
STEP_SECONDS = 0.2


def approve_one(session: Session, name: str, *, wait: bool, is_json: bool) -> int:
    """Approve one action as shown; return the exit code."""
    from graphs.telling.inbox import card_of
    from server.render.card import card as card_page

    shown = card_of(session.parts, session.tenancy, name)
    if shown.status not in ("pending", "approved"):
        raise conflict_of(shown)
    if not is_json:
        show(card_page(shown, session.reader, session.parts.clock.wall(), is_full=True, is_deciding=True))
    decided = session.house.desk.approve(session.principal, shown.id, shown.shown)
    ended = _carried_out(session, decided, wait=wait, is_quiet=is_json)
    action, code, text = ended
    if is_json:
        print_json(as_json(action, code, text))
    else:
        show(_line(session, action, code, text))
    return exit_code(action, code)


def _carried_out(
    session: Session, decided: "Decided", *, wait: bool, is_quiet: bool
) -> "tuple[Action, str, str]":
    from state.governance.action import Status

    action = decided.action
    if action.status is not Status.APPROVED or (
        not wait and decided.hold_until is not None and _is_held(session, action)
    ):
        return action, decided.code, decided.text
    try:
        _wait(session, decided.hold_until, is_quiet=is_quiet)
    except KeyboardInterrupt:
        taken = session.house.desk.undo(session.principal, action.id)
        return taken.action, "undone", "Taken back in time."
    done: Performed = session.house.desk.release(session.principal, action.id)
    return done.action, done.code, done.text


def _is_held(session: Session, action: "Action") -> bool:
    return action.release_at is not None and action.release_at > session.parts.clock.wall()


def _wait(session: Session, until: datetime | None, *, is_quiet: bool) -> None:
    """Count the hold down; Ctrl-C takes the approval back."""
    console = screen(errors=True)
    is_shown = console.is_terminal and not is_quiet
    while until is not None and (left := (until - session.parts.clock.wall()).total_seconds()) > 0:
        if is_shown:
            console.print(f"Leaves in {left:.0f} s; Ctrl-C takes it back. ", end="\r")
        sleep(min(STEP_SECONDS, left))
    if is_shown:
        console.print(" " * 50, end="\r")


def exit_code(action: "Action", code: str) -> int:
    """Say by number what came of it."""
    from state.governance.action import Status

    if code == "partial":
        return WAITS
    if code == "undone":
        return DONE
    codes = {
        Status.FAILED: FAILED,
        Status.AMBIGUOUS: FAILED,
        Status.CANCELLED: BLOCKED,
        Status.EXPIRED: CONFLICT,
    }
    if action.status is Status.PENDING:
        return CONFLICT
    return codes.get(action.status, DONE)


def _line(session: Session, action: "Action", code: str, text: str) -> str:
    from server.render.inert import one_line
    from server.render.words import short

    told: dict[str, str] = {
        "executed": _done(action),
        "failed": f"Failed: {one_line(action.reason)}.",
        "ambiguous": "Unclear whether it happened; nothing is repeated. See `revloop why`.",
        "cancelled": f"Not done: {text or one_line(action.reason)}",
        "expired": "It expired.",
        "claimed": "Another process is carrying it out.",
        "pending": f"It waits again: {text or 'something it rests on has changed'} See `revloop inbox`.",
        "approved": _approved(session, action, text),
    }
    said = told[action.status.value]
    if code == "partial":
        seats = ", ".join(seat.value for seat in action.quorum)
        said = f"Your yes is recorded. It needs approval by {seats}; {_next_seat(action)}."
    if code == "undone":
        said = "Taken back in time; it waits again."
    return f"\n{said} [{short(action.id)}]"


def _done(action: "Action") -> str:
    from server.render.inert import one_line

    if not action.effect.recipients or not action.is_external:
        return "Done."
    return f"Sent to {', '.join(map(one_line, action.effect.recipients))}."


def _next_seat(action: "Action") -> str:
    return f"{len(action.approvals)} of {len(action.quorum)} so far"


def _approved(session: Session, action: "Action", text: str) -> str:
    if action.not_before is not None:
        return f"Approved; held until {session.reader.moment(action.not_before)}. {text}".strip()
    if _is_held(session, action):
        return (
            f"Approved; it leaves with the next command after the hold. Undo: revloop undo {action.id[:11]}"
        )
    return f"Approved, but not carried out yet. {text}".strip()


def approve_group(session: Session, wanted: str, *, wait: bool, is_json: bool) -> int:
    """Approve every card of a group by its own hash; what needs a look of its own is left out and said."""
    from graphs.governing.together import needs_a_look
    from graphs.telling.inbox import inbox

    cards = [
        one for one in inbox(session.parts, session.tenancy, session.principal).cards if _is_of(one, wanted)
    ]
    if not cards:
        raise NotFound(
            f"no open card of {wanted!r}", field="all_of", value=wanted, remedy="See `revloop inbox`."
        )
    rows: list[dict[str, object]] = []
    codes: list[int] = []
    for one in cards:
        if reason := needs_a_look(one, cards):
            rows.append({"action": one.id, "status": one.status, "code": "left_out", "text": reason})
            continue
        row, code = _one_of_group(session, one, wait=wait)
        rows.append(row)
        codes.append(code)
    if is_json:
        print_json({"group": wanted, "actions": rows})
    else:
        from server.render.layout import table

        told = [
            (one.account_name, str(row["status"]), str(row["text"] or row["code"] or ""), one.id[:11])
            for one, row in zip(cards, rows, strict=True)
        ]
        show(table((("Account", 3), ("State", 0), ("", 5), ("Id", 0)), told))
    return max(codes, default=WAITS)


def _is_of(card: "CardOut", wanted: str) -> bool:
    kind = wanted.replace("-", "_")
    return card.status == "pending" and (card.action_type == kind or (card.group or "").startswith(wanted))


def _one_of_group(session: Session, card: "CardOut", *, wait: bool) -> tuple[dict[str, object], int]:
    try:
        decided = session.house.desk.approve(session.principal, card.id, card.shown)
        action, code, text = _carried_out(session, decided, wait=wait, is_quiet=True)
    except RevloopError as error:
        return {
            "action": card.id,
            "status": card.status,
            "code": error.code,
            "text": error.message,
        }, error.exit_code
    return as_json(action, code, text), exit_code(action, code)


def edited_name(session: Session, name: str, path: str) -> str:
    """Change the words of an action by a file; give the id of the fresh action. Raises: InvalidInput."""
    from graphs.telling.inbox import card_of

    shown = card_of(session.parts, session.tenancy, name)
    fields = edit_fields(_text(path), shown.editable, path)
    decided = session.house.desk.edit(session.principal, shown.id, dict(fields))
    return decided.action.successor or decided.action.id


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InvalidInput(
            f"{path} is not there.", field="edit", value=path, remedy="Name a text file."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"{path} cannot be read as UTF-8 text.", field="edit", value=path) from error


def edit_fields(text: str, editable: tuple[str, ...], path: str) -> Mapping[str, str]:
    """Read an edit file: lines `field: value` on top, an empty line, then the text itself.

    Raises: InvalidInput when nothing of it may be edited.
    """
    main = next((field for field in MAIN if field in editable), None)
    fields: dict[str, str] = {}
    lines = text.splitlines()
    while lines and (found := _field(lines[0], editable)):
        fields[found[0]] = found[1]
        lines.pop(0)
    if lines and (fixed := _FIELD.fullmatch(lines[0])) and (fields or not "".join(lines[1:2]).strip()):
        raise InvalidInput(
            f"{fixed[1]} may not be edited here.",
            field="edit",
            value=fixed[1],
            remedy=f"May be edited: {', '.join(editable) or 'nothing'}. Put an empty line before the text.",
        )
    body = "\n".join(lines).strip()
    if body and main is not None:
        fields[main] = body
    if not fields or (body and main is None):
        may = ", ".join(editable) or "nothing"
        raise InvalidInput(
            f"{path} changes nothing that may be edited.",
            field="edit",
            value=path,
            remedy=f"May be edited here: {may}. Write `subject: …`, an empty line, then the text.",
        )
    return fields


_FIELD = re.compile(r"([A-Za-z_]{2,30}): *\S.*")
"""A line that stands where fields do and looks like one."""


def _field(line: str, editable: tuple[str, ...]) -> tuple[str, str] | None:
    name, colon, value = line.partition(":")
    key = name.strip().lower()
    return (key, value.strip()) if colon and key in editable else None
