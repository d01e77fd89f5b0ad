"""What a card says, line by line, whoever shows it: the terminal and the pages say the same words.

Invariant: raw addresses, the rule and the exact effect are said whole; nothing of them is shortened unsaid.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string, policy

from markupsafe import Markup, escape

from graphs.telling.card import CardOut, LikenessOut
from graphs.telling.displaying import PaceOut
from graphs.telling.report import ProposalOut
from server.render.inert import inert, one_line
from server.render.words import Reader, money, way, without
from state.governance.approval import HASTY_MS


@dataclass(frozen=True, slots=True)
class EffectParts:
    """An exact effect as a page lays it out."""

    heads: tuple[tuple[str, str], ...]
    """Short lines: who, to whom, about what."""
    text: str
    """The words themselves."""


HEADERS = ("From", "To", "Cc", "Subject")
HEAD_CHARS, LINE_CHARS = 24, 160
NAMED = re.compile(r"\bac_[0-9a-f]{8,20}\b")
TYPED = re.compile(r"`([^`]+)`")


def counted(count: int, word: str, many: str = "") -> str:
    """Write a number with its noun; `many` where it is not the noun with an s."""
    return f"{count} {word}" if count == 1 else f"{count:,} {many or word + 's'}"


def grouped(cards: Sequence[CardOut], grouped_from: int) -> dict[str, list[CardOut]]:
    """Find the groups of equal waiting cards that are large enough to be one."""
    found: dict[str, list[CardOut]] = {}
    for one in cards:
        if one.group is not None and one.status == "pending":
            found.setdefault(one.group, []).append(one)
    return {name: members for name, members in found.items() if len(members) >= grouped_from}


ENDINGS = {
    "claimed": "being carried out",
    "executed": "done",
    "failed": "failed",
    "cancelled": "withdrawn",
    "expired": "expired",
    "ambiguous": "unclear: it may or may not have happened",
}
"""What a status is called where a card is shown after it was decided."""


DONE = {
    "brief": "brief prepared", "draft_email": "draft written", "create_task": "task made",
    "notify_rep": "owner told", "notify_admin": "admin told", "log_touch": "touch logged",
    "log_note": "note kept", "tag": "tag set", "attach_brief": "brief attached", "research": "looked up",
    "mark_undeliverable": "address marked undeliverable", "pause_plan": "plan paused",
    "cancel_step": "step cancelled", "update_crm": "CRM changed", "close_out": "deal closed out",
    "requalify": "set to be requalified", "forecast_omit": "left out of the forecast", "merge": "merged",
    "escalate_support": "ticket escalated", "draft_quote": "quote drafted", "send_email": "mail sent",
    "schedule_meeting": "meeting set", "ask": "question asked",
}  # fmt: skip
"""What each kind of action is called once it is done."""


def done(action_type: str) -> str:
    """Say what was done."""
    return DONE.get(action_type, action_type.replace("_", " "))


def status_words(status: str) -> str:
    """Say how an action stands."""
    return ENDINGS.get(status, status)


def after_yes(status: str) -> str:
    """Say what came of somebody's yes."""
    found = {
        "executed": "Done",
        "approved": "Approved",
        "pending": "Your yes is recorded",
        "cancelled": "Not done",
    }
    return found.get(status, status_words(status).capitalize())


def people(names: Sequence[str], reader: Reader) -> str:
    """Name several people."""
    return " and ".join(reader.person(one) for one in names)


def plain_text(text: str, name: str) -> str:
    """Say what would be done, without the account's name that stands beside it."""
    return without(one_line(text).removeprefix(f"{name}: "), name)


def linked(text: str) -> Markup:
    """Make the actions that a text names lead to their cards; everything else of it is escaped and inert."""
    safe = str(escape(inert(text)))
    return Markup(NAMED.sub(lambda found: f'<a href="/inbox/{found[0]}">{found[0][:11]}</a>', safe))  # noqa: S704


def coded(text: str) -> Markup:
    """Write a sentence with a capital, and what is to be typed as such; everything of it is escaped and inert."""
    safe = str(escape(inert(text[:1].upper() + text[1:])))
    return Markup(TYPED.sub(r"<code>\1</code>", safe))  # noqa: S704


def way_of(one: ProposalOut) -> str:
    """Say which way a proposal goes."""
    return way(one)


def what(one: CardOut) -> str:
    """Say what would be done, without what stands beside it already."""
    return without(one_line(one.description), one.account_name)


def reaches(one: CardOut) -> str:
    """Say whom it reaches: raw addresses, how often lately, and whether for the first time."""
    if not one.recipients:
        return "nobody outside; it changes our own records"
    if one.in_name_of is None:
        return f"inside only: {', '.join(map(one_line, one.recipients))}"
    new = "; first mail to this address" if one.is_first_to_address else ""
    touched = f"; {counted(one.touches_14d, 'mail')} to them in 14 days"
    return f"{', '.join(map(one_line, one.recipients))}{touched}{new}"


def paced(found: PaceOut | None) -> str:
    """Say how many of a person's approvals came faster than anybody reads; nothing where none did."""
    if found is None or not (found.hasty or found.undisplayed):
        return ""
    parts = [f"{found.hasty} within 2 s of being shown" if found.hasty else ""]
    parts += [f"{found.undisplayed} without being shown there first" if found.undisplayed else ""]
    return f"{counted(found.approvals, 'approval')} so far, {' and '.join(part for part in parts if part)}"


def proposer(reasoner: str, reader: Reader) -> str:
    """Name who proposed something: the playbook, a model, or a person after one of them."""
    person, _, after = reasoner.partition(", after ")
    told = reader.person(person) if person in reader.names else f"the {one_line(person)}"
    return f"{told}, after the {one_line(after)}" if after else told


