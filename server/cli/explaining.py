"""`revloop why` and `revloop replay`: what led to something, and whether it comes out the same again."""

from typing import Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened

Name = Annotated[str, Parameter(help="Id of an action, proposal, run, trace, signal or alert.")]


def why(name: Name, /, *, common: Options = PLAIN) -> int:
    """Say which signals, evidence, rule and people stand behind it."""
    from graphs.telling.explaining import explain
    from server.cli.demo import name_of
    from server.cli.printing import print_json, show

    with opened(common, sweep=False) as session:
        found = explain(session.parts, session.tenancy, name)
        account, reader = name_of(session, found.account), session.reader
    if common.json:
        print_json(found)
        return 0
    from server.render.why import why_page

    show(why_page(found, account, reader))
    return 0


def replay(name: Name, /, *, common: Options = PLAIN) -> int:
    """Decide again from the recorded inputs; fails when the proposals differ."""
    from graphs.telling.replaying import replay as run_again
    from server.cli.printing import print_json, show

    with opened(common, sweep=False) as session:
        found = run_again(session.house.runner, session.tenancy, name)
    if common.json:
        print_json(found)
    else:
        from server.render.layout import labelled, line

        same = "The same inputs give the same proposals and verdicts."
        said = same if found.is_equal else "It does not come out the same."
        pairs = [
            ("Run", found.run),
            ("Reasoner", found.reasoner),
            ("Recorded", found.recorded_hash),
            ("Now", found.replayed_hash),
            ("Judged again", str(found.judged)),
            ("Differs in", ", ".join(found.differences)),
        ]
        show(line(said), labelled(pairs))
    return 0 if found.is_equal else 1
