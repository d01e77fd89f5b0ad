"""`revloop answer`: the answer to the one question, and what it changed."""

from typing import Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened
from state.errors import InvalidInput


def answer(
    question: Annotated[str, Parameter(help="Id of the question, or the beginning of it.")],
    option: Annotated[str | None, Parameter(help="Number of the option, or its words.")] = None,
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Answer the one question; the waiting run goes on."""
    from server.cli.demo import name_of
    from server.cli.printing import print_json, show

    with opened(common) as session:
        desk = session.house.desk
        if option is None:
            _, asked = desk.question(session.tenancy, question)
            told = " · ".join(f"{number} {text}" for number, text in enumerate(asked.options, start=1))
            raise InvalidInput(asked.text, field="option", remedy=f"Answer with one of: {told}.")
        run = desk.answer(session.principal, question, option)
        report = session.house.runner.report(session.tenancy, run.id)
        if common.json:
            print_json(report)
            return 0
        from server.render.layout import STRONG, line
        from server.render.proposals import decisions

        name = name_of(session, report.account)
        show(
            line(f"Recorded. {name} decided again with your answer:", STRONG),
            decisions(report, session.reader),
        )
    return 0
