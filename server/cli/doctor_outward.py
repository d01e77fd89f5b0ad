"""What `revloop doctor` looks at beyond this machine: the model's endpoint, the mail server, the sent mail."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from server.cli.checking import Check
from state.errors import RevloopError

if TYPE_CHECKING:
    from state.settings import Settings

ELSEWHERE = "Check address and network; a host inside yours is named in REVLOOP_INSIDE_HOSTS."


def reasoner(settings: "Settings") -> Iterator[Check]:
    """Say who decides, and whether a model's endpoint answers."""
    if not settings.model_url:
        wanted = settings.reasoner == "llm"
        text = "playbook: deterministic, offline, no key"
        remedy = ""
        if wanted:
            remedy = "Set REVLOOP_MODEL_URL to an OpenAI-compatible endpoint, or REVLOOP_REASONER=playbook."
        yield Check(
            "reasoner",
            is_sound=not wanted,
            text="The model reasoner is chosen, but no endpoint is set." if wanted else text,
            remedy=remedy,
        )
        return
    from urllib.parse import urlsplit

    from state.governance.destination import PORTS, Refused, named_by
    from tools.egress import Bounds, Egress

    place = urlsplit(settings.model_url)
    host, port = place.hostname or "", place.port or PORTS.get(place.scheme, 443)
    text = f"{settings.model_standard} at {host}, the playbook behind it"
    way = Egress(settings.named_hosts | named_by(settings.model_url), Bounds(seconds=3))
    made = way.opened(host, port, is_secure=False)
    if isinstance(made, Refused):
        yield Check(
            "model endpoint", is_sound=False, text=f"{text}, not reachable: {made.reason}", remedy=ELSEWHERE
        )
        return
    made.close()
    yield Check("model endpoint", is_sound=True, text=f"{text}, reachable")


def mail(settings: "Settings") -> Iterator[Check]:
    """Say where mail leaves, and whether it can be looked up there."""
    if not settings.smtp_url:
        text = "no server set: mails are written to the outbox folder"
        remedy = "To send them, name your mail server: REVLOOP_SMTP_URL. The sample company never sends."
        yield Check("mail", is_sound=True, text=text, remedy=remedy)
        return
    yield _called(settings)
    yield _sent(settings)


def _called(settings: "Settings") -> Check:
    """Open a connection as mail does, and close it again; nothing is said over it."""
    from state.governance.destination import Refused
    from tools.egress import Bounds, Egress
    from tools.transports.smtp import Server

    server = Server.of(settings.smtp_url)
    made = Egress(settings.named_hosts, Bounds(seconds=3)).opened(server.host, server.port, is_secure=False)
    if isinstance(made, Refused):
        return Check("mail", is_sound=False, text=f"SMTP at {server.host}: {made.reason}", remedy=ELSEWHERE)
    made.close()
    return Check("mail", is_sound=True, text=f"SMTP at {server.host}, reachable")


def _sent(settings: "Settings") -> Check:
    """Open the folder in which a mail is looked up when its server broke off."""
    from tools.imap import opened
    from tools.transports import SentFolder

    sent = SentFolder.of(settings)
    if sent is None:
        text = "no folder named: where the server breaks off in a mail, a person has to say whether it left"
        remedy = "Where your server keeps every mail it takes, name that folder: REVLOOP_SENT_URL."
        return Check("sent mail", is_sound=True, text=text, remedy=remedy)
    try:
        with opened(sent.box, sent.egress, "Look again.") as folder:
            text = f"{sent.box.name} can be looked at, its newest mail is number {folder.after - 1}"
    except RevloopError as fault:
        return Check("sent mail", is_sound=False, text=fault.message, remedy=fault.remedy)
    return Check("sent mail", is_sound=True, text=f"{text}; a missing mail goes again after {sent.lag}")
