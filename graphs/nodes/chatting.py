"""Understand, answer, remember: one utterance of a conversation.

Invariant: who speaks comes from the process, never from the checkpoint; a failure is an answer and changes nothing.
"""

from collections.abc import Callable
from typing import Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage
from langgraph.channels import UntrackedValue
from langgraph.graph.message import add_messages
from pydantic import ValidationError
from typing_extensions import TypedDict

from agents.clarifier import intents as it
from agents.clarifier.grammar import understand as read
from agents.clarifier.names import Candidates, Context, Match, resolve
from graphs.conversing import mailing, questions, replying
from graphs.conversing.answers import Answer, plain
from graphs.conversing.saying import understood
from graphs.conversing.talking import (
    Asking,
    Memory,
    Reply,
    Talk,
    accounts_meant,
    ask_account,
    asked_which,
    one,
)
from graphs.telling.displaying import displayed
from state.errors import RevloopError
from state.ids import UserId, stable_id

KEPT_MESSAGES = 40
CARDS = "cards"
"""Beside a message: the actions it showed."""
NAME_WORDS = 4
HELP = (
    "I can: prep me for ACCOUNT · what should I do next (at ACCOUNT, I have 30 minutes) · why is ACCOUNT at "
    "risk · what "
    "changed at ACCOUNT since DATE or our last meeting · who matters at ACCOUNT · what don't we know about "
    "ACCOUNT · draft "
    "a follow-up to ACCOUNT, then: shorter, no discount, to NAME instead · show ID · approve ID · reject ID and "
    "why · undo "
    "that · that's wrong, NAME isn't champion."
)
REFUSALS = {
    "bulk": "No. I hand out nobody's addresses in bulk and write to nobody in bulk. I can draft one mail to one "
    "person.",
    "bypass": "No. Nothing is approved in bulk, unseen or around the rules. One card at a time: show ID, then "
    "approve ID.",
}
SCOPE = "That is not something I can answer from your accounts."
NO_YES = "I take no sentence for an approval: the card's own button is one, or the exact words with its id:"
WRONG = "What is right? For example: NAME isn't champion · NAME has left · the owner of ACCOUNT is priya."


class Noted(TypedDict):
    """What an utterance leaves to be kept."""

    memory: dict[str, object]
    text: str
    cards: list[str]
    """Actions shown with it."""


class ChatState(TypedDict):
    """All channels of a conversation."""

    messages: Annotated[list[AnyMessage], add_messages]
    intent: dict[str, object]
    memory: dict[str, object]
    noted: Noted
    """The memory after this utterance and the answer's text, until they are kept."""
    answer: Annotated[list[dict[str, object]], UntrackedValue(list)]
    """Shape: `Answer` as JSON; read by whoever asked, never checkpointed."""


class ChatInput(TypedDict):
    """Shape: {messages: [{role: user, content}]}."""

    messages: Annotated[list[AnyMessage], add_messages]


class UnderstandInput(TypedDict):
    """Reads: the messages."""

    messages: Annotated[list[AnyMessage], add_messages]


class AnswerInput(TypedDict):
    """Reads: what was meant, and what is remembered."""

    intent: dict[str, object]
    memory: dict[str, object]


class RememberInput(TypedDict):
    """Reads: what to keep."""

    messages: Annotated[list[AnyMessage], add_messages]
    noted: Noted


def understand(state: UnderstandInput) -> dict[str, object]:
    """Read the newest thing a person said."""
    said = next((m for m in reversed(state["messages"]) if isinstance(m, HumanMessage)), None)
    return {"intent": read(said.text if said is not None else "").model_dump()}


