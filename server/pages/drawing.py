"""Draw a page or a part of one from its template; every text is escaped and made harmless on its way.

Invariant: templates hold no script and no style of their own, so that the content policy needs no exception.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from server.auth import Caller
from server.home import Home, reader_of
from server.render import card_words
from server.render.inert import inert
from server.render.words import citations, money, origins, percent, rests_on, short, span, worth
from state.errors import RevloopError
from state.world.detection.wording import day_text

HERE = Path(__file__).resolve().parent.parent
STATIC, TEMPLATES = HERE / "static", HERE / "templates"


def harmless(value: object) -> object:
    """Make every text that a template puts out inert; markup of our own stays."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return value if value.isascii() and value.isprintable() and "[" not in value else inert(value)


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """Give the address of a file, with its hash: it may be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Open the templates once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=harmless,
    )
    made.globals.update(asset=asset, words=card_words)
    made.filters.update(
        percent=percent,
        short=short,
        lines=str.splitlines,
        origins=origins,
        citations=citations,
        worth=worth,
        span=span,
        rests_on=rests_on,
    )
    made.filters["money"] = lambda value: money(value.amount, value.currency)
    made.filters["kind"] = lambda name: str(name).replace("_", " ").replace("crm", "CRM")
    made.filters.update(day=day_text, coded=card_words.coded)
    return made


def is_fragment(request: Request) -> bool:
    """Tell whether a part of a page was asked for, by the page itself."""
    return request.headers.get("hx-request") == "true"


def wants_page(request: Request) -> bool:
    """Tell people from programs by what they accept."""
    return is_fragment(request) or "text/html" in request.headers.get("accept", "")


def part(name: str, context: Mapping[str, object]) -> str:
    """Draw a template."""
    return environment().get_template(name).render(context)


def fragment(name: str, context: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """Answer with a part of a page."""
    return HTMLResponse(part(name, context), status)


def page(
    home: Home, caller: Caller, name: str, context: Mapping[str, object], status: int = 200
) -> HTMLResponse:
    """Answer with a whole page, in the frame that every page has."""
    with home.look(caller.tenant) as tenancy:
        reader = reader_of(tenancy)
        company, is_frozen, users = tenancy.profile.company.name, tenancy.is_frozen, tenancy.users
    with home.looking.stores.read(caller.tenant) as unit:
        stop = unit.actions.stop()
        seq = unit.ledger.head().seq
    frame = {
        "me": caller,
        "company": company,
        "is_frozen": is_frozen,
        "users": users,
        "reader": reader,
        "is_stopped": stop.is_on,
        "restored": home.restored.get(caller.tenant),
        "seq": seq,
        "place": name.partition(".")[0].partition("_")[0],
    }
    return HTMLResponse(part(name, {**frame, **context}), status)


def failure_page(request: Request, error: RevloopError) -> HTMLResponse:
    """Say a failure to a person: as a line in the page, or as a page of its own."""
    if is_fragment(request):
        return fragment("failure_line.html", {"error": error}, error.status)
    return fragment("failure.html", {"error": error}, error.status)
