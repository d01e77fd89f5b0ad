"""What a no brings with it at the command line: the facts to look at, a correction, a colleague's inbox."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from server.cli.deciding import DONE, as_json, told
from server.cli.session import Session
from state.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from graphs.governing.declining import FactOut


def decline(
    session: Session, name: str, reason: str, fact: tuple[str, str, str] | None, *, is_json: bool
) -> int:
    """Reject; a wrong fact is corrected at once where it is named, else what the card rests on is shown."""
    from graphs.governing.declining import WRONG_FACT, facts_of
    from server.cli.printing import print_json, show

    is_wrong = reason.strip().casefold() == WRONG_FACT
    if fact is not None and not is_wrong:
        raise InvalidInput(
            "--fact goes with the reason “wrong fact”.", field="fact", remedy='Add --reason "wrong fact".'
        )
    facts = facts_of(session.parts, session.tenancy, name) if is_wrong and fact is None else ()
    if fact is not None:
        _correct(session, name, fact, reason)
    decided = session.house.desk.reject(session.principal, name, reason)
    if is_json:
        found = as_json(decided.action, decided.code, decided.text)
        print_json(found | ({"facts": [asdict(one) for one in facts]} if is_wrong else {}))
        return DONE
    told(session, decided, f"Rejected: {reason}.", is_json=False)
    show(*_to_correct(facts))
    return DONE


def _correct(session: Session, name: str, fact: tuple[str, str, str], reason: str) -> None:
    """Correct first: a value that cannot be is refused before anything is rejected."""
    from graphs.perceiving.correcting import correct

    with session.parts.stores.read(session.tenancy.id) as unit:
        account = unit.actions.by_prefix(name).account
    correct(session.parts, session.tenancy, session.principal, account, *fact, reason)


def _to_correct(facts: "Sequence[FactOut]") -> "list[RenderableType]":
    from server.render.inert import one_line
    from server.render.layout import bullet, line

    if not facts:
        return []
    rows = [
        bullet(
            f"{one_line(one.name)}, {one.attribute.replace('_', ' ')}: {one_line(one.value, 60)}",
            [f"revloop correct {one.account} {one.subject} {one.attribute} VALUE"],
        )
        for one in facts
    ]
    return [line("It rests on these; say what is right:"), *rows]


def hand_over(session: Session, name: str, to: str, *, is_json: bool) -> int:
    """Move a card, and say who may approve it now."""
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import GREY, line

    action = session.house.desk.delegate(session.principal, name, to)
    if is_json:
        print_json(as_json(action, "delegated", "") | {"inbox_of": action.assignee or action.owner})
        return DONE
    show(line(f"In {to}'s inbox now: {one_line(action.summary)} [{action.id[:11]}]"))
    if action.is_external and to != action.owner:
        said = f"It leaves in {action.owner}'s name, so {action.owner} or a named delegate still approves it."
        show(line(said, GREY))
    return DONE