def answer(talk: Talk, state: AnswerInput) -> dict[str, object]:
    """Do what was meant; say so plainly where it cannot be done."""
    memory = _remembered(state)
    try:
        intent = it.INTENT.validate_python(state["intent"])
        talk.telling.step(understood(intent))
        answers, kept = answered(talk, memory, intent)
    except RevloopError as error:
        told = Answer(kind="failed", text=str(error), exit_code=error.exit_code)
        answers, kept = (told,), memory.with_(asking=None)
    talk.telling.answers(answers)
    displayed(talk.parts, talk.principal, [card for one in answers for card in one.cards])
    cards = [card.id for one in answers for card in one.cards]
    return {
        "answer": [one.model_dump(mode="json") for one in answers],
        "noted": {"memory": kept.model_dump(mode="json"), "text": plain(answers), "cards": cards},
    }


def _remembered(state: AnswerInput) -> Memory:
    """Read the memory; one that was tampered with is none."""
    try:
        return Memory.model_validate(state.get("memory") or {})
    except ValidationError:
        return Memory()


def remember(state: RememberInput) -> dict[str, object]:
    """Keep memory and the answer's text; the oldest messages go."""
    messages = state["messages"]
    name = stable_id("ms", str(messages[-1].id if messages else ""), state["noted"]["text"])
    gone = [RemoveMessage(id=str(one.id)) for one in messages[: -KEPT_MESSAGES + 1] if one.id]
    said = AIMessage(
        content=state["noted"]["text"], id=name, additional_kwargs={CARDS: state["noted"]["cards"]}
    )
    return {"memory": state["noted"]["memory"], "messages": [*gone, said]}


def answered(talk: Talk, memory: Memory, intent: it.Intent) -> Reply:
    """Answer one intent; a question about what was meant is settled first or falls."""
    asking, memory = memory.asking, memory.with_(asking=None)
    if asking is not None:
        settled = _settled(talk, asking, intent)
        if settled is not None:
            return _about(talk, memory, *settled)
    if isinstance(intent, it.OutOfScope):
        return _unread(talk, memory, intent)
    if isinstance(intent, it.Again):
        return _again(talk, memory, intent)
    if isinstance(intent, it.AboutAccount):
        return _asked(talk, memory, intent)
    if isinstance(intent, it.Correct):
        return _correct(talk, memory, intent)
    return _ACTS[type(intent)](talk, memory, intent)


def _settled(talk: Talk, asking: Asking, intent: it.Intent) -> tuple[it.Askable, Match] | None:
    """Read the answer to "which one?": a number, a name among those on offer, or a yes to the only one."""
    rows = [row for row in talk.rows() if not asking.accounts or row.account in asking.accounts]
    rows.sort(key=lambda row: asking.accounts.index(row.account) if asking.accounts else 0)
    meant = asking.intent
    if isinstance(intent, it.Answer) and intent.option.isdigit() and asking.accounts:
        place = int(intent.option) - 1
        return (meant, Match(rows[place])) if place < len(rows) else None
    if isinstance(intent, it.Assent) and len(asking.accounts) == 1:
        return meant, Match(rows[0])
    name = intent.text if isinstance(intent, it.OutOfScope) else _named(intent)
    if not name or len(name.split()) > NAME_WORDS:
        return None
    context = Context(UserId(talk.principal.user), talk.now, lambda _: None)
    found = resolve(name.removeprefix("the ").removesuffix(" one"), rows, context)
    return (meant, found) if isinstance(found, Match) else None


def _named(intent: it.Intent) -> str:
    return intent.account if isinstance(intent, it.Again) else ""


def _unread(talk: Talk, memory: Memory, intent: it.OutOfScope) -> Reply:
    """Read an option of the open question, the bare name of an account, or nothing we do."""
    said = intent.text.strip(" .!?")
    if memory.question and said.casefold() in {option.casefold() for option in memory.options}:
        return replying.choose(talk, memory, it.Answer(option=said))
    if said and len(said.split()) <= NAME_WORDS:
        found = talk.meant(said)
        if isinstance(found, Match) or found.is_known:
            return _again(talk, memory, it.Again(account=said))
    return one(Answer(kind="not_understood", text=f"{SCOPE} {HELP}"), memory)


