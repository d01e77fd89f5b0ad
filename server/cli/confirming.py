"""`revloop confirm`: a person vouches for one exact value."""

from typing import Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened


def confirm(
    account: Annotated[str, Parameter(help="Name or id of the account.")],
    subject: Annotated[str, Parameter(help="`account`, a person, a deal, a promise: by name or id.")],
    attribute: Annotated[str, Parameter(help="What you vouch for: email, title, due_on, …")],
    value: Annotated[str, Parameter(help="The value, exactly as it is shown.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="How you know.")] = "",
    common: Options = PLAIN,
) -> int:
    """Vouch for one value that came from a mail, a form or a reading; it then counts as your word."""
    from graphs.perceiving.confirming import confirm as vouch
    from server.cli.preparing import the_account
    from server.cli.printing import print_json, show

    with opened(common) as session:
        row, note = the_account(session, account)
        done = vouch(
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
    show(line(f"{one_line(row.name)}: {one_line(done.name)}, {words}: {one_line(done.after)} is confirmed."))
    show(line("It counts as your word from now on, for this value only; the ledger says so.", GREY))
    return 0
