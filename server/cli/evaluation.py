"""`revloop eval run|chat|meetings`: score cases, conversations or meeting summary, and end with 1 under the gate."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from state.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.metric import Metric
    from evals.report import Half, Report
    from evals.week import Week
    from server.render.layout import Shape

UNDER_THE_GATE = 1
eval_app = App(
    name="eval",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop eval run\n  revloop eval run --cases 1,8,13\n  revloop eval run --seeds 7,11\n"
    "  revloop eval chat\n  revloop eval meetings",
)


@eval_app.command
def run(
    *,
    cases: Annotated[str, Parameter(help="Only these, by number: 1,8,13.")] = "",
    seeds: Annotated[str, Parameter(help="Casts of the sample company; 7 is the shipped one.")] = "7",
    common: Options = PLAIN,
) -> int:
    """Play every case and its twin in homes of their own, print the table, and say what is open."""
    from evals.dataset import load
    from evals.runner import run as play
    from evals.week import lived
    from server.cli.printing import print_json, show
    from server.cli.progress import bar
    from state.settings import quiet_environment

    quiet_environment()
    wanted, casts = frozenset(numbers(cases, "cases")), numbers(seeds, "seeds")
    dataset = load()
    unknown = sorted(wanted - {case.id for case in dataset.cases})
    if unknown:
        raise InvalidInput(
            f"There is no case {unknown[0]}.", field="cases", value=cases, remedy="Known: 1 to 40."
        )
    with bar("Playing cases", quiet=common.json) as step:
        report = play(dataset.only(wanted), casts or (7,), step)
    week = None
    if not wanted:
        with bar("Living a week", quiet=common.json) as step:
            week = lived(step)
    failures = report.failures(is_whole=not wanted)
    if common.json:
        print_json(as_json(report, failures, week))
    else:
        show(*_page(report, failures, week))
    return UNDER_THE_GATE if failures else 0


@eval_app.command
def chat(
    *,
    only: Annotated[str, Parameter(help="Only conversations whose name holds this.")] = "",
    common: Options = PLAIN,
) -> int:
    """Play the hand-written conversations, and end with 1 where a turn is not as labelled."""
    from evals.chat import load_chats
    from evals.conversations import played
    from server.cli.printing import print_json, show
    from server.cli.progress import bar
    from server.render.inert import one_line
    from server.render.layout import line
    from state.settings import quiet_environment

    quiet_environment()
    chats = [one for one in load_chats() if only.casefold() in one.name.casefold()]
    if not chats:
        raise InvalidInput("No conversation has such a name.", field="only", value=only)
    with bar("Playing conversations", quiet=common.json) as step:
        faults = played(chats, step)
    wrong, turns = {one.chat for one in faults}, sum(len(one.turns) for one in chats)
    if common.json:
        told = [{"chat": one.chat, "said": one.said, "message": one.message} for one in faults]
        print_json({"chats": len(chats), "turns": turns, "right": len(chats) - len(wrong), "faults": told})
    else:
        show(*(line(f"{one.chat}: “{one_line(one.said)}”: {one_line(one.message, 300)}") for one in faults))
        show(line(f"{len(chats) - len(wrong)} of {len(chats)} conversations right, {turns} turns."))
    return UNDER_THE_GATE if faults else 0


@eval_app.command
def meetings(
    folder: Annotated[
        str, Parameter(help="Folder of the public transcripts; else the one beside the checkout.")
    ] = "",
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Hold the meeting summary against lines labelled by hand, and end with 1 under a precision of 0.6."""
    from pathlib import Path

    from evals.meetings import told, under_the_border
    from evals.meetings_labels import FOLDER

    developed, reported = told(Path(folder) if folder else FOLDER)
    if common.json:
        from server.cli.printing import print_json

        print_json({"develop": developed.as_json(), "report": reported.as_json()})
    else:
        import sys

        sys.stdout.write(f"{developed.page}\n{reported.page}\n{reported.verdict}\n")
    return UNDER_THE_GATE if under_the_border(reported) else 0


