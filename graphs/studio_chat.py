"""Entry point of `langgraph.json`: the conversation for LangGraph Studio, as the local user of a frozen tenant."""

from collections.abc import Generator
from contextlib import contextmanager

from graphs.bootstrap import parts_for, saver_for
from graphs.chat import Chat, build_chat
from graphs.commands import Desk
from graphs.conversing.talking import Talk
from graphs.identity import local_principal
from graphs.loop import build_loop
from graphs.runner import Runner
from state.errors import Forbidden
from state.ids import TenantId
from state.settings import read_settings

SAMPLE = TenantId("fieldstone")


def make_chat() -> Chat:
    """Build the conversation; each utterance runs the loop on an event loop of its own."""
    settings = read_settings()
    parts = parts_for(settings)
    loop = build_loop(parts, saver_for(settings, is_served=True))

    @contextmanager
    def whose() -> Generator[Talk]:
        tenancy = parts.tenancy.refresh(TenantId(settings.tenant or SAMPLE))
        if not tenancy.is_frozen:
            raise Forbidden(
                "Studio serves only a tenant with a frozen clock.", field="tenant", value=tenancy.id
            )
        runner = Runner(parts, lambda: loop)
        try:
            yield Talk(
                Desk(runner), local_principal(settings, tenancy.tenant, tenancy.users, channel="studio")
            )
        finally:
            runner.close()

    return build_chat(whose)


chat = make_chat()
