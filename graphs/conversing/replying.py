"""Decisions and corrections in a conversation: shown first, then the exact command, by a human, through the desk.

Invariant: an approval is bound to the card as this conversation showed it; only the command with the id is a yes.
"""

from contextlib import suppress

from agents.clarifier.intents import Answer as Chosen
from agents.clarifier.intents import Approve, Correct, Reject, Show, Undo, Why
from agents.clarifier.names import Match
from graphs.conversing.answers import Answer
from graphs.conversing.talking import Memory, Reply, Talk, one
from graphs.governing.compensating import COMPENSATES
from graphs.perceiving.correcting import Corrected, correct, node_of
from graphs.telling.card import CardOut
from graphs.telling.explaining import explain
from graphs.telling.inbox import card_of
from state.errors import Forbidden, InvalidInput, NotFound
from state.ids import AccountId

MARK_OF_ACTION = "ac_"


def show(talk: Talk, memory: Memory, intent: Show) -> Reply:
    """Show a card by its action's id, a question by its own, anything else by why it is there."""
    if intent.id.startswith("qu_"):
        _, asked = talk.desk.question(talk.tenancy, intent.id)
        kept = memory.with_(question=asked.id, options=asked.options)
        return one(Answer(kind="asked", text=asked.text, options=asked.options), kept)
    if not intent.id.startswith(MARK_OF_ACTION):
        return why(talk, memory, Why(id=intent.id))
    return shown_card(memory, card_of(talk.parts, talk.tenancy, intent.id))


def shown_card(memory: Memory, card: CardOut, text: str = "") -> Reply:
    """Show one card and remember exactly what was shown."""
    said = Answer(kind="card", account=card.account, name=card.account_name, text=text, cards=(card,))
    return one(said, memory.with_(account=card.account).having_shown({card.id: card.shown}))


def why(talk: Talk, memory: Memory, intent: Why) -> Reply:
    """Say what stands behind a proposal or an action."""
    found = explain(talk.parts, talk.tenancy, intent.id)
    told = (found.why_now, *found.verdict.reasons, *(one.text for one in found.signals[:3]))
    because = " ".join(f"{one.rstrip('.')}." for one in told if one)
    text = f"{found.description}. {because} Worth {found.expected_value}."
    return one(Answer(kind="why", account=found.account, text=text), memory.with_(account=found.account))


def approve(talk: Talk, memory: Memory, intent: Approve) -> Reply:
    """Record a yes to what this conversation showed; show it first where it has not been. Raises: Forbidden."""
    if not talk.principal.is_human:
        raise Forbidden("An agent approves nothing.", remedy="A person types the command.")
    card = card_of(talk.parts, talk.tenancy, intent.id)
    if card.id not in memory.shown:
        return shown_card(memory, card, f"Read it first; then type again: approve {card.id}")
    decided = talk.desk.approve(talk.principal, card.id, memory.shown[card.id])
    if decided.code == "partial":
        text = f"Your yes is recorded; somebody else has to agree too. {decided.text}".strip()
    else:
        text = "Approved. It leaves once the hold is over; until then “undo that” takes it back."
    said = Answer(
        kind="decided", account=card.account, name=card.account_name, text=text, cards=(_now(talk, card),)
    )
    return one(said, memory.with_(account=card.account, approved=card.id))


def _now(talk: Talk, card: CardOut) -> CardOut:
    return card_of(talk.parts, talk.tenancy, card.id)


def reject(talk: Talk, memory: Memory, intent: Reject) -> Reply:
    """Record a no with its reason."""
    card = card_of(talk.parts, talk.tenancy, intent.id)
    if not intent.reason:
        told = f"Why? Type: reject {card.id} and the reason."
        return one(Answer(kind="asked", account=card.account, name=card.account_name, text=told), memory)
    talk.desk.reject(talk.principal, card.id, intent.reason)
    said = Answer(
        kind="decided", account=card.account, name=card.account_name, text=f"Rejected: {intent.reason}."
    )
    kept = memory.with_(draft="" if memory.draft == card.id else memory.draft)
    return one(said, kept)