@eval_app.command
def charts(
    folder: Annotated[
        str, Parameter(help="Folder of the labelled series; else the one beside the checkout.")
    ] = "",
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Run the product's charts on labelled public series, and end with 1 unless both halves are good enough."""
    from pathlib import Path

    from evals.charts import FOLDER, halves, main, read

    place = Path(folder) if folder else FOLDER
    if not common.json:
        return main(place)
    from server.cli.printing import print_json

    both = halves(read(place))
    print_json(
        {
            one.told_on: {"chart": str(one.chart), "f1": one.told.f1, "always_on": one.always.f1,
                          "false_by_series": one.false_by_series}
            for one in both
        }
    )  # fmt: skip
    return 0 if all(one.is_good for one in both) else UNDER_THE_GATE


def numbers(text: str, field: str) -> tuple[int, ...]:
    """Read 1,8,13. Raises: InvalidInput."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise InvalidInput(
            f"{text!r} is not a list of numbers.", field=field, value=text, remedy="Write them as 1,8,13."
        )
    return tuple(map(int, parts))


def as_json(report: "Report", failures: "Sequence[str]", week: "Week | None" = None) -> dict[str, object]:
    """Give the report as one document."""
    return {
        "cases": [
            {
                "id": row.case.id,
                "seed": row.seed,
                "title": row.case.title,
                "twin": row.case.twin.fact,
                "case_right": row.case_half.is_right,
                "twin_right": row.twin_half.is_right,
                "right_with_twin": row.is_flipped,
                "why": row.why,
            }
            for row in report.rows
        ],
        "metrics": [_metric(one) for one in report.metrics],
        "top_1": [_metric(one) for one in (report.compared, *report.baselines)],
        "self_initiated": _metric(week.self_initiated) if week else None,
        "forbidden_effects": list(report.forbidden),
        "false_facts": list(report.false_facts),
        "gate": {"right_with_twin": report.gated()[0], "of": report.gated()[1], "failures": list(failures)},
    }


def _metric(one: "Metric") -> dict[str, object]:
    return {
        "name": one.name,
        "mean": one.mean,
        "low": one.low,
        "high": one.high,
        "n": one.n,
        "unscored": one.unscored,
    }


def _page(report: "Report", failures: "Sequence[str]", week: "Week | None") -> "list[Shape]":
    from server.render.inert import one_line
    from server.render.layout import heading, line, table

    rows = [
        (str(row.case.id), str(row.seed), one_line(row.case.title), _mark(row.case_half), _mark(row.twin_half),
         "yes" if row.is_flipped else "open")
        for row in report.rows
    ]  # fmt: skip
    columns = (("Case", 0), ("Cast", 0), ("", 8), ("Case right", 0), ("Twin right", 0), ("Both", 0))
    measured = [_cells(one) for one in report.metrics]
    parts: list[Shape] = [heading("Cases"), table(columns, rows), heading("What they come to")]
    parts.append(table((("", 6), ("Mean", 0), ("95 %", 0), ("n", 0), ("Unscored", 0)), measured))
    parts += [heading("Top-1 against simpler ways"), table(_COMPARED, [*_compared(report)])]
    if week is not None:
        parts += [heading("Begun without being asked"), line(told_of(week))]
    if report.open:
        parts.append(heading("Open"))
        parts += [line(f"{row.case.id} (cast {row.seed}): {one_line(row.why, 400)}") for row in report.open]
    parts += [line(f"Forbidden: {one_line(one, 300)}") for one in report.forbidden]
    parts += [line(f"False: {one_line(one, 300)}") for one in report.false_facts]
    right, total = report.gated()
    told = "passed" if not failures else "not passed: " + "; ".join(failures)
    parts.append(line(f"\nGate: {right} of {total} right with their twins; {told}."))
    return parts


def told_of(week: "Week") -> str:
    """Say what share of a week's work nobody had asked for."""
    _, mean, between, n, _ = _cells(week.self_initiated)
    return (
        f"In a week of the sample company {n} actions were executed; events and schedules had begun {mean} of them"
        f" (95 %: {between}), people the others."
    )


_COMPARED = (("", 6), ("Top-1", 0), ("95 %", 0), ("Margin in points", 0), ("", 4))


def _mark(half: "Half") -> str:
    return "–" if half.unscored else ("yes" if half.is_right else "no")


def _cells(one: "Metric") -> tuple[str, ...]:
    mean = "–" if one.mean is None else f"{100 * one.mean:.0f} %"
    between = "–" if one.mean is None else f"{100 * one.low:.0f}–{100 * one.high:.0f}"
    return (one.name, mean, between, str(one.n), str(one.unscored))


def _compared(report: "Report") -> "Iterator[tuple[str, ...]]":
    from evals.report import MARGIN

    ours = report.compared
    yield (*_cells(ours)[:3], "", "")
    for one in report.baselines:
        if ours.mean is None or one.mean is None:
            continue
        margin = ours.mean - one.mean
        told = "" if margin >= MARGIN else f"less than {100 * MARGIN:.0f} points ahead"
        yield (*_cells(one)[:3], f"{100 * margin:+.0f}", told)
