"""The options every command takes."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Group, Parameter

EVERYWHERE = Group("Everywhere", sort_key=90)


@Parameter(name="*", group=EVERYWHERE)
@dataclass(frozen=True)
class Options:
    """Where, as whom, and in which form."""

    tenant: Annotated[str | None, Parameter(help="Company to work in; else the only one, or the sample.")] = (
        None
    )
    user: Annotated[str | None, Parameter(name="--as", help="User of that company to act as.")] = None
    home: Annotated[
        str | None, Parameter(help="Folder of this installation; else REVLOOP_HOME, ~/.revloop.")
    ] = None
    json: Annotated[bool, Parameter(negative="", help="Print one line of JSON.", show_default=False)] = False


PLAIN = Options()
VALUED = ("--tenant", "--as", "--home")
"""Options that take a value; the rest are flags."""


def rotated(tokens: list[str]) -> list[str]:
    """Let the common options stand before the command too: move them behind it."""
    moved: list[str] = []
    rest = list(tokens)
    while rest and (rest[0].partition("=")[0] in VALUED or rest[0] == "--json"):
        count = 2 if rest[0] in VALUED else 1
        moved, rest = [*moved, *rest[:count]], rest[count:]
    if not rest or rest[0].startswith("-"):
        return list(tokens)
    stop = rest.index("--") if "--" in rest else len(rest)
    return [*rest[:stop], *moved, *rest[stop:]]


def is_json(tokens: list[str]) -> bool:
    """Tell whether JSON is wanted, before anything is parsed."""
    return "--json" in tokens
