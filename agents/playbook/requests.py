"""What outsiders asked for by mail and nobody has answered or taken back."""

from agents.playbook.rows import Settings
from agents.playbook.scene import source_of
from state.ports.deciding import Deliberating
from state.world.view import Mail, ReadingNode

ELSEWHERE = frozenset({"discount_request", "opt_out", "notice"})
"""A mail that says one of these is no plain request, whatever else it asks."""


def open_requests(about: Deliberating, settings: Settings) -> tuple[ReadingNode, ...]:
    """List the latest open request of each sender, oldest first."""
    return about.view.once("open requests", (about.around, settings), lambda: _open_requests(about, settings))


def _open_requests(about: Deliberating, settings: Settings) -> tuple[ReadingNode, ...]:
    chosen: dict[str, ReadingNode] = {}
    for node in sorted(about.view.readings_of("request"), key=lambda node: (node.at, node.key)):
        mail = source_of(about.view, node)
        if not isinstance(mail, Mail) or not mail.is_inbound or not mail.is_personal:
            continue
        if about.view.is_inside(mail.sender) or ELSEWHERE & _topics(about, mail):
            continue
        if (about.now - node.at).days <= settings.request_days and not _is_settled(about, node, mail.sender):
            chosen[mail.sender] = node
    return tuple(chosen.values())


def _topics(about: Deliberating, mail: Mail) -> set[str]:
    return {node.topic for node in about.view.readings_in(mail.key)}


def _is_settled(about: Deliberating, node: ReadingNode, sender: str) -> bool:
    later = (
        touch for touch in about.view.touches(about.now) if touch.at > node.at and touch.address == sender
    )
    if any(touch.kind in ("mail_out", "call", "meeting") for touch in later):
        return True
    wanted = set(node.texts("items"))
    taken_back = [one for one in about.view.readings_of("request_withdrawn") if one.at > node.at]
    return any(not one.texts("items") or wanted & set(one.texts("items")) for one in taken_back)
