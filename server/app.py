"""The web application: one opened home, its pages, its interface for programs, and what runs beside them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from graphs.keeping.anchoring import anchored
from graphs.settling import settle
from server import oidc, stream, webhooks
from server.api import account_views, cards, chatting, health, plans, session_keys
from server.api.describing import ABOUT, Described, named
from server.home import Home, open_home
from server.pages import (
    accounts,
    asking,
    autonomy,
    briefs,
    drafting,
    explaining,
    files,
    finding,
    inbox,
    policy,
    signing_in,
    static,
    stopping,
    today,
)
from server.problems import tell_failures
from server.shield import Counts, KnownHost, Pace, Shield
from server.telemetry import Exporter, Telling, Traced, heard, to_log
from server.ticks import told
from server.upkeep import Upkeep, look_whether_restored, principal_of
from state.ports.clock import Clock, WallClock
from state.settings import Settings
from tools.egress import Egress

ROUTERS = (
    health.router,
    static.router,
    signing_in.router,
    today.router,
    inbox.router,
    accounts.router,
    briefs.router,
    asking.router,
    finding.router,
    policy.router,
    drafting.router,
    files.router,
    autonomy.router,
    explaining.router,
    stopping.router,
    cards.router,
    account_views.router,
    plans.router,
    chatting.router,
    session_keys.router,
    stream.router,
    webhooks.router,
    oidc.router,
)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
SMALL = 700
"""Bytes under which an answer is not compressed."""
SQUEEZED = 5
"""How hard an answer is compressed: one byte in sixty more than at the hardest, for three fifths of its time."""


@dataclass(frozen=True)
class Beside:
    """What runs beside the answers."""

    works: bool = True
    """Whether this process carries out what is due."""
    clock: Clock | None = None
    """Wall time; None: the machine's."""
    is_ending: Callable[[], bool] = lambda: False
    """Whether the server wants to end."""
    opened: Callable[[Home], None] = lambda home: None
    """Told once the home is open."""


def create_app(settings: Settings, beside: Beside | None = None) -> FastAPI:
    """Make the application; the home is opened when it starts, and closed when it ends."""
    how = beside or Beside()
    counts = Counts()
    telling, exporter = telling_of(settings, how.clock or WallClock())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        home = await run_in_threadpool(open_home, settings, how.clock)
        app.state.home = home
        if telling.is_on:
            home.house.database.listeners.append(heard)
        if exporter is not None:
            counts.lost = partial(getattr, exporter, "lost")
            exporter.begin()
        app.state.pace = Pace(home.clock)
        app.state.changes = stream.Changes(home, counts, how.is_ending)
        running = await run_in_threadpool(_begin, app, works=how.works)
        reading = asyncio.create_task(app.state.changes.turn())
        settle()
        how.opened(home)
        try:
            yield
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            await run_in_threadpool(_end, home, running)
            if exporter is not None:
                await run_in_threadpool(exporter.end)

    app = Described(
        title="Revloop", version=version("revloop"), description=ABOUT, lifespan=lifespan, docs_url=None,
        redoc_url=None, openapi_url="/api/openapi.json", generate_unique_id_function=named,
    )  # fmt: skip
    app.routers, app.state.counts = ROUTERS, counts
    for router in ROUTERS:
        app.include_router(router)
    tell_failures(app)
    app.add_middleware(GZipMiddleware, minimum_size=SMALL, compresslevel=SQUEEZED)
    app.add_middleware(KnownHost, names=hosts_of(settings))
    is_https = settings.public_url.startswith("https://")
    app.around = lambda inner: Shield(Traced(inner, telling=telling), is_https=is_https, counts=counts)
    return app


def telling_of(settings: Settings, clock: Clock) -> tuple[Telling, Exporter | None]:
    """Tell of requests as the settings say: by default not at all."""
    exporter = (
        Exporter(settings.telemetry_url, Egress(settings.named_hosts)) if settings.telemetry_url else None
    )
    line = to_log if settings.log == "json" else None
    return Telling(clock, line, exporter.take if exporter else None), exporter


def hosts_of(settings: Settings) -> list[str]:
    """List the names the server answers to: a page elsewhere cannot reach it under a name of its own."""
    public = urlsplit(settings.public_url).hostname
    own = [] if settings.host in {"0.0.0.0", "::"} else [settings.host]  # noqa: S104 - compared, not bound
    return sorted({*LOOPBACK, *own, *([public] if public else [])})


def _begin(app: FastAPI, *, works: bool) -> ExitStack:
    """Begin what runs beside: first see whether this database may act at all."""
    home: Home = app.state.home
    beside = ExitStack()
    beside.enter_context(home.house.database.hearing(app.state.changes.grown))
    for tenant in home.tenants():
        look_whether_restored(home, tenant.id)
        if tenant.id not in home.restored:
            beside.enter_context(anchored(home.house.parts, principal_of(home, tenant.id), told))
    if works:
        upkeep = Upkeep(home, app.state.counts)
        thread = upkeep.begin()
        beside.callback(upkeep.end, thread)
        from server.worker import working_beside

        beside.enter_context(working_beside(home))
    return beside


def _end(home: Home, beside: ExitStack) -> None:
    """End it in the other order, then close the home."""
    beside.close()
    home.close()
