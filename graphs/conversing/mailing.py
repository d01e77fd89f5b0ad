"""Drafts in a conversation: write one, change its words, or address it to somebody else.

Invariant: each change makes a new action that waits for its own approval; the old one ends; nothing is sent here.
"""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from agents.clarifier.intents import DraftFollowUp, Redirect, Reword
from agents.clarifier.names import Match
from agents.clarifier.wording import shortened, without_discount
from graphs.conversing.answers import Answer
from graphs.conversing.redirecting import redirected
from graphs.conversing.talking import Memory, Reply, Talk, one
from graphs.telling.inbox import card_of
from graphs.telling.report import ProposalOut, Report
from state.errors import Ambiguous, NotFound
from state.governance.action import OPEN, Action
from state.ids import ActionId
from state.ports.world import AccountRow
from state.world.resolution.spelling import plain
from state.world.view import Contact

CLOSE = 84
NO_DRAFT = "There is no draft in this conversation yet. Say, for example: draft a follow-up to ACCOUNT."


def drafted(talk: Talk, memory: Memory, intent: DraftFollowUp, found: Match) -> Reply:
    """Let the loop draft a follow-up, and show the card that waits."""
    row = found.account
    talk.telling.step("Drafting; critics and policy read it first")
    report = talk.runner.start(talk.principal, row.account, "draft")
    ready = [one for one in report.proposals if _is_ready(one)]
    person = contact_named(talk, row, intent.to) if intent.to else None
    kept = memory.with_(account=row.account)
    if not ready:
        return one(_nothing_to_send(row, found.note, report), kept)
    chosen = next((one for one in ready if person is None or one.recipient == person.key), None)
    if chosen is not None:
        return shown_draft(talk, kept, str(chosen.action), found.note)
    assert person is not None, "without a person the first is chosen"
    moved = redirected(talk, str(ready[0].action), person, is_instead=False)
    return shown_draft(talk, kept, moved, found.note)


def _is_ready(proposal: ProposalOut) -> bool:
    is_open = proposal.status in ("pending", "approved")
    return proposal.action_type == "send_email" and proposal.action is not None and is_open


def _nothing_to_send(row: AccountRow, note: str, report: Report) -> Answer:
    mails = [one for one in report.proposals if one.action_type == "send_email"]
    reasons = [reason for one in mails for reason in one.verdict.reasons] or (
        list(report.no_action.reasons) if report.no_action else []
    )
    because = " ".join(dict.fromkeys(reasons)) or "Something else comes first."
    text = f"No mail to {row.name} is ready to send. {because}"
    return Answer(kind="draft", account=row.account, name=row.name, note=note, text=text, report=report)


def shown_draft(talk: Talk, memory: Memory, action: str, note: str = "", because: str = "") -> Reply:
    """Show a draft's card; it waits for its own approval."""
    card = card_of(talk.parts, talk.tenancy, action)
    text = f"{because} Nothing is sent until you approve the card.".strip()
    answer = Answer(
        kind="draft", account=card.account, name=card.account_name, note=note, text=text, cards=(card,)
    )
    kept = memory.with_(account=card.account, draft=card.id).having_shown({card.id: card.shown})
    return one(answer, kept)


def reworded(talk: Talk, memory: Memory, intent: Reword) -> Reply:
    """Change the words of the last draft."""
    action = _last(talk, memory)
    if action is None:
        return one(Answer(kind="asked", text=NO_DRAFT), memory)
    old = str(action.effect.arguments.get("body", "")).replace("\r\n", "\n")
    new = without_discount(old) if intent.has_no_discount else old
    new = shortened(new) if intent.is_shorter else new
    if new == old:
        told = (
            "It is as short as it can be."
            if intent.is_shorter
            else "The draft speaks of no discount already."
        )
        return shown_draft(talk, memory, action.id, because=told)
    talk.desk.edit(talk.principal, action.id, {"body": new})
    told = "The words are changed, so it is a new draft with its own approval."
    return shown_draft(talk, memory, _successor(talk, action), because=told)


def _successor(talk: Talk, action: Action) -> ActionId:
    with talk.parts.stores.read(talk.tenancy.id) as unit:
        waiting = unit.actions.listed(OPEN, account=action.account)
    return next(one.id for one in waiting if one.predecessor == action.id)


def readdressed(talk: Talk, memory: Memory, intent: Redirect) -> Reply:
    """Address the last draft to another contact of the same account."""
    action = _last(talk, memory)
    if action is None:
        return one(Answer(kind="asked", text=NO_DRAFT), memory)
    row = talk.row(action.account)
    assert row is not None, "an action's account is known"
    person = contact_named(talk, row, intent.to)
    if action.effect.arguments.get("recipient") == person.key:
        return shown_draft(talk, memory, action.id, because=f"It is to {person.name} already.")
    talk.telling.step(f"Writing to {person.name}; critics and policy read it first")
    moved = redirected(talk, action.id, person, is_instead=True)
    told = f"Written anew to {person.name}; the one before is withdrawn, and this one needs its own approval."
    return shown_draft(talk, memory, moved, because=told)


def _last(talk: Talk, memory: Memory) -> Action | None:
    if not memory.draft:
        return None
    with talk.parts.stores.read(talk.tenancy.id) as unit:
        return unit.actions.get(ActionId(memory.draft))


def contact_named(talk: Talk, row: AccountRow, name: str) -> Contact:
    """Find a contact of an account by a name. Raises: NotFound with the nearest, Ambiguous."""
    people = talk.view(row.account).contacts
    found = contacts_named(people, name)
    if len(found) == 1:
        return found[0]
    if found:
        told = tuple(one.name for one in found)
        raise Ambiguous(f"{name!r} can be {' or '.join(told)}.", candidates=told, remedy="Say the full name.")
    known = ", ".join(one.name for one in people)
    raise NotFound(
        f"{row.name} has no contact called {name!r}.",
        field="contact",
        value=name,
        remedy=f"Known there: {known}." if known else "Add the contact in the CRM first.",
    )


def contacts_named(people: Sequence[Contact], name: str) -> list[Contact]:
    """Find whom a name can mean: the exact name, else part of one, else one that is spelt nearly so."""
    wanted = plain(re.sub(r"\s+(?:at|from|bei|von)\s+.*$", "", name))
    exact = [one for one in people if plain(one.name) == wanted]
    found = exact or [one for one in people if wanted and set(wanted.split()) <= set(plain(one.name).split())]
    return found or [one for one in people if any(fuzz.ratio(wanted, word) >= CLOSE for word in _words(one))]


def _words(person: Contact) -> list[str]:
    name = plain(person.name)
    return [name, *name.split()]
