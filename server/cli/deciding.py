"""`approve`, `reject`, `done`, `snooze`, `undo`, `delegate`: what a person decides about one action, or equal ones."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened
from state.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from graphs.governing.decisions import Decided
    from graphs.telling.card import CardOut
    from state.governance.action import Action

DONE, WAITS = 0, 3
QUESTION = "qu_"
Name = Annotated[str, Parameter(help="Id of the action, or the beginning of it.")]


def approve(
    name: Annotated[
        str | None, Parameter(help="Id of an action or a question, or the beginning of it.")
    ] = None,
    option: Annotated[str | None, Parameter(help="For a question: its option, by number or words.")] = None,
    /,
    *,
    wait: Annotated[
        bool, Parameter(name="--wait", negative="--no-wait", help="Wait out the hold and carry it out.")
    ] = True,
    edit: Annotated[
        str | None, Parameter(help="File with the changed words; the edited action is approved.")
    ] = None,
    all_of: Annotated[
        str | None, Parameter(help="Approve every card of a group, or of a type such as close-out.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Approve exactly what the card shows."""
    from server.cli.answering import answer
    from server.cli.approving import approve_group, approve_one, edited_name

    if name is not None and name.startswith(QUESTION):
        return answer(name, option, common=common)
    if (name is None) == (all_of is None):
        raise InvalidInput(
            "Name one action, or a group with --all-of.",
            field="id",
            remedy="See `revloop inbox` for the ids.",
        )
    with opened(common) as session:
        if name is None:
            return approve_group(session, str(all_of), wait=wait, is_json=common.json)
        if edit is not None:
            name = edited_name(session, name, edit)
        return approve_one(session, name, wait=wait, is_json=common.json)


def reject(
    name: Name,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why: wrong fact, wrong time, wrong person, already done, …")],
    fact: Annotated[
        tuple[str, str, str] | None,
        Parameter(
            help="With “wrong fact”, what is right: subject, attribute, value, as `revloop correct` takes them."
        ),
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Say no, with the reason; it is not asked again for a while unless it grows more severe."""
    if not reason.strip():
        raise InvalidInput(
            "A rejection needs a reason.", field="reason", remedy='Try --reason "already done".'
        )
    with opened(common, sweep=False) as session:
        from server.cli.declining import decline

        return decline(session, name, reason, fact, is_json=common.json)


def snooze(
    name: Name,
    /,
    *,
    until: Annotated[str, Parameter(help="Day or time, as 2026-03-12 or 2026-03-12T14:30.")],
    common: Options = PLAIN,
) -> int:
    """Set a card aside; it does not run meanwhile, and it still expires on its day."""
    from server.cli.dates import moment

    with opened(common, sweep=False) as session:
        at = moment(until, "until", session.tenancy.profile.company.zone)
        if at <= session.tenancy.now:
            raise InvalidInput(
                f"{until} is not in the future here.",
                field="until",
                value=until,
                remedy=f"It is {session.reader.moment(session.tenancy.now)}.",
            )
        decided = session.house.desk.snooze(session.principal, name, at)
        return told(session, decided, f"Set aside until {session.reader.moment(at)}.", is_json=common.json)


def undo(name: Name, /, *, common: Options = PLAIN) -> int:
    """Take an approval back until the effect begins; what was done is taken back by an action of its own."""
    from graphs.governing.compensating import COMPENSATES

    with opened(common, sweep=False) as session:
        decided = session.house.desk.undo(session.principal, name)
        if decided.code == COMPENSATES:
            told(session, decided, decided.text, is_json=common.json)
            return WAITS
        return told(session, decided, "Taken back; it waits again.", is_json=common.json)


def done(
    name: Name,
    /,
    *,
    happened: Annotated[
        bool,
        Parameter(
            name="--happened", negative="--not", help="Of an unclear effect, having looked: it did, or not."
        ),
    ] = True,
    common: Options = PLAIN,
) -> int:
    """Say that you did it yourself: the card ends and the touch is kept; an unclear effect is settled either way."""
    with opened(common, sweep=False) as session:
        desk, principal = session.house.desk, session.principal
        decided = desk.done(principal, name) if happened else desk.not_done(principal, name)
        said = "Noted as done by you." if happened else "Noted: it did not happen."
        return told(session, decided, said, is_json=common.json)


def delegate(
    name: Name, to: Annotated[str, Parameter(help="User of your company.")], /, *, common: Options = PLAIN
) -> int:
    """Put a card into a colleague's inbox; who may approve it stays as it is."""
    with opened(common, sweep=False) as session:
        from server.cli.declining import hand_over

        return hand_over(session, name, to, is_json=common.json)


def told(session: Session, decided: "Decided", said: str, *, is_json: bool) -> int:
    """Say what a decision came to."""
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import line

    if is_json:
        print_json(as_json(decided.action, decided.code, decided.text))
    else:
        show(line(f"{said} {one_line(decided.action.summary)} [{decided.action.id[:11]}]"))
    return DONE


def as_json(action: "Action", code: str, text: str) -> dict[str, object]:
    """Lay out what a decision came to."""
    return {
        "action": action.id,
        "account": action.account,
        "status": action.status.value,
        "code": code,
        "text": text,
        "receipt": action.receipt,
        "reason": action.reason,
        "hold_until": action.release_at.isoformat() if action.release_at else None,
        "not_before": action.not_before.isoformat() if action.not_before else None,
        "snoozed_until": action.snoozed_until.isoformat() if action.snoozed_until else None,
        "waits_for": [seat.value for seat in action.quorum] if code == "partial" else [],
    }


def conflict_of(card: "CardOut") -> Conflict:
    """Refuse a card that no longer waits."""
    return Conflict(
        f"“{card.summary.rstrip('.')}” is {card.status} already.",
        field="action",
        value=card.id,
        remedy="See `revloop why`.",
    )
