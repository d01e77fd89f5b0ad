"""`revloop next`: what to do now, within the time there is."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.elsewhere import told_elsewhere
from server.cli.options import PLAIN, Options
from server.cli.session import opened

if TYPE_CHECKING:
    from graphs.telling.narrowing import Narrowing
    from state.decision.next_items import NextItem, NextList


def next_up(
    *,
    minutes: Annotated[
        int | None, Parameter(name=("--minutes", "-m"), help="Time you have; else no limit.")
    ] = None,
    account: Annotated[str | None, Parameter(help="Only this account.")] = None,
    deal: Annotated[str, Parameter(help="Only what is about this deal: its id, or words of its name.")] = "",
    region: Annotated[str, Parameter(help="Only accounts of this region.")] = "",
    segment: Annotated[str, Parameter(help="Only accounts of this segment.")] = "",
    common: Options = PLAIN,
) -> int:
    """Say what to do next."""
    from graphs.telling.agenda import agenda
    from graphs.telling.narrowing import Narrowing
    from server.cli.preparing import the_account
    from server.cli.printing import print_json, show
    from server.cli.progress import bar
    from state.errors import InvalidInput

    if minutes is not None and minutes < 1:
        raise InvalidInput(
            "Minutes begin at 1.", field="minutes", value=str(minutes), remedy="Try --minutes 30."
        )
    with opened(common) as session, bar("Looking at accounts", quiet=common.json) as step:
        only = the_account(session, account)[0].account if account else ""
        within = Narrowing(account=only, deal=deal.strip(), region=region.strip(), segment=segment.strip())
        seen = [0]

        def tell(_: object) -> None:
            seen[0] += 1
            step(seen[0], seen[0])

        found = agenda(
            session.house.runner,
            session.tenancy,
            session.principal,
            minutes,
            within=within,
            progress=tell,
        )
        reader, who, elsewhere = session.reader, session.principal.user, told_elsewhere(session)
    if common.json:
        print_json(_as_json(found, who, minutes, within))
        return 0
    from server.render.next_list import next_page

    show(next_page(found, minutes, reader, who, within.in_words()), *([elsewhere] if elsewhere else []))
    return 0


def _as_json(found: "NextList", user: str, minutes: int | None, within: "Narrowing") -> dict[str, object]:
    named = ("account", "deal", "region", "segment")
    return {
        "user": user,
        "free_minutes": minutes,
        "only": {name: value for name in named if (value := getattr(within, name))},
        "minutes": format(found.minutes, "f"),
        "items": [_item(item) for item in found.items],
        "left_out": [{**_item(one.item), "reason": one.reason} for one in found.left_out],
    }


def _item(item: "NextItem") -> dict[str, object]:
    return {
        "account": item.account,
        "name": item.name,
        "text": item.text,
        "why": item.why,
        "band": item.band,
        "minutes": format(item.minutes, "f"),
        "score": format(item.score, "f"),
        "proposals": list(item.proposals),
        "question": item.question,
    }
