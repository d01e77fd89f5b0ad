"""What runs by itself: an owner's own word on each kind of change, and an admin's level for each class, with evidence.

Invariant: the acts are those of the command line; each widening is shown first, and its code and a sign-in made for it
come back with the yes.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.governing.letting import LetOut, Letting
from graphs.governing.levelling import Levelling, LevelOut
from graphs.governing.standing_in import DECIDERS, StandingIn, StandInOut
from graphs.parts import Parts, Tenancy
from server.auth import Administering, AnyHome, Approving, Caller, Reading
from server.cli.dates import day, moment
from server.freshness import in_person, is_fresh
from server.home import Home
from server.pages.drawing import page
from server.pages.policy_view import CLASS_WORDS
from state.errors import Conflict, Forbidden, InvalidInput, NotFound, RevloopError
from state.governance.facts import LEVELS
from state.ids import UserId
from state.principal import Delegation, Principal

router = APIRouter(include_in_schema=False)
REFUSALS = (Conflict, Forbidden, InvalidInput, NotFound)
Kind = Annotated[str, Form(max_length=80)]
Yes = Annotated[str, Form(max_length=40)]
Word = Annotated[str, Form(max_length=40)]
SAID = {"on": "It runs by itself from the next card on.", "off": "It waits for you again.",
        "level": "The level is set.", "resumed": "It goes on.",
        "named": "It holds for those days.", "ended": "Nobody stands in any more.",
        "agreed": "Your yes is recorded; a second admin puts it in force."}  # fmt: skip


@router.get("/autonomy")
def autonomy_page(home: AnyHome, caller: Reading, said: str = "") -> HTMLResponse:
    """Show what runs by itself in the caller's records, and how far the agent may go."""
    return _drawn(home, caller, said=SAID.get(said, ""))


def _drawn(home: Home, caller: Caller, **more: object) -> HTMLResponse:
    with home.look(caller.tenant) as tenancy:
        words = Letting(home.looking, tenancy, caller.principal).listed()
        levels = Levelling(home.looking, tenancy, caller.principal).shown()
        standins = StandingIn(home.looking, tenancy, caller.principal).listed()
        deciders = [one for one in tenancy.users if one.role in DECIDERS]
    error = more.get("error")
    context = {
        "words_of": words, "levels_of": levels, "fresh": is_fresh(home, caller), "every_level": sorted(LEVELS),
        "place": "policy", "class_words": CLASS_WORDS, "let": None, "level": None, "asked": {}, "error": None,
        "said": "", "standins": standins, "deciders": deciders, "standin": None, **more,
    }  # fmt: skip
    return page(
        home, caller, "autonomy.html", context, error.status if isinstance(error, RevloopError) else 200
    )


@router.post("/autonomy/on")
def let(home: AnyHome, caller: Approving, kind: Kind, until: Word = "", yes: Yes = "") -> Response:
    """Show what letting it run changes; with the code of that, let it."""
    asked = {"kind": kind, "until": until}
    try:
        found = home.act(_let, home, in_person(home, caller), kind, until, yes or None)
    except REFUSALS as error:
        return _drawn(home, caller, error=error)
    return _to("on") if found.done else _drawn(home, caller, let=found, asked=asked)


def _let(home: Home, who: Principal, kind: str, until: str, yes: str | None) -> LetOut:
    parts, tenancy = _here(home, who)
    end = moment(until, "until", tenancy.profile.company.zone) if until else None
    return Letting(parts, tenancy, who).on(kind, end, yes)


@router.post("/autonomy/off")
def take_back(home: AnyHome, caller: Approving, kind: Kind) -> Response:
    """Take a word back at once, with every timer it armed."""

    def off(who: Principal) -> LetOut:
        return Letting(*_here(home, who), who).off(kind)

    try:
        home.act(off, in_person(home, caller))
    except REFUSALS as error:
        return _drawn(home, caller, error=error)
    return _to("off")


@router.post("/autonomy/level")
def set_level(
    home: AnyHome, caller: Administering, rank: Annotated[int, Form()], level: Word, yes: Yes = ""
) -> Response:
    """Lower a level at once; show what speaks for raising it, and with the code of that raise it."""
    asked = {"rank": str(rank), "level": level}
    return _levelled(home, caller, lambda board: board.set(rank, level, yes or None), asked, yes, "level")


@router.post("/autonomy/resume")
def resume(home: AnyHome, caller: Administering, kind: Kind, yes: Yes = "") -> Response:
    """Show why a kind was paused; with the code of that, let it go on."""
    asked = {"resume": kind}
    return _levelled(home, caller, lambda board: board.resume(kind, yes or None), asked, yes, "resumed")


def _levelled(
    home: Home,
    caller: Caller,
    act: Callable[[Levelling], LevelOut],
    asked: dict[str, str],
    yes: str,
    said: str,
) -> Response:
    def acted(who: Principal) -> LevelOut:
        return act(Levelling(*_here(home, who), who))

    try:
        found = home.act(acted, in_person(home, caller))
    except REFUSALS as error:
        return _drawn(home, caller, error=error)
    if found.done:
        return _to(said)
    return _to("agreed") if yes else _drawn(home, caller, level=found, asked=asked)


@router.post("/autonomy/standin")
def stand_in(
    home: AnyHome, caller: Approving, owner: Word, delegate: Word, begins: Word, ends: Word, yes: Yes = ""
) -> Response:
    """Show what naming a stand-in changes; with the code of that, do it or agree to it."""

    def named(who: Principal) -> StandInOut:
        wanted = Delegation(
            owner=UserId(owner),
            delegate=UserId(delegate),
            begins=day(begins, "from"),
            ends=day(ends, "until"),
        )
        return StandingIn(*_here(home, who), who).name(wanted, yes or None)

    try:
        found = home.act(named, in_person(home, caller))
    except REFUSALS as error:
        return _drawn(home, caller, error=error)
    if found.done:
        return _to("named")
    return _to("agreed") if yes else _drawn(home, caller, standin=found)


@router.post("/autonomy/standin/end")
def end(home: AnyHome, caller: Approving, owner: Word) -> Response:
    """End it at once."""

    def ended(who: Principal) -> Delegation:
        return StandingIn(*_here(home, who), who).end(UserId(owner))

    try:
        home.act(ended, in_person(home, caller))
    except REFUSALS as error:
        return _drawn(home, caller, error=error)
    return _to("ended")


def _here(home: Home, who: Principal) -> tuple[Parts, Tenancy]:
    parts = home.house.parts
    return parts, parts.tenancy.refresh(who.tenant)


def _to(said: str) -> RedirectResponse:
    return RedirectResponse(f"/autonomy?said={said}", 303)
