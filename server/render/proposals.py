"""Proposals in order, the one question with its options, and what is left to decide."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from rich.padding import Padding

from graphs.telling.report import NoActionOut, ProposalOut, QuestionOut, Report
from server.render.card_words import counted
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, labelled, line, stacked
from server.render.pairs import Entry, paired
from server.render.words import (
    SENDS,
    Reader,
    money,
    origins,
    percent,
    quoted,
    rests_on,
    short,
    verdict_words,
    worth,
)

SHOWN, LISTED = 6, 12
PILED_FROM = 3
"""Acts of one kind on so many records are shown as one."""
ESTIMATES = "Percentages are as stated; how often such ones held: revloop learning show."
BANDS = {"now": "now", "this_week": "this week", "can_wait": "can wait"}


def decisions(report: Report, reader: Reader) -> Shape:
    """Show everything below the brief: question, proposals or the reason for none, and how to answer."""
    parts: list[Shape | None] = []
    if report.question is not None:
        parts.append(question(report.question, report))
    if report.proposals:
        parts.append(ranked(report, reader))
    if report.no_action is not None:
        parts.append(nothing(report.no_action, reader))
    parts.append(how_to_answer(report, reader))
    return stacked(parts)


def question(asked: QuestionOut, report: Report | None = None, answer: str = "") -> Shape:
    """Show the one question, its options by number, and what the answer changes."""
    options = [bullet(inert(text), mark=f"{number}.") for number, text in enumerate(asked.options, start=1)]
    changed = [one for one in report.proposals if one.id in asked.changes] if report else []
    names = "; ".join(plainly(one) for one in changed[:3])
    told = labelled([("Changes", names), ("Answer", answer or f"revloop answer {short(asked.id)} NUMBER")])
    return stacked([heading("One question"), line(f"  {inert(asked.text)}", STRONG), *options, told])


def plainly(one: ProposalOut) -> str:
    """Name a proposal without the words that only say how it is carried out."""
    return one_line(one.description.removeprefix(SENDS), 110)


def ranked(report: Report, reader: Reader) -> Shape:
    """Show the proposals, best first, each with value, confidence, reason and what becomes of it; equal ones as one."""
    piles = piled(paired(report.proposals))
    shown = [_shown(number, pile, reader) for number, pile in enumerate(piles[:SHOWN], start=1)]
    rest = sum(map(len, piles[SHOWN:]))
    more = line(f"  and {rest} more (--json lists all)", GREY) if rest > 0 else None
    return stacked([heading("Proposed, best first"), *shown, more, line(f"  {ESTIMATES}", GREY)])


def piled(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], ...]:
    """Put together, at the place of the first, what is one kind of act on several records."""
    often = Counter(one.proposal.action_type for one in entries if one.proposal.group)
    found: dict[str, list[Entry]] = {}
    for one in entries:
        is_equal = bool(one.proposal.group) and often[one.proposal.action_type] >= PILED_FROM
        found.setdefault(one.proposal.action_type if is_equal else one.proposal.id, []).append(one)
    return tuple(map(tuple, found.values()))


def _shown(number: int, pile: Sequence[Entry], reader: Reader) -> Shape:
    return _entry(number, pile[0], reader) if len(pile) == 1 else _pile(number, pile, reader)


def _pile(number: int, pile: Sequence[Entry], reader: Reader) -> Shape:
    """Show several acts of one kind as one entry: what each is about, and whose approval it waits for."""
    first = pile[0].proposal
    kind = first.action_type.replace("_", " ")
    total = sum(Decimal(one.proposal.expected_value.amount) for one in pile)
    owners = Counter(reader.person(one.decided.owner) for one in pile)
    return stacked(
        [
            bullet(f"{counted(len(pile), 'record')} to {kind}", mark=f"{number}.", style=STRONG),
            *(
                Padding(bullet(one_line(one.proposal.why_now)), (0, 0, 0, 3), expand=False)
                for one in pile[:LISTED]
            ),
            labelled(
                [
                    ("", f"and {len(pile) - LISTED} more (--json)" if len(pile) > LISTED else ""),
                    ("Worth", f"{money(format(total, 'f'), first.expected_value.currency)} in all"),
                    ("Sure", sureness(first)),
                    ("Whose", ", ".join(f"{name} {count}" for name, count in owners.most_common())),
                    (
                        "So",
                        f"{becomes(pile[0], reader)} So do the others; equal ones of one owner are one card.",
                    ),
                ],
                indent=5,
            ),
        ]
    )


def _entry(number: int, entry: Entry, reader: Reader) -> Shape:
    one = entry.proposal
    decide = f", decide by {reader.moment(one.decide_by)}" if one.decide_by else ""
    return stacked(
        [
            bullet(plainly(one), mark=f"{number}.", style=STRONG),
            labelled(
                [
                    ("Why now", one_line(one.why_now)),
                    ("Worth", worth(one.expected_value)),
                    ("Range", rests_on(one.expected_value)),
                    ("Sure", sureness(one)),
                    ("When", f"{BANDS[one.urgency]}{decide}"),
                    ("So", becomes(entry, reader)),
                    ("From", grounds(one)),
                ],
                indent=5,
            ),
        ]
    )


def becomes(entry: Entry, reader: Reader) -> str:
    """Say what becomes of an entry, and under which id it is decided."""
    decided = entry.decided
    first = decided.verdict.model_copy(update={"reasons": decided.verdict.reasons[:1]})
    other = reader.other(decided.owner)
    said = verdict_words(first, decided.status, decided.action_type, f"{other}'s" if other else "your")
    if entry.send is not None and entry.proposal.status == "executed":
        said = f"The draft is written. Sending: {said[0].lower()}{said[1:]}"
    return f"{said} [{short(decided.action)}]" if decided.action else said


def grounds(one: ProposalOut) -> str:
    """Say in one line what a proposal rests on."""
    found = quoted(one.evidence)
    told = origins(one.evidence, 3)
    return f"{found[1]}; {told}" if found else told


def sureness(one: ProposalOut) -> str:
    """Write both numbers: how sure it is right, and how likely the outcome is."""
    outcome = one_line(one.expected_outcome.text, 90).rstrip(".")
    by = f"{one.expected_outcome.by.day} {one.expected_outcome.by:%b}"
    return f"{percent(one.confidence)} that it is right; {percent(one.p_outcome)} for “{outcome}” by {by}"


def nothing(decision: NoActionOut, reader: Reader) -> Shape:
    """Say why nothing is proposed and when to look again."""
    again = f"  Look again {reader.day(decision.look_again_at)}." if decision.look_again_at else ""
    reasons = [bullet(inert(reason)) for reason in decision.reasons]
    return stacked([heading("Nothing to do"), *reasons, line(again) if again else None])


def how_to_answer(report: Report, reader: Reader) -> Shape | None:
    """Name what waits and the commands that decide it; what others decide is only counted."""
    waiting = [
        one for one in report.proposals if one.status == "pending" and one.verdict.kind == "require_approval"
    ]
    mine = [one for one in waiting if not reader.other(one.owner)]
    told = [(f"revloop approve {short(one.action)}", plainly(one)) for one in mine[:LISTED]]
    if report.question is not None and report.question.id:
        told.append((f"revloop answer {short(report.question.id)} 1", one_line(report.question.text)))
    if told:
        told.append(("revloop inbox", "shows every card in full"))
    whose = Counter(reader.other(one.owner) for one in waiting if one not in mine)
    parts: list[Shape] = [heading("Waits for you"), labelled(told)] if told else []
    if whose:
        names = ", ".join(f"{name} {count}" for name, count in whose.most_common())
        parts += [heading("Waits for others"), bullet(names)]
    return stacked(parts) if parts else None
