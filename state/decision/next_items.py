"""What an owner should do next: a short list over all accounts that fits the free minutes, and what it leaves out.

Invariant: at most `items` in all and `per_account` of one account; every candidate is in the list or left out with a
reason; one more item of an account never displaces the first of another in the same band.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from state.decision.proposal import Proposal, Question
from state.decision.ranking import BANDS, LEAST_MINUTES, is_broken_promise, score
from state.ids import AccountId, NodeKey, ProposalId

QUESTION_MINUTES = Decimal(1)
BY_ITSELF = frozenset(
    ("mark_undeliverable", "pause_plan", "cancel_step", "notify_rep", "notify_admin", "log_touch", "log_note", "tag",
     "attach_brief", "research")
)  # fmt: skip
"""Action types that need no minute of the owner."""


@dataclass(frozen=True, slots=True)
class AccountWork:
    """What waits for one owner at one account."""

    account: AccountId
    name: str
    proposals: tuple[Proposal, ...]
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class NextItem:
    """One thing to do."""

    account: AccountId | None
    """None for a card over several accounts."""
    name: str
    text: str
    why: str
    band: str
    minutes: Decimal
    score: Decimal
    proposals: tuple[ProposalId, ...]
    question: str | None = None
    is_first: bool = False
    """An overdue promise of ours."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that waits, and why."""

    item: NextItem
    reason: str


@dataclass(frozen=True, slots=True)
class NextList:
    """The answer to `what should I do next`."""

    items: tuple[NextItem, ...]
    left_out: tuple[LeftOut, ...]
    minutes: Decimal
    """What the list takes."""


def next_items(
    work: Sequence[AccountWork],
    free_minutes: int | None = None,
    *,
    most: int,
    per_account: int,
    grouped_from: int,
    opened: Collection[NodeKey] = (),
) -> NextList:
    """Choose what to do now: bands in order, inside a band the best of each account, then its second.

    Shape: `opened` are the meetings whose brief the owner has read; None minutes: no limit.
    """
    groups = _groups(work, grouped_from)
    candidates = [*(item for one in work for item in _items(one, opened, frozenset(groups)))]
    candidates += [_grouped(members) for members in groups.values()]
    waiting = [LeftOut(item, f"waits for your answer: {text}") for item, text in _held(work)]
    return _filled(_in_turn(candidates), waiting, free_minutes, most, per_account)


def _filled(
    ordered: Sequence[NextItem], waiting: list[LeftOut], free: int | None, most: int, per_account: int
) -> NextList:
    chosen: list[NextItem] = []
    left: list[LeftOut] = []
    taken: Counter[AccountId] = Counter()
    spent = Decimal(0)
    for item in ordered:
        reason = _too_much(item, spent, free, taken, len(chosen), most, per_account)
        if reason is not None:
            left.append(LeftOut(item, reason))
            continue
        chosen.append(item)
        spent += item.minutes
        if item.account is not None:
            taken[item.account] += 1
    return NextList(tuple(chosen), (*left, *waiting), spent)


def _too_much(
    item: NextItem,
    spent: Decimal,
    free: int | None,
    taken: Counter[AccountId],
    so_far: int,
    most: int,
    per_account: int,
) -> str | None:
    if so_far >= most:
        return f"{most} items are listed already"
    if item.account is not None and taken[item.account] >= per_account:
        return f"{per_account} items of {item.name} are listed already"
    if free is not None and spent + item.minutes > free:
        return f"needs {item.minutes:f} min, {free - spent:f} are left"
    return None


def _in_turn(items: Sequence[NextItem]) -> list[NextItem]:
    """Order by band; inside it the first of every account before anybody's second."""
    ordered = sorted(items, key=_place)
    seen: Counter[AccountId | None] = Counter()
    turns: list[tuple[int, int, int, NextItem]] = []
    for index, item in enumerate(ordered):
        turn = seen[item.account] if item.account is not None else 0
        seen[item.account] += 1
        turns.append((BANDS.index(item.band), turn, index, item))
    return [item for *_, item in sorted(turns, key=lambda entry: entry[:3])]


def _place(item: NextItem) -> tuple[object, ...]:
    return (BANDS.index(item.band), not item.is_first, -item.score, item.name, item.text)


def _groups(work: Sequence[AccountWork], grouped_from: int) -> dict[str, list[tuple[AccountWork, Proposal]]]:
    found: dict[str, list[tuple[AccountWork, Proposal]]] = {}
    for one in work:
        for proposal in one.proposals:
            if proposal.group is not None:
                found.setdefault(proposal.group, []).append((one, proposal))
    return {name: members for name, members in found.items() if len(members) >= grouped_from}


def _grouped(members: Sequence[tuple[AccountWork, Proposal]]) -> NextItem:
    first = members[0][1]
    accounts = sorted({one.name for one, _ in members})
    place = accounts[0] if len(accounts) == 1 else f"{len(accounts)} accounts"
    kind = first.action_type.replace("_", " ")
    return NextItem(
        account=members[0][0].account if len(accounts) == 1 else None,
        name=place,
        text=f"{kind}: {len(members)} at {place} in one card",
        why=first.why_now,
        band=min((proposal.urgency for _, proposal in members), key=BANDS.index),
        minutes=max(sum((proposal.cost_minutes for _, proposal in members), Decimal(0)), LEAST_MINUTES),
        score=max(score(proposal) for _, proposal in members),
        proposals=tuple(proposal.id for _, proposal in members),
    )


def _items(work: AccountWork, opened: Collection[NodeKey], groups: Collection[str]) -> Iterator[NextItem]:
    sends = {one.arguments.get("draft"): one for one in work.proposals if one.action_type == "send_email"}
    meetings = {one.subject for one in work.proposals if one.action_type == "brief"} - set(opened)
    drafts = {one.id for one in work.proposals if one.action_type == "draft_email"}
    for proposal in work.proposals:
        is_seen = proposal.action_type == "brief" and proposal.subject in opened
        is_folded = proposal.action_type == "send_email" and proposal.arguments.get("draft") in drafts
        if (
            is_seen
            or is_folded
            or proposal.held_by
            or proposal.action_type in BY_ITSELF
            or proposal.group in groups
        ):
            continue
        send = sends.get(proposal.id)
        if send is not None and send.held_by:
            continue
        yield _item(work, proposal, () if send is None else (send.id,))
    if work.question is not None and work.question.subject not in meetings:
        yield _asked(work, work.question)


def _item(work: AccountWork, proposal: Proposal, more: tuple[ProposalId, ...]) -> NextItem:
    return NextItem(
        account=work.account,
        name=work.name,
        text=proposal.description,
        why=proposal.why_now,
        band=proposal.urgency,
        minutes=max(proposal.cost_minutes, LEAST_MINUTES),
        score=score(proposal),
        proposals=(proposal.id, *more),
        is_first=is_broken_promise(proposal),
    )


def _asked(work: AccountWork, question: Question) -> NextItem:
    changed = [one.urgency for one in work.proposals if one.id in question.changes]
    return NextItem(
        account=work.account,
        name=work.name,
        text=question.text,
        why="one answer decides what is right",
        band=min((*changed, "this_week"), key=BANDS.index),
        minutes=QUESTION_MINUTES,
        score=question.worth / QUESTION_MINUTES,
        proposals=(),
        question=question.id,
    )


def _held(work: Sequence[AccountWork]) -> Iterator[tuple[NextItem, str]]:
    for one in work:
        for proposal in one.proposals:
            if proposal.held_by is not None and one.question is not None:
                yield _item(one, proposal, ()), one.question.text
