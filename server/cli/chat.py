"""`revloop chat`: ask in your own words, one utterance or a whole conversation."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened, swept

if TYPE_CHECKING:
    from graphs.chat import Conversation
    from graphs.conversing.answers import Answer

PROMPT = "› "
ENDS = frozenset({"exit", "quit", "bye", ":q", "ende"})


def chat(
    *text: Annotated[str, Parameter(help="What you want to know; without it a conversation begins.")],
    thread: Annotated[str, Parameter(help="Name of the conversation; each keeps its own memory.")] = "main",
    common: Options = PLAIN,
) -> int:
    """Ask in your own words."""
    from graphs.chat import Conversation

    with opened(common, sweep=False) as session:
        talk = Conversation(session.house.desk, session.principal, session.house.saver, thread)
        code = 0
        is_talk = not text and sys.stdin.isatty()
        for said in _utterances(" ".join(text), is_talk=is_talk):
            code = _turn(session, talk, said, is_json=common.json)
    return 0 if is_talk else code


def _utterances(text: str, *, is_talk: bool) -> Iterator[str]:
    """Yield what is said: the given words, the lines of a pipe, or what is typed until `exit`."""
    if text.strip():
        yield text
        return
    if not is_talk:
        yield from (one.strip() for one in sys.stdin if one.strip())
        return
    print("Ask about your accounts; “help” lists what I can do, “exit” ends.")
    while True:
        try:
            said = input(PROMPT).strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if said.casefold() in ENDS:
            return
        if said:
            yield said


def _turn(session: Session, talk: "Conversation", said: str, *, is_json: bool) -> int:
    """Answer one utterance, then carry out what is due; the exit code is that of a failed answer."""
    answers = talk.say(said)
    _tell(session, said, answers, thread=talk.name, is_json=is_json)
    swept(session)
    return max(one.exit_code for one in answers)


def _tell(session: Session, said: str, answers: "tuple[Answer, ...]", *, thread: str, is_json: bool) -> None:
    from server.cli.printing import print_json, show

    if is_json:
        told = [one.model_dump(mode="json") for one in answers]
        print_json({"thread": thread, "said": said, "answers": told})
        return
    from server.render.talk import answer_page

    wall = session.parts.clock.wall()
    for one in answers:
        show(answer_page(one, session.reader, session.principal.user, wall))