def approved_by(one: CardOut, reader: Reader) -> str:
    """Say who approved it, and how soon after it was shown to them."""
    return ", ".join(f"{reader.person(yes.by)}, {after_display(yes.after_ms)}" for yes in one.approvals)


def after_display(after_ms: int | None) -> str:
    """Say how soon after its display an approval came."""
    if after_ms is None:
        return "without being shown there first"
    seconds = after_ms / 1000
    told = f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.0f} min"
    return f"{told} after it was shown{': under 2 s' if after_ms < HASTY_MS else ''}"


def in_name(one: CardOut, reader: Reader) -> str:
    """Say in whose name it leaves, in which thread, and who stands in."""
    thread = f", in the thread {one_line(one.thread, 60)}" if one.thread else ""
    name = one.in_name_of or one.owner
    stand_in = f"; {reader.person(one.inbox_of)} stands in" if one.inbox_of != name else ""
    return f"{reader.person(name)}{thread}{stand_in}"


def deadline(one: CardOut, reader: Reader) -> str:
    """Say by when to decide."""
    by = one.decide_by or one.expires_at
    return f"{reader.moment(by)} ({reader.away(by)})"


def careful(one: CardOut) -> str:
    """Say what to be careful about."""
    return "; ".join((*map(alike, one.looks_like), *unverified(one)))


def alike(one: LikenessOut) -> str:
    """Say that a mail domain looks like one we know: raw, and as a screen may show it."""
    shown = f", shown as {one_line(one.decoded)}," if one.decoded != one.domain else ""
    return f"{one_line(one.domain)}{shown} looks like {one_line(one.like)}, is not ({one.how})"


def unverified(one: CardOut) -> list[str]:
    """Say what words that nobody verified changed, and quote the first of them."""
    if not one.rests_on_untrusted and not one.without_untrusted:
        return []
    does = "decide" if one.rests_on_untrusted else "move"
    changed = one_line(", ".join(one.without_untrusted) or "not tested without them")
    quoted = f" ({one_line(one.unverified[0], 120)})" if one.unverified else ""
    return [f"words that nobody verified {does} it; without them {changed}{quoted}"]


def if_nothing(one: CardOut, reader: Reader) -> str:
    """Say what happens if nobody decides."""
    value = one.expected_value
    lost = f"; about {money(value.amount, value.currency)} is given up" if float(value.amount) > 0 else ""
    return f"the card expires {reader.day(one.expires_at)} and nothing happens{lost}"


def state_of(one: CardOut, wall: datetime) -> str:
    """Say where it stands when it is not simply waiting."""
    if one.status == "approved":
        left = max(0, round((one.hold_until - wall).total_seconds())) if one.hold_until else 0
        return f"approved; {left} s left to undo" if left else "approved; it leaves with the next command"
    if one.status == "ambiguous":
        return "it may or may not have happened; somebody has to look"
    if one.runs_at is not None:
        left = max(0, round((one.runs_at - wall).total_seconds() / 60))
        return f"runs by itself in {left} min unless rejected"
    return ""


RECORDED = {"event": "change", "subject": "record", "values": "set to", "before": "was"}
"""What the fields of a changed record are called."""


def readable(content: str) -> list[str]:
    """Write the exact effect as it is read: a mail as a mail, a record line by line."""
    if content.startswith("{"):
        return _record(content)
    if content.startswith("BEGIN:VCALENDAR"):
        return [inert(text) for text in content.splitlines()]
    message = message_from_string(content, policy=policy.default)
    if not message.get("From"):
        return [inert(text) for text in content.splitlines()]
    head = [f"{name}: {one_line(str(message[name]))}" for name in HEADERS if message[name]]
    part = message.get_body(preferencelist=("plain",))
    text = str(part.get_content()) if part is not None else ""
    attached = [f"Attached: {one_line(str(item.get_filename()))}" for item in message.iter_attachments()]
    return [*head, *attached, "", *(inert(row) for row in text.strip().splitlines())]


def _record(content: str) -> list[str]:
    try:
        found = json.loads(content)
    except ValueError:
        return [inert(content)]
    told: list[str] = []
    for key, value in found.items():
        first, *rest = _cell(value).splitlines() or [""]
        told += [f"{RECORDED.get(key, inert(str(key)).replace('_', ' '))}: {first}", *rest] if first else []
    return told


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(
            f"{inert(str(key)).replace('_', ' ')} {_cell(inner) or 'nothing'}" for key, inner in value.items()
        )
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return "" if value is None else inert(str(value))


def effect_parts(content: str) -> EffectParts:
    """Split what is readable into short lines and the words under them; nothing is left out."""
    told = readable(content)
    heads: list[tuple[str, str]] = []
    for row in told:
        name, colon, text = row.partition(": ")
        if not colon or len(name) > HEAD_CHARS or len(text) > LINE_CHARS:
            break
        heads.append((name, text))
    return EffectParts(tuple(heads), "\n".join(told[len(heads) :]).strip("\n"))


def usually(one: CardOut) -> str:
    """Say what the trigger map names for it, where another kind was drafted."""
    if not one.instead_of:
        return ""
    kind = one.instead_of.replace("_", " ")
    return f"{kind}; what stands here ranks higher"


def undo(one: CardOut) -> str:
    """Say whether what it does can be set back once it is done."""
    if one.reversible:
        return "can be taken back"
    is_outside = one.action_class == 3
    return "cannot be taken back once it has left" if is_outside else "once it is done, by hand only"
