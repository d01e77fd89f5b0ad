"""`revloop stop`: halt everything that would act, see what is in flight, and let go again."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import house_of, tenant_of

if TYPE_CHECKING:
    from graphs.bootstrap import House
    from graphs.governing.stopping import Switchboard
    from graphs.governing.switches import ReleaseOut, StandingOut, SwitchOut

DONE, WAITS = 0, 3
stop_app = App(
    name="stop",
    help="Halt everything that would act, see what is in flight, and let go again.",
    help_epilogue='Examples:\n  revloop stop on --reason "wrong price list"\n  revloop stop status\n'
    "  revloop stop off --as lee\n  revloop stop on --everywhere --as lee",
    help_format="plaintext",
)
Everywhere = Annotated[
    bool, Parameter(negative="", help="Every company of this installation, not only this one.")
]
Reason = Annotated[str, Parameter(help="Why; it stands in the ledger.")]


@stop_app.command(name="on")
def on(*, everywhere: Everywhere = False, reason: Reason = "", common: Options = PLAIN) -> int:
    """Stop at once: approvals and timers given so far are void, and nothing new begins."""
    with house_of(common) as house:
        standing = _board(house).on(everywhere=everywhere, reason=reason)
    return _tell(standing, is_json=common.json)


@stop_app.command(name="status")
def status(*, common: Options = PLAIN) -> int:
    """Say whether anything is stopped, since when and by whom, and what is in flight."""
    with house_of(common) as house:
        standing = _board(house).standing()
    return _tell(standing, is_json=common.json)


@stop_app.command(name="off")
def off(
    *,
    everywhere: Everywhere = False,
    yes: Annotated[
        str | None, Parameter(help="The code shown under what would change; without it nothing happens.")
    ] = None,
    reason: Reason = "",
    common: Options = PLAIN,
) -> int:
    """Show what letting go would change; with the code shown there, let go. Only an admin may."""
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import bullet, line

    with house_of(common) as house:
        board = _board(house)
        found = (
            board.release(everywhere=everywhere)
            if yes is None
            else board.off(everywhere=everywhere, seen=yes, reason=reason)
        )
    if common.json:
        print_json(found)
    else:
        show(*(bullet(one_line(text)) for text in found.changes), line(_next(found, yes, everywhere)))
    return DONE if found.released else WAITS


def _next(found: "ReleaseOut", yes: str | None, everywhere: bool) -> str:
    if found.released:
        return "The stop switch is off. Nothing has started; `revloop inbox` shows what waits."
    if yes is not None:
        return "Your yes is recorded. It needs a second admin: `revloop stop off --as NAME`."
    more = " --everywhere" if everywhere else ""
    return f"Nothing has changed yet. To do it: revloop stop off{more} --yes {found.code}"


def _board(house: "House") -> "Switchboard":
    """Open the switches past the company's files: a broken policy must not keep anybody from stopping."""
    from graphs.governing.stopping import Switchboard, company_of
    from graphs.identity import local_principal

    tenant, users = company_of(house.parts.stores, tenant_of(house))
    principal = local_principal(house.settings, tenant, users)
    return Switchboard(house.parts.stores, house.parts.clock, tenant, users, principal)


def _tell(standing: "StandingOut", *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import GREY, bullet, labelled, line

    if is_json:
        print_json(standing)
        return DONE
    said = "Stopped: nothing begins." if standing.stopped else "Not stopped."
    pairs = [
        (standing.tenant, _words(standing.company)),
        ("whole installation", _words(standing.installation)),
        ("cards waiting", str(standing.waiting)),
        ("in flight", "" if standing.in_flight else "nothing"),
    ]
    show(line(said), labelled(pairs))
    for one in standing.in_flight:
        unclear = "begun; its answer is awaited" if one.status == "claimed" else "unclear; never repeated"
        show(bullet(f"in flight: {one_line(one.summary)} [{one.id[:11]}]", [unclear]))
    if standing.stopped:
        show(line("An admin lets go with `revloop stop off`; what was void stays void.", GREY))
    return DONE


def _words(switch: "SwitchOut") -> str:
    from server.render.inert import one_line
    from server.render.words import in_utc

    if not switch.on:
        return "off"
    by = f" by {switch.by}" if switch.by else ", recorded in another company's ledger"
    since = f" since {in_utc(switch.since.replace(microsecond=0))}" if switch.since else ""
    return f"on{since}{by}" + (f": {one_line(switch.reason)}" if switch.reason else "")
