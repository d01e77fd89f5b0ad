"""`revloop plan list|show|new|approve|activate|pause|resume|cancel|explain`: several steps over days."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened

if TYPE_CHECKING:
    from graphs.planning.explaining import PlanOut
    from graphs.planning.planning import Planning

DONE = 0
plan_app = App(
    name="plan",
    help="Plans of several steps over days. A plan decides nothing: each step has its own verdict and approval.",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop plan list\n  revloop plan new Acme renewal\n  revloop plan approve pl_4f21\n"
    "  revloop plan activate pl_4f21\n  revloop plan explain pl_4f21\n"
    '  revloop plan pause pl_4f21 --reason "merger talks"\n  revloop plan resume pl_4f21\n'
    "  revloop plan cancel pl_4f21 --step reminder",
)
Name = Annotated[str, Parameter(help="The plan's id, or the start of it.")]
Reason = Annotated[str, Parameter(help="Why, in a few words.")]


@plan_app.command(name="list")
def list_(
    *,
    account: Annotated[str | None, Parameter(help="Only of this account.")] = None,
    everything: Annotated[
        bool, Parameter(name="--all", negative="", help="Also those that are over.")
    ] = False,
    common: Options = PLAIN,
) -> int:
    """List plans, with what comes next."""
    from server.cli.preparing import the_account
    from server.cli.printing import print_json, show
    from server.render.layout import GREY, line
    from server.render.planned import plan_table

    with opened(common, sweep=False) as session:
        row = the_account(session, account)[0] if account else None
        found = _planning(session).listed(row.account if row else None, is_all=everything)
        reader = session.reader
    if common.json:
        print_json({"plans": found})
    elif found:
        show(plan_table(found, reader))
    else:
        show(line("No plans. Draft one with: revloop plan new ACCOUNT renewal", GREY))
    return DONE


@plan_app.command(name="show")
def show_(name: Name, /, *, common: Options = PLAIN) -> int:
    """Show a plan with its steps."""
    with opened(common, sweep=False) as session:
        return _told(session, _planning(session).shown(name), is_json=common.json)


@plan_app.command(name="explain")
def explain(name: Name, /, *, common: Options = PLAIN) -> int:
    """Say why a plan is where it is: each step's verdict and outcome, what it waits for, and what happened so far."""
    with opened(common, sweep=False) as session:
        return _told(session, _planning(session).explained(name), is_json=common.json)


@plan_app.command(name="new")
def new(
    account: Annotated[str, Parameter(help="The account's name or id.")],
    kind: Annotated[str, Parameter(help="renewal, onboarding, revival, expansion or upsell.")],
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Draft a plan from its template; nothing of it runs before somebody approves and starts it."""
    from server.cli.preparing import the_account

    with opened(common, sweep=False) as session:
        row, _ = the_account(session, account)
        return _told(session, _planning(session).draft(row.account, kind), is_json=common.json)


@plan_app.command(name="approve")
def approve(name: Name, /, *, common: Options = PLAIN) -> int:
    """Say that a plan is right; what reaches a customer still waits for its own approval, step by step."""
    with opened(common, sweep=False) as session:
        return _told(session, _planning(session).approve(name), is_json=common.json)


@plan_app.command(name="activate")
def activate(name: Name, /, *, common: Options = PLAIN) -> int:
    """Start an approved plan; an account has one active plan of a type (exit 5: PLAN_ACTIVATION_REJECTED)."""
    with opened(common, sweep=False) as session:
        return _told(session, _planning(session).activate(name), is_json=common.json)


@plan_app.command(name="pause")
def pause(name: Name, /, *, reason: Reason = "", common: Options = PLAIN) -> int:
    """Set a plan aside; open cards of its steps go, and the steps wait."""
    with opened(common, sweep=False) as session:
        return _told(session, _planning(session).pause(name, reason), is_json=common.json)


@plan_app.command(name="resume")
def resume(name: Name, /, *, common: Options = PLAIN) -> int:
    """Let a paused plan go on; what still waits moves by the days of the pause."""
    with opened(common, sweep=False) as session:
        return _told(session, _planning(session).resume(name), is_json=common.json)


@plan_app.command(name="cancel")
def cancel(
    name: Name,
    /,
    *,
    step: Annotated[str, Parameter(help="Only this step; the plan goes on.")] = "",
    reason: Reason = "",
    common: Options = PLAIN,
) -> int:
    """End a plan for good, or take one step out of it."""
    with opened(common, sweep=False) as session:
        return _told(session, _planning(session).cancel(name, reason, step), is_json=common.json)


def _planning(session: Session) -> "Planning":
    from graphs.planning.planning import Planning

    return Planning(session.house.runner, session.tenancy, session.principal)


def _told(session: Session, found: "PlanOut", *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.planned import plan_page

    if is_json:
        print_json(found)
    else:
        show(*plan_page(found, session.reader))
    return DONE
