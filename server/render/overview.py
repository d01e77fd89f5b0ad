"""What a scan found, by owner: one line per account and proposal, and the quiet accounts in one line."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from graphs.telling.report import ProposalOut, Report
from graphs.working.scanning import Looked
from server.render.card_words import counted
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, heading, line, stacked, table
from server.render.pairs import paired
from server.render.proposals import plainly
from server.render.words import WAYS, Reader, money, short, way, way_said, without

COLUMNS = (("Account", 5), ("What", 11), ("Worth", 0), ("Way", 0), ("Id", 0))


Row = tuple[str, tuple[str, ...]]
"""Owner and the cells of one row."""


def welcome(company: str, reader: Reader, home: Path) -> Shape:
    """Say where we are and when."""
    return stacked(
        [
            line(
                f"{inert(company)}, {reader.dated(reader.now)} (the clock stands still; `revloop tick` moves it)",
                STRONG,
            ),
            line(f"Everything is in {home}; mails go to its outbox folder only.", GREY),
        ]
    )


def overview(looked: Sequence[Looked], reports: Sequence[Report], reader: Reader) -> Shape:
    """Show what was proposed unasked, grouped by whose it is."""
    rows = list(overview_rows(looked, reports))
    head: list[Shape] = [
        line("\nWhat the morning scan proposed, unasked", STRONG),
        line(_tally(reports), GREY),
    ]
    return stacked([*head, *rows_by_owner(rows, reader), _quiet(looked, reports)])


def rows_by_owner(rows: Sequence[Row], reader: Reader) -> list[Shape]:
    """Give each owner a heading and a table; what nobody owns comes last."""
    owners = sorted({owner for owner, _ in rows}, key=lambda user: (user == "", reader.person(user)))
    return [
        part
        for owner in owners
        for part in (
            heading(reader.person(owner)),
            table(COLUMNS, [cells for who, cells in rows if who == owner]),
        )
    ]


def overview_rows(looked: Sequence[Looked], reports: Sequence[Report]) -> Iterator[Row]:
    """List (owner, cells); an account's name stands on its first row, and equal notices are one row."""
    grouped = _grouped(looked, reports)
    told: set[tuple[str, str]] = set()
    for one, report in zip(looked, reports, strict=True):
        for owner, name, cells in _of_account(one, report, grouped):
            shown = "" if (owner, name) in told else name
            told.add((owner, name))
            yield owner, (shown, *cells)


def _grouped(looked: Sequence[Looked], reports: Sequence[Report]) -> dict[str, list[tuple[str, ProposalOut]]]:
    found: dict[str, list[tuple[str, ProposalOut]]] = {}
    for one, report in zip(looked, reports, strict=True):
        for proposal in report.proposals:
            if key := _card(proposal):
                found.setdefault(key, []).append((one.account.name, proposal))
    return {name: members for name, members in found.items() if len(members) > 1}


def _card(proposal: ProposalOut) -> str:
    """Name the card a proposal shows on: its group, else its action, which several accounts may share."""
    return proposal.group or proposal.action or ""


def _of_account(
    one: Looked, report: Report, grouped: Mapping[str, list[tuple[str, ProposalOut]]]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    name = one_line(one.account.name, 28)
    if report.question is not None:
        what = one_line(report.question.text, 100)
        yield one.account.owner or "", name, (what, "", "asked", short(report.question.id))
    for entry in paired(report.proposals):
        decided = entry.decided
        members = grouped.get(_card(decided), [])
        if members and (members[0][0], members[0][1].id) != (one.account.name, decided.id):
            continue
        what = without(plainly(entry.proposal), one.account.name)
        shown = name
        if members:
            shown = f"{len(members)} in one card"
            what = f"{what} ({_places(members)})"
        value = money(decided.expected_value.amount, decided.expected_value.currency)
        cells = (what, value, way_said(decided), short(decided.action))
        yield decided.owner or "", shown, cells


def _places(members: Sequence[tuple[str, ProposalOut]]) -> str:
    names = list(dict.fromkeys(one_line(name, 28) for name, _ in members))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _tally(reports: Sequence[Report]) -> str:
    ways = Counter(way(proposal) for report in reports for proposal in report.proposals)
    told = [f"{ways[name]} {name}" for name in WAYS if ways[name]]
    asked = sum(report.question is not None for report in reports)
    questions = [counted(asked, "question")] if asked else []
    return f"{counted(len(reports), 'account')}: {', '.join([*told, *questions]) or 'nothing proposed'}"


def _quiet(looked: Sequence[Looked], reports: Sequence[Report]) -> Shape | None:
    names = [
        one_line(one.account.name)
        for one, report in zip(looked, reports, strict=True)
        if not report.proposals and report.question is None
    ]
    if not names:
        return None
    some = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    return line(f"\nNothing to do at {counted(len(names), 'account')}: {some}.", GREY)
