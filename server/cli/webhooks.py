"""`revloop webhook list|new|end`: who may send events by webhook, and the secret each signs with."""

from typing import Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import opened

webhook_app = App(
    name="webhook",
    help="Say who may send events by webhook; the secret is shown once and kept outside the database.",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop webhook list\n  revloop webhook new crm --as lee\n"
    "  revloop webhook end crm --as lee",
)
Sender = Annotated[str, Parameter(help="A source that sources.yaml names, as crm or support.")]


@webhook_app.command(name="list")
def list_(*, common: Options = PLAIN) -> int:
    """Show who may send, and how many secrets each has."""
    from server.cli.printing import print_json, show
    from server.render.layout import GREY, line, table
    from tools.connectors.webhook_secrets import senders

    with opened(common, sweep=False) as session:
        tenant = session.tenancy.id
        found = senders(session.settings.tenant_folder(tenant))
    if common.json:
        print_json({"senders": found})
        return 0
    if not found:
        show(line("Nobody may send yet: revloop webhook new SENDER", GREY))
        return 0
    rows = [(name, str(number), f"/webhooks/{tenant}/{name}") for name, number in found.items()]
    show(table((("Sender", 1), ("Secrets", 1), ("Address", 3)), rows))
    return 0


@webhook_app.command(name="new")
def new(sender: Sender, /, *, common: Options = PLAIN) -> int:
    """Make a secret and show it this once; a second one may be in force while a sender changes over."""
    from graphs.perceiving.hooking import note_secret
    from server.cli.printing import print_json, show
    from server.render.layout import line
    from state.errors import NotFound
    from tools.connectors.envelopes import OURS
    from tools.connectors.webhook_secrets import add_secret

    with opened(common, sweep=False) as session:
        _require_admin(session.principal.role.value)
        sources = session.tenancy.profile.sources
        if sender in OURS or sources.source(sender) is None:
            names = ", ".join(one.name for one in sources.sources if one.name not in OURS)
            raise NotFound(f"no source {sender!r}", field="sender", value=sender, remedy=f"Known: {names}.")
        tenant = session.tenancy.id
        secret = add_secret(session.settings.tenant_folder(tenant), sender)
        note_secret(session.parts, session.tenancy, session.principal, sender, "made")
    if common.json:
        print_json({"sender": sender, "address": f"/webhooks/{tenant}/{sender}", "secret": secret})
        return 0
    show(
        line(f"Address: /webhooks/{tenant}/{sender}"),
        line(f"Secret:  {secret}"),
        line("It is shown this once."),
    )
    return 0


@webhook_app.command(name="end")
def end(sender: Sender, /, *, common: Options = PLAIN) -> int:
    """End the oldest secret of a sender."""
    from graphs.perceiving.hooking import note_secret
    from server.cli.printing import print_json, show
    from server.render.layout import line
    from tools.connectors.webhook_secrets import end_oldest

    with opened(common, sweep=False) as session:
        _require_admin(session.principal.role.value)
        left = end_oldest(session.settings.tenant_folder(session.tenancy.id), sender)
        note_secret(session.parts, session.tenancy, session.principal, sender, "ended")
    if common.json:
        print_json({"sender": sender, "left": left})
        return 0
    show(line(f"Ended. {sender} has {left} left." if left else f"Ended. {sender} may send nothing now."))
    return 0


def _require_admin(role: str) -> None:
    from state.errors import Forbidden

    if role != "admin":
        raise Forbidden(
            "Only an admin says who may send.", field="role", value=role, remedy="Use --as an admin."
        )