def _again(talk: Talk, memory: Memory, intent: it.Again) -> Reply:
    """Ask the last question about another account; without one, prepare for it."""
    last = memory.intent or it.Prep()
    fields = {"account": intent.account, **({"to": ""} if isinstance(last, it.DraftFollowUp) else {})}
    return _asked(talk, memory, last.model_copy(update=fields))


def _asked(talk: Talk, memory: Memory, intent: it.AboutAccount) -> Reply:
    """Answer a question about one account, or about each that is named."""
    if isinstance(intent, it.Next) and not intent.account:
        return _kept(questions.what_next(talk, memory, intent, None), intent)
    if isinstance(intent, it.DraftFollowUp):
        intent = _addressed(talk, memory, intent)
    meant = accounts_meant(talk, memory, intent.account)
    if not meant:
        return ask_account(intent, memory)
    answers: list[Answer] = []
    for found in meant:
        if isinstance(found, Candidates):
            more, memory = asked_which(found, intent, memory)
        else:
            more, memory = _about(talk, memory, intent, found)
        answers += more
        talk.telling.answers(answers)
    return tuple(answers), memory


def _addressed(talk: Talk, memory: Memory, intent: it.DraftFollowUp) -> it.DraftFollowUp:
    """Tell whether a follow-up is to an account, or to a person of the account last spoken of."""
    if intent.account or not intent.to:
        return intent
    found = talk.meant(intent.to)
    is_account = isinstance(found, Match) or found.is_known
    row = talk.row(memory.account) if memory.account else None
    is_sure = isinstance(found, Match) and not found.note
    if (
        row is not None
        and not is_sure
        and len(mailing.contacts_named(talk.view(row.account).contacts, intent.to)) == 1
    ):
        return it.DraftFollowUp(account=row.account, to=intent.to)
    return (
        it.DraftFollowUp(account=intent.to) if is_account or not memory.account else
        it.DraftFollowUp(account=memory.account, to=intent.to)
    )  # fmt: skip


def _about(talk: Talk, memory: Memory, intent: it.Askable, found: Match) -> Reply:
    """Answer about one account that is known."""
    talk.telling.step(f"Looking at {found.account.name}")
    if isinstance(intent, it.Correct):
        return replying.corrected(talk, memory, intent, found)
    if isinstance(intent, it.Next):
        return _kept(questions.what_next(talk, memory, intent, found), intent)
    if isinstance(intent, it.DraftFollowUp):
        return _kept(mailing.drafted(talk, memory, intent, found), intent)
    return _kept(questions.about_account(talk, memory, intent, found), intent)


def _kept(reply: Reply, intent: it.AboutAccount) -> Reply:
    answers, memory = reply
    return answers, memory.with_(intent=intent)


def _correct(talk: Talk, memory: Memory, intent: it.Correct) -> Reply:
    meant = accounts_meant(talk, memory, intent.account)
    first = meant[0] if meant else None
    if isinstance(first, Candidates):
        return asked_which(first, intent, memory)
    return replying.corrected(talk, memory, intent, first)


def _assent(_: Talk, memory: Memory, intent: it.Intent) -> Reply:
    waiting = next((name for name in (memory.draft, *reversed(memory.shown)) if name), "ac_…")
    return one(Answer(kind="refused", text=f"{NO_YES} approve {waiting}"), memory)


def _say(kind: str, text: str) -> Callable[[Talk, Memory, Any], Reply]:
    return lambda _, memory, __: one(Answer.model_validate({"kind": kind, "text": text}), memory)


_ACTS: dict[type, Callable[[Talk, Memory, Any], Reply]] = {
    it.Show: replying.show,
    it.Why: replying.why,
    it.Approve: replying.approve,
    it.Reject: replying.reject,
    it.Undo: replying.undo,
    it.Answer: replying.choose,
    it.Reword: mailing.reworded,
    it.Redirect: mailing.readdressed,
    it.Assent: _assent,
    it.Wrong: _say("asked", WRONG),
    it.Help: _say("help", HELP),
    it.Refused: lambda _, memory, intent: one(Answer(kind="refused", text=REFUSALS[intent.why]), memory),
}