def undo(talk: Talk, memory: Memory, intent: Undo) -> Reply:
    """Take back the last approval of this conversation, or the one that is named."""
    name = intent.id or memory.approved
    if not name:
        return one(
            Answer(kind="decided", text="Nothing was approved in this conversation, so nothing is undone."),
            memory,
        )
    card = card_of(talk.parts, talk.tenancy, name)
    decided = talk.desk.undo(talk.principal, card.id)
    if decided.code == COMPENSATES:
        return shown_card(memory, card_of(talk.parts, talk.tenancy, decided.action.id), decided.text)
    card = _now(talk, card)
    text = "Taken back in time; it waits again and nothing has left."
    said = Answer(kind="decided", account=card.account, name=card.account_name, text=text, cards=(card,))
    return one(said, memory.with_(approved="", account=card.account).having_shown({card.id: card.shown}))


def choose(talk: Talk, memory: Memory, intent: Chosen) -> Reply:
    """Answer the open question with one of its options, and say what that changes."""
    question = intent.id or memory.question
    if not question:
        return one(Answer(kind="not_understood", text="No question is open here."), memory)
    run = talk.desk.answer(talk.principal, question, intent.option)
    report = talk.runner.report(talk.tenancy, run.id)
    row = talk.row(report.account)
    said = Answer(
        kind="brief",
        account=report.account,
        name=row.name if row else report.account,
        text="Recorded; decided again with your answer.",
        report=report,
    )
    return one(said, memory.with_(question="", options=(), account=report.account))


def corrected(talk: Talk, memory: Memory, intent: Correct, found: Match | None) -> Reply:
    """Record what is right; the source's own value stays beside it. Raises: NotFound, Ambiguous, InvalidInput."""
    account, subject = _place(talk, intent, found)
    value = intent.value if intent.adds is None else _joined(talk, account, subject, intent)
    done = _recorded(talk, account, subject, intent.attribute, value)
    words, before = done.attribute.replace("_", " "), done.before if done.before is not None else "not known"
    row = talk.row(account)
    text = (
        f"Noted: {done.name}, {words}: {before} → {done.after or 'none'}. It counts from now on; "
        "the source's own value stays visible beside it."
    )
    said = Answer(kind="corrected", account=account, name=row.name if row else account, text=text)
    return one(said, memory.with_(account=account))


def _place(talk: Talk, intent: Correct, found: Match | None) -> tuple[AccountId, str]:
    """Find the account and what is meant there: a thing of that account, else the account that is named itself."""
    if found is not None:
        with suppress(NotFound), talk.parts.stores.read(talk.tenancy.id) as unit:
            node_of(unit.situations.load(found.account.account), intent.subject)
            return found.account.account, intent.subject
    named = talk.meant(intent.subject)
    if isinstance(named, Match) and not named.note:
        return named.account.account, "account"
    if found is None:
        raise InvalidInput(
            "At which account?",
            field="account",
            remedy="Add it: … at ACCOUNT; or ask about the account first.",
        )
    return found.account.account, intent.subject


def _joined(talk: Talk, account: AccountId, subject: str, intent: Correct) -> str:
    """Add a value to a list, or take it out of it."""
    with talk.parts.stores.read(talk.tenancy.id) as unit:
        situation = unit.situations.load(account)
    claim = situation.current(node_of(situation, subject), intent.attribute)
    value = claim.value if claim is not None else None
    now = [str(item) for item in value] if isinstance(value, (list, tuple)) else []
    kept = [item for item in now if item != intent.value] + ([intent.value] if intent.adds else [])
    return ",".join(kept) or "none"


def _recorded(talk: Talk, account: AccountId, subject: str, attribute: str, value: str) -> Corrected:
    """Record it; a field of deals said of the account is meant of its one open deal."""
    user = next((str(one.id) for one in talk.tenancy.users if value.casefold() == one.name.casefold()), value)
    value = user if attribute == "owner" else value
    try:
        return correct(talk.parts, talk.tenancy, talk.principal, account, subject, attribute, value)
    except InvalidInput:
        deals = [one.key for one in talk.view(account).open_deals] if subject == "account" else []
        if len(deals) != 1:
            raise
        return correct(talk.parts, talk.tenancy, talk.principal, account, str(deals[0]), attribute, value)
