"""Proposals in order, the one question with its options, and what is left to decide."""

from graphs.telling.report import NoActionOut, ProposalOut, QuestionOut, Report
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, labelled, line, stacked
from server.render.pairs import Entry, paired
from server.render.words import SENDS, Reader, money, origins, percent, quoted, short, verdict_words

SHOWN = 6
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
    parts.append(how_to_answer(report))
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
    """Show the proposals, best first, each with value, confidence, reason and what becomes of it."""
    entries = paired(report.proposals)
    shown = [_entry(number, one, reader) for number, one in enumerate(entries[:SHOWN], start=1)]
    rest = len(entries) - SHOWN
    more = line(f"  and {rest} more (--json lists all)", GREY) if rest > 0 else None
    return stacked([heading("Proposed, best first"), *shown, more, line(f"  {ESTIMATES}", GREY)])


def _entry(number: int, entry: Entry, reader: Reader) -> Shape:
    one = entry.proposal
    decide = f", decide by {reader.moment(one.decide_by)}" if one.decide_by else ""
    return stacked(
        [
            bullet(plainly(one), mark=f"{number}.", style=STRONG),
            labelled(
                [
                    ("Why now", one_line(one.why_now)),
                    ("Worth", worth(one)),
                    ("Sure", sureness(one)),
                    ("When", f"{BANDS[one.urgency]}{decide}"),
                    ("So", becomes(entry)),
                    ("From", grounds(one)),
                ],
                indent=5,
            ),
        ]
    )


def becomes(entry: Entry) -> str:
    """Say what becomes of an entry, and under which id it is decided."""
    decided = entry.decided
    first = decided.verdict.model_copy(update={"reasons": decided.verdict.reasons[:1]})
    said = verdict_words(first, decided.status)
    if entry.send is not None and entry.proposal.status == "executed":
        said = f"The draft is written. Sending: {said[0].lower()}{said[1:]}"
    return f"{said} [{short(decided.action)}]" if decided.action else said


def grounds(one: ProposalOut) -> str:
    """Say in one line what a proposal rests on."""
    found = quoted(one.evidence)
    told = origins(one.evidence, 3)
    return f"{found[1]}; {told}" if found else told


def worth(one: ProposalOut) -> str:
    """Write the expected value with its arithmetic: never the amount of the deal."""
    value = one.expected_value
    shown = money(value.amount, value.currency)
    formula = one_line(value.arithmetic)
    return formula if formula.endswith(shown) else f"{shown} ({formula})"


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


def how_to_answer(report: Report) -> Shape | None:
    """Name what waits and the commands that decide it."""
    told = [
        (f"revloop approve {short(one.action)}", plainly(one))
        for one in report.proposals
        if one.status == "pending" and one.verdict.kind == "require_approval"
    ]
    if report.question is not None and report.question.id:
        told.append((f"revloop answer {short(report.question.id)} 1", one_line(report.question.text)))
    if not told:
        return None
    return stacked(
        [heading("Waits for you"), labelled([*told, ("revloop inbox", "shows every card in full")])]
    )
