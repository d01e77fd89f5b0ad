"""`revloop learning show|run|history|revert`: what was learned from decisions, how well it holds, and the way back."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from graphs.learning.relearning import Relearned
    from graphs.learning.showing import CalibrationOut, LearningOut
    from server.render.layout import Shape
    from server.render.words import Reader

learning_app = App(
    name="learning",
    help="Show what was learned from decisions, and go back; it can only make the agent more careful.",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop learning show\n  revloop learning show --json\n"
    "  revloop learning history\n  revloop learning run --as lee\n  revloop learning revert 1 --as lee",
)
CAUSES = {"sample": "with the sample company", "daily": "at the daily look", "run": "by an admin"}


@learning_app.command(name="show")
def show_(*, common: Options = PLAIN) -> int:
    """Show how sure the proposals said to be, how often they were right, and what is made of it."""
    from graphs.learning.showing import shown
    from server.cli.printing import print_json, show

    with opened(common, sweep=False) as session:
        found, reader = shown(session.parts, session.tenancy), session.reader
    if common.json:
        print_json(found)
    else:
        show(*_page(found, reader))
    return 0


@learning_app.command(name="history")
def history(*, common: Options = PLAIN) -> int:
    """List the versions of what was learned, newest first."""
    from graphs.learning.showing import versions
    from server.cli.printing import print_json, show
    from server.render.layout import GREY, line, table

    with opened(common, sweep=False) as session:
        found, reader = versions(session.parts, session.tenancy), session.reader
    if common.json:
        print_json({"versions": [one.model_dump(mode="json") for one in found]})
    elif not found:
        show(line("Nothing was learned yet: nobody has decided on anything.", GREY))
    else:
        rows = [
            (
                f"{one.version}{' ← in force' if one.in_force else ''}",
                reader.day(one.at),
                CAUSES[one.cause],
                f"{one.decided:,}",
                one.hash[:12],
            )
            for one in found
        ]
        columns = (("Version", 2), ("Learned", 1), ("How", 2), ("Decisions", 0), ("Hash", 0))
        show(table(columns, rows))
    return 0


@learning_app.command(name="run")
def run(*, common: Options = PLAIN) -> int:
    """Learn now from everything that was decided; ends what `revert` holds. Only an admin does that."""
    from graphs.learning.relearning import relearn

    with opened(common, sweep=False) as session:
        found = relearn(session.parts, session.tenancy, session.principal, "run")
    return _told(found, "learned", is_json=common.json)


@learning_app.command(name="revert")
def revert(
    version: Annotated[int, Parameter(help="Of `revloop learning history`.")],
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Go back to an earlier version, and stay there until an admin runs it again. Only an admin does that."""
    from graphs.learning.relearning import revert as go_back

    with opened(common, sweep=False) as session:
        found = go_back(session.parts, session.tenancy, session.principal, version)
    return _told(found, "went back", is_json=common.json)


def _told(found: "Relearned", act: str, *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.layout import GREY, line

    kept = found.kept
    if is_json:
        print_json(
            {
                "version": kept.version if kept else 0,
                "was": found.was,
                "new": found.is_new,
                "pinned": found.is_pinned,
                "hash": kept.hash if kept else "",
            }
        )
    elif kept is None:
        show(line("Nobody has decided on anything yet, so there is nothing to learn.", GREY))
    elif not found.is_new:
        show(line(f"Version {kept.version} is in force already; nothing has changed."))
    else:
        before = f" in place of version {found.was}" if found.was not in (0, kept.version) else ""
        stays = " and stays until `revloop learning run`" if found.is_pinned else ""
        show(line(f"Done: {act}. Version {kept.version} is in force{before}{stays}."))
    return 0


def _page(found: "LearningOut", reader: "Reader") -> "list[Shape]":
    from server.render.layout import GREY, bullet, heading, line

    if found.at is None or found.until is None:
        return [line("Nothing was learned yet: nobody has decided on anything.", GREY)]
    head = (
        f"Version {found.version} of {reader.day(found.at)}, learned {CAUSES[found.cause]}: "
        f"{found.decided:,} decided proposals, {found.counted:,} count; the newest of {reader.day(found.until)}."
    )
    parts: list[Shape] = [line(head)]
    if found.pinned:
        parts.append(line("An admin went back to it; it stays until `revloop learning run`.", GREY))
    parts += [heading("Was it right? (confidence)"), _table(found.confidence)]
    parts += [heading("Did it come true? (p_outcome)"), _table(found.p_outcome)]
    if any(one.only_done for one in found.p_outcome):
        said = "Only proposals that were carried out have outcomes; of the others nothing is known."
        parts.append(line(said, GREY))
    parts.append(heading("Borders that rose"))
    parts += [
        bullet(
            f"{one.action_type}: runs by itself from {one.now:.0%} instead of {one.was:.0%}; "
            f"{one.right} of {one.n} above the border were right"
        )
        for one in found.borders
    ] or [line("None: no kind is surely less often right than its border says.", GREY)]
    said = "Policy reads the smaller of stated and calibrated; what is learned lets nothing run that did not before."
    return [*parts, line(said, GREY)]


def _table(found: "Sequence[CalibrationOut]") -> "Shape":
    from server.render.layout import table

    columns = (
        ("Kind", 2), ("n", 0), ("Said", 0), ("Came", 0), ("Calibrated", 0), ("Brier", 0), ("ECE", 0), ("95 %", 0),
    )  # fmt: skip
    return table(columns, [_row(one) for one in found])


def _row(one: "CalibrationOut") -> "tuple[str, ...]":
    said = (one.action_type, str(one.n), f"{one.stated:.0%}")
    if one.calibrated is None:
        return (*said, "", "too little data", "", "", "")
    return (
        *said,
        f"{one.came:.0%}",
        f"{one.calibrated:.0%}",
        _change(one.brier_stated, one.brier_calibrated),
        _change(one.ece_stated, one.ece_calibrated),
        f"{one.ece_low:.3f} to {one.ece_high:.3f}",
    )


def _change(before: "Decimal", after: "Decimal") -> str:
    return f"{before:.3f} → {after:.3f}"
