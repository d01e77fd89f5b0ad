"""`revloop correct`: a person's word, beside the source's."""

from typing import Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened


def correct(
    account: Annotated[str, Parameter(help="Name or id of the account.")],
    subject: Annotated[str, Parameter(help="`account`, a person, a deal, a ticket: by name or id.")],
    attribute: Annotated[str, Parameter(help="What is wrong: owner, stance, roles, active, close_on, …")],
    value: Annotated[str, Parameter(help="What is right; `none` clears it.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="How you know.")] = "",
    common: Options = PLAIN,
) -> int:
    """Say what is right; the source's value stays beside it until the source agrees."""
    from graphs.perceiving.correcting import correct as record
    from server.cli.preparing import the_account
    from server.cli.printing import print_json, show

    with opened(common) as session:
        row, note = the_account(session, account)
        done = record(
            session.parts, session.tenancy, session.principal, row.account, subject, attribute, value, reason
        )
    if common.json:
        print_json(vars(done))
        return 0
    from server.render.inert import one_line
    from server.render.layout import GREY, line

    if note:
        show(line(note, GREY))
    words = done.attribute.replace("_", " ")
    before = one_line(done.before) if done.before is not None else "not known"
    show(line(f"{one_line(row.name)}: {one_line(done.name)}, {words}: {before} → {one_line(done.after)}"))
    show(line("It counts from now on; the source's own value stays visible beside it.", GREY))
    return 0
