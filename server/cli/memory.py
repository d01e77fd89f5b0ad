"""`revloop memory index|search|status`: what a whole company remembers, not one account."""

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import Session, opened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphs.perceiving.remembering import Answer
    from state.ports.memory import MemoryStanding
    from state.ports.world import Passage

Where = Literal["all", "accounts", "knowledge"]
EVERYWHERE = ("account", "customer_safe", "internal", "legal")
SCOPES = {"all": EVERYWHERE, "accounts": EVERYWHERE[:1], "knowledge": EVERYWHERE[1:]}
NAMES = {
    "account": "of accounts",
    "customer_safe": "of documents that may be sent",
    "internal": "of internal documents",
    "legal": "of legal documents",
}
HOW = {
    "index": "by words and the company-wide index",
    "exact": "by words and by comparing every passage",
    "words": "by words alone, from the database",
}
SHOWN = 240
"""Units: characters of a passage on a terminal."""
memory_app = App(
    name="memory",
    help_format="plaintext",
    help_epilogue='Examples:\n  revloop memory index\n  revloop memory search "renewal price" --in knowledge\n'
    "  revloop memory status",
)


@memory_app.command
def index(*, common: Options = PLAIN) -> int:
    """Make new passages searchable by meaning, and bring the company-wide index up to date."""
    from graphs.bootstrap import projection_of
    from graphs.perceiving.remembering import index_memory
    from server.cli.printing import print_json, show
    from tools.embedding.choosing import embedder_of

    with opened(common, sweep=False) as session:
        embedder = embedder_of(session.settings)
        done = index_memory(
            session.parts, session.tenancy, embedder, projection_of(session.settings, session.tenancy.id)
        )
    if common.json:
        print_json(
            {
                "embedder": embedder.name,
                "embedded": done.embedded,
                "indexed": done.followed.added,
                "rebuilt": done.followed.is_rebuilt,
                "passages": done.standing.passages,
            }
        )
    else:
        from server.render.layout import line

        how = "built anew" if done.followed.is_rebuilt else "kept"
        show(
            line(
                f"{done.embedded} passages read by {embedder.name}; the company-wide index is {how},"
                f" {done.followed.added} added, {done.followed.held} in it."
            )
        )
    return 0


@memory_app.command
def search(
    words: Annotated[str, Parameter(help="What to look for, in your own words.")],
    /,
    *,
    where: Annotated[Where, Parameter(name="--in", help="Where to look.")] = "all",
    limit: Annotated[int, Parameter(help="How many passages at most.")] = 8,
    common: Options = PLAIN,
) -> int:
    """Find passages in the whole company's memory, the best first."""
    from graphs.bootstrap import projection_of
    from graphs.perceiving.remembering import search_memory
    from server.cli.printing import print_json
    from state.errors import InvalidInput
    from tools.embedding.choosing import embedder_of

    if not 1 <= limit <= 50:
        raise InvalidInput("Between 1 and 50 passages can be shown.", field="limit", value=str(limit))
    if not words.strip():
        raise InvalidInput(
            "What shall be looked for?", field="words", remedy="Try: revloop memory search price"
        )
    with opened(common, sweep=False) as session:
        place = projection_of(session.settings, session.tenancy.id)
        embedder = embedder_of(session.settings)
        answer = search_memory(session.parts, session.tenancy, embedder, place, words, SCOPES[where], limit)
        names = _account_names(session)
    if common.json:
        print_json(_told(answer))
    else:
        _show(answer, names)
    return 0


def _account_names(session: Session) -> "Mapping[str, str]":
    with session.parts.stores.read(session.tenancy.id) as unit:
        return {str(row.account): row.name for row in unit.situations.accounts()}


def _told(answer: "Answer") -> dict[str, object]:
    return {
        "how": answer.recalled.how,
        "because": answer.because,
        "found": [
            {**one.passage.model_dump(mode="json"), "score": one.score} for one in answer.recalled.found
        ],
    }


def _show(answer: "Answer", names: "Mapping[str, str]") -> None:
    from server.cli.printing import show
    from server.render.inert import one_line
    from server.render.layout import GREY, bullet, line

    for one in answer.recalled.found:
        text = one_line(one.passage.text)
        cut = text if len(text) <= SHOWN else f"{text[:SHOWN].rsplit(' ', 1)[0]} …"
        show(bullet(cut, below=[_source(one.passage, names)]))
    if not answer.recalled.found:
        show(line("Nothing found."))
    because = f" ({answer.because})" if answer.because else ""
    show(line(f"Searched {HOW[answer.recalled.how]}{because}.", GREY))


def _source(one: "Passage", names: "Mapping[str, str]") -> str:
    from server.render.inert import one_line

    place = names.get(str(one.account), "") or NAMES[one.scope].removeprefix("of ")
    day = one.observed_at.date().isoformat()
    return f"{place} · {one_line(one.title)} · {one.record}, {day}, {one.trust}"


@memory_app.command
def status(*, common: Options = PLAIN) -> int:
    """Say what memory holds and how far it is searchable by meaning; opens no index."""
    from graphs.bootstrap import projection_of
    from server.cli.printing import print_json, show
    from tools.embedding.choosing import chosen, embedder_of

    with opened(common, sweep=False) as session:
        embedder = embedder_of(session.settings)
        with session.parts.stores.read(session.tenancy.id) as unit:
            standing = unit.memory.standing(embedder.name)
        held = projection_of(session.settings, session.tenancy.id).held(embedder.name)
        active = chosen(session.settings)
    if common.json:
        print_json(
            {
                "passages": dict(standing.scopes),
                "embedder": embedder.name,
                "embedded": standing.embedded,
                "index": held,
            }
        )
    else:
        from server.render.layout import labelled

        show(labelled(_lines(standing, active.text, held)))
    return 0


def _lines(standing: "MemoryStanding", embedder: str, held: int | None) -> list[tuple[str, str]]:
    listed = ", ".join(f"{number} {NAMES[scope]}" for scope, number in standing.scopes.items())
    waiting = standing.passages - standing.embedded
    behind = "; run: revloop memory index" if waiting or held is None else ""
    return [
        ("passages", listed or "none yet"),
        ("meaning by", embedder),
        ("read", f"{standing.embedded} of {standing.passages}{behind}"),
        ("company-wide index", "none yet" if held is None else f"{held} passages"),
    ]
