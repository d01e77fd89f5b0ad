"""`revloop merge`: what could be one company, what was merged, and taking a merge back."""

from typing import Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened

merge_app = App(
    name="merge",
    help="See which accounts could be one company and why, and take a merge back.",
    help_epilogue="Examples:\n  revloop merge list\n  revloop merge undo quarrystone-limited",
    help_format="plaintext",
)


@merge_app.command(name="list")
def listed(*, common: Options = PLAIN) -> int:
    """List accounts that could be one company, each with its reasons, and what was merged."""
    from graphs.perceiving.duplicates import duplicates
    from server.cli.printing import print_json, show

    with opened(common, sweep=False) as session, session.parts.stores.read(session.tenancy.id) as unit:
        found = duplicates(unit, session.tenancy.profile.resolution.companies)
        merged = unit.merges.listed()
    if common.json:
        print_json({"pairs": [vars(one) for one in found], "merged": [
            {"account": one.account, "into": one.survivor, "undone": one.is_undone} for one in merged
        ]})  # fmt: skip
        return 0
    from server.render.inert import one_line
    from server.render.layout import GREY, line

    for pair in found:
        show(line(f"{one_line(pair.name)} and {one_line(pair.other_name)}: {pair.likeness}"))
        show(line(f"  {pair.account}, {pair.other}: {one_line('; '.join(pair.reasons))}", GREY))
    for one in merged:
        state = "taken apart again" if one.is_undone else "merged"
        show(line(f"{one.account} into {one.survivor}: {state}"))
    if not found and not merged:
        show(line("No two accounts look like one company, and none was merged."))
    elif found:
        show(
            line(
                "Nothing is merged by itself: the proposal stands in `revloop prep` of either account.", GREY
            )
        )
    return 0


@merge_app.command(name="undo")
def undo(
    account: Annotated[str, Parameter(help="Id of the account that was merged into another.")],
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Take a merge back: both accounts are told apart again from now on."""
    from graphs.perceiving.merging import unmerge
    from server.cli.printing import print_json, show
    from state.ids import AccountId

    with opened(common, sweep=False) as session:
        done = unmerge(session.parts, session.tenancy, session.principal, AccountId(account))
    if common.json:
        print_json(vars(done))
        return 0
    from server.render.card_words import counted
    from server.render.layout import GREY, line

    went = counted(done.claims, "event")
    show(line(f"{done.other} and {done.account} are two accounts again; {went} went back."))
    show(line("What was believed while they were one can still be asked with --as-of.", GREY))
    return 0
