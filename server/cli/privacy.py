"""`revloop privacy`: hand out what is held of a person, and forget a person or an account."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened
from state.errors import InvalidInput

if TYPE_CHECKING:
    from graphs.keeping.forgetting import Forgotten

privacy_app = App(
    name="privacy",
    help="Hand out what is held of a person, or forget a person or an account for good.",
    help_epilogue="Examples:\n  revloop privacy export ed.moss@quarry.example moss.json --as lee\n"
    "  revloop privacy forget ed.moss@quarry.example --yes --as lee\n"
    "  revloop privacy forget-account Quarry --yes --as lee",
    help_format="plaintext",
)
Person = Annotated[str, Parameter(help="Mail address, id or full name of the person.")]
Sure = Annotated[bool, Parameter(help="Yes, for good: there is no way back.", negative="")]


@privacy_app.command(name="export")
def export(
    person: Person,
    file: Annotated[Path | None, Parameter(help="Where to write it; else it is printed.")] = None,
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Collect everything that is held of a person, each piece with its source, as JSON."""
    import json

    from graphs.keeping.forgetting import find_person, record_of
    from server.cli.printing import print_json, show

    with opened(common, sweep=False) as session:
        marks = find_person(session.house, session.tenancy, person)
        record = record_of(session.house, session.tenancy, session.principal, marks)
    if file is None:
        print_json(record)
        return 0
    if file.exists():
        raise InvalidInput(
            f"{file} is there already.", field="file", value=str(file), remedy="Name a new file."
        )
    file.touch(mode=0o600)
    file.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    from server.render.layout import GREY, line

    show(line(f"Written to {file}."))
    show(line("The file lies outside the home: whoever forgets this person later has to delete it.", GREY))
    return 0


@privacy_app.command(name="forget")
def forget(person: Person, /, *, yes: Sure = False, common: Options = PLAIN) -> int:
    """Forget a person: claims, mails, passages, documents, files; what was done stays provable without them."""
    from graphs.keeping.forgetting import find_person, forget_person

    with opened(common, sweep=False) as session:
        marks = find_person(session.house, session.tenancy, person)
        if not yes:
            told = ", ".join(sorted(marks.addresses) or sorted(marks.names) or sorted(marks.ids))
            raise _unsure(
                f"{told} at {', '.join(sorted(marks.accounts)) or 'no account'} would be forgotten."
            )
        done = forget_person(session.house, session.tenancy, session.principal, marks)
    return _tell(done, is_json=common.json)


@privacy_app.command(name="forget-account")
def forget_account(
    account: Annotated[str, Parameter(help="Name or id of the account.")],
    /,
    *,
    yes: Sure = False,
    common: Options = PLAIN,
) -> int:
    """Forget an account with everything that happened there."""
    from graphs.keeping.forgetting import forget_account as forget_it
    from server.cli.preparing import the_account

    with opened(common, sweep=False) as session:
        row, _ = the_account(session, account)
        if not yes:
            raise _unsure(
                f"{row.name} ({row.account}) would be forgotten, with everything that happened there."
            )
        done = forget_it(session.house, session.tenancy, session.principal, row.account)
    return _tell(done, is_json=common.json)


def _unsure(what: str) -> InvalidInput:
    return InvalidInput(
        what, field="yes", value="no", remedy="There is no way back. If you are sure, add --yes."
    )


def _tell(done: "Forgotten", *, is_json: bool) -> int:
    from server.cli.printing import print_json, show

    if is_json:
        print_json(vars(done))
        return 0
    from server.render.card_words import counted
    from server.render.layout import GREY, line

    gone = f"{counted(done.runs, 'run')}, {counted(done.files, 'file')}"
    told = (
        ", ".join(f"{number} {what}" for what, number in sorted(done.counts.items()) if number) or "nothing"
    )
    show(line(f"Forgotten, and called {done.pseudonym} from now on: {told}, {gone}."))
    for place in done.left:
        show(line(f"Still named in {place}: people write that file, so change it by hand."))
    show(line("Backups and files that were exported earlier are not reached from here.", GREY))
    return 0
